"""The only place that knows where the engines of the tests come from.

Three doors, in this order: the environment (SEUIL_TEST_POSTGRES, a superuser's URL; SEUIL_TEST_KAFKA,
host:port); `SEUIL_ENGINES=docker`, containers; otherwise the embedded engines in a temporary folder, stopped
at the end. Each test process (xdist worker) has engines of its own, started at the first need.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

from seuil_dev.databases import Databases, ServiceDatabase
from seuil_dev.kafka import Kafka
from seuil_dev.migrations import migrate
from seuil_dev.postgres import Postgres

Prepare = Callable[[str], None]


class Broker(Protocol):
    """What a test may know of a Kafka: where it is."""

    @property
    def bootstrap(self) -> str: ...


class NamedBroker:
    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap


def door(variable: str) -> str:
    """`environment`, `docker` or `embedded`, for one of SEUIL_TEST_POSTGRES and SEUIL_TEST_KAFKA."""
    if os.environ.get(variable):
        return "environment"
    return "docker" if os.environ.get("SEUIL_ENGINES") == "docker" else "embedded"


def announce() -> str:
    return f"engines: postgres {door('SEUIL_TEST_POSTGRES')}, kafka {door('SEUIL_TEST_KAFKA')}"


@contextmanager
def scratch(name: str) -> Iterator[Path]:
    """A temporary folder, removed at the end whatever an engine left in it."""
    folder = Path(tempfile.mkdtemp(prefix=f"seuil-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A running PostgreSQL: its superuser's URL."""
    match door("SEUIL_TEST_POSTGRES"):
        case "environment":
            yield os.environ["SEUIL_TEST_POSTGRES"]
        case "docker":
            from testcontainers.postgres import PostgresContainer

            with PostgresContainer("postgres:18", driver=None) as container:
                yield container.get_connection_url()
        case _:
            with scratch("postgres") as folder:
                server = Postgres(folder)
                try:
                    server.start()
                    yield server.admin_url
                finally:
                    server.stop()


@contextmanager
def kafka_broker() -> Iterator[Broker]:
    """A running Kafka; the embedded one can also be stopped and started by the test."""
    match door("SEUIL_TEST_KAFKA"):
        case "environment":
            yield NamedBroker(os.environ["SEUIL_TEST_KAFKA"])
        case "docker":
            from testcontainers.kafka import KafkaContainer

            with KafkaContainer() as container:
                yield NamedBroker(container.get_bootstrap_server())
        case _:
            with scratch("kafka") as folder:
                broker = Kafka(folder)
                try:
                    broker.start()
                    yield broker
                finally:
                    broker.stop()


class TestDatabases:
    """Databases for tests: one migrated template per service and session, one clone per test."""

    __test__ = False

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._session = secrets.token_hex(4)
        self._templates: dict[str, ServiceDatabase] = {}
        self._count = 0

    @property
    def admin_url(self) -> str:
        return self.databases.admin_url

    def template(self, service: str, prepare: Prepare | None = None) -> ServiceDatabase:
        """The migrated template of `service`; `prepare(owner's URL)` replaces its migrations."""
        if service not in self._templates:
            made = self.databases.provision(service, suffix=f"_{self._session}")
            (prepare or (lambda url: migrate(service, url)))(made.migrator_url)
            self._templates[service] = made
        return self._templates[service]

    def make(self, service: str, prepare: Prepare | None = None) -> ServiceDatabase:
        """A fresh copy of the template of `service`."""
        source = self.template(service, prepare)
        self._count += 1
        return self.databases.clone(source, f"{source.name}_{self._count}")

    def drop(self, database: ServiceDatabase) -> None:
        self.databases.drop(database)


@contextmanager
def test_databases() -> Iterator[TestDatabases]:
    with ExitStack() as stack:
        url = stack.enter_context(postgres_server())
        folder = stack.enter_context(scratch("roles"))
        yield TestDatabases(Databases(url, folder / "roles.json"))
