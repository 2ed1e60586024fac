"""After a database was restored from an older copy: it learns again what Kafka says that it said.

Its numbers go on after those that readers have had, its journal is whole again, its policies read from the
oldest record on. What its own tables do not know is listed: people put that right, no command can.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope
from eventing.broker import Record
from eventing.leader import kept_alive
from eventing.tail import between, journalled, said_by, tails, unheard
from operating.republish import alone
from operating.service import Service

Say = Callable[[str], None]
INSERT = """
    INSERT INTO event_log (id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation,
                           payload, "partition", "offset")
    VALUES (nextval(pg_get_serial_sequence('outbox', 'id')),
            $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (event_id) DO NOTHING
"""
RAISE = """
    INSERT INTO stream (topic, key, seq)
    SELECT $1, key, seq FROM unnest($2::text[], $3::bigint[]) AS t(key, seq) ORDER BY key
    ON CONFLICT (topic, key) DO UPDATE SET seq = greatest(stream.seq, excluded.seq)
"""
WAITING = """
    SELECT id, event_id, key FROM outbox WHERE topic = $1 AND key = ANY($2::text[]) ORDER BY id FOR UPDATE
"""
RENUMBER = "UPDATE outbox SET seq = $2 WHERE id = $1"


@dataclass(frozen=True)
class Unknown:
    """A fact that Kafka has and the restored tables do not know."""

    type: str
    key: str
    seq: int | None
    time: datetime
    id: UUID


@dataclass
class _Tail:
    """What Kafka holds of one topic after the journal's end."""

    facts: list[tuple[Record, Envelope]] = field(default_factory=list)
    seqs: dict[str, int] = field(default_factory=dict)
    ids: set[UUID] = field(default_factory=set)

    def take(self, service: str, records: Sequence[Record]) -> None:
        for record in records:
            envelope = said_by(service, record)
            if envelope is not None and envelope.seq is not None:
                self.seqs[envelope.key] = max(self.seqs.get(envelope.key, 0), envelope.seq)
                self.ids.add(envelope.id)


async def restored(service: Service, say: Say = lambda _: None) -> list[Unknown]:
    """Makes a restored database go on; the facts that its tables do not know, oldest first.

    Run it while the service is stopped. Run again it finds nothing. Raises LogDiffersError when Kafka is the
    one that is behind, ConnectionError while it is away or while the service still reads.
    """
    found: list[Unknown] = []
    async with alone(service) as connection:
        for topic in journalled(service.name):
            tail = _Tail()
            async with kept_alive(connection):
                ranges = await tails(connection, service.broker, topic)
            async for records in between(service.broker, ranges):
                tail.take(service.name, records)
                tail.facts += await unheard(connection, service.name, records)
            if tail.ids:
                async with connection.transaction():
                    await _learn(connection, topic, tail)
            found += [Unknown(e.type, e.key, e.seq, e.time, e.id) for _, e in tail.facts]
            say(f"{topic}: {len(tail.facts)} facts that this database did not know")
    if service.policies is not None:
        group, topics = service.policies.subscriber.consumer, service.policies.policies.topics()
        await service.broker.rewind(group, topics)
        say(f"{group} reads again from the oldest record; nothing is done twice")
    return sorted(found, key=lambda fact: (fact.time, fact.key, fact.seq or 0))


async def _learn(connection: Any, topic: str, tail: _Tail) -> None:
    """The numbers, the journal, and new numbers for what was said since the restore and has not left."""
    for record, e in tail.facts:
        await connection.execute(
            INSERT, e.id, topic, e.key, e.type, e.seq, e.time, e.actor, e.correlation, e.causation,
            record.value, record.partition, record.offset,
        )  # fmt: skip
    seqs = dict(tail.seqs)
    await connection.execute(RAISE, topic, list(seqs), list(seqs.values()))
    for row in await connection.fetch(WAITING, topic, list(seqs)):
        if row["event_id"] not in tail.ids:
            seqs[row["key"]] += 1
            await connection.execute(RENUMBER, row["id"], seqs[row["key"]])
    await connection.execute(RAISE, topic, list(seqs), list(seqs.values()))
