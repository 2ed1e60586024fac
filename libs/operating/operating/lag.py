"""How far each consumer of a service is behind each topic, and how old its oldest unread event is."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from eventing.broker import Broker, Position
from eventing.reading import hear

if TYPE_CHECKING:
    from operating.service import Service

CURSORS = "SELECT topic, partition, next_offset FROM projection_cursor WHERE consumer = $1 AND topic = $2"
SECONDS = 5.0
POLLS = 6


@dataclass(frozen=True)
class Lag:
    """`events` of a topic that a consumer has not read; `oldest`, when the first of them was recorded."""

    consumer: str
    topic: str
    events: int
    oldest: datetime | None

    def age(self, now: datetime) -> float:
        """Seconds since the oldest unread event was recorded; 0 when all is read."""
        return max((now - self.oldest).total_seconds(), 0.0) if self.oldest else 0.0


async def measure(service: "Service") -> Sequence[Lag]:
    """Every consumer and topic, the furthest behind first. ConnectionError when Kafka does not answer."""
    try:
        async with asyncio.timeout(SECONDS * 2):
            places = await _places(service)
            bounds = await service.broker.bounds(sorted({p for known in places.values() for p in known}))
            found = [await _lag(service.broker, *who, known, bounds) for who, known in places.items()]
    except TimeoutError as error:
        raise ConnectionError("Kafka does not answer") from error
    return sorted(found, key=lambda lag: (-lag.events, lag.consumer, lag.topic))


async def _places(service: "Service") -> Mapping[tuple[str, str], Mapping[Position, int]]:
    """The next offset of each partition, by consumer and topic; 0 where nothing was read."""
    found: dict[tuple[str, str], Mapping[Position, int]] = {}
    if service.policies is not None:
        consumer = service.policies.subscriber.consumer
        known = await service.broker.committed(consumer)
        for topic in service.policies.policies.topics():
            found[(consumer, topic)] = await _all(service.broker, topic, known)
    if service.projections is not None:
        async with service.database.read() as tx:
            for topic, subscriber in service.projections.subscribers.items():
                rows = await tx.connection.fetch(CURSORS, subscriber.consumer, topic)
                known = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
                found[(subscriber.consumer, topic)] = await _all(service.broker, topic, known)
    return found


async def _all(broker: Broker, topic: str, known: Mapping[Position, int]) -> Mapping[Position, int]:
    return {(topic, n): known.get((topic, n), 0) for n in range(await broker.partitions(topic))}


async def _lag(
    broker: Broker,
    consumer: str,
    topic: str,
    places: Mapping[Position, int],
    bounds: Mapping[Position, tuple[int, int]],
) -> Lag:
    behind = {p: max(at, bounds[p][0]) for p, at in places.items() if bounds[p][1] > max(at, bounds[p][0])}
    events = sum(bounds[place][1] - at for place, at in behind.items())
    return Lag(consumer, topic, events, await _oldest(broker, behind) if behind else None)


async def _oldest(broker: Broker, behind: Mapping[Position, int]) -> datetime | None:
    """When the first unread event of these partitions was recorded; None when none can be read."""
    times: dict[Position, datetime | None] = {}
    reader = await broker.assigned(behind)
    try:
        for _ in range(POLLS):
            for place, records in (await reader.poll(len(behind) * 10, SECONDS / POLLS)).items():
                events = [heard.event for heard in map(hear, records) if heard.event]
                times.setdefault(place, events[0].time if events else None)
            if len(times) == len(behind):
                break
    finally:
        await reader.close()
    return min((time for time in times.values() if time), default=None)
