"""relay: rows of the outbox → Kafka → journal, beside reading the same rows and publishing them bare."""

from typing import Any

from bench.measure import Figure, Say, Side, Size, Timer, in_turn
from bench.reference.relay import publish_bare
from bench.stage import Stage, as_owner
from contracts.topics import CASES
from eventing.db import Database
from eventing.leader import leadership
from eventing.relay import Relay
from seuil_dev.databases import ServiceDatabase

NAMES = ("relay",)
EVENTS, KEYS = 40_000, 5_000
FILL = """
    INSERT INTO outbox (event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, payload)
    SELECT uuidv7(), '{topic}', md5((n % {keys})::text)::uuid::text, 'seuil.cases.case_submitted.v1',
           n / {keys} + 1, now(), 'person:' || md5((n % 997)::text)::uuid, uuidv7(), uuidv7(),
           convert_to(json_build_object('occurred_on', '2026-11-02', 'case_id', md5((n % {keys})::text)::uuid,
               'household_id', md5((n % {keys} + 7)::text)::uuid, 'territory', 'siao-59-lille',
               'organisation_id', md5((n % 41)::text)::uuid, 'composition', 'woman_with_children',
               'persons', n % 7 + 1, 'question', 'orientation', 'situation_group', 'street')::text, 'UTF8')
    FROM generate_series(0, {events} - 1) AS n
"""


def fill(events: int, keys: int = KEYS) -> str:
    """SQL of a backlog of about 300 bytes an event, `keys` streams in turn."""
    return FILL.format(topic=CASES, events=events, keys=keys)


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Each side empties, or reads through, the same backlog."""
    events = size.of(EVENTS, 2000)
    made = stage.provision("cases")
    async with stage.database(made, 1) as database:
        product, reference = sides(stage, made, database, events)
        return [await in_turn("relay", "ev/s", events, size, say, product=product, reference=reference)]


def sides(stage: Stage, made: ServiceDatabase, database: Database, events: int) -> tuple[Side, Side]:
    """Product and reference on a backlog filled afresh."""

    async def product(_: int) -> float:
        await refill(made, events)
        relay, producer = Relay("cases", database, stage.broker()), await stage.broker().producer()
        try:
            async with leadership(database, "cases relay") as connection:
                return await emptied(relay, connection, producer, events)
        finally:
            await producer.close()

    async def reference(_: int) -> float:
        await refill(made, events)
        return await publish_bare(database.url, stage.bootstrap, CASES)

    return product, reference


async def refill(made: ServiceDatabase, events: int, keys: int = KEYS) -> None:
    """An empty journal and a full outbox, statistics known."""
    await as_owner(made, "TRUNCATE outbox, event_log", fill(events, keys), "ANALYZE outbox")


async def emptied(relay: Relay, connection: Any, producer: Any, events: int) -> float:
    """Turns the relay's own loop until nothing is left; events per second."""
    done = 0
    with Timer() as timer:
        while done < events:
            done += await relay.pump(connection, producer)
    return events / timer.seconds
