"""Clients that stop without a word: a connection whose other end is gone, a call cancelled from inside.

Nothing arrives on such a connection, no error either; asyncpg would wait for ever, and wait again to cancel
what it waits for. aiokafka may let out the cancellation of a task of its own, which would end ours.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

ANSWER_SECONDS = 15.0
"""The server ends a statement before: who is silent for longer has died."""


@contextmanager
def left_when_silent(connection: Any) -> Iterator[None]:
    """Closes a connection that did not answer, or that lost its place: nothing more is asked of it."""
    try:
        yield
    except (TimeoutError, asyncpg.InternalClientError):
        connection.terminate()
        raise


async def roll_back(connection: Any, transaction: Any) -> None:
    """Rolls back where there is still somebody to ask; the first error is the one to tell."""
    try:
        with left_when_silent(connection):
            await transaction.rollback()
    except (asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresError, OSError):
        return  # the connection is gone, and the transaction with it


async def uncancelled(work: Callable[[], Awaitable[None]]) -> None:
    """Does the work; a cancellation that nobody asked this task for is a failure as any other."""
    try:
        await work()
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise ConnectionError("a client was cancelled from inside") from None
