"""A small service on eventing: a command says a fact, a policy plans a deadline, the deadline says another.

Its handlers write what they did in `applied_log`, which has no unique key: a second time would show.
"""

from types import ModuleType
from typing import Any
from uuid import UUID

from fastapi import FastAPI, Header
from pydantic import BaseModel

from contracts.lists import CancelReason
from contracts.registration import CommissionCancelled, RegistrationLapsed
from contracts.topics import REGISTRATION
from eventing.db import Database, Tx
from eventing.due import Due, plan
from eventing.outbox import append, lock_stream
from eventing.requests import once, settle
from eventing.runtime import Runtime
from eventing.subscription import Policies, Projection, Received
from operating.composition import app_of
from operating.service import Service
from tests.crash.topics import OwnTopics, PatientKafka
from tests.world import START

TABLES = (
    "CREATE TABLE applied_log (n bigserial PRIMARY KEY, consumer text NOT NULL, key text NOT NULL, "
    "seq bigint, number int NOT NULL)",
    "CREATE VIEW projected AS SELECT * FROM applied_log WHERE consumer = 'projection'",
    "CREATE TABLE poison (consumer text NOT NULL, number int NOT NULL)",
)
NOTE = "INSERT INTO applied_log (consumer, key, seq, number) VALUES ($1, $2, $3, $4)"
POISONED = "SELECT 1 FROM poison WHERE consumer = $1 AND number = $2"
FOLLOW = "follow"


class Said(BaseModel):
    """One command: a number told on a stream."""

    key: UUID
    number: int


class PoisonError(ValueError):
    """What stands in `poison` cannot be worked."""


async def note(tx: Tx, consumer: str, key: str, seq: int | None, number: int) -> None:
    """Notes what was done, unless it is poison."""
    if await tx.connection.fetchval(POISONED, consumer, number):
        raise PoisonError
    await tx.connection.execute(NOTE, consumer, key, seq, number)


async def act(tx: Tx, event: Received[RegistrationLapsed]) -> None:
    number = event.fact.registration_id.int & 0xFFFF
    await note(tx, "policies", event.key, event.seq, number)
    await plan(tx, id=event.id, at=tx.now, command=FOLLOW, topic=event.topic, key=event.key,
               payload={"number": number})  # fmt: skip


async def hear(tx: Tx, event: Received[CommissionCancelled]) -> None:
    await note(tx, "policies", event.key, event.seq, 0)


async def fold(tx: Tx, event: Received[Any]) -> None:
    lapsed = isinstance(event.fact, RegistrationLapsed)
    number = event.fact.registration_id.int & 0xFFFF if lapsed else 0
    await note(tx, "projection", event.key, event.seq, number)


async def follow(tx: Tx, due: Due) -> None:
    await note(tx, "due", due.key, None, due.payload["number"])
    told = CommissionCancelled(
        occurred_on=START.date(), commission_id=UUID(due.key), reason=CancelReason.ORGANISER
    )
    await append(tx, told)


def broker_of(given: dict[str, Any]) -> OwnTopics:
    return OwnTopics(PatientKafka(given["kafka"]), given["topics"])


def create_app(given: dict[str, Any], runtime: Runtime) -> FastAPI:
    database = Database(given["database"], runtime)
    kinds = (RegistrationLapsed, CommissionCancelled)
    service = Service(
        ModuleType("registration"),
        database,
        broker_of(given),
        policies=Policies({RegistrationLapsed: act, CommissionCancelled: hear}),
        projections=[Projection("noted", 1, REGISTRATION, dict.fromkeys(kinds, fold), ["projected"])],
        due={FOLLOW: follow},
    )
    app = app_of(service, "essai")

    @app.post("/say")
    async def say(said: Said, idempotency_key: str = Header()) -> str:
        async with database.transaction("person:1") as tx:
            if done := await once(tx, idempotency_key, str(said.key), said.number):
                return done.resource
            await lock_stream(tx, REGISTRATION, str(said.key))
            someone = UUID(int=said.number, version=4)
            told = RegistrationLapsed(
                occurred_on=START.date(), registration_id=someone, commission_id=said.key, person_id=someone
            )
            [event_id] = await append(tx, told)
            await settle(tx, tx.actor, idempotency_key, "said", str(event_id))
            return str(event_id)

    return app
