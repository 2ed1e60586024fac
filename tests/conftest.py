"""Fixtures every level of test shares: the engines, and a database per test."""

from collections.abc import Iterator
from typing import Protocol

import pytest
from hypothesis import settings

from seuil_dev.databases import ServiceDatabase
from tests import infra, once

settings.register_profile("seuil", deadline=None)  # a loaded machine is not a fault of the code
settings.load_profile("seuil")
once.keep_templates()
once.keep_routes()


FIRST = (
    "/crash/",
    "test_documents",
    "test_launcher",
    "test_engines_away",
    "test_hazards",
    "/journey/",
    "/stack/",
    "/engines/",
)
"""Files that last, from the longest on: begun last, one of them would end a run alone."""


CITY_SECONDS = 180
"""For a test that may be the first to ask for the city, on a busy machine."""


class MakeDatabase(Protocol):
    def __call__(self, service: str, prepare: infra.Prepare | None = None) -> ServiceDatabase: ...


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever order was drawn, the files that last stand first; the whole of Seuil has time to start."""

    def rank(item: pytest.Item) -> int:
        return next((n for n, part in enumerate(FIRST) if part in item.nodeid), len(FIRST))

    items.sort(key=rank)
    for item in items:
        if "city" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(CITY_SECONDS))


def pytest_report_header() -> str:
    return infra.announce()


@pytest.fixture(scope="session")
def postgres() -> Iterator[infra.TestDatabases]:
    """A PostgreSQL for this test process, started at the first need."""
    with infra.test_databases() as databases:
        yield databases


@pytest.fixture(scope="session")
def kafka() -> Iterator[infra.Broker]:
    """A Kafka for this test process, started at the first need."""
    with infra.kafka_broker() as broker:
        yield broker


@pytest.fixture
def make_database(postgres: infra.TestDatabases) -> Iterator[MakeDatabase]:
    """Makes databases of a service, migrated and empty; they are given back after the test.

    `make_database("registration")` gives `.app_url` and `.migrator_url`; `prepare` is called with the owner's
    URL of the template, in place of the service's migrations.
    """
    made: list[ServiceDatabase] = []

    def make(service: str, prepare: infra.Prepare | None = None) -> ServiceDatabase:
        made.append(postgres.make(service, prepare))
        return made[-1]

    yield make
    for database in made:
        postgres.give_back(database)
