"""Who may come in, how fast, and what happens when two come at once."""

import asyncio
from uuid import UUID

import pytest

from contracts.integration import AllocationReported, CoverageDeclared, SupplyReported
from integration.domain.limits import Rates
from tests.conftest import MakeDatabase
from tests.service.integration.door import EVENTS, SOURCE, Door, open_door, token
from tests.service.integration.records import example

PARTNERS = "/integration/api/v1/partners"


async def test_two_connections_on_one_record_make_one_revision_of_each_version(door: Door) -> None:
    events = [door.event("allocation", example("allocation", version=n)) for n in range(1, 6)]
    answers = await asyncio.gather(*(door.post(event) for event in (*events, *events)))
    assert {answer.status_code for answer in answers} == {202}
    said = [fact for fact in await door.facts() if isinstance(fact, AllocationReported)]
    assert [fact.revision for fact in said] == list(range(1, len(said) + 1))
    assert len({fact.record_id for fact in said}) == 1
    rows = await door.rows("SELECT key, seq FROM outbox ORDER BY id")
    assert [row["seq"] for row in rows] == list(range(1, len(said) + 1))


async def test_batches_that_cross_never_wait_in_a_ring(door: Door) -> None:
    def batch(order: range, salt: str) -> list[dict[str, object]]:
        return [
            door.event(
                "allocation",
                example("allocation", ref=f"a-{n}", version=1 + len(salt), household_ref=f"m-{n % 7}"),
                id=f"{salt}-{n}",
            )
            for n in order
        ]

    answers = await asyncio.gather(
        *(door.send(batch(range(60), "x" * n)) for n in range(1, 4)),
        *(door.send(batch(range(59, -1, -1), "y" * n)) for n in range(1, 4)),
    )
    assert {answer.status_code for answer in answers} <= {200, 202}
    assert len(await door.rows("SELECT 1 FROM record")) == 60


async def test_one_id_from_two_connections_is_one_record(door: Door) -> None:
    first = door.event("allocation", example("allocation", ref="one"), id="same")
    other = door.event("allocation", example("allocation", ref="two"), id="same")
    answers = await asyncio.gather(*(door.post(event) for event in (first, other) * 3))
    assert sorted({answer.status_code for answer in answers}) == [202, 409]
    assert len(await door.facts()) == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer sk_live_unknown", "Basic eDp5", "Bearer \u00e9"])
