"""Policies and projections as what a reader of the log sees: something that hears facts under a name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts.event import Fact
from eventing.db import Tx
from eventing.reading import Heard
from eventing.subscription import Policies, Projection, Received


class Subscriber(Protocol):
    """The part of policies and projections that a chunk needs."""

    @property
    def consumer(self) -> str:
        """Its name in positions and parked events."""

    @property
    def uses_inbox(self) -> bool:
        """Whether it remembers event ids; a cursor otherwise."""

    def hears(self, kind: type[Fact]) -> bool:
        """Whether a fact of this kind reaches a function."""

    async def handle(self, tx: Tx, event: Received[Any]) -> None:
        """Does what the event asks."""

    async def forget(self, tx: Tx, heard: Heard) -> None:
        """Hears a tombstone."""


@dataclass(frozen=True)
class PolicySubscriber:
    """Policies of a service as one consumer."""

    consumer: str
    policies: Policies
    uses_inbox: bool = True

    def hears(self, kind: type[Fact]) -> bool:
        return kind in self.policies.memory or kind in self.policies.handlers

    async def handle(self, tx: Tx, event: Received[Any]) -> None:
        kind = type(event.fact)
        if remember := self.policies.memory.get(kind):
            await remember(tx, event)
        if (act := self.policies.handlers.get(kind)) and _after(self.policies.since, event.time):
            await act(tx, event)

    async def forget(self, tx: Tx, heard: Heard) -> None:
        """Policies act on facts; erasure is one."""


@dataclass(frozen=True)
class ProjectionSubscriber:
    """One projection as a consumer."""

    consumer: str
    projection: Projection
    uses_inbox: bool = False

    def hears(self, kind: type[Fact]) -> bool:
        return kind in self.projection.handlers

    async def handle(self, tx: Tx, event: Received[Any]) -> None:
        if fold := self.projection.handlers.get(type(event.fact)):
            await fold(tx, event)

    async def forget(self, tx: Tx, heard: Heard) -> None:
        if self.projection.forget is not None:
            await self.projection.forget(tx, heard.key)


def _after(since: datetime | None, time: datetime) -> bool:
    return since is None or time >= since
