"""What the tests of the partner's door share: an app on its database, a partner, events."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from contracts.envelope import Envelope
from contracts.event import REGISTRY, Fact
from contracts.intake import IntakeSubmitted
from eventing.broker import Outgoing
from eventing.db import Database, run
from eventing.memory import MemoryBroker
from eventing.runtime import uuid7
from integration.app import create_app
from integration.commands.partners import PartnerTerms, add_partner, give_key
from integration.domain.limits import Rates
from integration.domain.partners import SCOPES
from integration.settings import Settings
from integration.work.outbound import NotReachedError
from seuil_dev.databases import ServiceDatabase
from tests.world import Clock, World, memory_broker
from webui.identity import RoleGrant, User, issue_token
from webui.keys import Signer, new_key_pair
from webui.sealing import new_sealing_pair, unseal

SOURCE = "urn:seuil:partner:cmao-115"
API = "/integration/api/v1"
EVENTS = f"{API}/events"
KEYS, PARTNER_KEYS, INTAKE_KEYS = new_key_pair(), new_key_pair(), new_sealing_pair()
STORE_KEY = "c3RvcmUta2V5LW9mLXRoZS10ZXN0cy0wMDAwMDAwMDA"
TERRITORY = "siao-59-lille"
OUTBOX = text("SELECT type, key, seq, actor, payload FROM outbox ORDER BY id")
NO_LIMIT = Rates(None, 500, None)


class KilledError(Exception):
    """The sender is gone."""


@dataclass
class PostOffice:
    """Where webhooks arrive: a status, or no answer at all."""

    status: int | None = 204
    received: list[tuple[str, dict[str, Any], dict[str, str]]] = field(default_factory=list)
    lives: int | None = None
    """How many more are posted before the sender dies on the way, as if killed."""
    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    """Addresses that do not answer before their event is set."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        if url in self.slow:
            await self.slow[url].wait()
        if self.status is None:
            raise NotReachedError("no_answer")
        if self.lives == 0:
            self.lives = None
            raise KilledError
        if self.lives is not None:
            self.lives -= 1
        if 200 <= self.status < 300:
            self.received.append((url, json.loads(body), dict(headers)))
        return self.status


