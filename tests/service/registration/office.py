"""Registration on a real database, with a broker in memory and a clock moved by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

import httpx2

from contracts.event import REGISTRY, Fact
from contracts.lists import LinkPurpose, Role
from contracts.registration import LinkRequested, RegistrationFact
from contracts.topics import ACCOUNTS, DIRECTORY
from eventing.db import Database, Tx
from eventing.memory import MemoryBroker
from eventing.reading import hear as read_record
from eventing.subscription import Received
from operating.service import Service
from registration.app import create_app
from registration.commands import Desk, admit_account, user_by_email
from registration.policies import MEMORY
from registration.settings import Settings
from tests.conftest import MakeDatabase
from tests.world import Clock, World, memory_broker
from webui import links
from webui.identity import User, issue_token
from webui.keys import Signer, new_key_pair
from webui.links import Link

TERRITORY, ELSEWHERE = "siao-59-lille", "siao-62-arras"
NOW = datetime(2026, 11, 3, 9, 0, tzinfo=UTC)
DAY = date(2026, 12, 8)
F = TypeVar("F", bound=Fact)
API = "/registration/api/v1"


@dataclass
class Office:
    """A running registration and whoever speaks to it."""

    clock: Clock
    broker: MemoryBroker
    service: Service
    desk: Desk
    client: httpx2.AsyncClient
    world: World
    signer: Signer
    users: dict[str, User] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.desk.database

    def new_id(self) -> UUID:
        return self.database.runtime.new_id()

    async def settle(self) -> None:
        await self.world.settle()

    async def user(self, role: Role, territory: str = TERRITORY) -> User:
        """An account with that role there; the same one each time."""
        email = f"{role.value}@{territory}.example".replace("_", "-")
        if email not in self.users:
            async with self.database.transaction() as tx:
                await admit_account(tx, email, [role.value], territory)
                self.users[email] = (await user_by_email(tx, email))[0]
        return self.users[email]

    async def bearer(self, role: Role | None, territory: str = TERRITORY) -> dict[str, str]:
        """Headers of somebody who holds that role; of a visitor for None."""
        if role is None:
            return {}
        token = issue_token(self.signer, await self.user(role, territory), self.clock.at)
        return {"authorization": f"Bearer {token}"}

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: Role | None = Role.COORDINATOR,
        territory: str = TERRITORY,
        **headers: str,
    ) -> httpx2.Response:
        """One request to the JSON API; header names with underscores."""
        sent = await self.bearer(role, territory) | {k.replace("_", "-"): v for k, v in headers.items()}
        return await self.client.request(method, API + path, json=body, headers=sent)

    async def done(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """The JSON of a request that must succeed."""
        answer = await self.call(method, path, body, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def plan(self, **changes: Any) -> dict[str, Any]:
        """What a coordinator may send for a commission."""
        return {
            "commission_id": str(self.new_id()),
            "territory": TERRITORY,
            "title": "Commission Logement d’abord",
            "parts": ["plenary"],
            "day": "2026-12-08",
            "starts": "09:00",
            "ends": "12:30",
            "registration_opens_on": "2026-11-01",
            "registration_closes_on": "2026-12-04",
            "capacity": 2,
            "place": "Maison des associations",
            "video_url": "https://visio.example/lda",
            "contact_email": "coordination@seuil.example",
            **changes,
        }

    async def published(self, **changes: Any) -> dict[str, Any]:
        """A commission announced."""
        planned = await self.done("POST", "/commissions", self.plan(**changes))
        path = f"/commissions/{planned['commission_id']}/publish"
        result: dict[str, Any] = await self.done("POST", path, {"version": planned["version"]})
        return result

    async def sign_up(
        self, commission_id: str, email: str, *, role: Role | None = None, **fields: Any
    ) -> dict[str, Any]:
        """A sign-up accepted."""
        body = {"registration_id": str(self.new_id()), "email": email, **fields}
        path = f"/commissions/{commission_id}/registrations"
        result: dict[str, Any] = await self.done("POST", path, body, role=role)
        return result

    async def joined(self, commission_id: str, email: str, **fields: Any) -> dict[str, Any]:
        """Signed up and proven: the answer to the proof."""
        await self.sign_up(commission_id, email, **fields)
        proof = await self.last_link(LinkPurpose.PROVE_ADDRESS)
        result: dict[str, Any] = await self.done("POST", "/proofs", {"link": proof}, role=None)
        return result

    async def last_link(self, purpose: LinkPurpose) -> str:
        """The token of the last link asked to be mailed for that purpose."""
        asked = [f for f in await self.facts(LinkRequested) if f.purpose is purpose][-1]
        return links.token(self.desk.link_key, Link(asked.purpose, asked.link_id, asked.generation))

    def participation(self, registration_id: str, generation: int = 1) -> str:
        """The token of a personal link."""
        link = Link(LinkPurpose.PARTICIPATION, UUID(registration_id), generation)
        return links.token(self.desk.link_key, link)

    async def facts(self, kind: type[F]) -> list[F]:
        """What was said of that kind, in the order it was recorded; on compacted topics, as published."""
        await self.settle()
        async with self.database.read() as tx:
            rows = await tx.connection.fetch("SELECT type, payload FROM event_log ORDER BY id")
        told = [REGISTRY[row["type"]].read(row["payload"]) for row in rows]
        heard = [read_record(record) for log in self.broker.log.values() for record in log]
        compacted = [
            h.event.fact for h in heard if h.event is not None and h.event.topic in (ACCOUNTS, DIRECTORY)
        ]
        return [fact for fact in (*told, *compacted) if isinstance(fact, kind)]

    async def said(self) -> list[str]:
        """Every fact of registration's own topic, by its short name."""
        return [fact.TYPE.split(".")[2] for fact in await self.facts(RegistrationFact)]

    async def registrations(self, commission_id: str, everyone: bool = True) -> list[dict[str, Any]]:
        """The organisers' list."""
        path = f"/commissions/{commission_id}/registrations?everyone={str(everyone).lower()}"
        result: list[dict[str, Any]] = await self.done("GET", path)
        return result

    async def states(self, commission_id: str) -> dict[str, str]:
        """State by address."""
        return {row["email"]: row["state"] for row in await self.registrations(commission_id)}


async def hear(tx: Tx, fact: Any) -> None:
    """What another service says, as the consumer hands it over."""
    event = Received(fact, tx.new_id(), fact.TYPE, fact.TOPIC, fact.key, 1, tx.now, "system", None, None)
    await MEMORY[type(fact)](tx, event)


@asynccontextmanager
async def opened(make_database: MakeDatabase, **settings: Any) -> AsyncIterator[Office]:
    """An office on a database of its own."""
    clock, broker, pair = Clock(NOW), memory_broker(), new_key_pair()
    made = make_database("registration")
    values: dict[str, Any] = {
        "database_url": made.app_url,
        "kafka_bootstrap_servers": "unused",
        "seuil_public_url": "http://127.0.0.1:8000",
        "seuil_token_keys": {pair.kid: pair.public},
        "seuil_token_private_key": pair.private,
        "seuil_link_key": "a link key of tests",
        "database_connections": 20,
        **settings,
    }
    app = create_app(Settings(**values), runtime=clock.runtime(), broker=broker)
    service: Service = app.state.service
    await service.database.open()
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield Office(clock, broker, service, app.state.desk, client, World(service), Signer(pair.private))
    await service.database.close()
