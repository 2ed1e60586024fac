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
from urllib.parse import urlsplit

import asyncpg

from seuil_dev.databases import Databases, ServiceDatabase, run_on
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
                    run_on(server.admin_url, trust_the_disk)
                    yield server.admin_url
                finally:
                    server.stop()


async def trust_the_disk(admin: asyncpg.Connection) -> None:
    """What dies with the test need not outlive the machine: no waiting for the disk."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        await admin.execute(f"ALTER SYSTEM SET {setting} = off")
    await admin.execute("SELECT pg_reload_conf()")


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
    """Databases for tests: one migrated template per service and session, copies of it for the tests.

    A copy that is given back is emptied and lent again, unless its tables or rights were changed.
    """

    __test__ = False

    def __init__(self, databases: Databases) -> None:
        self.databases = databases
        self._session = secrets.token_hex(4)
        self._templates: dict[tuple[str, Prepare | None], ServiceDatabase] = {}
        self._shapes: dict[str, str] = {}
        self._free: dict[str, list[ServiceDatabase]] = {}
        self._count = 0

    @property
    def admin_url(self) -> str:
        return self.databases.admin_url

    def template(self, service: str, prepare: Prepare | None = None) -> ServiceDatabase:
        """The migrated template of `service`; `prepare(owner's URL)` makes another, without them."""
        key = (service, prepare)
        if key not in self._templates:
            made = self.databases.provision(service, suffix=f"_{self._session}{len(self._templates)}")
            (prepare or (lambda url: migrate(service, url)))(made.migrator_url)
            self._templates[key] = made
        return self._templates[key]

    def make(self, service: str, prepare: Prepare | None = None) -> ServiceDatabase:
        """A database like the template of `service`, without anybody's rows."""
        source = self.template(service, prepare)
        if free := self._free.get(source.name):
            return free.pop()
        self._count += 1
        made = self.databases.clone(source, f"{source.name}_{self._count}")
        self._shapes[made.name] = run_on(self._inside(made), shape)
        return made

    def give_back(self, database: ServiceDatabase) -> None:
        """Sends its clients off and keeps it, emptied, for another test; drops it when it is not as made."""
        if run_on(self._inside(database), empty) == self._shapes.get(database.name):
            self._free.setdefault(database.roles, []).append(database)
        else:
            self.drop(database)

    def drop(self, database: ServiceDatabase) -> None:
        self.databases.drop(database)

    def _inside(self, database: ServiceDatabase) -> str:
        return urlsplit(self.admin_url)._replace(path=f"/{database.name}").geturl()


async def shape(admin: asyncpg.Connection) -> str:
    """What tells whether tables, columns, constraints, triggers, functions or rights were changed."""
    return str(await admin.fetchval(_SHAPE))


async def empty(admin: asyncpg.Connection) -> str:
    """Removes every row but those of the migrations' own table, and starts numbering again: the shape."""
    await admin.execute(_SEND_OFF)
    tables = [row[0] for row in await admin.fetch(_TABLES)]
    asked = " UNION ALL ".join(f"SELECT '{t}' WHERE EXISTS (SELECT FROM {t})" for t in tables)  # noqa: S608 - names of ours only, values are bound
    if used := [row[0] for row in await admin.fetch(asked)] if tables else []:
        await admin.execute(f"TRUNCATE {', '.join(used)} CASCADE")
    await admin.execute(_NUMBER_AGAIN)
    return await shape(admin)


_SEND_OFF = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""
_NUMBER_AGAIN = """
    SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL
"""
_SHAPE = """
    SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
        SELECT concat_ws(',', oid, relname, relowner, relacl, reloptions, relrowsecurity) AS line
        FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT concat_ws(',', attrelid, attnum, xmin) FROM pg_attribute WHERE attrelid >= 16384
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_constraint WHERE oid >= 16384
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_attrdef
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_trigger
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_rewrite WHERE oid >= 16384
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_proc WHERE oid >= 16384
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_type WHERE oid >= 16384
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_namespace
        UNION ALL SELECT concat_ws(',', oid, xmin) FROM pg_policy
    ) AS parts
"""
"""A row's `xmin` is the transaction that wrote it last; emptying a table writes none of these."""


@contextmanager
def test_databases() -> Iterator[TestDatabases]:
    with ExitStack() as stack:
        url = stack.enter_context(postgres_server())
        folder = stack.enter_context(scratch("roles"))
        yield TestDatabases(Databases(url, folder / "roles.json"))
