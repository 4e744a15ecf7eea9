"""The functions of auth over connections of psycopg 3"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Any

from psycopg import AsyncConnection, AsyncCursor, BaseConnection, Connection, Cursor
from psycopg.pq import TransactionStatus
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

    @contextmanager
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool = False
    ) -> Iterator[None]:
        """A transaction of the user of a session, for policies.

        BEGIN and who it is go out together, in one round trip.  Nobody gets no further, unless
        anonymous, nor does who is below the level: NotAuthenticatedError, ReauthenticateError.
        """
        nested = _is_in_transaction(self.connection)
        with ExitStack() as stack:
            with self.connection.pipeline():
                stack.enter_context(self.connection.transaction())
                self._execute("auth_set_session", {"token": token}, {})
                if not anonymous:
                    self._execute("auth_require", {}, {"level": level, "max_age": max_age})
            yield
            if nested:
                self.clear_session()


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

    @asynccontextmanager
    async def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool = False
    ) -> AsyncIterator[None]:
        nested = _is_in_transaction(self.connection)
        async with AsyncExitStack() as stack:
            async with self.connection.pipeline():
                await stack.enter_async_context(self.connection.transaction())
                await self._execute("auth_set_session", {"token": token}, {})
                if not anonymous:
                    await self._execute("auth_require", {}, {"level": level, "max_age": max_age})
            yield
            if nested:
                await self.clear_session()


def _is_in_transaction(connection: BaseConnection[Any]) -> bool:
    """Within one, who it is outlasts the savepoint, and must not act in what follows."""
    return connection.info.transaction_status is not TransactionStatus.IDLE
