"""One chunk of records, one transaction: what is new is applied in log order, what is bad stops its key only.

Policies and projections differ in two things: policies remember event ids in the inbox, projections compare
and set a cursor. Positions per key, gaps, parking and the order of the checks are the same for both.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from contracts.topics import TOPICS
from eventing.broker import Record
from eventing.db import Tx, run, written
from eventing.faults import fault
from eventing.parking import park_event, park_key, parked_among
from eventing.reading import Heard, hear, refuse_gap
from eventing.subscriber import Subscriber
from eventing.tables import LARGEST_PAYLOAD

INBOX = text(
    """
    INSERT INTO inbox (event_id, consumer, applied_at)
    SELECT id, CAST(:consumer AS text), CAST(:now AS timestamptz) FROM unnest(CAST(:ids AS uuid[])) AS t(id)
    ON CONFLICT DO NOTHING RETURNING event_id
    """
)
POSITIONS = text(
    """
    SELECT key, seq FROM stream_pos
    WHERE consumer = :consumer AND topic = :topic AND key = ANY(CAST(:keys AS text[]))
    """
)
SAVE_POSITIONS = text(
    """
    INSERT INTO stream_pos (consumer, topic, key, seq)
    SELECT CAST(:consumer AS text), CAST(:topic AS text), key, seq
    FROM unnest(CAST(:keys AS text[]), CAST(:seqs AS bigint[])) AS t(key, seq)
    ON CONFLICT (consumer, topic, key) DO UPDATE SET seq = excluded.seq
    """
)
DEAD_LETTER = text(
    """
    INSERT INTO outbox (event_id, topic, key, type, recorded_at, actor, extra, payload)
    VALUES (:event_id, :topic, :key, :type, :now, 'system', CAST(:extra AS jsonb), CAST(:payload AS bytea))
    """
)


class HandlerError(Exception):
    """A handler raised on this record; the cause is its `__cause__`."""

    def __init__(self, heard: Heard) -> None:
        super().__init__(heard.key)
        self.heard = heard


@dataclass
class Outcome:
    """What a chunk gave: events that reached a function, those heard before, keys applied and put behind."""

    applied: int = 0
    duplicates: int = 0
    good: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)


async def apply(tx: Tx, subscriber: Subscriber, topic: str, records: Sequence[Record]) -> Outcome:
    """Applies records of one partition. Raises HandlerError."""
    heard = [hear(record) for record in records]
    fresh = await _fresh(tx, subscriber, heard)
    if subscriber.uses_inbox:
        fault("policies.inbox_written")
    parked = await parked_among(tx, subscriber.consumer, topic, (h.key for h in heard))
    numbered = {h.key for h in heard if h.seq is not None}
    before = await positions_of(tx, subscriber.consumer, topic, numbered)
    positions = dict(before)
    outcome = Outcome()
    for item in heard:
        if item.undecodable:
            await _flush(tx, item)
            await _set_aside(tx, subscriber.consumer, item, parked)
            outcome.waiting.add(item.key)
        elif subscriber.uses_inbox and item.event_id not in fresh:
            outcome.duplicates += 1
        elif item.key in parked:
            fresh.discard(item.event_id)
            await _flush(tx, item)
            await park_event(tx, subscriber.consumer, item.key, item.seq, item.event_id, item.record)
            outcome.waiting.add(item.key)
        else:
            fresh.discard(item.event_id)
            outcome.applied += await _apply_one(tx, subscriber, item, positions, outcome)
            outcome.good.add(item.key)
    await _flush(tx, heard[-1])
    moved = {key: seq for key, seq in positions.items() if before.get(key) != seq}
    await save_positions(tx, subscriber.consumer, topic, moved)
    return outcome


async def _flush(tx: Tx, item: Heard) -> None:
    """What handlers left for later is written; where that fails, one by one will say whose fault it is."""
    try:
        await written(tx)
    except Exception as error:
        raise HandlerError(item) from error


async def _apply_one(
    tx: Tx, subscriber: Subscriber, item: Heard, positions: dict[str, int], outcome: Outcome
) -> int:
    try:
        if item.seq is not None and TOPICS[item.record.topic].sequenced:
            last = positions.get(item.key)
            if last is not None and item.seq <= last:
                outcome.duplicates += 1
                return 0
            refuse_gap(item.seq, last)
            positions[item.key] = item.seq
        refuse_unreadable(subscriber, item)
        tx.correlation = (item.event.correlation or item.event.id) if item.event else None
        tx.causation = item.event.id if item.event else None
        if item.tombstone:
            await subscriber.forget(tx, item)
        elif item.event is not None:
            await subscriber.handle(tx, item.event)
            return 1
    except Exception as error:
        raise HandlerError(item) from error
    return 0


def refuse_unreadable(subscriber: Subscriber, item: Heard) -> None:
    """Raises why a record cannot be read, unless it is of a kind that this subscriber does not hear."""
    if item.error is not None and (item.kind is None or subscriber.hears(item.kind)):
        raise item.error


async def _fresh(tx: Tx, subscriber: Subscriber, heard: list[Heard]) -> set[str]:
    ids = sorted({h.event_id for h in heard if h.event_id})
    if not (subscriber.uses_inbox and ids):
        return set()
    rows = await run(tx, INBOX, consumer=subscriber.consumer, ids=ids, now=tx.now)
    return {str(row["event_id"]) for row in rows}


async def positions_of(tx: Tx, consumer: str, topic: str, keys: Collection[str]) -> dict[str, int]:
    """The last number applied of each key that has one."""
    if not keys:
        return {}
    rows = await run(tx, POSITIONS, consumer=consumer, topic=topic, keys=sorted(keys))
    return {row["key"]: row["seq"] for row in rows}


async def save_positions(tx: Tx, consumer: str, topic: str, moved: dict[str, int]) -> None:
    """Says which number each key has reached."""
    if moved:
        keys = sorted(moved)
        await run(
            tx, SAVE_POSITIONS, consumer=consumer, topic=topic, keys=keys, seqs=[moved[k] for k in keys]
        )


async def _set_aside(tx: Tx, consumer: str, item: Heard, parked: set[str]) -> None:
    assert item.error is not None
    if item.key not in parked:
        await park_key(tx, consumer, item.record.topic, item.key, item.error)
    await park_event(tx, consumer, item.key, None, "", item.record)


async def park(tx: Tx, subscriber: Subscriber, service: str, item: Heard, error: BaseException) -> None:
    """Parks a bad record and its key; copies it to the dead letters unless its topic names people."""
    if subscriber.uses_inbox and item.event_id:
        fresh = await run(tx, INBOX, consumer=subscriber.consumer, ids=[item.event_id], now=tx.now)
        if not fresh:
            return
    await park_key(tx, subscriber.consumer, item.record.topic, item.key, error)
    await park_event(tx, subscriber.consumer, item.key, item.seq, item.event_id, item.record)
    dead, value = f"seuil.{service}.dead.v1", item.record.value
    topic = TOPICS[item.record.topic]
    if dead not in TOPICS or not topic.sequenced:
        return
    await run(
        tx,
        DEAD_LETTER,
        event_id=tx.runtime.new_event_id(),
        topic=dead,
        key=item.key,
        type="seuil.eventing.parked.v1",
        now=tx.now,
        payload=value if len(value or b"") <= LARGEST_PAYLOAD else b"",
        extra={
            "dlq-topic": item.record.topic,
            "dlq-partition": str(item.record.partition),
            "dlq-offset": str(item.record.offset),
            "dlq-consumer": subscriber.consumer,
            "dlq-error-class": type(error).__name__,
        },
    )
    tx.appended = True
