"""An analytics service on a real database and a broker in memory, told facts as other services would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx2
from pydantic import SecretStr

from analytics.app import create_app
from analytics.settings import Settings
from contracts.envelope import Envelope
from contracts.event import Fact
from contracts.lists import Role
from contracts.topics import TOPICS
from eventing.broker import Outgoing
from eventing.memory import MemoryBroker
from operating.rebuilding import rebuild
from operating.service import Service
from tests.conftest import MakeDatabase
from tests.world import Clock, World, memory_broker
from webui.identity import RoleGrant, User, issue_token
from webui.keys import Signer, new_key_pair

TERRITORY = "siao-59-lille"
START = datetime(2023, 6, 15, 8, tzinfo=UTC)
OUTSIDERS = (None, Role.STATE, Role.OPERATOR, Role.DATA_OFFICER, Role.CHAIR)


@dataclass
class Told:
    """Publishes facts on the broker, numbered per key as their service would."""

    broker: MemoryBroker
    clock: Clock
    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    last: UUID | None = None

    async def __call__(self, *facts: Fact) -> None:
        runtime = self.clock.runtime()
        for fact in facts:
            place = (fact.TOPIC, fact.key)
            sequenced = TOPICS[fact.TOPIC].sequenced
            if sequenced:
                self.seqs[place] = self.seqs.get(place, 0) + 1
            self.last = runtime.new_event_id()
            await self.broker.publish([self._out(fact, self.last, self.seqs.get(place))])

    def _out(self, fact: Fact, event_id: UUID, seq: int | None) -> Outgoing:
        envelope = Envelope(
            id=event_id,
            type=fact.TYPE,
            source="/seuil/test",
            time=self.clock.at,
            key=fact.key,
            seq=seq,
            actor="system",
        )
        return Outgoing(fact.TOPIC, fact.key, fact.dump(), envelope.to_headers(), self.clock.at)


@dataclass
class House:
    """The service, its world, and browsers of any role."""

    app: Any
    world: World
    clock: Clock
    told: Told
    signer: Signer
    owner_url: str

    @property
    def service(self) -> Service:
        service: Service = self.app.state.service
        return service

    async def tell(self, *facts: Fact) -> None:
        await self.told(*facts)
        await self.world.settle()

    async def rebuild(self, *names: str) -> dict[str, int]:
        return await rebuild(self.service, self.owner_url, names)

    @property
    def reader(self) -> UUID:
        """The account of every client."""
        return UUID(int=7, version=4)

    def client(
        self,
        role: Role | None = Role.SIAO_AGENT,
        *,
        territory: str = TERRITORY,
        organisation: UUID | None = None,
    ) -> httpx2.AsyncClient:
        headers = {}
        if role is not None:
            user = User(self.reader, 1, organisation, (RoleGrant(role, territory),))
            headers["authorization"] = f"Bearer {issue_token(self.signer, user, self.clock.at)}"
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers)

    async def page(
        self, path: str, role: Role | None = Role.SIAO_AGENT, *, organisation: UUID | None = None
    ) -> str:
        async with self.client(role, organisation=organisation) as client:
            answer = await client.get(path)
        assert answer.status_code == 200, (answer.status_code, answer.text[:400])
        return answer.text

    async def figure(self, measure: str, **asked: str | int) -> dict[str, Any]:
        async with self.client() as client:
            answer = await client.get(f"/analytics/api/v1/figures/{measure}", params=asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def rows(self, measure: str, **asked: str | int) -> dict[str, list[Any]]:
        """Rows by their first cell."""
        figure = await self.figure(measure, **asked)
        return {row[0]: row[1:] for row in figure["rows"]}


@asynccontextmanager
async def opened(make_database: MakeDatabase, at: datetime) -> AsyncIterator[House]:
    pair = new_key_pair()
    clock, broker = Clock(at=at), memory_broker()
    database = make_database("analytics")
    settings = Settings(
        database_url=SecretStr(database.app_url),
        kafka_bootstrap_servers="unused:9092",
        seuil_territory=TERRITORY,
        seuil_token_keys={pair.kid: pair.public},
        seuil_live_seconds=0.01,
    )
    app = create_app(settings, runtime=clock.runtime(), broker=broker)
    service: Service = app.state.service
    await service.database.open()
    try:
        yield House(
            app, World(service), clock, Told(broker, clock), Signer(pair.private), database.migrator_url
        )
    finally:
        await service.database.close()
