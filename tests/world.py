"""Services worked inline: relay, readers, deadlines and work are turned by hand until nothing moves."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.topics import TOPICS
from eventing.due import run_due
from eventing.memory import MemoryBroker
from eventing.runtime import Runtime, uuid7
from operating.service import Service

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves when told to, and ids from a seed."""

    at: datetime = START
    seed: int = 1
    _random: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)  # noqa: S311 - a seeded draw, no secret

    def advance(self, **delta: float) -> None:
        """Moves the clock by a timedelta's arguments."""
        self.at += timedelta(**delta)

    def runtime(self) -> Runtime:
        """A runtime on this clock; sleeping moves nothing and returns at once."""

        async def sleep(_: float) -> None:
            return None

        return Runtime(
            now=lambda: self.at,
            new_id=lambda: UUID(int=self._random.getrandbits(128), version=4),
            new_event_id=lambda: uuid7(int(self.at.timestamp() * 1000), self._random.randbytes(10)),
            sleep=sleep,
        )


def memory_broker() -> MemoryBroker:
    """A broker in memory that has every topic of the contracts."""
    return MemoryBroker({name: topic.partitions for name, topic in TOPICS.items()})


class World:
    """Services that share one broker, turned by hand."""

    def __init__(self, *services: Service) -> None:
        self.services = services
        self._readers: dict[tuple[str, str], Any] = {}

    async def settle(self, until: Callable[[], bool] = lambda: False) -> None:
        """Turns everything until a whole round moves nothing."""
        for _ in range(200):
            if until() or not await self._round():
                return
        raise AssertionError("the services do not settle")

    async def _round(self) -> int:
        moved = 0
        for service in self.services:
            await service.make_first()
            producer = await service.broker.producer()
            async with service.database.transaction() as tx:
                moved += await service.relay.pump(tx.connection, producer)
            for name, consumer in (("policies", service.policies), ("projections", service.projections)):
                if consumer is not None:
                    if (service.name, name) not in self._readers:
                        self._readers[(service.name, name)] = await consumer.open()
                    moved += await consumer.step(self._readers[(service.name, name)], 0)
            moved += await run_due(service.database, service.due)
            for work in service.work.values():
                moved += await work()
        return moved
