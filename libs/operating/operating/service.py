"""One service at work: its relay, its two readers, its deadlines and outward work, in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from types import ModuleType
from typing import Any

import structlog

from eventing.breaker import BreakerOpenError
from eventing.broker import Broker, Reader
from eventing.consumer import AnchorLostError, PolicyConsumer, ProjectionConsumer
from eventing.db import Database, is_transient
from eventing.draining import drain
from eventing.due import DueCommand, run_due
from eventing.faults import fault
from eventing.leader import leadership
from eventing.relay import Relay
from eventing.silence import uncancelled
from eventing.subscriber import Subscriber
from eventing.subscription import Latest, Policies, Projection
from eventing.tail import LogDiffersError
from operating.failed_acts import work_off
from operating.lag import Lag, measure
from operating.migrate import head
from operating.tidying import tidy

log = structlog.get_logger("operating")
Work = Callable[[], Awaitable[int]]
"""One round of outward work: claims, does, records; how many it did."""

FIRST_PAUSE, LAST_PAUSE, STUCK_SECONDS, STOP_SECONDS = 0.2, 0.5, 30.0, 8.0
DUE_PAUSE, DRAIN_PAUSE, WATCH_PAUSE, TIDY_PAUSE = 0.5, 5.0, 15.0, 3600.0
READERS = ("policies", "projections")
ACTS = "acts"
"""What to hint when an operator has asked something about failed events."""


class Service:
    """The composition of one service; `running()` is its life. `first` is done once before it is ready."""

    def __init__(
        self,
        package: ModuleType,
        database: Database,
        broker: Broker,
        *,
        policies: Policies | None = None,
        projections: Sequence[Projection] = (),
        due: Mapping[str, DueCommand] | None = None,
        work: Mapping[str, Work] | None = None,
        first: Callable[[], Awaitable[None]] | None = None,
        latest: Mapping[str, Latest] | None = None,
    ) -> None:
        self.name = package.__name__
        self.package = package
        self.database = database
        self.broker = broker
        self.relay = Relay(self.name, database, broker)
        self.policies = PolicyConsumer(self.name, database, broker, policies) if policies else None
        self.projections = (
            ProjectionConsumer(self.name, database, broker, projections) if projections else None
        )
        self.due = dict(due or {})
        self.work, self.latest = dict(work or {}), dict(latest or {})
        self.failing: dict[str, str] = {}
        self._first = first
        self._stopping = asyncio.Event()
        self._hints = {name: asyncio.Event() for name in (*self.work, ACTS)}
        self.lag: Sequence[Lag] = ()
        database.on_append = self.relay.hint.set

    def hint(self, name: str) -> None:
        """Wakes a kind of outward work at once instead of at its next look."""
        self._hints[name].set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Service"]:
        """Opens the pool and starts every loop; stops them, outermost first, within seconds."""
        await self.database.open()
        tasks = [
            asyncio.create_task(self._forever(name, loop), name=name) for name, loop in self._loops().items()
        ]
        try:
            yield self
        finally:
            await self._stop(tasks)
            await self.broker.close()
            await self.database.close()

    async def _stop(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """Readers end after their poll, since cancelling one breaks aiokafka; the rest is cancelled."""
        self._stopping.set()
        readers = [task for task in tasks if task.get_name() in READERS]
        for task in set(tasks) - set(readers):
            task.cancel()
        if readers:
            await asyncio.wait(readers, timeout=STOP_SECONDS / 2)
        for task in readers:
            task.cancel()
        await asyncio.wait(tasks, timeout=STOP_SECONDS / 2)

    def _loops(self) -> dict[str, Callable[[], Awaitable[None]]]:
        loops: dict[str, Callable[[], Awaitable[None]]] = {"relay": self.relay.run, "tidy": self._tidy}
        if self._first is not None:
            loops["first"] = self._run_first
        if self.policies:
            loops["policies"] = self._run_policies
        if self.projections:
            loops["projections"] = self._run_projections
        if self.policies or self.projections:
            loops["drain"] = self._run_drain
            loops["watch"] = self._run_watch
        if self.due:
            loops["due"] = self._run_due
        for name in self.work:
            loops[f"work {name}"] = lambda name=name: self._run_work(name)  # type: ignore[misc]
        return loops

    async def _forever(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            started = self.database.runtime.now()
            try:
                await uncancelled(loop)
            except (AnchorLostError, BreakerOpenError, LogDiffersError) as error:
                if self.failing.get(name) != str(error):
                    log.critical("halted", service=self.name, loop=name, error=str(error))
                self.failing[name] = str(error)
            except Exception as error:  # supervised: said, counted, tried again
                expected = is_transient(error)
                if name not in self.failing or not expected:
                    log.warning("loop_failed", service=self.name, loop=name, error=type(error).__name__,
                                exc_info=not expected)  # fmt: skip
                self.failing[name] = type(error).__name__
            if (self.database.runtime.now() - started).total_seconds() > LAST_PAUSE * 2:
                pause = FIRST_PAUSE
            await self.database.runtime.sleep(pause)
            pause = min(pause * 2, LAST_PAUSE)

    async def _run_policies(self) -> None:
        assert self.policies is not None
        reader = await self.policies.open()
        await self._read("policies", reader, self.policies)

    async def _run_projections(self) -> None:
        assert self.projections is not None
        async with leadership(self.database, f"{self.name} projections") as connection:
            fault("projection.leading")
            reader = await self.projections.open()
            await self._read("projections", reader, self.projections, connection)

    async def _read(self, name: str, reader: Reader, consumer: Any, connection: Any = None) -> None:
        """Reads until it raises. A reader long behind and silent is thrown away: aiokafka can hang."""
        quiet_since = self.database.runtime.now()
        try:
            while not self._stopping.is_set():
                count = await consumer.step(reader)
                self.failing.pop(name, None)
                now = self.database.runtime.now()
                if count:
                    quiet_since = now
                elif (now - quiet_since).total_seconds() > STUCK_SECONDS:
                    quiet_since = now
                    if await self._behind(reader):
                        raise ConnectionError("reader stuck")
                if connection is not None:
                    await connection.fetchval("SELECT 1")
        finally:
            await asyncio.shield(reader.close())

    async def _behind(self, reader: Reader) -> bool:
        positions = await reader.positions()
        bounds = await self.broker.bounds(sorted(positions))
        return any(end > positions[place] for place, (_, end) in bounds.items())

    async def _run_drain(self) -> None:
        while True:
            if not await self.drain_once():
                self.failing.pop("drain", None)
                await self._hinted(ACTS, DRAIN_PAUSE)

    async def drain_once(self) -> int:
        """One event of an operator's act, and one of each consumer's parked keys, where one is ready."""
        found = self.subscribers()
        done = await work_off(self.database, found)
        return done + sum([await drain(self.database, subscriber) for subscriber in found.values()])

    async def _run_watch(self) -> None:
        while True:
            self.lag = await measure(self)
            self.failing.pop("watch", None)
            if self.relay.leading:
                self.failing.pop("relay", None)
            await self.database.runtime.sleep(WATCH_PAUSE)

    def subscribers(self) -> dict[str, Subscriber]:
        """Its consumers, by the name that cursors and parked events have."""
        found: list[Subscriber] = [self.policies.subscriber] if self.policies else []
        found += list(self.projections.subscribers.values()) if self.projections else []
        return {subscriber.consumer: subscriber for subscriber in found}

    async def _run_due(self) -> None:
        while True:
            if not await run_due(self.database, self.due):
                self.failing.pop("due", None)
                await self.database.runtime.sleep(DUE_PAUSE)

    async def _run_work(self, name: str) -> None:
        while True:
            if await self.work[name]():
                continue
            self.failing.pop(f"work {name}", None)
            await self._hinted(name, DUE_PAUSE)

    async def _hinted(self, name: str, pause: float) -> None:
        hint = self._hints[name]
        with suppress(TimeoutError):
            await asyncio.wait_for(hint.wait(), pause)
        hint.clear()

    async def _tidy(self) -> None:
        while True:
            async with self.database.transaction() as tx:
                await tidy(tx)
            self.failing.pop("tidy", None)
            await self.database.runtime.sleep(TIDY_PAUSE)

    async def make_first(self) -> None:
        """Does what must be done once before the service is ready; nothing the next times."""
        if self._first is not None:
            await self._first()
            self._first = None

    async def _run_first(self) -> None:
        await self.make_first()
        await self._stopping.wait()

    async def ready(self) -> bool:
        """Whether the database answers at the code's revision and `first` is done; Kafka is never needed."""
        if self._first is not None:
            return False
        async with self.database.read() as tx:
            found = await tx.connection.fetchval("SELECT version_num FROM alembic_version")
        return bool(found == head(self.package))
