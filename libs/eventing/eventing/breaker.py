"""A reader that fails too much stops itself, instead of draining its topics into the parked events.

Its state is a row, so that every replica, the pages and an operator see the same; it tries again by itself
after a pause, with one small chunk.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import timedelta

import structlog
from sqlalchemy import text

from eventing.db import Database, Tx, run, run_one

log = structlog.get_logger("eventing.breaker")
WINDOW, ENOUGH = 50, 20
"""Distinct keys remembered; how many it takes to judge. More than half of them parked is too many."""
MOST_PARKED_KEYS = 1_000
MOST_BEHIND = 10_000
"""Events that may wait behind one key."""
FIRST_PAUSE, LAST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
TRIAL = 20
"""Records of the chunk that is tried after a pause."""

FIND = text("SELECT next_try_at, cause FROM breaker WHERE consumer = :consumer")
PARKED_KEYS = text("SELECT count(*) FROM parked_key WHERE consumer = :consumer")
LONGEST = text(
    """
    SELECT count(*) FROM parked_event
    WHERE consumer = :consumer AND topic = :topic AND key = ANY(CAST(:keys AS text[]))
    GROUP BY key ORDER BY 1 DESC LIMIT 1
    """
)
OPEN = text(
    """
    INSERT INTO breaker (consumer, opened_at, cause, next_try_at)
    VALUES (:consumer, :now, :cause, CAST(:now AS timestamptz) + CAST(:first AS interval))
    ON CONFLICT (consumer) DO UPDATE SET
        cause = excluded.cause, tries = breaker.tries + 1, next_try_at = excluded.opened_at
        + LEAST(CAST(:first AS interval) * power(2, LEAST(breaker.tries + 1, 10)), CAST(:last AS interval))
    """
)
CLOSE = text("DELETE FROM breaker WHERE consumer = :consumer RETURNING consumer")
TRY_NOW = text("UPDATE breaker SET next_try_at = :now WHERE consumer = :consumer RETURNING consumer")


class BreakerOpenError(Exception):
    """The consumer has stopped reading; its words say why."""


class Breaker:
    """What became of the last distinct keys of one consumer, and whether it still reads."""

    def __init__(self, database: Database, consumer: str) -> None:
        self.consumer = consumer
        self.trial = False
        self.cause: str | None = None
        self._database = database
        self._keys: OrderedDict[str, bool] = OrderedDict()

    async def ask(self) -> None:
        """Whether it may read. Raises BreakerOpenError while it is stopped, or while too much is parked."""
        async with self._database.transaction() as tx:
            found = await run_one(tx, FIND, consumer=self.consumer)
            self.cause = found["cause"] if found else None
            if found is None or found["next_try_at"] <= tx.now:
                self.trial = found is not None
                cause = await self._too_much(tx)
                if cause is None:
                    return
                await self._open(tx, cause)
        raise BreakerOpenError(f"failing: {self.cause}")

    def went_well(self, keys: Iterable[str]) -> None:
        """These keys were applied."""
        for key in keys:
            self._remember(key, True)

    async def failed(self, key: str) -> None:
        """This key was parked. Raises BreakerOpenError when that is one too many."""
        self._remember(key, False)
        bad = sum(not good for good in self._keys.values())
        async with self._database.transaction() as tx:
            cause = await self._too_much(tx)
            if len(self._keys) >= ENOUGH and bad * 2 > len(self._keys):
                cause = f"{bad} of the last {len(self._keys)} keys failed"
            if cause is None:
                return
            await self._open(tx, cause)
        raise BreakerOpenError(f"failing: {cause}")

    async def waits(self, topic: str, keys: Iterable[str]) -> None:
        """Events were put behind these parked keys. Raises BreakerOpenError when one has too many."""
        async with self._database.transaction() as tx:
            longest = await run_one(tx, LONGEST, consumer=self.consumer, topic=topic, keys=list(keys))
            if longest is None or longest[0] <= MOST_BEHIND:
                return
            cause = f"{longest[0]} events wait behind one key"
            await self._open(tx, cause)
        raise BreakerOpenError(f"failing: {cause}")

    async def tried(self) -> None:
        """Judges the trial chunk, once it held a key: reads on, or stops again for longer."""
        if not self.trial or not self._keys:
            return
        bad = sum(not good for good in self._keys.values())
        async with self._database.transaction() as tx:
            if bad * 2 <= len(self._keys):
                await run(tx, CLOSE, consumer=self.consumer)
                self.cause, self.trial = None, False
                log.warning("breaker_closed", consumer=self.consumer)
                return
            cause = f"{bad} of {len(self._keys)} keys failed again"
            await self._open(tx, cause)
        raise BreakerOpenError(f"failing: {cause}")

    async def _too_much(self, tx: Tx) -> str | None:
        parked = await run_one(tx, PARKED_KEYS, consumer=self.consumer)
        assert parked is not None
        return f"{parked[0]} keys are parked" if parked[0] > MOST_PARKED_KEYS else None

    async def _open(self, tx: Tx, cause: str) -> None:
        await run(
            tx, OPEN, consumer=self.consumer, now=tx.now, cause=cause, first=FIRST_PAUSE, last=LAST_PAUSE
        )
        self._keys.clear()
        self.cause, self.trial = cause, False
        log.critical("breaker_open", consumer=self.consumer, cause=cause)

    def _remember(self, key: str, good: bool) -> None:
        self._keys[key] = good
        self._keys.move_to_end(key)
        while len(self._keys) > WINDOW:
            self._keys.popitem(last=False)
