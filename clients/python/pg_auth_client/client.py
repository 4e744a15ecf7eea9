"""The functions of auth over connections of psycopg 3"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
    asynccontextmanager,
    contextmanager,
)
from datetime import timedelta
from typing import Any, Literal, overload

from psycopg import AsyncConnection, AsyncCursor, BaseConnection, Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from .functions import AsyncFunctions, Functions
from .results import Session
from .rows import Row, optional, statement, value


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

    @overload
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: Literal[False] = False
    ) -> AbstractContextManager[Session]: ...

    @overload
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool
    ) -> AbstractContextManager[Session | None]: ...

    @contextmanager
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool = False
    ) -> Iterator[Any]:
        """A transaction of the user of a session, for policies.

        BEGIN and who it is go out together, in one round trip.  Nobody gets no further, unless
        anonymous, nor does who is below the level: NotAuthenticatedError, ReauthenticateError.
        A session that was renewed is fresh: send its cookie again.  Validated first: that is what
        says so.
        """
        nested = _is_in_transaction(self.connection)
        with ExitStack() as stack:
            with self.connection.pipeline():
                stack.enter_context(self.connection.transaction())
                validated = self._execute("auth_validate_session", {"token": token}, {})
                acts = self._execute("auth_set_session", {"token": token}, {})
                if not anonymous:
                    self._execute("auth_require", {}, {"level": level, "max_age": max_age})
            session = optional(Session, validated.fetchall())
            yield session if value(acts.fetchall()) else None
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

    @overload
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: Literal[False] = False
    ) -> AbstractAsyncContextManager[Session]: ...

    @overload
    def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool
    ) -> AbstractAsyncContextManager[Session | None]: ...

    @asynccontextmanager
    async def session(
        self, token: str | None, *, level: int = 0, max_age: timedelta | None = None, anonymous: bool = False
    ) -> AsyncIterator[Any]:
        nested = _is_in_transaction(self.connection)
        async with AsyncExitStack() as stack:
            async with self.connection.pipeline():
                await stack.enter_async_context(self.connection.transaction())
                validated = await self._execute("auth_validate_session", {"token": token}, {})
                acts = await self._execute("auth_set_session", {"token": token}, {})
                if not anonymous:
                    await self._execute("auth_require", {}, {"level": level, "max_age": max_age})
            session = optional(Session, await validated.fetchall())
            yield session if value(await acts.fetchall()) else None
            if nested:
                await self.clear_session()


def _is_in_transaction(connection: BaseConnection[Any]) -> bool:
    """Within one, who it is outlasts the savepoint, and must not act in what follows."""
    return connection.info.transaction_status is not TransactionStatus.IDLE
