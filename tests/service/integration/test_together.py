"""A partner's case through two services: sent here, taken by cases, told back, read by its partner alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
from pydantic import SecretStr

from cases.app import create_app
from cases.settings import Settings
from operating.service import Service
from tests.conftest import MakeDatabase
from tests.service.integration.door import API, INTAKE_KEYS, KEYS, PARTNER_KEYS, Door
from tests.service.integration.records import example
from tests.world import World


@dataclass
class Both:
    """The door, and cases on the same broker."""

    door: Door
    cases: httpx2.AsyncClient

    async def read(self, link: str) -> httpx2.Response:
        """What the partner reads at a link, with a token for its key."""
        asked = await self.door.client.post(f"{API}/token", headers=self.door.authorised())
        bearer = {"authorization": f"Bearer {asked.json()['access_token']}"}
        return await self.cases.get(link, headers=bearer)


@pytest.fixture
async def both(door: Door, make_database: MakeDatabase) -> AsyncIterator[Both]:
    settings = Settings(
        database_url=SecretStr(make_database("cases").app_url),
        kafka_bootstrap_servers="memory",
        seuil_token_keys={KEYS.kid: KEYS.public},
        seuil_cases_keys={"1": "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="},
        seuil_cases_index_key=SecretStr("index-key-of-the-trial"),
        seuil_intake_private_keys=(SecretStr(INTAKE_KEYS.private),),
        seuil_partner_token_keys={PARTNER_KEYS.kid: PARTNER_KEYS.public},
    )
    app = create_app(settings, runtime=door.clock.runtime(), broker=door.broker)
    service: Service = app.state.service
    await service.database.open()
    door.world = World(*door.world.services, service)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield Both(door, client)
    await service.database.close()


async def test_a_case_is_taken_told_back_and_read_by_its_partner_alone(both: Both) -> None:
    door = both.door
    stranger = await door.partner("urn:seuil:partner:autre")
    await door.say("case", example("case"))
    [received] = (await door.feed())["items"]
    assert (await both.read(received["link"])).status_code == 404, "cases has not opened it yet"
    await door.world.settle()
    seen = await both.read(received["link"])
    assert seen.status_code == 200, seen.text
    assert [person["given_name"] for person in seen.json()["persons"]] == ["Awa", "Lina"]
    assert (seen.json()["adults"], seen.json()["minors"]) == (1, 1)
    known = await door.rows("SELECT case_id, household_id FROM memory_case")
    assert [str(row["case_id"]) for row in known] == [seen.json()["case_id"]]
    own, door.key = door.key, stranger
    assert (await both.read(received["link"])).status_code == 404
    door.key = own


async def test_t31_a_case_taken_back_is_the_peoples_and_not_the_partners_any_more(both: Both) -> None:
    door = both.door
    await door.say("case", example("case"))
    await door.world.settle()
    [received] = (await door.feed())["items"]
    await door.say("case", {"record_ref": "case-1", "record_version": 2, "void": True})
    await door.world.settle()
    assert (await both.read(received["link"])).status_code == 404
    await door.say("case", example("case", version=3))
    await door.world.settle()
    assert len(await door.rows("SELECT 1 FROM memory_case")) == 1, "the same case is found again"
