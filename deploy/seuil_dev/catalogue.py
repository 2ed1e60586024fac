"""The services of Seuil as the launcher knows them: a name each, and the same interface."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Protocol

from contracts.topics import FACTS_KEPT_MONTHS, TOPICS
from eventing.kafka import create_topics
from seuil_dev.gateway import Application
from seuil_dev.migrations import migrate
from seuil_dev.settings import environment

SERVICES = ("registration", "notifications", "integration", "analytics", "cases")


class Catalogue(Protocol):
    """What the launcher runs; the tests of the launcher have one of their own."""

    @property
    def names(self) -> Sequence[str]:
        """Services, in the order they start."""

    def migrate(self, service: str, migration_url: str) -> None:
        """Bring its database to the head; before any app starts."""

    async def create_topics(self, bootstrap: str, *, months: int) -> None:
        """Make the topics that are missing."""

    def application(self, service: str, settings: Mapping[str, str | None]) -> Application:
        """Its app, with settings given by the names of environment variables."""


class Services:
    """The real ones, imported by name."""

    names: Sequence[str] = SERVICES

    def migrate(self, service: str, migration_url: str) -> None:
        migrate(service, migration_url)
        importlib.import_module(f"{service}.app")  # half a second of imports, while Kafka starts

    async def create_topics(self, bootstrap: str, *, months: int = FACTS_KEPT_MONTHS) -> None:
        living = (t for t in TOPICS.values() if t.owner in SERVICES or t.owner == "every service")
        await create_topics(bootstrap, {t.name: (t.partitions, t.settings(months)) for t in living})

    def application(self, service: str, settings: Mapping[str, str | None]) -> Application:
        app, settings_of = (importlib.import_module(f"{service}.{part}") for part in ("app", "settings"))
        with environment(settings):
            made: Application = app.create_app(settings_of.Settings())
        return made
