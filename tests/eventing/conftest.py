"""A database with the eventing tables, and both brokers: every behaviour is tried on memory and on Kafka."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.registration import RegistrationLapsed
from contracts.topics import TOPICS
from eventing.broker import Broker, Reader
from eventing.consumer import PolicyConsumer, ProjectionConsumer
from eventing.db import Database, Tx
from eventing.kafka import KafkaBroker, create_topics
from eventing.outbox import append, lock_stream
from eventing.relay import Relay
from eventing.subscription import Policies, Projection, Received
from eventing.tables import metadata
from tests.conftest import MakeDatabase
from tests.infra import Broker as KafkaServer
from tests.infra import kafka_broker
from tests.world import Clock, memory_broker

TOPIC = "seuil.registration.v1"
COLUMNS = (
    "(n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, consumer text, key text, seq bigint, event_id uuid)"
)
EFFECTS = f"CREATE TABLE effect {COLUMNS}"
PROJECTED = f"CREATE TABLE projected_effect {COLUMNS}"
TABLES = {"policies": "effect", "projection": "projected_effect"}


def prepare(url: str) -> None:
    async def create() -> None:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            await connection.execute(text(EFFECTS))
            await connection.execute(text(PROJECTED))
        await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create()).result()


@pytest.fixture
def clock() -> Clock:
    return Clock(seed=secrets.randbits(32))


@pytest.fixture
async def database(make_database: MakeDatabase, clock: Clock) -> AsyncIterator[Database]:
    made = make_database("eventing", prepare)
    opened = Database(made.app_url, clock.runtime(), max_size=20)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def kafka_topics(kafka: KafkaServer) -> KafkaServer:
    topics = {name: (topic.partitions, topic.settings()) for name, topic in TOPICS.items()}
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create_topics(kafka.bootstrap, topics)).result()
    return kafka


@pytest.fixture
def own_kafka() -> Iterator[Any]:
    """A broker that this test may stop and kill."""
    with kafka_broker() as broker:
        if not hasattr(broker, "stop"):
            pytest.skip("a broker given by the environment is not ours to stop")
        topics = {name: (topic.partitions, topic.settings()) for name, topic in TOPICS.items()}
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, create_topics(broker.bootstrap, topics)).result()
        yield broker


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> Broker:
    if request.param == "memory":
        return memory_broker()
    return KafkaBroker(request.getfixturevalue("kafka_topics").bootstrap)


def lapsed(commission: UUID, number: int) -> RegistrationLapsed:
    return RegistrationLapsed(
        occurred_on=date(2026, 11, 2),
        registration_id=UUID(int=number, version=4),
        commission_id=commission,
        person_id=UUID(int=number, version=4),
    )


async def say(database: Database, commission: UUID, *numbers: int) -> None:
    """One command that says one fact per number on a commission's stream."""
    async with database.transaction() as tx:
        await lock_stream(tx, TOPIC, str(commission))
        await append(tx, *[lapsed(commission, n) for n in numbers])


@dataclass
class Rig:
    """A relay, a policy consumer and a projection consumer on one database."""

    database: Database
    broker: Broker
    keys: set[str] = field(default_factory=set)
    poison: set[int] = field(default_factory=set)
    transient: set[int] = field(default_factory=set)
    name: str = field(default_factory=lambda: f"rig{secrets.token_hex(4)}")

    def __post_init__(self) -> None:
        self.relay = Relay(self.name, self.database, self.broker)
        self.policies = self.policy_consumer()
        self.projection = Projection(
            "effects", 1, TOPIC, {RegistrationLapsed: self.fold}, tables=["projected_effect"]
        )
        self.projections = ProjectionConsumer(self.name, self.database, self.broker, [self.projection])

    def policy_consumer(self) -> PolicyConsumer:
        return PolicyConsumer(self.name, self.database, self.broker, Policies({RegistrationLapsed: self.act}))

    async def act(self, tx: Tx, event: Received[RegistrationLapsed]) -> None:
        await self._note(tx, event, "policies")

    async def fold(self, tx: Tx, event: Received[RegistrationLapsed]) -> None:
        await self._note(tx, event, "projection")

    async def _note(self, tx: Tx, event: Received[RegistrationLapsed], consumer: str) -> None:
        if event.key not in self.keys:
            return  # another test's record on the shared broker
        number = event.fact.registration_id.int & 0xFFFF
        if number in self.transient:
            self.transient.discard(number)
            raise ConnectionError("away for a moment")
        if number in self.poison:
            raise RuntimeError("poison")
        await tx.connection.execute(
            f"INSERT INTO {TABLES[consumer]} (consumer, key, seq, event_id) VALUES ($1, $2, $3, $4)",  # noqa: S608 - names of ours only, values are bound
            consumer, event.key, event.seq, event.id,
        )  # fmt: skip

    async def say(self, commission: UUID, *numbers: int) -> None:
        self.keys.add(str(commission))
        await say(self.database, commission, *numbers)

    async def relay_all(self) -> int:
        producer = await self.broker.producer()
        total = 0
        async with self.database.transaction() as tx:
            while sent := await self.relay.pump(tx.connection, producer):
                total += sent
        await producer.close()
        return total

    async def consume(self, consumer: PolicyConsumer | ProjectionConsumer) -> None:
        """Reads to the end of the log, starting again after transient errors."""
        for _ in range(20):
            reader = await consumer.open()
            try:
                async with asyncio.timeout(40):
                    while await consumer.step(reader, 0.2) or await self._behind(reader):
                        pass
                return
            except ConnectionError:
                continue
            finally:
                await reader.close()
        raise AssertionError("never quiet")

    async def _behind(self, reader: Reader) -> bool:
        positions = await reader.positions()
        bounds = await self.broker.bounds(sorted(positions))
        return not positions or any(end > positions[place] for place, (_, end) in bounds.items())

    async def effects(self, consumer: str, key: UUID) -> list[int]:
        async with self.database.read() as tx:
            rows = await tx.connection.fetch(
                f"SELECT seq FROM {TABLES[consumer]} WHERE consumer = $1 AND key = $2 ORDER BY n",  # noqa: S608 - names of ours only, values are bound
                consumer,
                str(key),
            )
        return [row["seq"] for row in rows]

    async def value(self, sql: str, *arguments: object) -> object:
        async with self.database.read() as tx:
            return await tx.connection.fetchval(sql, *arguments)


@pytest.fixture
def rig(database: Database, broker: Broker) -> Rig:
    return Rig(database, broker)
