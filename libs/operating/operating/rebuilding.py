"""Projections folded again beside the serving ones, then put in their place in one transaction.

Nobody sees fewer rows: the serving version goes on folding while the next one catches up; at the end writers
wait, the last records are folded, and every transaction that began before them is let out, since its older
view of the database would show it the new tables half-filled. Killed anywhere, it goes on where it was.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlencode

import asyncpg

from eventing.broker import Position, Reader
from eventing.connection import plain_url, prepare_connection
from eventing.consumer import ProjectionConsumer
from eventing.db import Database, is_transient
from eventing.draining import drain
from eventing.faults import fault
from eventing.leader import lock_number
from eventing.subscription import Projection
from operating import versions
from operating.progress import progress
from operating.service import Service
from operating.versions import SUFFIX

Say = Callable[[str], None]
Enough = Callable[[Mapping[Position, int]], Awaitable[bool]]
BEHIND = 500
"""Records that may be left when writers are asked to wait."""
POLL_SECONDS = 0.2
PAUSE_SECONDS = 0.05
FOLD_SECONDS = 4.0
"""Writers wait this long for the last records: less than their own lock_timeout."""
LEAVE_SECONDS = 40.0
"""Above the transaction_timeout of a service: a page that reads is let out within it."""
SWITCHES, PATIENCE = 10, 4000
"""Milliseconds that a page may wait for us at the very end: below its lock_timeout."""
TRIES = 60
WORSE = """
    SELECT topic, key FROM parked_key WHERE consumer = $2
    EXCEPT SELECT topic, key FROM parked_key WHERE consumer = $1 LIMIT 5
