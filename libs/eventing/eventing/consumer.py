"""The two readers of a service: a group for its policies, an assigned reader for its projections.

One loop: poll, apply a chunk per partition in one transaction, redo it one by one when something raises,
park the key that cannot be applied. A transient error retries for ever and acknowledges nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import text

from contracts.refusal import Refused
from contracts.topics import TOPICS
from eventing.applying import HandlerError, PolicySubscriber, ProjectionSubscriber, Subscriber, apply, park
from eventing.broker import Broker, Position, Reader, Record
from eventing.db import Database, Tx, is_transient, run, run_one
from eventing.parking import fingerprint
from eventing.reading import GapError, hear
from eventing.subscription import Policies, Projection

log = structlog.get_logger("eventing.consumer")
CHUNK = 200
POLL = 500
TRIES = 3
POLL_SECONDS = 0.5

CURSORS = text(
    "SELECT topic, partition, next_offset, last_event_id FROM projection_cursor WHERE consumer = :consumer"
)
NEW_CURSOR = text(
    """
    INSERT INTO projection_cursor (consumer, topic, partition, next_offset)
    VALUES (:consumer, :topic, CAST(:partition AS int), CAST(:next_offset AS bigint)) ON CONFLICT DO NOTHING
    """
)
MOVE_CURSOR = text(
    """
    UPDATE projection_cursor SET next_offset = :next_offset, last_event_id = CAST(:last AS text),
           recorded_at = COALESCE(CAST(:recorded_at AS timestamptz), recorded_at), folded_at = :now
    WHERE consumer = :consumer AND topic = :topic AND partition = CAST(:partition AS int)
      AND next_offset = :was
    RETURNING next_offset
    """
)


class CursorMovedError(ConnectionError):
    """Someone else folded from here: another builder, or a rebuild. Read the cursors again."""


class AnchorLostError(Exception):
    """The log no longer holds the record folded last: it was replaced, someone must decide."""


class Counts:
    """What a consumer did since it started, by outcome."""

    def __init__(self) -> None:
        self.applied = 0
        self.parked = 0
        self.chunks = 0


class _Consumer:
    def __init__(self, service: str, database: Database, broker: Broker) -> None:
        self.service = service
        self.database = database
        self.broker = broker
        self.counts = Counts()

    async def consume(self, subscriber: Subscriber, records: Sequence[Record]) -> None:
        """Applies records of one partition, whatever it takes; returns when each is applied or parked."""
        for start in range(0, len(records), CHUNK):
            chunk = records[start : start + CHUNK]
            try:
                await self._attempt(subscriber, chunk)
            except HandlerError as failed:
                if is_transient(failed.__cause__ or failed):
                    raise ConnectionError("transient, the chunk is redone") from failed
                for record in chunk:
                    await self._attempt_or_park(subscriber, record)

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
            applied = await apply(tx, subscriber, chunk[0].topic, chunk)
        self.counts.applied += applied
        self.counts.chunks += 1

    async def _park(self, subscriber: Subscriber, failed: HandlerError, error: BaseException) -> None:
        record = failed.heard.record
        async with self.transaction(subscriber, [record]) as tx:
            await park(tx, subscriber, self.service, failed.heard, error)
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

    @asynccontextmanager
    async def transaction(self, subscriber: Subscriber, chunk: Sequence[Record]) -> AsyncIterator[Tx]:
        """The transaction of one chunk."""
        async with self.database.transaction() as tx:
            yield tx


class PolicyConsumer(_Consumer):
    """A member of the service's policies group."""

    def __init__(self, service: str, database: Database, broker: Broker, policies: Policies) -> None:
        super().__init__(service, database, broker)
        self.policies = policies
        self.subscriber = PolicySubscriber(f"{service}.policies", policies)

    async def open(self) -> Reader:
        """Joins the group."""
        return await self.broker.group(self.subscriber.consumer, self.policies.topics())

    async def step(self, reader: Reader, wait: float = POLL_SECONDS) -> int:
        """Polls once and applies; how many records. The group's offset is a hint, the inbox is the truth."""
        found = await reader.poll(POLL, wait)
        done: dict[Position, int] = {}
        for position, records in found.items():
            await self.consume(self.subscriber, records)
            done[position] = records[-1].offset + 1
        if done:
            await reader.commit(done)
        return sum(len(records) for records in found.values())