@dataclass
class Door:
    """The service with one partner; `send` posts a batch, `say` one event."""

    client: httpx2.AsyncClient
    database: Database
    broker: MemoryBroker
    clock: Clock
    world: World
    partner_id: UUID
    key: str
    post_office: "PostOffice"
    app: FastAPI
    count: int = field(default=0)
    seqs: Counter[tuple[str, str]] = field(default_factory=Counter)

    def event(self, record: str, data: dict[str, Any], **attributes: Any) -> dict[str, Any]:
        self.count += 1
        return {
            "specversion": "1.0",
            "id": f"e-{self.count}",
            "type": f"seuil.partner.{record}.v1",
            "source": SOURCE,
            "time": self.clock.at.isoformat(),
            "data": data,
        } | attributes

    def authorised(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"}

    async def send(self, events: Sequence[Any], **headers: str) -> httpx2.Response:
        return await self.client.post(
            EVENTS,
            json=list(events),
            headers=self.authorised() | {"content-type": "application/cloudevents-batch+json"} | headers,
        )

    async def say(self, record: str, data: dict[str, Any], **attributes: Any) -> httpx2.Response:
        event = self.event(record, data, **attributes)
        return await self.post(event)

    async def post(self, event: dict[str, Any]) -> httpx2.Response:
        return await self.client.post(
            EVENTS, json=event, headers=self.authorised() | {"content-type": "application/cloudevents+json"}
        )

    async def facts(self) -> list[Fact]:
        async with self.database.read() as tx:
            rows = await run(tx, OUTBOX)
        return [REGISTRY[row["type"]].read(row["payload"]) for row in rows]

    async def hear(self, *facts: Fact) -> None:
        """Other services say these facts; integration works until nothing moves."""
        runtime = self.clock.runtime()
        for fact in facts:
            place = (fact.TOPIC, fact.key)
            self.seqs[place] += 1
            self.clock.seed += 1
            envelope = Envelope(
                id=uuid7(int(self.clock.at.timestamp() * 1000), self.clock.seed.to_bytes(10, "big")),
                type=fact.TYPE,
                source=f"/seuil/{fact.TOPIC.split('.')[1]}",
                time=runtime.now(),
                key=fact.key,
                seq=self.seqs[place],
                actor="system",
            )
            out = Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), runtime.now())
            await self.broker.publish([out])
        await self.world.settle()

    async def feed(self, after: str = "", key: str = "") -> dict[str, Any]:
        """A page of the feed."""
        headers = {"authorization": f"Bearer {key or self.key}"}
        answer = await self.client.get(f"{API}/feed", params={"after": after}, headers=headers)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    async def told(self, key: str = "") -> list[str]:
        """The types that the feed tells, in order."""
        return [item["type"] for item in (await self.feed(key=key))["items"]]

    async def files(self) -> list[dict[str, Any]]:
        """What cases reads of the files on their way."""
        sealed = [fact.sealed for fact in await self.facts() if isinstance(fact, IntakeSubmitted)]
        return [json.loads(unseal([INTAKE_KEYS.private], text)) for text in sealed]

    async def rows(self, statement: str) -> list[Any]:
        async with self.database.read() as tx:
            return list(await tx.connection.fetch(statement))

    async def partner(
        self, source: str, *scopes: str, rates: Rates = NO_LIMIT, organisation_id: UUID | None = None
    ) -> str:
        """Another partner: its key."""
        terms = PartnerTerms("Autre", scopes or list(SCOPES), rates, organisation_id=organisation_id)
        async with self.database.transaction() as tx:
            partner_id = tx.new_id()
            await add_partner(tx, partner_id, source, terms)
            return (await give_key(tx, partner_id)).key


async def everything(door: Door) -> str:
    """Every value of every table, as text: what somebody with the database would read."""
    tables = await door.rows("SELECT relname FROM pg_stat_user_tables ORDER BY 1")
    found = []
    for table in tables:
        for row in await door.rows(f'SELECT * FROM "{table["relname"]}"'):  # noqa: S608 - our own names
            found += [v.decode("latin-1") if isinstance(v, bytes) else str(v) for v in row.values()]
    return "\n".join(found)


def token(*roles: str, at: Clock, territory: str = TERRITORY) -> dict[str, str]:
    """The header of somebody signed in."""
    user = User(at.runtime().new_id(), 1, None, tuple(RoleGrant(role, territory) for role in roles))
    return {"authorization": f"Bearer {issue_token(Signer(KEYS.private), user, at.at)}"}


@asynccontextmanager
async def open_door(
    made: ServiceDatabase, rates: Rates = NO_LIMIT, *, sealing: str = INTAKE_KEYS.public
) -> AsyncIterator[Door]:
    """The app over a fresh database, its loops still: the test turns them."""
    clock, broker = Clock(), memory_broker()
    settings = Settings(
        database_url=SecretStr(made.app_url),
        kafka_bootstrap_servers="memory",
        seuil_token_keys={KEYS.kid: KEYS.public},
        seuil_intake_public_key=sealing,
        seuil_store_key=SecretStr(STORE_KEY),
        seuil_partner_token_private_key=SecretStr(PARTNER_KEYS.private),
    )
    office = PostOffice()
    app = create_app(settings, runtime=clock.runtime(), broker=broker, post=office.post)
    service = app.state.service
    await service.database.open()
    try:
        async with service.database.transaction() as tx:
            partner_id = tx.new_id()
            await add_partner(tx, partner_id, SOURCE, PartnerTerms("CMAO 115", list(SCOPES), rates))
            key = (await give_key(tx, partner_id)).key
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            yield Door(client, service.database, broker, clock, World(service), partner_id, key, office, app)
    finally:
        await service.database.close()
