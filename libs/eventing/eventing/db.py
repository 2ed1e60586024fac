"""Explicit transactions on asyncpg; statements written in SQLAlchemy Core, compiled once.

One request or one message is one `async with db.transaction()` block: what the block wrote is committed
before anything is answered. This file is the only one that commits.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakValueDictionary

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.base import Executable

from eventing.connection import SESSION, nothing_left, plain_url, prepare_connection
from eventing.faults import fault
from eventing.runtime import Runtime
from eventing.silence import ANSWER_SECONDS, left_when_silent, roll_back

ACQUIRE_SECONDS = 15.0
QUEUE_SECONDS, IN_LINE = 30.0, 2
"""How long a request may wait for a connection, and for its turn: a rush is served, not refused."""
_DIALECT = PGDialect_asyncpg()  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
_SERVER_BUSY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    ConnectionError,
    TimeoutError,
)


def is_transient(error: BaseException) -> bool:
    """True when the same work may succeed later unchanged: server away, deadlock, serialisation, timeout."""
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error) or "closing" in str(error) or "released" in str(error)
    if isinstance(error, OSError):
        return True
    return isinstance(error, _SERVER_BUSY)


class Tx:
    """One open transaction: its connection, its single instant, its author and what it has locked."""

    def __init__(
        self,
        connection: Any,
        runtime: Runtime,
        actor: str,
        correlation: UUID | None = None,
        causation: UUID | None = None,
    ) -> None:
        self.connection = connection
        self.runtime = runtime
        self.now: datetime = runtime.now()
        self.actor = actor
        self.correlation = correlation
        self.causation = causation
        self.streams: dict[tuple[str, str], int] = {}
        self.appended = False
        self.waiting: list[tuple[str, list[list[Any]]]] = []

    def new_id(self) -> UUID:
        """A random id (UUIDv4)."""
        return self.runtime.new_id()


@lru_cache(maxsize=4096)
def _compiled(statement: Executable) -> tuple[str, tuple[str, ...], dict[str, Any], frozenset[str]]:
    compiled: Any = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]  # Executable is compilable
    required = frozenset(bind.key for bind in compiled.binds.values() if bind.required)
    fixed = {name: bind.effective_value for name, bind in compiled.binds.items() if not bind.required}
    return compiled.string, tuple(compiled.positiontup or ()), fixed, required


def _arguments(statement: Executable, values: dict[str, Any]) -> tuple[str, list[Any]]:
    text, names, fixed, required = _compiled(statement)
    if missing := required - values.keys():
        raise TypeError(f"statement needs {sorted(missing)}")
    if unknown := values.keys() - set(names):
        raise TypeError(f"statement has no {sorted(unknown)}")
    return text, [values[name] if name in values else fixed[name] for name in names]


async def run(tx: Tx, statement: Executable, **values: Any) -> list[asyncpg.Record]:
    """Executes a module-level statement; every row it returns."""
    if tx.waiting:
        await written(tx)
    text, arguments = _arguments(statement, values)
    rows: list[asyncpg.Record] = await tx.connection.fetch(text, *arguments)
    return rows


async def run_one(tx: Tx, statement: Executable, **values: Any) -> asyncpg.Record | None:
    """Executes a statement that returns at most one row."""
    rows = await run(tx, statement, **values)
    assert len(rows) <= 1, "more than one row"
    return rows[0] if rows else None


def later(tx: Tx, statement: Executable, **values: Any) -> None:
    """Executes a statement that returns nothing with the next ones of its kind, in one round trip.

    At the latest before any other statement of `run` and before the commit; an error comes then.
    """
    text, arguments = _arguments(statement, values)
    if tx.waiting and tx.waiting[-1][0] == text:
        tx.waiting[-1][1].append(arguments)
    else:
        tx.waiting.append((text, [arguments]))


async def written(tx: Tx) -> None:
    """Executes what waits, in the order it was asked for."""
    waiting, tx.waiting = tx.waiting, []
    for statement, rows in waiting:
        await tx.connection.executemany(statement, rows)


async def run_many(tx: Tx, statement: Executable, rows: list[dict[str, Any]]) -> None:
    """Executes a statement once per row of values, in one round trip; returns nothing."""
    await written(tx)
    if rows:
        text = _arguments(statement, rows[0])[0]
        await tx.connection.executemany(text, [_arguments(statement, row)[1] for row in rows])


class Database:
    """A pool on one database, and the only way to open a transaction on it."""

    def __init__(
        self, url: str, runtime: Runtime, *, min_size: int = 0, max_size: int = 5, name: str = "seuil"
    ) -> None:
        self.url = plain_url(url)
        self.runtime = runtime
        self._sizes = (min_size, max_size)
        self._name = name
        self._pool: Any = None
        self._queues: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self.on_append: Callable[[], None] = lambda: None

    async def open(self) -> None:
        """Makes the pool; connects nowhere yet, so that a service starts while its database is away."""
        self._pool = await asyncpg.create_pool(
            self.url,
            min_size=self._sizes[0],
            max_size=self._sizes[1],
            statement_cache_size=512,
            init=prepare_connection,
            reset=nothing_left,
            timeout=5,
            command_timeout=ANSWER_SECONDS,
            server_settings={**SESSION, "application_name": self._name},
        )

    async def close(self) -> None:
        """Closes the pool, giving open transactions five seconds."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), 5)
            except TimeoutError:
                self._pool.terminate()

    @asynccontextmanager
    async def transaction(
        self,
        actor: str = "system",
        *,
        correlation: UUID | None = None,
        causation: UUID | None = None,
        queue: str | None = None,
    ) -> AsyncIterator[Tx]:
        """Read-write, READ COMMITTED; commits when the block ends, rolls back when it raises.

        `actor` is `person:<id>`, `partner:<id>` or `system`. `queue`: work that would wait for the same lock
        waits in line for one of two connections (one holds the lock, one is ready), and leaves the others to
        the rest of the service. The server's errors pass through.
        """
        async with self._turn(queue), self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            transaction = connection.transaction()
            with left_when_silent(connection):
                await transaction.start()
            tx = Tx(connection, self.runtime, actor, correlation, causation)
            try:
                with left_when_silent(connection):
                    yield tx
                    await written(tx)
            except BaseException:
                await roll_back(connection, transaction)
                raise
            if tx.appended:
                fault("uow.before_commit")
            with left_when_silent(connection):
                await transaction.commit()
        if tx.appended:
            fault("uow.after_commit")
            self.on_append()

    @asynccontextmanager
    async def _turn(self, queue: str | None) -> AsyncIterator[None]:
        if queue is None:
            yield
            return
        line = self._queues.get(queue) or self._queues.setdefault(queue, asyncio.Semaphore(IN_LINE))
        await asyncio.wait_for(line.acquire(), QUEUE_SECONDS)
        try:
            yield
        finally:
            line.release()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Tx]:
        """Read-only and consistent: every statement sees the same instant."""
        async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
            with left_when_silent(connection):
                async with connection.transaction(isolation="repeatable_read", readonly=True):
                    with left_when_silent(connection):
                        yield Tx(connection, self.runtime, "system")
