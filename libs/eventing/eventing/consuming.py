"""One loop for both readers: a chunk in one transaction, redone in pieces when something raises.

The key that cannot be applied is parked. A transient error retries for ever and acknowledges nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from contracts.refusal import Refused
from eventing.applying import HandlerError, apply, park
from eventing.breaker import TRIAL, Breaker
from eventing.broker import Broker, Record
from eventing.db import Database, Tx, is_transient
from eventing.faults import fault
from eventing.parking import fingerprint
from eventing.reading import GapError
from eventing.subscriber import Subscriber

log = structlog.get_logger("eventing.consumer")
CHUNK, PIECE = 1000, 50
"""Records in a transaction; and in one of those that redo a chunk which failed, before it is one by one."""
POLL = 4000
TRIES = 3


class Counts:
    """What a consumer did since it started, by outcome."""

    def __init__(self) -> None:
        self.applied = 0
        self.duplicates = 0
        self.parked = 0
        self.chunks = 0


class Consumer:
    """What policies and projections have in common: a chunk, its second tries, its parking, its breaker."""

    def __init__(self, service: str, database: Database, broker: Broker) -> None:
        self.service = service
        self.database = database
        self.broker = broker
        self.counts = Counts()
        self.breakers: dict[str, Breaker] = {}
        self._size = CHUNK

    def breaker(self, subscriber: Subscriber) -> Breaker:
        """The breaker of one of its subscribers."""
        return self.breakers.setdefault(subscriber.consumer, Breaker(self.database, subscriber.consumer))

    @property
    def limit(self) -> int:
        """How many records to poll: few when a stopped reader tries again."""
        return TRIAL if any(breaker.trial for breaker in self.breakers.values()) else POLL

    async def consume(self, subscriber: Subscriber, records: Sequence[Record]) -> None:
        """Applies records of one partition, whatever it takes; returns when each is applied or parked."""
        try:
            await self._in_pieces(subscriber, records, self._size, PIECE, 1)
        except BaseException:
            self._size = PIECE  # what took too long as a whole may pass in pieces
            raise
        self._size = min(self._size * 2, CHUNK)
        await self.breaker(subscriber).tried()

    async def _in_pieces(
        self, subscriber: Subscriber, records: Sequence[Record], size: int, *smaller: int
    ) -> None:
        for start in range(0, len(records), size):
            piece = records[start : start + size]
            if not smaller:
                await self._attempt_or_park(subscriber, piece[0])
                continue
            try:
                await self._attempt(subscriber, piece)
            except HandlerError as failed:
                if is_transient(failed.__cause__ or failed):
                    raise ConnectionError("transient, the chunk is redone") from failed
                fault("policies.one_by_one")
                await self._in_pieces(subscriber, piece, *smaller)

    async def _attempt_or_park(self, subscriber: Subscriber, record: Record) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await self._attempt(subscriber, [record])
                return
            except HandlerError as failed:
                error = failed.__cause__ or failed
                if is_transient(error):
                    raise ConnectionError("transient, the chunk is redone") from failed
                if attempt == TRIES or isinstance(error, Refused | ValueError | GapError):
                    await self._park(subscriber, failed, error)
                    return

    async def _attempt(self, subscriber: Subscriber, chunk: Sequence[Record]) -> None:
        async with self.transaction(subscriber, chunk) as tx:
            outcome = await apply(tx, subscriber, chunk[0].topic, chunk)
        self.counts.applied += outcome.applied
        self.counts.duplicates += outcome.duplicates
        self.counts.chunks += 1
        self.breaker(subscriber).went_well(outcome.good)
        if outcome.waiting:
            await self.breaker(subscriber).waits(chunk[0].topic, outcome.waiting)

    async def _park(self, subscriber: Subscriber, failed: HandlerError, error: BaseException) -> None:
        record = failed.heard.record
        async with self.transaction(subscriber, [record]) as tx:
            await park(tx, subscriber, self.service, failed.heard, error)
            fault("parking.written")
        fault("parking.committed")
        self.counts.parked += 1
        log.error(
            "parked",
            consumer=subscriber.consumer,
            event_id=failed.heard.event_id,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            error=fingerprint(error),
        )
        await self.breaker(subscriber).failed(failed.heard.key)

    @asynccontextmanager
    async def transaction(self, subscriber: Subscriber, chunk: Sequence[Record]) -> AsyncIterator[Tx]:
        """The transaction of one chunk."""
        async with self.database.transaction() as tx:
            yield tx
            fault("policies.applied_before_commit")
