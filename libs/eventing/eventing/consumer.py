"""The two readers of a service: a group for its policies, an assigned reader for its projections."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from contracts.topics import TOPICS
from eventing.breaker import BreakerOpenError
from eventing.broker import Broker, Position, Reader, Record
from eventing.consuming import CHUNK, Consumer
from eventing.db import Database, Tx, run, run_one
from eventing.epochs import FIRST, highest, last_epochs
from eventing.faults import fault
from eventing.reading import hear
from eventing.subscriber import PolicySubscriber, ProjectionSubscriber, Subscriber
from eventing.subscription import Policies, Projection

POLL_SECONDS = 0.5
SIDE_BY_SIDE = 2
"""Partitions that policies catch up at once, as two replicas would."""
ASK_SECONDS = 5.0
"""How often a stopped reader asks whether it may try again."""

CURSORS = text(
    """
    SELECT topic, partition, next_offset, last_event_id, epoch FROM projection_cursor
    WHERE consumer = :consumer
    """
)
NEW_CURSOR = text(
    """
    INSERT INTO projection_cursor (consumer, topic, partition, next_offset)
    VALUES (:consumer, :topic, CAST(:partition AS int), 0) ON CONFLICT DO NOTHING
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
START_AGAIN = text(
    """
    UPDATE projection_cursor SET next_offset = 0, last_event_id = NULL, epoch = CAST(:epoch AS int)
    WHERE consumer = :consumer AND topic = :topic AND partition = CAST(:partition AS int)
      AND epoch < CAST(:epoch AS int)
    """
)


class CursorMovedError(ConnectionError):
    """Someone else folded from here: another builder, or a rebuild. Read the cursors again."""


class AnchorLostError(Exception):
    """The log no longer holds the record folded last and says of no new epoch: someone must decide."""


class PolicyConsumer(Consumer):
    """A member of the service's policies group."""

    def __init__(self, service: str, database: Database, broker: Broker, policies: Policies) -> None:
        super().__init__(service, database, broker)
        self.policies = policies
        self.subscriber = PolicySubscriber(f"{service}.policies", policies)

    async def open(self) -> Reader:
        """Joins the group. Raises BreakerOpenError while it is stopped."""
        await self.breaker(self.subscriber).ask()
        return await self.broker.group(self.subscriber.consumer, self.policies.topics())

    async def step(self, reader: Reader, wait: float = POLL_SECONDS) -> int:
        """Polls once and applies; how many records. The group's offset is a hint, the inbox is the truth."""
        found = await reader.poll(self.limit, wait)
        if found:
            fault("policies.polled")
        count = sum(len(records) for records in found.values())
        turns = asyncio.Semaphore(SIDE_BY_SIDE if count > CHUNK else 1)
        done: dict[Position, int] = {}
        failed: list[BaseException] = []

        async def take(position: Position, records: Sequence[Record]) -> None:
            async with turns:
                if not failed:
                    try:
                        await self.consume(self.subscriber, records)
                        done[position] = records[-1].offset + 1
                    except BaseException as error:
                        failed.append(error)
                        raise

        await asyncio.gather(*(take(*each) for each in found.items()), return_exceptions=True)
        if failed:
            raise failed[0]
        if done:
            fault("policies.committed_before_offset")
        await reader.commit(done)
        if done:
            fault("policies.offset_committed")
        return count


