"""Types in the words of a language that has unions and literals"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from model import ANSWERS, Argument, Column, Function


@dataclass(frozen=True)
class Language:
    types: dict[str, str]
    any: str  # a value of jsonb that may be no object
    accepted: dict[str, str]  # what an argument may be beside
    null: str
    void: str
    rows: str
    refused: str
    literal: Callable[[list[str]], str]

    def _or_null(self, kind: str, nullable: bool) -> str:
        return f"{kind} | {self.null}" if nullable else kind

    def column(self, column: Column) -> str:
        kind = self.literal(column.words) if column.words else self.types[column.type]
        return self._or_null(kind, column.nullable)

    def argument(self, function: Function, argument: Argument) -> str:
        kind = self.accepted.get(argument.type, self.types[argument.type])
        return self._or_null(kind, function.takes_null(argument))

    def done(self, function: Function) -> str:
        """What it returns when it was done"""
        return function.result.name if function.result.shown else "Ok"

    def result(self, function: Function) -> str:
        match function.kind:
            case "void":
                return self.void
            case "value":
                kind = self.any if function.type == "jsonb" else self.types[function.type]
                return self._or_null(kind, function.nullable)
            case "rows":
                return self.rows.format(function.result.name)
            case "answer":
                refused = [self.refused.format(self.literal(function.refusals))] if function.refusals else []
                others = [kind for status, kind in ANSWERS.items() if status in function.statuses]
                return " | ".join([self.done(function), *refused, *others])
            case kind:
                return self._or_null(function.result.name, kind == "optional")
