"""policy: Kafka → inbox and one row per event, beside reading, parsing and inserting the same rows."""

from datetime import date
from uuid import UUID

from sqlalchemy import text

from bench.load import ident, outgoing, publish
from bench.measure import Figure, Say, Side, Size, Timer, in_turn
from bench.reference.policy import consume_bare
from bench.stage import Stage, as_owner
from contracts.registration import RegistrationLapsed
from contracts.topics import REGISTRATION
from eventing.consumer import PolicyConsumer
from eventing.db import Database, Tx, later
from eventing.subscription import Policies, Received
from seuil_dev.databases import ServiceDatabase

NAMES = ("policy",)
EVENTS, KEYS = 30_000, 5_000
TABLE = """
    CREATE TABLE lapse (registration_id uuid PRIMARY KEY, commission_id uuid NOT NULL,
                        person_id uuid NOT NULL, occurred_on date NOT NULL)
"""
EFFECT = text(
    """
    INSERT INTO lapse (registration_id, commission_id, person_id, occurred_on)
    VALUES (:registration, :commission, :person, :day)
    """
)
EMPTY = "TRUNCATE lapse, inbox, stream_pos, parked_key, parked_event"


async def when_registration_lapsed_note_it(tx: Tx, event: Received[RegistrationLapsed]) -> None:
    """One row."""
    fact = event.fact
    later(
        tx,
        EFFECT,
        registration=fact.registration_id,
        commission=fact.commission_id,
        person=fact.person_id,
        day=fact.occurred_on,
    )


def lapsed(number: int, keys: int = KEYS) -> RegistrationLapsed:
    """The event of that number; its commission returns every `keys`."""
    return RegistrationLapsed(
        occurred_on=date(2026, 11, 2),
        registration_id=ident(1, number),
        commission_id=commission(number % keys),
        person_id=ident(3, number),
    )


def commission(number: int) -> UUID:
    """Its id."""
    return ident(2, number)


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Each side reads the same topic from its first event, as a group of its own."""
    events = size.of(EVENTS, 2000)
    made = stage.provision("notifications")
    await as_owner(made, TABLE)
    facts = (lapsed(n) for n in range(events))
    await publish(stage.broker(), outgoing(facts, "registration", KEYS), lambda n: None)
    async with stage.database(made) as database:
        product, reference = sides(stage, made, database, events)
        return [await in_turn("policy", "ev/s", events, size, say, product=product, reference=reference)]


def sides(stage: Stage, made: ServiceDatabase, database: Database, events: int) -> tuple[Side, Side]:
    """Product and reference, on empty tables."""

    async def product(number: int) -> float:
        await as_owner(made, EMPTY)
        policies = Policies({RegistrationLapsed: when_registration_lapsed_note_it})
        consumer = PolicyConsumer(f"bench{number}", database, stage.broker(), policies)
        reader = await consumer.open()
        try:
            await reader.poll(1, 0)
            with Timer() as timer:
                while consumer.counts.applied < events:
                    await consumer.step(reader)
        finally:
            await reader.close()
        return events / timer.seconds

    async def reference(number: int) -> float:
        await as_owner(made, EMPTY)
        return await consume_bare(database.url, stage.bootstrap, REGISTRATION, f"bare{number}", events)

    return product, reference