class ProjectionConsumer(Consumer):
    """The builder of a service's projections: one topic each, cursors in the database."""

    def __init__(
        self,
        service: str,
        database: Database,
        broker: Broker,
        projections: Sequence[Projection],
        suffix: str = "",
    ) -> None:
        super().__init__(service, database, broker)
        assert len({p.topic for p in projections}) == len(projections), "one projection per topic"
        self.subscribers = {p.topic: ProjectionSubscriber(p.consumer + suffix, p) for p in projections}
        self.cursors: dict[Position, int] = {}
        self._epochs: dict[Position, int] = {}
        self._anchors: dict[Position, str] = {}
        self._asked_at = database.runtime.now()

    async def open(self) -> Reader:
        """Reads the cursors, checks them against the log, and reads on from there, where none is stopped."""
        self.cursors, self._anchors = {}, {}
        start: dict[Position, int] = {}
        for topic in await self._allowed():
            await self._load(topic, self.subscribers[topic])
        bounds = await self.broker.bounds(sorted(self.cursors))
        await self._check_short(bounds)
        for position, (first, _) in bounds.items():
            cursor = self.cursors[position]
            start[position] = max(cursor - 1, first)
            if cursor <= first or not TOPICS[position[0]].sequenced:
                self._anchors.pop(position, None)
        return await self.broker.assigned(start)

    async def _check_short(self, bounds: Mapping[Position, tuple[int, int]]) -> None:
        """A log that ends before the cursor: another one, which says so, or one that lost its end.

        One that republish left empty is another one as soon as its topic speaks of a higher epoch.
        """
        short = sorted(p for p, at in self.cursors.items() if at > bounds[p][1])
        topics = {topic for topic, _ in short}
        last = await last_epochs(self.broker, {p: ends for p, ends in bounds.items() if p[0] in topics})
        for place in short:
            of_topic = max((epoch for p, epoch in last.items() if p[0] == place[0]), default=FIRST)
            await self._follow_epoch(place, last.get(place, of_topic))
            if place in last:
                raise AnchorLostError(f"{place[0]}/{place[1]} ends before the cursor")
        if short:
            raise ConnectionError(f"{short[0]} is empty: Kafka was lost, and republish has not come so far")

    async def _follow_epoch(self, place: Position, epoch: int) -> None:
        """Starts a partition again from its oldest record when it speaks of a higher epoch."""
        topic, partition = place
        if epoch <= self._epochs[place]:
            return
        async with self.database.transaction() as tx:
            consumer = self.subscribers[topic].consumer
            await run(tx, START_AGAIN, consumer=consumer, topic=topic, partition=partition, epoch=epoch)
        raise CursorMovedError(f"{place} was made again: epoch {epoch}")

    async def _allowed(self) -> list[str]:
        """The topics that may be read now. Raises BreakerOpenError when none may."""
        self._asked_at = self.database.runtime.now()
        allowed: list[str] = []
        for topic, subscriber in self.subscribers.items():
            try:
                await self.breaker(subscriber).ask()
                allowed.append(topic)
            except BreakerOpenError as stopped:
                refusal = stopped
        if not allowed:
            raise refusal
        return allowed

    async def _load(self, topic: str, subscriber: ProjectionSubscriber) -> None:
        count = await self.broker.partitions(topic)
        async with self.database.transaction() as tx:
            for partition in range(count):
                await run(tx, NEW_CURSOR, consumer=subscriber.consumer, topic=topic, partition=partition)
            for row in await run(tx, CURSORS, consumer=subscriber.consumer):
                position = (row["topic"], row["partition"])
                self.cursors[position] = row["next_offset"]
                self._epochs[position] = row["epoch"]
                if row["last_event_id"]:
                    self._anchors[position] = row["last_event_id"]

    async def step(self, reader: Reader, wait: float = POLL_SECONDS) -> int:
        """Polls once and folds; how many records."""
        await self._ask_again()
        found = await reader.poll(self.limit, wait)
        count = 0
        for position, records in found.items():
            await self._follow_epoch(position, highest(records))
            fresh = self._after_anchor(position, records)
            if fresh:
                await self.consume(self.subscribers[position[0]], fresh)
            count += len(fresh)
        return count

    async def _ask_again(self) -> None:
        reading = {topic for topic, _ in self.cursors}
        asked = (self.database.runtime.now() - self._asked_at).total_seconds()
        stopped = len(reading) < len(self.subscribers) and asked >= ASK_SECONDS
        if stopped and set(await self._allowed()) != reading:
            raise ConnectionError("a stopped projection may try again")

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
            # First, so that another builder is waited for before anything it might change is read.
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
            fault("projection.cursor_moved")
            yield tx
            fault("projection.folded_before_commit")
        fault("projection.committed")
        self.cursors[position] = last.offset + 1
