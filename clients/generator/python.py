"""The generated half of the package for Python"""

from __future__ import annotations

import textwrap

from language import Language
from model import Argument, Column, Error, Function, Model, Result

PYTHON = Language(
    types={
        "bigint": "int",
        "boolean": "bool",
        "bytea": "bytes",
        "float8": "float",
        "inet": "Address",
        "integer": "int",
        "interval": "timedelta",
        "jsonb": "Json",
        "regclass": "str",
        "regprocedure": "str",
        "regrole": "str",
        "smallint": "int",
        "text": "str",
        "text[]": "list[str]",
        "timestamptz": "datetime",
        "uuid": "UUID",
    },
    any="Any",
    accepted={"inet": "Address | str", "interval": "timedelta | str", "uuid": "UUID | str"},
    null="None",
    void="None",
    rows="list[{}]",
    refused="Refused[{}]",
    literal=lambda words: "Literal[" + ", ".join(f'"{word}"' for word in words) + "]",
)

HEAD = '''"""{}

Made by "make clients" of the catalog.
"""

from __future__ import annotations

'''


def sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def wrapped(parts: list[str], indent: int, start: str = "") -> str:
    """Parts with commas between, broken after these"""
    glued = ", ".join(part.replace(" ", "\0") for part in parts)
    space = " " * indent
    lines = textwrap.wrap(start + glued, 108, initial_indent=space, subsequent_indent=space, break_on_hyphens=False)
    return "\n".join(lines).replace("\0", " ")


def attribute(column: Column) -> str:
    hidden = " = field(repr=False)" if column.secret else ""
    comment = f'\n    """{sentence(column.comment)}"""' if column.comment else ""
    return f"    {column.name}: {PYTHON.column(column)}{hidden}{comment}\n"


def result_class(result: Result) -> str:
    status = '    status: Literal["ok"]\n' if result.has_status else ""
    attributes = status + "".join(map(attribute, result.shown))
    return f'\n\n@dataclass(frozen=True, slots=True)\nclass {result.name}:\n    """{sentence(result.comment)}"""\n\n{attributes}'


def results(model: Model) -> str:
    """results.py"""
    return (
        HEAD.format("What functions return")
        + "from dataclasses import dataclass, field\n"
        + "from datetime import datetime, timedelta\n"
        + "from typing import Literal\n"
        + "from uuid import UUID\n\n"
        + "from .rows import Address, Json\n"
        + "".join(result_class(result) for result in model.results if result.shown)
    )


def parameter(function: Function, argument: Argument) -> str:
    kind = PYTHON.argument(function, argument)
    if argument.default is None:
        return f"{argument.name}: {kind}"
    return f"{argument.name}: {kind.removesuffix(' | None')} | None = None"


def mapping(arguments: list[Argument]) -> list[str]:
    return [f'"{argument.name}": {argument.name}' for argument in arguments]


def call(function: Function, wait: str) -> str:
    required, optional = mapping(function.required), mapping(function.optional)
    line = f"{wait}self._fetch(\"{function.sql_name}\", {{{', '.join(required)}}}, {{{', '.join(optional)}}})"
    if len(line) <= 70:
        return line
    return (
        f'{wait}self._fetch(\n            "{function.sql_name}",\n'
        f"{wrapped(required, 12, '{')}}},\n{wrapped(optional, 12, '{')}}},\n        )"
    )


def body(function: Function, wait: str) -> str:
    fetch = call(function, wait)
    match function.kind:
        case "void":
            return fetch
        case "value":
            return f"return rows.value({fetch})"
        case "rows":
            return f"return rows.many({function.result.name}, {fetch})"
        case kind:
            return f"return rows.{kind}({PYTHON.done(function)}, {fetch})"


def method(function: Function, define: str, wait: str) -> str:
    parameters = ["self", "*"] + [parameter(function, argument) for argument in function.arguments]
    signature = f"\n{wrapped(parameters, 8)}\n    " if function.arguments else "self"
    return (
        f"\n    {define} {function.name}({signature}) -> {PYTHON.result(function)}:\n"
        f'        """{function.set}: {function.comment}"""\n'
        f"        {body(function, wait)}\n"
    )


def functions_class(model: Model, name: str, define: str, wait: str) -> str:
    return (
        f'\n\nclass {name}:\n    """All functions of auth, each by its name without the prefix"""\n\n'
        f"    {define} _fetch(self, function: str, required: Row, optional: Row) -> Sequence[Row]:\n"
        "        raise NotImplementedError\n"
        + "".join(method(function, define, wait) for function in model.functions)
    )


def functions(model: Model) -> str:
    """functions.py"""
    names = sorted(result.name for result in model.results if result.shown)
    return (
        HEAD.format("Functions as methods")
        + "from collections.abc import Sequence\n"
        + "from datetime import datetime, timedelta\n"
        + "from typing import Any, Literal\n"
        + "from uuid import UUID\n\n"
        + "from . import rows\n"
        + "from .results import (\n"
        + "".join(f"    {name},\n" for name in names)
        + ")\n"
        + "from .rows import Address, Json, Ok, Refused, Row, SecondFactor, Throttled\n"
        + functions_class(model, "Functions", "def", "")
        + functions_class(model, "AsyncFunctions", "async def", "await ")
    )


def error_class(error: Error) -> str:
    return (
        f'\n\nclass {error.class_name}(AuthError, code="{error.sqlstate}", name="{error.name}"):\n'
        f'    """{error.sqlstate}: {error.when}"""\n'
    )


def errors(model: Model) -> str:
    """errors.py"""
    return (
        HEAD.format("Errors by their SQLSTATE, which psycopg raises itself")
        + "from psycopg import DatabaseError\n\n\n"
        + 'class AuthError(DatabaseError):\n    """An error of the extension"""\n'
        + "".join(map(error_class, model.errors))
    )
