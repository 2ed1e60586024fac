"""The topics: who writes them, who reads them, how long they are kept and which classes of data they take."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

from contracts.classes import DataClass

FACTS_KEPT_MONTHS = 37
"""The running year, two whole years before it and the January extraction."""
NOTIFICATIONS_KEPT_MONTHS = 13
TOMBSTONES_KEPT = timedelta(days=30)
SERVICES = ("registration", "notifications", "integration", "analytics", "cases")

REGISTRATION = "seuil.registration.v1"
CASES = "seuil.cases.v1"
INTEGRATION = "seuil.integration.v1"
NOTIFICATIONS = "seuil.notifications.v1"
DIRECTORY = "seuil.directory.v1"
ACCOUNTS = "seuil.accounts.v1"
INTAKE = "seuil.intake.v1"
OPS = "seuil.ops.v1"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `kept` None: for as long as facts are kept, a setting; meaningless when compacted.

    `journalled`: its records are kept in the owner's journal, so the topic can be made again from it.
    `sequenced`: its records are numbered per key from 1; others carry a version, or nothing.
    `wording`: it takes text that is about nobody.
    """

    name: str
    owner: str
    readers: frozenset[str]
    classes: frozenset[DataClass]
    partitions: int = 3
    cleanup: Literal["delete", "compact"] = "delete"
    kept: timedelta | None = None
    journalled: bool = True
    sequenced: bool = True
    wording: bool = False

    @property
    def compacted(self) -> bool:
        """Whether only the latest record of each key is kept."""
        return self.cleanup == "compact"

    @property
    def identity(self) -> bool:
        """Whether it carries identity: its records are never copied elsewhere, not even when parked."""
        return DataClass.X in self.classes

    def retention(self, facts_kept_months: int = FACTS_KEPT_MONTHS) -> timedelta | None:
        """Return how long its records are kept; None for compacted topics."""
        if self.compacted:
            return None
        return self.kept or months(facts_kept_months)

    def settings(self, facts_kept_months: int = FACTS_KEPT_MONTHS) -> dict[str, str]:
        """Return the broker's settings that follow from the contract."""
        kept = self.retention(facts_kept_months)
        if kept is None:
            return {"cleanup.policy": "compact", "delete.retention.ms": _ms(TOMBSTONES_KEPT)}
        return {"cleanup.policy": "delete", "retention.ms": _ms(kept)}


def months(count: int) -> timedelta:
    """Return at least `count` civil months, in whole days."""
    return timedelta(days=math.ceil(count * 365.25 / 12))


def dead_letters(service: str) -> str:
    """Return the topic of the copies of the events a service has parked."""
    return f"seuil.{service}.dead.v1"


def _ms(duration: timedelta) -> str:
    return str(int(duration.total_seconds() * 1000))


_N, _P, _H, _X = DataClass.N, DataClass.P, DataClass.H, DataClass.X
_EVERYONE = frozenset(SERVICES)

_LIVING = (
    Topic(
        REGISTRATION,
        owner="registration",
        readers=frozenset({"notifications", "integration", "analytics", "cases"}),
        classes=frozenset({_N, _P}),
    ),
    Topic(
        CASES,
        owner="cases",
        readers=frozenset({"registration", "notifications", "integration", "analytics"}),
        classes=frozenset({_N, _P, _H}),
        partitions=12,
    ),
    Topic(
        INTEGRATION,
        owner="integration",
        readers=frozenset({"analytics", "cases"}),
        classes=frozenset({_N, _H}),
        partitions=12,
    ),
    Topic(
        NOTIFICATIONS,
        owner="notifications",
        readers=frozenset({"registration", "analytics"}),
        classes=frozenset({_N, _P}),
        kept=months(NOTIFICATIONS_KEPT_MONTHS),
    ),
    Topic(
        DIRECTORY,
        owner="registration",
        readers=frozenset({"notifications", "cases"}),
        classes=frozenset({_N, _P, _X}),
        cleanup="compact",
        journalled=False,
        sequenced=False,
        wording=True,
    ),
    Topic(
        ACCOUNTS,
        owner="registration",
        readers=_EVERYONE,
        classes=frozenset({_N, _P}),
        cleanup="compact",
        journalled=False,
        sequenced=False,
        wording=True,
    ),
    Topic(
        INTAKE,
        owner="integration",
        readers=frozenset({"cases"}),
        classes=frozenset({_N, _H, _X}),
        kept=timedelta(days=7),
        journalled=False,
        sequenced=False,
    ),
    Topic(
        OPS,
        owner="every service",
        readers=frozenset({"analytics"}),
        classes=frozenset({_N}),
        kept=timedelta(days=1),
        journalled=False,
        sequenced=False,
    ),
)
_DEAD = tuple(
    Topic(
        dead_letters(service),
        owner=service,
        readers=frozenset(),
        classes=frozenset({_N, _P, _H}),
        kept=timedelta(days=30),
        journalled=False,
        sequenced=False,
    )
    for service in SERVICES
)

TOPICS: Mapping[str, Topic] = MappingProxyType({topic.name: topic for topic in (*_LIVING, *_DEAD)})
