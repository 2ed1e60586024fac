"""Deadlines are rows, planned and dropped in the transaction that causes them, run under its lock."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from eventing.db import Database, Tx, is_transient, run, run_one
from eventing.faults import fault
from eventing.outbox import lock_stream
from eventing.parking import fingerprint
from eventing.tables import DUE

log = structlog.get_logger("eventing.due")
BATCH = 20
RETRY = timedelta(seconds=30)

_new = insert(DUE).values(
    id=bindparam("id"),
    at=bindparam("at"),
    command=bindparam("command"),
    topic=bindparam("topic"),
    key=bindparam("key"),
    payload=bindparam("payload"),
)
PLAN = _new.on_conflict_do_update(
    index_elements=[DUE.c.id],
    set_={name: getattr(_new.excluded, name) for name in ("at", "command", "topic", "key", "payload")}
    | {"tries": 0, "error": None},
)
DROP = delete(DUE).where(DUE.c.id == bindparam("id"))
DROP_KEY = delete(DUE).where(DUE.c.key == bindparam("key"), DUE.c.command == bindparam("command"))
READY = (
    select(DUE.c.id, DUE.c.topic, DUE.c.key)
    .where(DUE.c.at <= bindparam("now"))
    .order_by(DUE.c.at, DUE.c.id)
    .limit(BATCH)
)
CLAIM = text(
    """
    DELETE FROM due WHERE id = (
        SELECT id FROM due WHERE id = :id AND at <= :now FOR UPDATE SKIP LOCKED
    ) RETURNING id, at, command, topic, key, payload, tries
    """
)
FAILED = text(
    """
    UPDATE due SET tries = tries + 1, error = :error, at = :later WHERE id = :id AND at <= :now
    """
)


@dataclass(frozen=True)
class Due:
    """A deadline that has come: what to do, to which aggregate, with what."""

    id: UUID
    at: datetime
    command: str
    key: str
    payload: dict[str, Any]


DueCommand = Callable[[Tx, Due], Awaitable[None]]


async def plan(
    tx: Tx,
    *,
    id: UUID,  # noqa: A002
    at: datetime,
    command: str,
    key: str,
    topic: str | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Plans a command at an instant; the same id again replaces it.

    `topic` and `key` name the stream that is locked before the row is claimed, so that a deadline and a
    person acting on the same aggregate wait for each other in one order.
    """
    await run(tx, PLAN, id=id, at=at, command=command, key=key, topic=topic, payload=payload or {})


async def drop(tx: Tx, id: UUID) -> None:  # noqa: A002
    """Forgets a deadline; nothing happens if it has run."""
    await run(tx, DROP, id=id)


async def drop_all(tx: Tx, command: str, key: str) -> None:
    """Forgets every deadline of one command on one key."""
    await run(tx, DROP_KEY, command=command, key=key)


async def run_due(database: Database, commands: Mapping[str, DueCommand]) -> int:
    """Runs what is due now, each in its own transaction; how many ran. Every replica may call it at once."""
    async with database.read() as tx:
        ready = await run(tx, READY, now=tx.now)
    done = 0
    for row in ready:
        try:
            done += await _run_one(database, commands, row)
        except Exception as error:
            if is_transient(error):
                raise
            await _put_off(database, row["id"], error)
    return done


async def _run_one(database: Database, commands: Mapping[str, DueCommand], row: Any) -> int:
    async with database.transaction() as tx:
        if row["topic"] is not None:
            await lock_stream(tx, row["topic"], row["key"])
        claimed = await run_one(tx, CLAIM, id=row["id"], now=tx.now)
        if claimed is None:
            return 0
        fault("due.claimed")
        due = Due(claimed["id"], claimed["at"], claimed["command"], claimed["key"], claimed["payload"])
        await commands[due.command](tx, due)
        fault("due.done_before_commit")
    fault("due.committed")
    return 1


async def _put_off(database: Database, id: UUID, error: Exception) -> None:  # noqa: A002
    log.error("due_failed", due_id=str(id), error=fingerprint(error))
    fault("due.put_off")
    async with database.transaction() as tx:
        await run(tx, FAILED, id=id, now=tx.now, later=tx.now + RETRY, error=fingerprint(error))