class ProjectionConsumer(_Consumer):
    """The builder of a service's projections: one topic each, cursors in the database."""

    def __init__(
        self, service: str, database: Database, broker: Broker, projections: Sequence[Projection]
    ) -> None:
        super().__init__(service, database, broker)
        assert len({p.topic for p in projections}) == len(projections), "one projection per topic"
        self.subscribers = {p.topic: ProjectionSubscriber(p.consumer, p) for p in projections}
        self.cursors: dict[Position, int] = {}
        self._anchors: dict[Position, str] = {}

    async def open(self) -> Reader:
        """Reads the cursors, checks them against the log, and reads on from there."""
        self.cursors, self._anchors = {}, {}
        start: dict[Position, int] = {}
        for topic, subscriber in self.subscribers.items():
            await self._load(topic, subscriber)
        for position, (first, end) in (await self.broker.bounds(sorted(self.cursors))).items():
            cursor = self.cursors[position]
            if cursor > end:
                raise AnchorLostError(f"{position[0]}/{position[1]} ends before the cursor")
            anchored = TOPICS[position[0]].sequenced and cursor > first
            start[position] = cursor - 1 if anchored else max(cursor, first)
            if not anchored:
                self._anchors.pop(position, None)
        return await self.broker.assigned(start)

    async def _load(self, topic: str, subscriber: ProjectionSubscriber) -> None:
        count = await self.broker.partitions(topic)
        async with self.database.transaction() as tx:
            for partition in range(count):
                await run(
                    tx,
                    NEW_CURSOR,
                    consumer=subscriber.consumer,
                    topic=topic,
                    partition=partition,
                    next_offset=0,
                )
            for row in await run(tx, CURSORS, consumer=subscriber.consumer):
                position = (row["topic"], row["partition"])
                self.cursors[position] = row["next_offset"]
                if row["last_event_id"]:
                    self._anchors[position] = row["last_event_id"]

    async def step(self, reader: Reader, wait: float = POLL_SECONDS) -> int:
        """Polls once and folds; how many records."""
        found = await reader.poll(POLL, wait)
        count = 0
        for position, records in found.items():
            fresh = self._after_anchor(position, records)
            if fresh:
                await self.consume(self.subscribers[position[0]], fresh)
            count += len(fresh)
        return count

    def _after_anchor(self, position: Position, records: Sequence[Record]) -> Sequence[Record]:
        cursor = self.cursors[position]
        if expected := self._anchors.pop(position, None):
            first = records[0]
            if first.offset == cursor - 1 and hear(first).event_id != expected:
                raise AnchorLostError(f"{position[0]}/{position[1]} holds another record at {first.offset}")
        return [record for record in records if record.offset >= cursor]

    @asynccontextmanager
    async def transaction(self, subscriber: Subscriber, chunk: Sequence[Record]) -> AsyncIterator[Tx]:
        """Folds and moves the cursor together, or not at all."""
        last = chunk[-1]
        position = (last.topic, last.partition)
        heard = hear(last)
        async with self.database.transaction() as tx:
            yield tx
            moved = await run_one(
                tx,
                MOVE_CURSOR,
                consumer=subscriber.consumer,
                topic=last.topic,
                partition=last.partition,
                was=self.cursors[position],
                next_offset=last.offset + 1,
                last=heard.event_id or None,
                recorded_at=heard.event.time if heard.event else None,
                now=tx.now,
            )
            if moved is None:
                raise CursorMovedError(f"{position} was folded by someone else")
        self.cursors[position] = last.offset + 1
