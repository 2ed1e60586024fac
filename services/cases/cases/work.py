"""What cases does by itself: make sure accounts are up to date, forget old readings, say open cases again."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, text
from sqlalchemy.dialects.postgresql import insert

from cases.commands.restating import restate_old_cases
from cases.store.desk import Desk
from cases.tables import CHECKED
from contracts.refusal import Refused
from contracts.topics import ACCOUNTS
from eventing.broker import Broker
from eventing.db import Database, Tx, run, run_one

EVERY = timedelta(seconds=20)
LOOK = timedelta(seconds=5)
ACCOUNTS_CHECKED = "accounts"
ANSWER_SECONDS = 5.0
"""A client of Kafka that hangs is asked again, or pages would stay closed."""
BEHIND = text(
    """
    SELECT partition, next_offset FROM projection_cursor WHERE topic = CAST(:topic AS text)
    """
)
PARKED = text("SELECT count(*) AS n FROM parked_key WHERE topic = CAST(:topic AS text)")
_new = insert(CHECKED).values(what=bindparam("what"), at=bindparam("at"))
PUT = _new.on_conflict_do_update(index_elements=["what"], set_={"at": _new.excluded.at})
WHEN = select(CHECKED.c.at).where(CHECKED.c.what == bindparam("what"))
FORGET_READINGS = text("SELECT forget_readings(CAST(:now AS timestamptz))")


@dataclass
class Freshness:
    """Whether this service knows every account as it now is; pages about households ask (users U20)."""

    database: Database
    broker: Broker
    stale_after: timedelta
    _asked: dict[str, datetime] = field(default_factory=dict)
    _known: dict[str, datetime | None] = field(default_factory=dict)

    async def look(self) -> int:
        """One round of the loop: every twenty seconds, or at once while something is missing."""
        now = self.database.runtime.now()
        last = self._asked.get("look")
        if last is None or now - last >= EVERY:
            self._asked["look"] = now
            if not await self.check():
                del self._asked["look"]
        return 0

    async def check(self) -> bool:
        """Compares what was read with where the topic ends; says so when nothing is missing."""
        async with self.database.read() as tx:
            cursors = {
                (ACCOUNTS, row["partition"]): row["next_offset"]
                for row in await run(tx, BEHIND, topic=ACCOUNTS)
            }
            parked = await run_one(tx, PARKED, topic=ACCOUNTS)
        if not cursors or (parked is not None and parked["n"]):
            return False
        bounds = await asyncio.wait_for(self.broker.bounds(sorted(cursors)), ANSWER_SECONDS)
        if any(end > cursors[place] for place, (_, end) in bounds.items()):
            return False
        async with self.database.transaction() as tx:
            await run(tx, PUT, what=ACCOUNTS_CHECKED, at=tx.now)
        return True

    async def require(self) -> None:
        """Raises Refused 503 when accounts have not been up to date for too long.

        It looks by itself before it refuses, so that a service that has just started opens at once.
        """
        now = self.database.runtime.now()
        last = self._asked.get("require")
        if last is None or now - last >= LOOK or not self._fresh(now):
            await self._read(now)
        if not self._fresh(now):
            with suppress(Exception):  # whatever is wrong with Kafka, the answer is the same
                await self.check()
            await self._read(now)
        if not self._fresh(now):
            raise Refused(
                "accounts_stale",
                "Les droits d’accès ne sont plus à jour depuis plusieurs minutes\u00a0: "
                "les dossiers sont fermés le temps qu’ils le redeviennent. "
                "Ce que vous avez enregistré est gardé.",
                503,
            )

    def _fresh(self, now: datetime) -> bool:
        known = self._known.get("at")
        return known is not None and now - known <= self.stale_after

    async def _read(self, now: datetime) -> None:
        async with self.database.read() as tx:
            row = await run_one(tx, WHEN, what=ACCOUNTS_CHECKED)
        self._asked["require"], self._known["at"] = now, row["at"] if row else None


def restating(desk: Desk) -> Callable[[], Awaitable[int]]:
    """Once a day: cases still open after two years are said again, before their first facts age out."""
    done: dict[str, datetime] = {}

    async def restate() -> int:
        now = desk.database.runtime.now()
        if "at" in done and now - done["at"] < timedelta(days=1):
            return 0
        said = await restate_old_cases(desk)
        if not said:
            done["at"] = now
        return said

    return restate


def tidying(desk: Desk) -> Callable[[], Awaitable[int]]:
    """Once a day: readings older than twelve months are forgotten, by the one function that may."""
    done: dict[str, datetime] = {}

    async def tidy() -> int:
        now = desk.database.runtime.now()
        if "at" not in done or now - done["at"] > timedelta(days=1):
            async with desk.database.transaction() as tx:
                await forget_readings(tx)
            done["at"] = now
        return 0

    return tidy


async def forget_readings(tx: Tx) -> None:
    """Forget who read what more than twelve months ago."""
    await run(tx, FORGET_READINGS, now=tx.now)
