"""One bad event stops one key, not the world: it waits in the database with what came behind it, in order."""

import traceback
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from eventing.broker import Record
from eventing.db import Tx, run

FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=1)

PARKED = text(
    """
    SELECT key FROM parked_key
    WHERE consumer = :consumer AND topic = :topic AND key = ANY(CAST(:keys AS text[]))
    ORDER BY key FOR SHARE
    """
)
PARK_KEY = text(
    """
    INSERT INTO parked_key (consumer, topic, key, parked_at, next_try_at, fingerprint, error)
    VALUES (:consumer, :topic, :key, :now, :next_try_at, :fingerprint, :error)
    ON CONFLICT (consumer, topic, key) DO UPDATE SET consumer = excluded.consumer
    """
)
"""A key that is parked already is locked all the same: a drain might be about to free it."""
PARK_EVENT = text(
    """
    INSERT INTO parked_event (consumer, topic, key, seq, event_id, partition, "offset", headers, payload,
                              parked_at)
    VALUES (:consumer, :topic, :key, CAST(:seq AS bigint), CAST(:event_id AS text), CAST(:partition AS int),
            CAST(:offset AS bigint), CAST(:headers AS jsonb), CAST(:payload AS bytea), :now)
    ON CONFLICT (consumer, topic, partition, "offset") DO NOTHING
    """
)
NEXT_KEY = text(
    """
    SELECT topic, key, tries FROM parked_key
    WHERE consumer = :consumer AND next_try_at <= :now
    ORDER BY next_try_at, topic, key LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
NEXT_EVENT = text(
    """
    SELECT n, consumer, topic, key, seq, partition, "offset", headers, payload, archived_at FROM parked_event
    WHERE consumer = :consumer AND topic = :topic AND key = :key
    ORDER BY seq NULLS LAST, n LIMIT 1
    """
)
DROP_EVENT = text("DELETE FROM parked_event WHERE n = CAST(:n AS bigint)")
DROP_KEY = text("DELETE FROM parked_key WHERE consumer = :consumer AND topic = :topic AND key = :key")
LOCK_KEY = text(
    """
    SELECT tries FROM parked_key WHERE consumer = :consumer AND topic = :topic AND key = :key FOR UPDATE
    """
)
GO_ON = text(
    """
    UPDATE parked_key SET next_try_at = :now, tries = 0
    WHERE consumer = :consumer AND topic = :topic AND key = :key
    """
)
SET_ASIDE = text(
    """
    UPDATE parked_key SET next_try_at = :later
    WHERE consumer = :consumer AND topic = :topic AND key = :key
    """
)
TRIED = text("UPDATE parked_event SET tries = tries + 1, last_tried_at = :now WHERE n = CAST(:n AS bigint)")
TRY_LATER = text(
    """
    UPDATE parked_key SET tries = tries + 1, next_try_at = :next_try_at, error = :error,
           fingerprint = :fingerprint
    WHERE consumer = :consumer AND topic = :topic AND key = :key
    """
)


def fingerprint(error: BaseException) -> str:
    """Groups failures: exception class and the first frame of ours that raised it. No value of the event."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename]
    place = f"{ours[-1].name}:{ours[-1].lineno}" if ours else "?"
    return f"{type(error).__name__}@{place}"


def retry_after(tries: int) -> timedelta:
    """30 s, doubled at each failure, at most an hour."""
    return min(FIRST_RETRY * (1 << min(tries, 10)), LAST_RETRY)


async def parked_among(tx: Tx, consumer: str, topic: str, keys: Iterable[str]) -> set[str]:
    """Which of these keys are parked; holds them so until the transaction ends. Asked *after* the inbox."""
    rows = await run(tx, PARKED, consumer=consumer, topic=topic, keys=sorted(set(keys)))
    return {row["key"] for row in rows}


async def park_event(tx: Tx, consumer: str, key: str, seq: int | None, event_id: str, record: Record) -> None:
    """Puts one record behind its parked key."""
    await run(
        tx,
        PARK_EVENT,
        consumer=consumer,
        topic=record.topic,
        key=key,
        seq=seq,
        event_id=event_id,
        partition=record.partition,
        offset=record.offset,
        headers=[[_kept(name.encode()), _kept(value)] for name, value in record.headers],
        payload=record.value,
        now=tx.now,
    )


async def park_key(tx: Tx, consumer: str, topic: str, key: str, error: BaseException) -> None:
    """Parks a key; only the error's class is kept, since its words may quote what the event said."""
    await run(
        tx,
        PARK_KEY,
        consumer=consumer,
        topic=topic,
        key=key,
        now=tx.now,
        next_try_at=tx.now + retry_after(0),
        fingerprint=fingerprint(error),
        error=type(error).__name__,
    )


def _kept(value: bytes | None) -> Any:
    """Any bytes as text that jsonb takes: all but NUL; a header may be null on the wire."""
    return None if value is None else value.decode("latin-1").replace("\0", "\u0100")


def _given_back(text: Any) -> Any:
    return None if text is None else text.replace("\u0100", "\0").encode("latin-1")


def restored(row: Any) -> Record:
    """The record as it stood in the log."""
    headers = [(_given_back(name).decode(), _given_back(value)) for name, value in row["headers"]]
    return Record(row["topic"], row["partition"], row["offset"], row["key"].encode(), row["payload"], headers)
