"""The generated half of the package for Node: plain JavaScript, and its types beside it."""

from __future__ import annotations

from language import Language
from model import Argument, Column, Error, Function, Model, Result

NODE = Language(
    types={
        "bigint": "number",
        "boolean": "boolean",
        "bytea": "Uint8Array",
        "float8": "number",
        "inet": "string",
        "integer": "number",
        "interval": "number",
        "jsonb": "Json",
        "regclass": "string",
        "regprocedure": "string",
        "regrole": "string",
        "smallint": "number",
        "text": "string",
        "text[]": "string[]",
        "timestamptz": "Date",
        "uuid": "string",
    },
    any="any",
    accepted={"interval": "number | string", "timestamptz": "Date | string"},
    null="null",
    void="void",
    rows="{}[]",
    refused="Refused<{}>",
    literal=lambda words: " | ".join(f"'{word}'" for word in words),
)

HEAD = '// Made by "make clients" of the catalog.\n'


def camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def property_of(column: Column) -> str:
    comment = f"  /** {sentence(column.comment)} */\n" if column.comment else ""
    return f"{comment}  {camel(column.name)}: {NODE.column(column)};\n"


def result_type(result: Result) -> str:
    status = "  status: 'ok';\n" if result.has_status else ""
    properties = "".join(map(property_of, result.shown))
    return f"\n/** {sentence(result.comment)} */\nexport interface {result.name} {{\n{status}{properties}}}\n"


def parameter(function: Function, argument: Argument) -> str:
    mark = "" if argument.default is None else "?"
    return f"    {camel(argument.name)}{mark}: {NODE.argument(function, argument)};\n"


def parameters(function: Function) -> str:
    if not function.arguments:
        return ""
    mark = "" if function.required else "?"
    return f"values{mark}: {{\n" + "".join(parameter(function, argument) for argument in function.arguments) + "  }"


def method_type(function: Function) -> str:
    return (
        f"  /** {function.set}: {function.comment}. */\n"
        f"  {camel(function.name)}({parameters(function)}): Promise<{NODE.result(function)}>;\n"
    )


def function_types(model: Model) -> str:
    """functions.d.ts"""
    results = [result for result in model.results if result.shown]
    return (
        HEAD
        + "import type { Json, Ok, Refused, SecondFactor, Throttled } from './index.js';\n"
        + "".join(map(result_type, results))
        + "\nexport interface Functions {\n"
        + "\n".join(map(method_type, model.functions))
        + "}\n"
    )


def array(arguments: list[Argument]) -> str:
    return "[" + ", ".join(f"'{argument.name}'" for argument in arguments) + "]"


def function_entry(function: Function) -> str:
    kind = "row" if function.kind == "answer" else function.kind
    return (
        f"  {camel(function.name)}: {{\n"
        f"    name: '{function.sql_name}',\n"
        f"    kind: '{kind}',\n"
        f"    required: {array(function.required)},\n"
        f"    optional: {array(function.optional)},\n"
        "  },\n"
    )


def functions(model: Model) -> str:
    """functions.js"""
    return HEAD + "export const functions = {\n" + "".join(map(function_entry, model.functions)) + "};\n"


def error_class(error: Error) -> str:
    return f"\nexport class {error.class_name} extends AuthError {{}}\n"


def errors(model: Model) -> str:
    """error_classes.js"""
    entries = "".join(f"  {error.sqlstate}: {error.class_name},\n" for error in model.errors)
    return (
        HEAD
        + "import { AuthError } from './error.js';\n"
        + "".join(map(error_class, model.errors))
        + f"\nexport const errorClasses = {{\n{entries}}};\n"
    )


def error_type(error: Error) -> str:
    return f"\n/** {error.sqlstate} {error.name}: {error.when}. */\nexport class {error.class_name} extends AuthError {{}}\n"


def error_types(model: Model) -> str:
    """error_classes.d.ts"""
    return HEAD + "import { AuthError } from './index.js';\n" + "".join(map(error_type, model.errors))
