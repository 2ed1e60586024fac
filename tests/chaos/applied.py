"""What each consumer did, written by something else than what it is judged by.

Every record handled leaves a row in `applied_log`, in the handler's own transaction, in a table without any
unique key: an event applied twice is two rows, whatever the inbox and the cursors believe.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from eventing.db import Tx
from eventing.reading import Heard
from eventing.subscriber import Subscriber
from eventing.subscription import Received
from operating.service import Service

CREATE = """
    CREATE TABLE IF NOT EXISTS applied_log (
        n bigserial, consumer text NOT NULL, topic text NOT NULL, key text NOT NULL, seq bigint,
        event_id uuid NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp());
    GRANT SELECT, INSERT ON applied_log TO PUBLIC;
    GRANT USAGE ON SEQUENCE applied_log_n_seq TO PUBLIC;
"""
WRITE = """
    INSERT INTO applied_log (consumer, topic, key, seq, event_id)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::uuid[])
"""
WAITING = "applied_rows"
"""The attribute of a transaction where rows wait for its end."""


async def create(admin_url: str) -> None:
    """Makes the table in one service's database."""
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute(CREATE)
    finally:
        await connection.close()


class Applied:
    """A subscriber that also says what it was given to handle."""

    def __init__(self, inner: Subscriber) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    async def handle(self, tx: Tx, event: Received[Any]) -> None:
        await self.inner.handle(tx, event)
        row = (self.inner.consumer, event.topic, event.key, event.seq, event.id)
        tx.__dict__.setdefault(WAITING, []).append(row)

    async def forget(self, tx: Tx, heard: Heard) -> None:
        await self.inner.forget(tx, heard)


def wrap(service: Service) -> None:
    """Makes the consumers of a service write `applied_log`; before it runs."""
    if service.policies is not None:
        service.policies.subscriber = Applied(service.policies.subscriber)  # type: ignore[assignment]  # the trial puts itself between
    if service.projections is not None:
        known = service.projections.subscribers
        service.projections.subscribers = {topic: Applied(each) for topic, each in known.items()}  # type: ignore[misc]  # the trial puts itself between
    begin = service.database.transaction

    @asynccontextmanager
    async def transaction(*given: Any, **named: Any) -> AsyncIterator[Tx]:
        async with begin(*given, **named) as tx:
            yield tx
            if rows := tx.__dict__.get(WAITING):
                await tx.connection.execute(WRITE, *(list(column) for column in zip(*rows, strict=True)))

    service.database.transaction = transaction  # type: ignore[method-assign]  # the trial puts itself between


def hears(service: Service) -> dict[str, list[str]]:
    """Consumer → topics it reads, from the service's own subscriptions."""
    found: dict[str, list[str]] = {}
    if service.policies is not None:
        found[service.policies.subscriber.consumer] = list(service.policies.policies.topics())
    if service.projections is not None:
        for topic, subscriber in service.projections.subscribers.items():
            found.setdefault(subscriber.consumer, []).append(topic)
    return found
