"""The load against a real door: every answer is the foreseen one, also when answers are lost."""

import random
from pathlib import Path
from typing import Any

import httpx2
import pytest

from eventing.runtime import real_runtime
from tests.chaos import applied
from tests.chaos.checker import judge
from tests.chaos.checker_gather import Evidence, _row, connected, read_ledger, read_service
from tests.chaos.ledger import Ledger, lines
from tests.chaos.load_doors import Doors
from tests.chaos.load_partner import Software
from tests.chaos.site import Site
from tests.conftest import MakeDatabase
from tests.service.integration.door import Door, open_door

ROUNDS = 12
SEED = 7


class Lossy(httpx2.AsyncBaseTransport):
    """Hands requests over; now and then the answer does not come back, or the request does not arrive."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, draw: random.Random) -> None:
        self.inner, self.draw, self.lost = inner, draw, 0

    async def handle_async_request(self, request: Any) -> Any:
        fate = self.draw.random()
        if fate < 0.15:
            raise httpx2.ConnectError("away")
        answer = await self.inner.handle_async_request(request)
        if fate < 0.35:
            self.lost += 1
            raise httpx2.ReadError("cut")
        return answer


@pytest.fixture
def site(tmp_path: Path) -> Site:
    urls = {"integration": ["http://one.example", "http://two.example"], "registration": ["http://x.example"]}
    (tmp_path / "mails").mkdir()
    return Site(tmp_path, urls, {}, "", tmp_path / "mails", "")


async def sent(site: Site, door: Door) -> tuple[Software, Lossy]:
    doors = Doors(site, random.Random(SEED))  # noqa: S311 - a seeded draw, no secret
    await doors.client.aclose()
    lossy = Lossy(httpx2.ASGITransport(app=door.app), random.Random(SEED))  # noqa: S311 - a seeded draw, no secret
    doors.client = httpx2.AsyncClient(transport=lossy)
    ledger = Ledger(site.folder, "partner-0")
    source = "urn:seuil:partner:cmao-115"
    software = Software(doors, ledger, "p0", source, door.key, "", random.Random(SEED))  # noqa: S311 - a seeded draw, no secret
    for size in (1, 5, 60) * (ROUNDS // 3):
        await software.send([software.next() for _ in range(size)])
    ledger.close()
    await doors.close()
    return software, lossy


async def test_every_answer_is_foreseen_though_some_are_lost(site: Site, make_database: MakeDatabase) -> None:
    database = make_database("integration")
    async with open_door(database) as door:
        door.clock.at = real_runtime().now()
        await applied.create(database.migrator_url)
        software, lossy = await sent(site, door)
        await door.world.settle()
        found = Evidence(":memory:")
        read_ledger(found, site.folder)
        await read_service(found, "integration", database.migrator_url)
        found.put("record", [_row(each) for log in door.broker.log.values() for each in log])
        async with connected(database.migrator_url) as owner:
            await owner.execute("DROP TABLE applied_log")
    verdict = judge(found)
    assert verdict.good, verdict
    assert lossy.lost
    assert verdict.operations["partner ok"] == software.taken > 200
    assert verdict.events["events"] >= software.taken
    assert set(software.misdeeds) == {"duplicate", "lie", "stale", "poison"}


def test_a_ledger_cut_in_a_line_is_read_to_there(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path, "w")
    first, second = ledger.begin("act", ("k", "1"), ("k", "2"), says=["said|k|"])
    first.answer = "ok"
    ledger.end([first])
    ledger.close()
    with (tmp_path / "ledger" / "w.jsonl").open("a") as file:
        file.write('{"op": 2, "answ')
    assert [line["op"] for _, line in lines(tmp_path)] == [1, 2, 1]
    found = Evidence(":memory:")
    read_ledger(found, tmp_path)
    assert found.rows("SELECT n, answer FROM op ORDER BY n") == [(first.n, "ok"), (second.n, "info")]
