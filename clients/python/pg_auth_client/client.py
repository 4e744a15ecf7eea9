"""The functions of auth over connections of psycopg 3"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, Connection, Cursor
from psycopg.rows import dict_row

from .functions import AsyncFunctions, Functions
from .rows import Row, statement


class Auth(Functions):
    """Calls take part in the transaction of the connection."""

    def __init__(self, connection: Connection[Any], *, schema: str | None = None):
        self.connection = connection
        self.schema = schema

    def _fetch(self, function: str, required: Row, optional: Row) -> Sequence[Row]:
        return self._execute(function, required, optional).fetchall()

    def _execute(self, function: str, required: Row, optional: Row) -> Cursor[Row]:
        # a cursor that binds on the server, whatever the connection makes itself
        cursor = Cursor(self.connection, row_factory=dict_row)
        return cursor.execute(*statement(self.schema, function, required, optional))


class AsyncAuth(AsyncFunctions):
    """The same for asyncio"""

    def __init__(self, connection: AsyncConnection[Any], *, schema: str | None = None):
        self.connection = connection
        self.schema = schema

    async def _fetch(self, function: str, required: Row, optional: Row) -> Sequence[Row]:
        cursor = await self._execute(function, required, optional)
        return await cursor.fetchall()

    async def _execute(self, function: str, required: Row, optional: Row) -> AsyncCursor[Row]:
        cursor = AsyncCursor(self.connection, row_factory=dict_row)
        return await cursor.execute(*statement(self.schema, function, required, optional))
