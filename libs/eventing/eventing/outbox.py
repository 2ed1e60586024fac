"""Facts leave with the state they tell: rows written in the business transaction are the relay's to-do list.

`lock_stream` is the first statement on an aggregate and its lock; `append` the last of the transaction.
Because a key's lock is held from the decision to the commit, outbox ids of one key rise in commit order.
"""

from typing import Any

from contracts.event import Fact
from contracts.topics import TOPICS
from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import insert

from eventing.db import Tx, run, run_one
from eventing.tables import STREAM

_insert_stream = insert(STREAM).values(topic=bindparam("topic"), key=bindparam("key"), seq=0)
LOCK = _insert_stream.on_conflict_do_update(
    index_elements=[STREAM.c.topic, STREAM.c.key], set_={"seq": STREAM.c.seq}
).returning(STREAM.c.seq)
ADVANCE = (
    update(STREAM)
    .where(STREAM.c.topic == bindparam("stream_topic"), STREAM.c.key == bindparam("stream_key"))
    .values(seq=bindparam("stream_seq"))
)
INSERT = text(
    """
    INSERT INTO outbox (event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, payload)
    SELECT id, topic, key, type, seq, CAST(:at AS timestamptz), CAST(:actor AS text),
           CAST(:correlation AS uuid), CAST(:causation AS uuid), payload
    FROM unnest(CAST(:ids AS uuid[]), CAST(:topics AS text[]), CAST(:keys AS text[]), CAST(:types AS text[]),
                CAST(:seqs AS bigint[]), CAST(:payloads AS bytea[]))
         WITH ORDINALITY AS t(id, topic, key, type, seq, payload, n)
    ORDER BY n
    """
)


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


async def append(tx: Tx, *facts: Fact) -> None:
    """Adds facts to the outbox, in this order; numbers them on their stream.

    Facts of a numbered topic need their stream's lock (AssertionError otherwise): it was the first statement.
    """
    if not facts:
        return
    rows = [_row(tx, fact) for fact in facts]
    await _insert(tx, rows)
    touched = {(row["topic"], row["key"]) for row in rows if row["seq"] is not None}
    for topic, key in sorted(touched):
        await run(tx, ADVANCE, stream_topic=topic, stream_key=key, stream_seq=tx.streams[(topic, key)])


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
    return {"topic": fact.TOPIC, "key": fact.key, "type": fact.TYPE, "seq": seq, "payload": fact.dump()}


async def _insert(tx: Tx, rows: list[dict[str, Any]]) -> None:
    await run(
        tx,
        INSERT,
        at=tx.now,
        actor=tx.actor,
        correlation=tx.correlation,
        causation=tx.causation,
        ids=[tx.runtime.new_event_id() for _ in rows],
        **{f"{name}s": [row[name] for row in rows] for name in ("topic", "key", "type", "seq", "payload")},
    )
    tx.appended = True


