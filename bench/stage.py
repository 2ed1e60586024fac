"""The engines of one row: a PostgreSQL and a Kafka of its own, as durable as they come, gone afterwards."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from contracts.topics import TOPICS
from eventing.db import Database
from eventing.kafka import KafkaBroker, create_topics
from eventing.runtime import real_runtime
from seuil_dev.databases import ServiceDatabase
from seuil_dev.kafka import JVM, Kafka
from seuil_dev.migrations import migrate
from seuil_dev.postgres import Postgres

SETTINGS = ("fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "wal_level")


@dataclass(frozen=True)
class Stage:
    """A running PostgreSQL and a running Kafka with every topic of the contracts."""

    postgres: Postgres
    kafka: Kafka

    @property
    def bootstrap(self) -> str:
        """Where Kafka is."""
        return self.kafka.bootstrap

    def broker(self) -> KafkaBroker:
        """Kafka as the product sees it."""
        return KafkaBroker(self.kafka.bootstrap)

    def provision(self, service: str, suffix: str = "") -> ServiceDatabase:
        """The migrated database of a service."""
        made = self.postgres.provision(service, suffix=suffix)
        migrate(service, made.migrator_url)
        return made

    @asynccontextmanager
    async def database(self, made: ServiceDatabase, connections: int = 5) -> AsyncIterator[Database]:
        """The product's pool on it."""
        opened = Database(made.app_url, real_runtime(), min_size=connections, max_size=connections)
        await opened.open()
        try:
            yield opened
        finally:
            await opened.close()

    async def durability(self) -> str:
        """What the engines do before they say that something is kept."""
        connection = await asyncpg.connect(self.postgres.admin_url)
        try:
            said = [f"{name}={await connection.fetchval(f'SHOW {name}')}" for name in SETTINGS]
            version = await connection.fetchval("SHOW server_version")
        finally:
            await connection.close()
        compiler = "C1 only" if "-XX:TieredStopAtLevel=1" in JVM else "C1 and C2"
        return (
            f"PostgreSQL {version}: {', '.join(said)}. Kafka: one broker, acks=all, idempotent, "
            f"flushed by the system ({compiler}, {next(o for o in JVM if o.startswith('-Xmx'))})."
        )


@contextmanager
def stage() -> Iterator[Stage]:
    """Engines in a temporary folder; stopped and removed whatever happens. Enter it outside any loop."""
    folder = Path(tempfile.mkdtemp(prefix="seuil-bench-"))
    postgres, kafka = Postgres(folder / "postgres"), Kafka(folder / "kafka")
    try:
        kafka.prepare()
        postgres.prepare()
        kafka.launch()
        postgres.launch()
        postgres.finish_start()
        kafka.finish_start()
        topics = {name: (topic.partitions, topic.settings()) for name, topic in TOPICS.items()}
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, create_topics(kafka.bootstrap, topics)).result()
        yield Stage(postgres, kafka)
    finally:
        for engine in (kafka, postgres):
            engine.child.ask_to_stop()
        for engine in (postgres, kafka):
            engine.child.wait_stopped()
        shutil.rmtree(folder, ignore_errors=True)


async def as_owner(made: ServiceDatabase, *statements: str) -> None:
    """Runs statements that the application role may not."""
    connection = await asyncpg.connect(made.migrator_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
