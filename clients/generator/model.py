"""What the extension offers to whoever calls it, as all pages and packages see it.

Functions and columns are those of the catalog (model.sql), errors those of docs/errors.md, which
test/t/reference.pl compares with the source.  What the catalog has no word for is said by comments:

- "...; answers ok, refused or throttled" of a function: what its column "status" may be;
- "active or idle" of a column, perhaps with more behind a semicolon: what it may be;
- NULL in the comment of a column or of a function: the value may be missing;
- "NAME (NULL: ..." in that of a function: its argument of that name may be.

A token may be NULL everywhere: it is taken for one that nobody has.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Statuses that come with more than themselves, and the types of the packages for them
ANSWERS = {"second_factor": "SecondFactor", "throttled": "Throttled"}
WORDS = r"[a-z_]+(?:, [a-z_]+)*(?: or [a-z_]+)?"


def words_of(text: str) -> list[str]:
    return re.split(r", | or ", text)


def joined(name: str, suffix: str = "") -> str:
    """sign_in: SignIn"""
    return "".join(word.capitalize() for word in name.split("_")) + suffix


@dataclass(frozen=True)
class Argument:
    name: str
    type: str
    default: str | None

    @property
    def is_token(self) -> bool:
        return self.name.endswith(("token", "challenge"))


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str | None

    @property
    def nullable(self) -> bool:
        return self.comment is None or "NULL" in self.comment

    @property
    def secret(self) -> bool:
        return self.name.endswith(("token", "challenge"))

    @property
    def words(self) -> list[str]:
        match = re.match(rf"({WORDS})(?:;|$)", self.comment or "")
        return words_of(match[1]) if match and " or " in match[1] else []


@dataclass(frozen=True)
class Result:
    """A row: of a composite type, or of a function's own columns."""

    name: str
    comment: str
    columns: tuple[Column, ...]

    @property
    def has_status(self) -> bool:
        return self.columns[0].name == "status"

    @property
    def shown(self) -> tuple[Column, ...]:
        """Those that have a value; with a status, when that is ok"""
        hidden = ("status", "retry_after", "challenge", "factors") if self.has_status else ()
        return tuple(column for column in self.columns if column.name not in hidden)


@dataclass(frozen=True)
class Function:
    sql_name: str
    set: str
    comment: str
    arguments: tuple[Argument, ...]
    type: str
    rows: int | None
    strict: bool
    result: Result | None

    @property
    def name(self) -> str:
        return self.sql_name.removeprefix("auth_")

    @property
    def required(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.default is None]

    @property
    def optional(self) -> list[Argument]:
        return [argument for argument in self.arguments if argument.default is not None]

    @property
    def kind(self) -> str:
        """void or value; or of rows: answer (one with a status), row, optional or rows"""
        if self.result is None:
            return "void" if self.type == "void" else "value"
        if self.rows is not None:
            return "optional" if self.rows == 1 else "rows"
        return "answer" if self.result.has_status else "row"

    @property
    def nullable(self) -> bool:
        return "NULL" in self.comment

    def takes_null(self, argument: Argument) -> bool:
        if argument.default is not None:
            return argument.default == "NULL"
        return self.strict or argument.is_token or f"{argument.name} (NULL: " in self.comment

    @property
    def statuses(self) -> list[str]:
        match = re.search(rf"; answers ({WORDS})$", self.comment)
        if self.kind == "answer" and not match:
            raise SystemExit(f'{self.sql_name}: its comment does not end with "; answers ..."')
        return words_of(match[1]) if match else []

    @property
    def refusals(self) -> list[str]:
        return [status for status in self.statuses if status != "ok" and status not in ANSWERS]


@dataclass(frozen=True)
class Error:
    sqlstate: str
    name: str
    when: str

    @property
    def class_name(self) -> str:
        return joined(self.name.removeprefix("AUTH_").lower(), "Error")


@dataclass(frozen=True)
class Model:
    functions: list[Function]
    results: list[Result]
    errors: list[Error]


def result_of(row: dict) -> Result | None:
    if not row["columns"]:
        return None
    named = row["type"] != "record"
    name = row["type"].removesuffix("_object") if named else row["name"] + "_result"
    return Result(
        joined(name.removeprefix("auth_")),
        row["type_comment"] if named else f"what {row['name']} returns",
        tuple(Column(**column) for column in row["columns"]),
    )


def function_of(row: dict) -> Function:
    arguments = tuple(Argument(**argument) for argument in row["arguments"])
    return Function(
        row["name"],
        row["set"],
        row["comment"],
        arguments,
        row["type"],
        row["rows"],
        row["strict"],
        result_of(row),
    )


def errors_in(page: str) -> list[Error]:
    rows = re.findall(r"^\| (UA\d+) \| `(AUTH_\w+)` \| (.*?) \|", page, re.MULTILINE)
    return [Error(state, name, re.sub(r" \(\[.*?\]\(.*?\)\)", "", when)) for state, name, when in rows]


def read_model(root: Path) -> Model:
    """Of the server that psql connects to"""
    query = root / "clients/generator/model.sql"
    output = subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-f", query], check=True, stdout=subprocess.PIPE, encoding="utf-8"
    ).stdout
    functions = [function_of(row) for row in json.loads(output)]
    results = {function.result.name: function.result for function in functions if function.result}
    return Model(
        functions,
        [results[name] for name in sorted(results)],
        errors_in((root / "docs/errors.md").read_text(encoding="utf-8")),
    )
