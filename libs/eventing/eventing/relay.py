"""Outbox → Kafka → journal. Rows are the to-do list: nothing is skipped whatever the order of commits."""

import asyncio
from typing import Any

import structlog

from contracts.envelope import Envelope
from contracts.topics import TOPICS
from eventing.broker import Broker, Outgoing, Producer
from eventing.db import Database
from eventing.faults import fault
from eventing.leader import kept_alive, leadership

log = structlog.get_logger("eventing.relay")
BATCH = 1000
IDLE_WAIT = 0.25
SELECT = f"""
    SELECT id, event_id, topic, key, type, seq, recorded_at, actor, correlation, causation, extra, payload
    FROM outbox ORDER BY id LIMIT {BATCH}
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

    async def run(self) -> None:
        """Leads and publishes until a failure to deliver; the next run has a new producer."""
        async with leadership(self.database, f"{self.service} relay") as connection:
            fault("relay.leading")
            producer = await self.broker.producer()
            self.leading = True
            try:
                while True:
                    await self._wait_if_empty(await self.pump(connection, producer))
            finally:
                self.leading = False
                await asyncio.shield(producer.close())

    async def _wait_if_empty(self, sent: int) -> None:
        if sent:
            return
        try:
            await asyncio.wait_for(self.hint.wait(), IDLE_WAIT)
        except TimeoutError:
            return
        self.hint.clear()

    async def pump(self, connection: Any, producer: Producer) -> int:
        """One batch: read, publish, move to the journal; how many. DeliveryError leaves the rows."""
        rows = await connection.fetch(SELECT)
        if not rows:
            return 0
        fault("relay.read")
        async with kept_alive(connection):
            places = await producer.publish([self._outgoing(row) for row in rows])
        fault("relay.acked_before_delete")
        await connection.execute(
            MOVE,
            [row["id"] for row in rows],
            [partition for partition, _ in places],
            [offset for _, offset in places],
            [TOPICS[row["topic"]].journalled for row in rows],
        )
        fault("relay.deleted")
        self.published += len(rows)
        return len(rows)

    def _outgoing(self, row: Any) -> Outgoing:
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
        headers = envelope.to_headers()
        extra = [(name, value.encode()) for name, value in (row["extra"] or {}).items()]
        return Outgoing(row["topic"], row["key"], row["payload"], [*headers, *extra], row["recorded_at"])
