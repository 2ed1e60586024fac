"""Outbox → Kafka → journal. Rows are the to-do list: nothing is skipped whatever the order of commits."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog

from contracts.envelope import Envelope
from contracts.topics import TOPICS
from eventing.broker import Broker, Outgoing, Position, Producer
from eventing.db import Database
from eventing.epochs import FIRST, spoken
from eventing.faults import fault
from eventing.leader import kept_alive, leadership
from eventing.tail import LogDiffersError, check

log = structlog.get_logger("eventing.relay")
BATCH, SLICE, BYTES = 4000, 1000, 16_000_000
"""Rows read at once, rows published before they move to the journal, bytes after which no more are read."""
IDLE_WAIT = 0.25
FEW, GATHER = 200, 0.02
"""After fewer rows than that, seconds until the next look: what is said meanwhile leaves in one batch."""
EPOCHS = "SELECT topic, epoch FROM log_epoch"
SELECT = f"""
    SELECT id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, extra, payload
    FROM (SELECT *, sum(octet_length(payload)) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING
                                                     AND 1 PRECEDING) AS before
          FROM (SELECT * FROM outbox ORDER BY id LIMIT {BATCH}) AS oldest) AS measured
    WHERE before IS NULL OR before < {BYTES} ORDER BY id
"""  # noqa: S608 - names of ours only, values are bound
MOVE = """
    WITH sent AS (SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[], $4::bool[])
                  AS t(id, p, o, kept)),
         gone AS (DELETE FROM outbox USING sent WHERE outbox.id = sent.id
                  RETURNING outbox.*, sent.p, sent.o, sent.kept)
    INSERT INTO event_log (id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation,
                           extra, payload, "partition", "offset")
    SELECT id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, extra, payload,
           p, o
    FROM gone WHERE kept
"""


class Relay:
    """Publishes one service's outbox; every replica runs one, one at a time is active."""

    def __init__(self, service: str, database: Database, broker: Broker) -> None:
        self.service = service
        self.database = database
        self.broker = broker
        self.hint = asyncio.Event()
        self.leading = False
        self.published = 0
        self.epochs: dict[str, int] = {}
        self._ends: dict[Position, int] = {}

    async def run(self) -> None:
        """Leads and publishes until a failure to deliver; the next run has a new producer.

        Raises LogDiffersError, before anything is written, when the log is not the one the journal tells.
        """
        async with self.leading_alone() as connection:
            async with kept_alive(connection):
                self._ends = await check(connection, self.broker, self.service)
            await self.read_epochs(connection)
            fault("relay.leading")
            producer = await self.broker.producer()
            self.leading = True
            try:
                while True:
                    await self._wait(await self.pump(connection, producer))
            finally:
                self.leading = False
                await asyncio.shield(producer.close())

    def leading_alone(self) -> AbstractAsyncContextManager[Any]:
        """The right to write to this service's topics, held by one connection at a time."""
        return leadership(self.database, f"{self.service} relay")

    async def read_epochs(self, connection: Any) -> None:
        """Learns which epoch each log speaks."""
        self.epochs = {row["topic"]: row["epoch"] for row in await connection.fetch(EPOCHS)}

    async def _wait(self, sent: int) -> None:
        if sent:
            if sent < FEW:
                await self.database.runtime.sleep(GATHER)
            return
        try:
            await asyncio.wait_for(self.hint.wait(), IDLE_WAIT)
        except TimeoutError:
            return
        self.hint.clear()

    async def pump(self, connection: Any, producer: Producer) -> int:
        """One batch: read, publish, move to the journal; how many. DeliveryError leaves the rows.

        A slice moves while the next one, published after it was acknowledged, is on its way.
        """
        rows = await connection.fetch(SELECT)
        if not rows:
            return 0
        fault("relay.read")
        moving: asyncio.Task[None] | None = None
        try:
            for start in range(0, len(rows), SLICE):
                part = rows[start : start + SLICE]
                async with kept_alive(connection):
                    places = await producer.publish([self.outgoing(row) for row in part])
                self._follow(part, places)
                fault("relay.acked_before_delete")
                if moving is not None:
                    await moving
                moving = asyncio.create_task(self._move(connection, part, places))
        finally:
            if moving is not None:
                await moving
        return len(rows)

    def _follow(self, rows: Sequence[Any], places: Sequence[tuple[int, int]]) -> None:
        """A log only grows. One that was replaced under a living producer is noticed before rows move."""
        for row, (partition, offset) in zip(rows, places, strict=True):
            place = (row["topic"], partition)
            if offset < self._ends.get(place, 0):
                raise LogDiffersError(f"{place} went back to {offset}: Kafka was lost, run republish")
            self._ends[place] = offset + 1

    async def _move(self, connection: Any, rows: Sequence[Any], places: Sequence[tuple[int, int]]) -> None:
        await connection.execute(
            MOVE,
            [row["id"] for row in rows],
            [partition for partition, _ in places],
            [offset for _, offset in places],
            [TOPICS[row["topic"]].journalled for row in rows],
        )
        fault("relay.deleted")
        self.published += len(rows)

    def outgoing(self, row: Any) -> Outgoing:
        """The record of a row of the outbox or of the journal."""
        envelope = Envelope(
            id=row["event_id"],
            type=row["type"],
            source=f"/seuil/{self.service}",
            time=row["recorded_at"],
            key=row["key"],
            seq=row["seq"],
            correlation=row["correlation"],
            causation=row["causation"],
            actor=row["actor"],
        )
        headers = envelope.to_headers() + spoken(self.epochs.get(row["topic"], FIRST))
        if row["extra"]:
            headers += [(name, value.encode()) for name, value in row["extra"].items()]
        return Outgoing(row["topic"], row["key"], row["payload"], headers, row["recorded_at"])
