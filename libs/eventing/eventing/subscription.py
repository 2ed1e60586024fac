"""What a service hears, as plain tables: fact class → function. Read by the consumer and the catalogue."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from contracts.event import Fact
from eventing.db import Tx

F = TypeVar("F", bound=Fact)


@dataclass(slots=True)  # not frozen: one is made for every event, and freezing doubles its cost
class Received(Generic[F]):
    """A fact as heard: what it says, and its envelope. `seq` is None on compacted topics."""

    fact: F
    id: UUID
    type: str
    topic: str
    key: str
    seq: int | None
    time: datetime
    actor: str
    correlation: UUID | None
    causation: UUID | None


Handler = Callable[[Tx, Any], Awaitable[None]]
Handlers = Mapping[type[Fact], Handler]
Forget = Callable[[Tx, str], Awaitable[None]]
Latest = Callable[[Tx], Awaitable[Sequence[Fact]]]
"""Every record of a compacted topic as its owner's tables say it now."""


@dataclass(frozen=True)
class Policies:
    """Whenever X, do Y: run once per event and service, never on a rebuild.

    `memory` functions write the small tables that `handlers` read; they hear the whole history. `handlers`
    act (facts, due rows, intents) on events recorded from `since` on. Both run in the inbox's transaction.
    """

    handlers: Handlers
    memory: Handlers = field(default_factory=dict)
    since: datetime | None = None

    def topics(self) -> list[str]:
        """Every topic that one of the functions hears."""
        return sorted({fact.TOPIC for fact in (*self.handlers, *self.memory)})


@dataclass(frozen=True)
class Projection:
    """Folds one topic into tables that pages read; rebuilt from the first record at any time.

    `tables` are its own, replaced whole by a rebuild; `touches` are tables of other projections that it
    changes too: they are rebuilt together. `forget` hears tombstones of a compacted topic.
    """

    name: str
    version: int
    topic: str
    handlers: Handlers
    tables: Sequence[str]
    forget: Forget | None = None
    touches: Sequence[str] = ()

    @property
    def consumer(self) -> str:
        """Its name in cursors, positions and parked events."""
        return f"{self.name}.v{self.version}"
