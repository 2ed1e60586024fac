"""What a log holds after the last record that its owner's journal knows, looked at before the relay writes.

A log that ends before was lost or replaced. One that goes on with facts that the database has never heard of
stands beside a database restored from an older copy: a new fact would take a number that readers have had.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope
from contracts.topics import TOPICS
from eventing.broker import Broker, Position, Record

POLL, POLL_SECONDS, EMPTY_POLLS = 1000, 0.5, 40
LAST = """
    SELECT "offset" FROM event_log WHERE topic = $1 AND "partition" = $2 ORDER BY "offset" DESC LIMIT 1
"""
SAID = "SELECT event_id FROM event_log WHERE event_id = ANY($1)"
WAITING = "SELECT event_id FROM outbox JOIN unnest($1::uuid[]) AS t(event_id) USING (event_id)"
HALF = "SELECT again_to IS NOT NULL FROM log_epoch WHERE topic = $1"


class LogDiffersError(Exception):
    """The log and the journal disagree: nothing is written until somebody has run what the words name."""


def journalled(service: str) -> list[str]:
    """The topics of a service that can be made again from its journal."""
    return sorted(t.name for t in TOPICS.values() if t.owner == service and t.journalled and t.sequenced)


async def tails(connection: Any, broker: Broker, topic: str) -> dict[Position, tuple[int, int]]:
    """Per partition, the first offset that the journal does not know and the end. Raises LogDiffersError."""
    places = [(topic, n) for n in range(await broker.partitions(topic))]
    found = {}
    for place, (first, end) in (await broker.bounds(places)).items():
        last = await connection.fetchval(LAST, *place)
        if last is not None and end <= last:
            raise LogDiffersError(
                f"{place[0]}/{place[1]} ends at {end}, the journal knows {last}: Kafka was lost or replaced, "
                "run republish"
            )
        found[place] = (first if last is None else max(first, last + 1), end)
    return found


async def between(broker: Broker, ranges: Mapping[Position, tuple[int, int]]) -> AsyncIterator[list[Record]]:
    """The records of these ranges, some of one partition at a time. ConnectionError when they do not come."""
    waiting = {place: end for place, (start, end) in ranges.items() if end > start}
    if not waiting:
        return
    reader = await broker.assigned({place: ranges[place][0] for place in waiting})
    empty = 0
    try:
        while waiting:
            found = await reader.poll(POLL, POLL_SECONDS)
            empty = 0 if found else empty + 1
            for place, records in found.items():
                if place in waiting and (wanted := [r for r in records if r.offset < waiting[place]]):
                    yield wanted
            at = await reader.positions()
            waiting = {place: end for place, end in waiting.items() if at.get(place, 0) < end}
            if empty > EMPTY_POLLS:
                raise ConnectionError("the log cannot be read to its end")
    finally:
        await reader.close()


def said_by(service: str, record: Record) -> Envelope | None:
    """The envelope of a record that this service said; None for anything else."""
    try:
        envelope = Envelope.from_headers(record.headers)
    except ValueError:
        return None
    return envelope if envelope.source == f"/seuil/{service}" else None


async def known_among(connection: Any, ids: Collection[UUID]) -> set[UUID]:
    """Which of these events the database has, said or still to be said."""
    said = {row["event_id"] for row in await connection.fetch(SAID, list(ids))}
    rest = [event_id for event_id in ids if event_id not in said]
    return said | {row["event_id"] for row in await connection.fetch(WAITING, rest)} if rest else said


async def unheard(connection: Any, service: str, records: list[Record]) -> list[tuple[Record, Envelope]]:
    """Those of the records that the service said and its database does not know, in order, each id once."""
    ours: dict[UUID, tuple[Record, Envelope]] = {}
    for record in records:
        if (envelope := said_by(service, record)) is not None:
            ours.setdefault(envelope.id, (record, envelope))
    known = await known_among(connection, ours)
    return [found for event_id, found in ours.items() if event_id not in known]


async def check(connection: Any, broker: Broker, service: str) -> dict[Position, int]:
    """Where each log ends. Raises LogDiffersError when the relay must not write, OSErrors without Kafka."""
    ends: dict[Position, int] = {}
    for topic in journalled(service):
        if await connection.fetchval(HALF, topic):
            raise LogDiffersError(f"{topic} is filled half-way, run republish again")
        ranges = await tails(connection, broker, topic)
        ends |= {place: end for place, (_, end) in ranges.items()}
        async for records in between(broker, ranges):
            if strange := await unheard(connection, service, records):
                record, envelope = strange[0]
                raise LogDiffersError(
                    f"{record.topic}/{record.partition} holds {envelope.id} at {record.offset}, which this "
                    "database has never heard of: it was restored from an older copy, run restored"
                )
    return ends