"""
TRY_NOW = "UPDATE parked_key SET next_try_at = now() - interval '1 second' WHERE consumer = $1"


class NotSwitchedError(Exception):
    """The new version stands beside, and does not serve; the words say why."""


def together(projections: Sequence[Projection], names: Sequence[str]) -> list[Projection]:
    """The named projections (all when none is named), and those that change their tables or theirs change."""
    chosen = [p for p in projections if not names or p.name in names]
    while True:
        mine = {table for p in chosen for table in p.tables}
        touched = {table for p in chosen for table in p.touches}
        more = [
            p for p in projections if p not in chosen and (mine & set(p.touches) or touched & set(p.tables))
        ]
        if not more:
            return chosen
        chosen += more


async def rebuild(
    service: Service,
    owner_url: str,
    names: Sequence[str] = (),
    *,
    say: Say = lambda _: None,
    again: bool = False,
    accept: bool = False,
) -> dict[str, int]:
    """Builds and switches; rows by table of the version that now serves.

    `owner_url`: the migrator's. `again` throws a version begun before away. Raises NotSwitchedError when
    another rebuild goes on, when the new version would show fewer rows or has parked what the serving one has
    not (`accept` allows both), or when somebody's transaction does not end.
    """
    assert service.projections is not None, "no projection"
    chosen = together([s.projection for s in service.projections.subscribers.values()], names)
    async with _owner(owner_url, service.name) as owner:
        work = _Rebuild(service, owner, chosen, say)
        await work.prepare(again)
        async with work.consumer() as consumer:
            await work.build(consumer)
            await work.switch(consumer, accept)
        return await versions.rows(owner, "public", work.tables)


@asynccontextmanager
async def _owner(url: str, name: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(plain_url(url), timeout=10)
    try:
        await prepare_connection(connection)
        await connection.execute(f"SET application_name = '{name} rebuild'")
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock_number(f"{name} rebuild")):
            raise NotSwitchedError("another rebuild goes on")
        yield connection
    finally:
        await connection.close()


class _Rebuild:
    def __init__(self, service: Service, owner: Any, projections: Sequence[Projection], say: Say) -> None:
        self.service, self.owner, self.projections, self.say = service, owner, projections, say
        self.tables = sorted({table for p in projections for table in p.tables})
        self.consumers = [p.consumer for p in projections]
        self._reader: Reader | None = None
        self._ends: Mapping[Position, int] = {}
        self._said = -1

    async def prepare(self, again: bool) -> None:
        resumed = await versions.prepare(self.owner, self.tables, self.consumers, again=again)
        names = ", ".join(p.name for p in self.projections)
        self.say(f"{names}: {'taken up again' if resumed else 'begun'}")

    @asynccontextmanager
    async def consumer(self) -> AsyncIterator[ProjectionConsumer]:
        """The folder of the new version: the application's role, which finds the new tables first."""
        query = urlencode({"search_path": f"{versions.NEXT}, public"})
        url = self.service.database.url + ("&" if "?" in self.service.database.url else "?") + query
        database = Database(url, self.service.database.runtime, max_size=2, name=f"{self.service.name} next")
        await database.open()
        try:
            yield ProjectionConsumer(
                self.service.name, database, self.service.broker, self.projections, suffix=SUFFIX
            )
        finally:
            await self.close()
            await database.close()

    async def build(self, consumer: ProjectionConsumer) -> None:
        """Folds until little is left, then what it parked once more."""
        await self._fold(consumer, self._near)
        for subscriber in consumer.subscribers.values():
            await self.owner.execute(TRY_NOW, subscriber.consumer)
            while await drain(consumer.database, subscriber):
                pass
        for table in self.tables:
            await self.owner.execute(f'ANALYZE {versions.NEXT}."{table}"')

    async def _fold(self, consumer: ProjectionConsumer, enough: Enough, within: float | None = None) -> None:
        """Reads and folds until `enough` of the positions. Raises TimeoutError after `within` seconds."""
        end, tries = self._seconds() + (within or 0), 0
        while True:
            try:
                self._reader = self._reader or await consumer.open()
                await consumer.step(self._reader, POLL_SECONDS)
                fault("rebuild.folded")
                await self._tell()
                if await enough(await self._reader.positions()):
                    return
                tries = 0
            except Exception as error:
                tries += 1
                if not is_transient(error) or tries > TRIES:
                    raise
                await self.close()
                await self._pause()
            if within is not None and self._seconds() > end:
                raise TimeoutError("the last records take too long")

    async def close(self) -> None:
        """Closes the reader; the next fold opens another."""
        if self._reader is not None:
            await self._reader.close()
        self._reader = None

    async def _near(self, at: Mapping[Position, int]) -> bool:
        if self._left(at) > BEHIND:
            return False
        bounds = await self.service.broker.bounds(sorted(at))
        self._ends = {place: end for place, (_, end) in bounds.items()}
        return self._left(at) <= BEHIND

    def _left(self, at: Mapping[Position, int]) -> int:
        return sum(max(end - at.get(place, 0), 0) for place, end in self._ends.items())

    async def _tell(self) -> None:
        found = await progress(self.owner)
        share = int(100 * min((one.share for one in found), default=0))
        if share != self._said:
            self._said = share
            self.say(f"{share} %")

    async def switch(self, consumer: ProjectionConsumer, accept: bool) -> None:
        """Tries until it is done: whoever is in the way is waited for, and never made to fail."""
        for attempt in range(SWITCHES):
            await self._fold(consumer, self._near)
            try:
                async with self.owner.transaction():
                    await self._switch(consumer, accept)
                    fault("rebuild.swapped_before_commit")
                fault("rebuild.switched")
                return
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError, TimeoutError) as error:
                self.say(f"the switch is put off: {type(error).__name__}")
                await self._pause(attempt + 1)
        raise NotSwitchedError("somebody is always in the way; run it again")

    async def _switch(self, consumer: ProjectionConsumer, accept: bool) -> None:
        serving = await versions.freeze(self.owner, self.tables, self.consumers)
        fault("rebuild.frozen")

        async def reached(at: Mapping[Position, int]) -> bool:
            return all(at[topic, n] >= offset for (topic, n), offset in serving.items())

        await self._fold(consumer, reached, FOLD_SECONDS)
        if not accept:
            await self._refuse_worse()
        await self._let_out()
        await versions.take_positions(self.owner, self.consumers)
        for attempt in range(SWITCHES):
            with suppress(asyncpg.LockNotAvailableError):
                await versions.swap(self.owner, self.tables, min(300 << attempt, PATIENCE))
                return
            await self._pause(attempt + 1)
        raise TimeoutError("readers are in the way")

    async def _refuse_worse(self) -> None:
        for name in self.consumers:
            if rows := await self.owner.fetch(WORSE, name, name + SUFFIX):
                keys = ", ".join(f"{row['topic']} {row['key']}" for row in rows)
                raise NotSwitchedError(
                    f"{name}: the new version cannot apply what the serving one has: {keys}"
                )
        if fewer := await versions.smaller(self.owner, self.tables):
            raise NotSwitchedError(f"the new version has fewer rows: {'; '.join(fewer)}")

    async def _let_out(self) -> None:
        """Waits for the transactions that began before the last record was folded."""
        waited = await versions.transactions(self.owner)
        end = self._seconds() + LEAVE_SECONDS
        while waited:
            if self._seconds() > end:
                names = ", ".join(sorted(set(waited.values())))
                raise NotSwitchedError(f"a transaction does not end: {names}")
            await self._pause()
            now = await versions.transactions(self.owner)
            waited = {number: who for number, who in waited.items() if number in now}

    async def _pause(self, times: int = 1) -> None:
        await self.service.database.runtime.sleep(PAUSE_SECONDS * times)

    @staticmethod
    def _seconds() -> float:
        return asyncio.get_running_loop().time()
