"""docs/function.md"""

from __future__ import annotations

import textwrap

from model import Function, Model, Result

HEAD = """# Functions

All functions by name, and [what they return](#results). Made by `make clients` of the catalog.

`identity`, `client`, `service`, `admin` and `worker` are the sets of [`auth_grant()`](grant.md): the
smallest one that has the function. An argument with a default may be left out; name those that come after
one that was. What a function does in full is on the page of its subject.
"""


def signature(function: Function) -> str:
    arguments = [
        f"{argument.name} {argument.type}" + (f" DEFAULT {argument.default}" if argument.default else "")
        for argument in function.arguments
    ]
    line = f"{function.sql_name}({', '.join(arguments)})"
    if len(line) <= 100:
        return line
    # a line is broken between arguments, not in them
    glued = ", ".join(argument.replace(" ", "\0") for argument in arguments)
    lines = textwrap.wrap(glued, 96, break_on_hyphens=False, break_long_words=False)
    return f"{function.sql_name}(\n" + "".join(f"    {line}\n" for line in lines).replace("\0", " ") + ")"


def returned(function: Function) -> str:
    many = "SETOF " if function.rows else ""
    if function.type != "record":
        return many + function.type
    columns = ", ".join(f"{column.name} {column.type}" for column in function.result.columns)
    return f"{many}({columns})"


def function_entry(function: Function) -> str:
    return f"""
## {function.sql_name}

`{function.set}`: {function.comment}

```text
{signature(function)}
RETURNS {returned(function)}
```
"""


def result_entry(name: str, result: Result) -> str:
    rows = "\n".join(f"| `{column.name}` | {column.type} | {column.comment} |" for column in result.columns)
    return f"""
### {name}

{result.comment[0].upper()}{result.comment[1:]}.

| column | type | |
|---|---|---|
{rows}
"""


def page(model: Model) -> str:
    named = {function.type: function.result for function in model.functions if function.type.startswith("auth_")}
    return (
        HEAD
        + "".join(map(function_entry, model.functions))
        + "\n## Results\n"
        + "".join(result_entry(name, named[name]) for name in sorted(named))
    )
