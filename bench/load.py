"""Events laid on a topic as the product would have published them, but quickly."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import UUID

from contracts.envelope import Envelope
from contracts.event import Fact
from eventing.broker import Outgoing
from eventing.kafka import KafkaBroker
from eventing.runtime import uuid7

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BATCH = 5000


def ident(space: int, number: int) -> UUID:
    """The same id for the same number, a UUIDv4 by its form."""
    return UUID(int=(space << 96) | number, version=4)


def event_id(number: int) -> UUID:
    """A UUIDv7 that rises with the number."""
    return uuid7(1_790_000_000_000 + number // 10, number.to_bytes(10, "big"))


def outgoing(facts: Iterable[Fact], source: str, keys: int, first: int = 0) -> Iterable[Outgoing]:
    """Facts whose keys return every `keys`, numbered on their streams and dressed."""
    for number, fact in enumerate(facts, first):
        envelope = Envelope(
            id=event_id(number),
            type=fact.TYPE,
            source=f"/seuil/{source}",
            time=START,
            key=fact.key,
            seq=number // keys + 1,
            correlation=event_id(number),
            causation=event_id(number),
            actor="system",
        )
        yield Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), START)


async def publish(broker: KafkaBroker, events: Iterable[Outgoing], said: Callable[[int], None]) -> int:
    """Publishes them in order per key; how many. `said` is told how many so far, now and then."""
    producer = await broker.producer()
    count, batch = 0, []
    try:
        for event in events:
            batch.append(event)
            if len(batch) == BATCH:
                count += len(await producer.publish(batch))
                batch = []
                if count % (BATCH * 20) == 0:
                    said(count)
        if batch:
            count += len(await producer.publish(batch))
    finally:
        await producer.close()
    return count