async def test_without_a_valid_key_nothing_is_read(door: Door, header: str) -> None:
    answer = await door.client.post(EVENTS, content=b"[", headers={b"authorization": header.encode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_key")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_scopes_and_sources_hold(door: Door) -> None:
    door.key = await door.partner("urn:seuil:partner:maraude", "encounter")
    foreign = await door.say("encounter", example("encounter"))
    assert (foreign.status_code, foreign.json()["code"]) == (403, "source_not_yours")
    outside = await door.say("call", example("call"), source="urn:seuil:partner:maraude")
    assert (outside.status_code, outside.json()["code"]) == (403, "scope")
    inside = await door.say("encounter", example("encounter"), source="urn:seuil:partner:maraude")
    assert inside.status_code == 202
    assert await door.rows("SELECT * FROM quarantine") == []


async def test_partners_with_the_same_references_never_meet(door: Door) -> None:
    await door.say("allocation", example("allocation"))
    door.key = await door.partner("urn:seuil:partner:autre")
    await door.say("allocation", example("allocation"), source="urn:seuil:partner:autre", id="e-1")
    one, two = [fact for fact in await door.facts() if isinstance(fact, AllocationReported)]
    assert one.record_id != two.record_id
    assert one.household_id != two.household_id
    assert one.organisation_id != two.organisation_id


async def test_the_rate_limit_says_when_to_come_back(make_database: MakeDatabase) -> None:
    async with open_door(make_database("integration"), Rates(10, 20, 40)) as door:
        events = [door.event("allocation", example("allocation", ref=f"a-{n}")) for n in range(20)]
        full = await door.send(events)
        assert (full.status_code, full.headers["ratelimit-remaining"]) == (202, "0")
        more = [door.event("allocation", example("allocation", ref=f"b-{n}")) for n in range(15)]
        late = await door.send(more)
        assert (late.status_code, late.json()["code"]) == (429, "too_many_events")
        assert (late.headers["retry-after"], late.headers["ratelimit-limit"]) == ("2", "20")
        door.clock.advance(seconds=2)
        assert (await door.send(more)).status_code == 202
        assert (await door.send([*events, *more])).status_code == 413
        recent = example("allocation", lease_signed_on="2025-05-14")
        history = [
            event | {"seuilmode": "backfill", "id": f"h-{n}", "data": recent | {"record_ref": f"h-{n}"}}
            for n, event in enumerate(events)
        ]
        assert (await door.send(history)).status_code == 202


async def test_keys_are_shown_once_kept_as_digests_rotated_and_revoked(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    keys = f"{PARTNERS}/{door.partner_id}/keys"
    second = (await door.client.post(keys, headers=boss)).json()
    assert second["key"].startswith("sk_live_")
    assert (await door.client.post(keys, headers=boss)).json()["code"] == "two_keys_already"
    for row in await door.rows("SELECT * FROM partner_key"):
        assert second["key"] not in str(dict(row))
    assert (await door.say("call", example("call"))).status_code == 202
    door.clock.advance(hours=73)
    assert (await door.say("call", example("call"))).status_code == 401
    door.key = second["key"]
    assert (await door.say("call", example("call"))).status_code == 202
    boss = token("coordinator", at=door.clock)
    [listed, _] = (await door.client.get(keys, headers=boss)).json()
    assert listed["last_used_at"] is not None
    gone = await door.client.delete(f"{keys}/{second['key_id']}", headers=boss)
    assert gone.status_code == 204
    assert (await door.say("call", example("call"))).status_code == 401


async def test_coverage_is_declared_and_corrected(door: Door) -> None:
    async def declare(**fields: str) -> int:
        body = {"record_type": "request", "from_on": "2022-01-01", "to_on": "2022-12-31"} | fields
        answer = await door.client.post("/integration/api/v1/coverage", json=body, headers=door.authorised())
        return answer.status_code

    assert await declare() == 202
    assert await declare() == 202
    assert await declare(to_on="2023-12-31") == 202
    assert await declare(to_on="2021-12-31") == 422
    assert await declare(to_on="bientôt") == 422
    assert await declare(record_type="weather") == 422
    said = [fact for fact in await door.facts() if isinstance(fact, CoverageDeclared)]
    assert [(fact.revision, str(fact.to_on)) for fact in said] == [(1, "2022-12-31"), (2, "2023-12-31")]


async def test_linking_an_organisation_says_its_records_again(door: Door) -> None:
    await door.say("supply", example("supply"))
    await door.say("allocation", example("allocation"))
    ours = door.clock.runtime().new_id()
    answer = await door.client.post(
        f"{PARTNERS}/{door.partner_id}/organisations",
        json={"organisation_ref": "552100554", "organisation_id": str(ours)},
        headers=token("siao_agent", at=door.clock),
    )
    assert (answer.status_code, answer.json()) == (200, {"records": 2})
    before, _, *after = await door.facts()
    supplies = [fact for fact in after if isinstance(fact, SupplyReported)]
    assert isinstance(before, SupplyReported)
    assert [(f.void, f.revision, f.key) for f in supplies] == [(True, 2, before.key), (False, 3, str(ours))]
    [allocation] = [fact for fact in after if isinstance(fact, AllocationReported)]
    assert (allocation.revision, allocation.organisation_id) == (2, ours)
    await door.say("supply", example("supply", ref="next-day"))
    assert (await door.facts())[-1].key == str(ours)


async def test_the_quarantine_of_another_partner_is_not_found(door: Door) -> None:
    bad = await door.say("allocation", example("allocation", persons="un"))
    door.key = await door.partner("urn:seuil:partner:autre")
    answer = await door.client.get(bad.json()["instance"], headers=door.authorised())
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_quarantine")


async def test_what_is_past_its_time_is_forgotten(door: Door) -> None:
    await door.say("allocation", example("allocation", persons="un"))
    await door.world.settle()
    assert len(await door.rows("SELECT 1 FROM quarantine")) == 1
    door.clock.advance(days=31)
    await door.world.settle()
    assert await door.rows("SELECT 1 FROM quarantine UNION ALL SELECT 1 FROM sent") == []


async def test_a_partner_is_opened_once_and_closed(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    body = {
        "partner_id": str(door.clock.runtime().new_id()),
        "name": "Maraudes",
        "source": "urn:seuil:partner:maraudes",
        "scopes": ["encounter"],
        "limits": {"events_per_second": None, "burst": 500, "backfill_per_second": None},
    }
    made = [await door.client.post(PARTNERS, json=body, headers=boss) for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 200]
    assert made[0].json() == made[1].json()
    taken = await door.client.post(PARTNERS, json=body | {"partner_id": None, "source": SOURCE}, headers=boss)
    assert (taken.status_code, taken.json()["code"]) == (409, "source_taken")
    wrong = await door.client.post(PARTNERS, json=body | {"source": "cmao"}, headers=boss)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/source")
    closed = {"name": "CMAO", "scopes": ["call"], "open": False}
    answer = await door.client.put(f"{PARTNERS}/{door.partner_id}", json=closed, headers=boss)
    assert answer.json()["open"] is False
    refused = await door.say("call", example("call"))
    assert (refused.status_code, refused.json()["code"]) == (403, "partner_closed")


async def test_while_the_database_is_away_nothing_is_acknowledged(door: Door) -> None:
    event = door.event("allocation", example("allocation"))
    await door.database.close()
    answer = await door.post(event)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    await door.database.open()
    assert (await door.post(event)).json()["status"] == "accepted"


async def test_a_coordinator_at_work_never_rings_with_a_partner_sending(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    await door.send([door.event("supply", example("supply", ref=f"s-{n}")) for n in range(50)])

    async def link(n: int) -> int:
        body = {"organisation_ref": "552100554", "organisation_id": str(UUID(int=n, version=4))}
        path = f"{PARTNERS}/{door.partner_id}/organisations"
        return (await door.client.post(path, json=body, headers=boss)).status_code

    async def send(version: int) -> int:
        events = [
            door.event("supply", example("supply", ref=f"s-{n}", version=version, places=version))
            for n in range(50)
        ]
        return (await door.send(events)).status_code

    answers = await asyncio.gather(*(call for n in range(2, 5) for call in (send(n), link(n))))
    assert set(answers) <= {200, 202}
    rows = await door.rows("SELECT DISTINCT organisation_id FROM record WHERE record_type = 'supply'")
    [linked] = await door.rows("SELECT id FROM reference WHERE kind = 'organisation'")
    assert [row["organisation_id"] for row in rows] == [linked["id"]]
