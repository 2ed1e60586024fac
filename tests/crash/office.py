"""A small service on eventing: a command says a fact, a policy plans a deadline, the deadline says another.

Its handlers write what they did in `applied_log`, which has no unique key: a second time would show.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
from operating.failed_acts import Action, Choice, ask
from operating.rebuilding import rebuild
from operating.republish import republish
from operating.service import Service
from tests.crash.topics import OwnTopics, PatientKafka
from tests.world import START

TABLES = (
    "CREATE TABLE applied_log (n bigserial PRIMARY KEY, consumer text NOT NULL, key text NOT NULL, "
    "seq bigint, number int NOT NULL)",
    "CREATE TABLE projected (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
    "key text NOT NULL, seq bigint NOT NULL, number int NOT NULL)",
    "CREATE TABLE poison (consumer text NOT NULL, number int NOT NULL)",
)
NOTE = "INSERT INTO applied_log (consumer, key, seq, number) VALUES ($1, $2, $3, $4)"
FOLD = "INSERT INTO projected (key, seq, number) VALUES ($1, $2, $3)"
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
    await taste(tx, consumer, number)
    await tx.connection.execute(NOTE, consumer, key, seq, number)


async def taste(tx: Tx, consumer: str, number: int) -> None:
    """Raises PoisonError where this consumer cannot work this number."""
    if await tx.connection.fetchval(POISONED, consumer, number):
        raise PoisonError


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
    await taste(tx, "projection", number)
    await tx.connection.execute(FOLD, event.key, event.seq, number)


async def follow(tx: Tx, due: Due) -> None:
    await note(tx, "due", due.key, None, due.payload["number"])
    told = CommissionCancelled(
        occurred_on=START.date(), commission_id=UUID(due.key), reason=CancelReason.ORGANISER
    )
    await append(tx, told)


def broker_of(given: dict[str, Any]) -> OwnTopics:
    return OwnTopics(PatientKafka(given["kafka"]), given["topics"])


def service_of(given: dict[str, Any], runtime: Runtime) -> Service:
    kinds = (RegistrationLapsed, CommissionCancelled)
    return Service(
        ModuleType("registration"),
        Database(given["database"], runtime),
        broker_of(given),
        policies=Policies({RegistrationLapsed: act, CommissionCancelled: hear}),
        projections=[Projection("noted", 1, REGISTRATION, dict.fromkeys(kinds, fold), ["projected"])],
        due={FOLLOW: follow},
    )


def create_app(given: dict[str, Any], runtime: Runtime) -> FastAPI:
    """The office at work; an operator speaks to it as the pages and the command line would."""
    service = service_of(given, runtime)
    app = app_of(service, "essai")
    take_commands(app, service.database)

    @app.post("/replay")
    async def replay(idempotency_key: str = Header()) -> str:
        async with service.database.transaction("person:2") as tx:
            if done := await once(tx, idempotency_key, "replay"):
                return done.resource
            rows = await tx.connection.fetch("SELECT n FROM parked_event")
            asked = await ask(tx, Action.REPLAY, Choice([row["n"] for row in rows]), "mended")
            await settle(tx, tx.actor, idempotency_key, "asked", str(asked))
            return str(asked)

    @app.post("/rebuild")
    async def build() -> dict[str, int]:
        return await rebuild(service, given["owner"])

    return app


def create_republisher(given: dict[str, Any], runtime: Runtime) -> FastAPI:
    """The office closed: what it has said leaves when told, and leaves again."""
    service = service_of(given, runtime)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.database.open()
        yield

    app = FastAPI(lifespan=lifespan)
    take_commands(app, service.database)

    @app.post("/relay")
    async def relay() -> None:
        producer = await service.broker.producer()
        async with service.relay.leading_alone() as connection:
            await service.relay.read_epochs(connection)
            while await service.relay.pump(connection, producer):
                pass
        await producer.close()

    @app.post("/republish")
    async def again() -> dict[str, int]:
        return await republish(service)

    return app


def take_commands(app: FastAPI, database: Database) -> None:
    """The one command: a fact on a stream, once per Idempotency-Key."""

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
