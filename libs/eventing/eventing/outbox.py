"""Facts leave with the state they tell: rows written in the business transaction are the relay's to-do list.

`lock_stream` is the first statement on an aggregate and its lock; `append` the last of the transaction.
Because a key's lock is held from the decision to the commit, outbox ids of one key rise in commit order.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import insert

from contracts.event import Fact, TooLargeError
from contracts.refusal import Refused
from contracts.topics import TOPICS
from eventing.db import Tx, run, run_one
from eventing.tables import LARGEST_PAYLOAD, STREAM

_insert_stream = insert(STREAM).values(topic=bindparam("topic"), key=bindparam("key"), seq=0)
LOCK = _insert_stream.on_conflict_do_update(
    index_elements=[STREAM.c.topic, STREAM.c.key], set_={"seq": STREAM.c.seq}
).returning(STREAM.c.seq)
LOCK_MANY = text(
    """
    INSERT INTO stream (topic, key, seq)
    SELECT CAST(:topic AS text), key, 0
    FROM unnest(CAST(:keys AS text[])) WITH ORDINALITY AS t(key, n) ORDER BY n
    ON CONFLICT (topic, key) DO UPDATE SET seq = stream.seq RETURNING key, seq
    """
)
SAY = """
    INSERT INTO outbox (event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, payload)
    SELECT id, topic, key, type, seq, CAST(:at AS timestamptz), CAST(:actor AS text),
           CAST(:correlation AS uuid), CAST(:causation AS uuid), payload
    FROM unnest(CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:types AS text[]),
                CAST(:seqs AS bigint[]), CAST(:payloads AS bytea[]))
         WITH ORDINALITY AS t(id, topic, key, type, seq, payload, n)
    ORDER BY n
"""
INSERT = text(SAY)
NUMBERED = text(
    f"""
    WITH advanced AS (
        UPDATE stream SET seq = t.seq
        FROM unnest(CAST(:moved_topics AS text[]), CAST(:moved_keys AS text[]), CAST(:moved_seqs AS bigint[]))
             AS t(topic, key, seq)
        WHERE stream.topic = t.topic AND stream.key = t.key
    )
    {SAY}
    """  # noqa: S608 - two constants of ours
)
"""The rows, and the last numbers of their streams, in one round trip."""


async def lock_stream(tx: Tx, topic: str, key: str) -> int:
    """Locks an aggregate's stream until the transaction ends; its last sequence number (0 at first).

    Two streams are locked in the order of (topic, key), so that two commands never wait for each other.
    """
    name = (topic, key)
    if name in tx.streams:
        return tx.streams[name]
    assert all(held < name for held in tx.streams), "streams are locked in order"
    row = await run_one(tx, LOCK, topic=topic, key=key)
    assert row is not None
    tx.streams[name] = row["seq"]
    return tx.streams[name]


async def lock_streams(tx: Tx, topic: str, keys: Iterable[str]) -> None:
    """Locks many streams of one topic in one statement, in key order: for batches."""
    wanted = sorted({key for key in keys if (topic, key) not in tx.streams})
    if wanted:
        assert all(held < (topic, wanted[0]) for held in tx.streams), "streams are locked in order"
        for row in await run(tx, LOCK_MANY, topic=topic, keys=wanted):
            tx.streams[(topic, row["key"])] = row["seq"]


async def append(tx: Tx, *facts: Fact) -> list[UUID]:
    """Adds facts to the outbox, in this order; numbers them on their stream. The ids of their events.

    Facts of a numbered topic need their stream's lock (AssertionError otherwise): it was the first statement.
    Raises Refused `fact_too_large`.
    """
    if not facts:
        return []
    rows = [_row(tx, fact) for fact in facts]
    return await _insert(tx, rows)


async def append_tombstone(tx: Tx, topic: str, key: str, kind: str) -> None:
    """Adds an empty record: a compacted topic forgets the key. `kind` is the type of the record it ends."""
    assert not TOPICS[topic].sequenced, "only compacted topics forget"
    await _insert(tx, [{"topic": topic, "key": key, "type": kind, "seq": None, "payload": None}])


def _row(tx: Tx, fact: Fact) -> dict[str, Any]:
    seq = None
    if TOPICS[fact.TOPIC].sequenced:
        name = (fact.TOPIC, fact.key)
        assert name in tx.streams, f"{fact.TYPE}: lock_stream comes first"
        tx.streams[name] += 1
        seq = tx.streams[name]
    return {"topic": fact.TOPIC, "key": fact.key, "type": fact.TYPE, "seq": seq, "payload": _payload(fact)}


def _payload(fact: Fact) -> bytes:
    try:
        written = fact.dump()
    except TooLargeError as error:
        raise _too_large() from error
    if len(written) > LARGEST_PAYLOAD:
        raise _too_large()
    return written


def _too_large() -> Refused:
    return Refused(
        "fact_too_large",
        "Cette saisie est trop volumineuse pour être transmise. Rien n’a été enregistré ; "
        "raccourcissez-la puis recommencez.",
        413,
    )


async def _insert(tx: Tx, rows: list[dict[str, Any]]) -> list[UUID]:
    ids = [tx.runtime.new_event_id() for _ in rows]
    moved = sorted({(row["topic"], row["key"]) for row in rows if row["seq"] is not None})
    numbers = {
        "moved_topics": [topic for topic, _ in moved],
        "moved_keys": [key for _, key in moved],
        "moved_seqs": [tx.streams[name] for name in moved],
    }
    await run(
        tx,
        NUMBERED if moved else INSERT,
        at=tx.now,
        actor=tx.actor,
        correlation=tx.correlation,
        causation=tx.causation,
        ids=ids,
        **{f"{name}s": [row[name] for row in rows] for name in ("topic", "key", "type", "seq", "payload")},
        **(numbers if moved else {}),
    )
    tx.appended = True
    return ids
