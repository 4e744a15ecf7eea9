"""From a call to its statement, and from the rows to what it returns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface
from typing import Any, Generic, Literal, TypeVar, cast

from psycopg import sql
from psycopg.types.json import Jsonb

Row = Mapping[str, Any]
Json = dict[str, Any]
Address = IPv4Address | IPv4Interface | IPv6Address | IPv6Interface
T = TypeVar("T")
Status = TypeVar("Status")


@dataclass(frozen=True, slots=True)
class Ok:
    """It was done, and there is nothing to tell"""

    status: Literal["ok"]


@dataclass(frozen=True, slots=True)
class Refused(Generic[Status]):
    """It was not done"""

    status: Status


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """There is no session before another proof"""

    status: Literal["second_factor"]
    challenge: str = field(repr=False)
    """What complete_sign_in() takes"""
    factors: list[str]
    """What the user has"""


@dataclass(frozen=True, slots=True)
class Throttled:
    """It was not tried; None: only whoever lifts it can say until when"""

    status: Literal["throttled"]
    retry_after: timedelta | None


def _bound(value: object) -> object:
    return Jsonb(value) if isinstance(value, dict) else value


def statement(
    schema: str | None, function: str, required: Row, optional: Row
) -> tuple[sql.Composed, list[object]]:
    """All values are bound.  What may be left out has the function's own default when it is None."""
    given = {**required, **{name: value for name, value in optional.items() if value is not None}}
    name = sql.Identifier(schema, function) if schema else sql.Identifier(function)
    arguments = sql.SQL(", ").join(sql.SQL("{} => %s").format(sql.Identifier(each)) for each in given)
    return sql.SQL("SELECT * FROM {}({})").format(name, arguments), [_bound(each) for each in given.values()]


def row(kind: type[T], rows: Sequence[Row]) -> T:
    return kind(**{field.name: rows[0][field.name] for field in fields(cast(Any, kind))})


def optional(kind: type[T], rows: Sequence[Row]) -> T | None:
    return row(kind, rows) if rows else None


def many(kind: type[T], rows: Sequence[Row]) -> list[T]:
    return [row(kind, [each]) for each in rows]


def answer(kind: type[T], rows: Sequence[Row]) -> Any:
    match rows[0]["status"]:
        case "ok":
            return row(kind, rows)
        case "second_factor":
            return row(SecondFactor, rows)
        case "throttled":
            return row(Throttled, rows)
        case _:
            return row(Refused, rows)


def value(rows: Sequence[Row]) -> Any:
    return next(iter(rows[0].values()))
