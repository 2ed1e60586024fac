"""Years of history come in their own lane, in any order, and act on nothing; taken back, nothing is lost."""

import random
from typing import Any

from contracts.integration import AllocationReported, RequestRegistered
from contracts.records import Record
from integration.domain.limits import Rates
from tests.conftest import MakeDatabase
from tests.service.integration.door import API, Door, open_door, token
from tests.service.integration.records import example

RECENT: dict[str, Any] = {"lease_signed_on": "2025-05-14"}


async def test_t32_years_of_history_come_in_any_order_and_act_on_nothing(door: Door) -> None:
    records = []
    for n in range(40):
        for version in (1, 2, 3):
            data = example("allocation", ref=f"a-{n}", version=version, persons=version, **RECENT)
            records.append(door.event("allocation", data, seuilmode="backfill"))
    records += [door.event("case", example("case", ref=f"c-{n}"), seuilmode="backfill") for n in range(10)]
    random.Random(3).shuffle(records)  # noqa: S311 - a seeded draw, no secret
    for _ in range(2):
        answer = await door.send(records)
        assert answer.status_code == 202
    facts = [fact for fact in await door.facts() if isinstance(fact, Record)]
    assert all(fact.backfill for fact in facts)
    latest = {fact.record_id: fact.persons for fact in facts if isinstance(fact, AllocationReported)}
    assert set(latest.values()) == {3}, "the highest version is the record whatever came last"
    assert all(file["backfill"] for file in await door.files())
    await door.world.settle()
    assert await door.told() == []
    assert await door.rows("SELECT 1 FROM due") == []


async def test_history_has_a_quota_of_its_own_and_the_present_goes_on(make_database: MakeDatabase) -> None:
    async with open_door(make_database("integration"), Rates(10, 20, 40)) as door:
        batch = [
            door.event("allocation", example("allocation", ref=f"a-{n}", **RECENT), seuilmode="backfill")
            for n in range(20)
        ]
        assert (await door.send(batch)).status_code == 202
        assert (await door.send(batch)).status_code == 429, "history waits"
        assert (await door.say("allocation", example("allocation", ref="now"))).status_code == 202


async def test_what_is_older_than_facts_are_kept_comes_as_figures(door: Door) -> None:
    old = await door.say("allocation", example("allocation"), seuilmode="backfill")
    assert (old.status_code, old.json()["code"]) == (422, "too_old")
    assert "figures" in old.json()["detail"]
    assert (await door.say("figures", example("figures"), seuilmode="backfill")).status_code == 202
    assert (await door.say("call_count", example("call_count"), seuilmode="backfill")).status_code == 202


async def test_a_dry_run_counts_and_keeps_nothing(door: Door) -> None:
    events = [
        door.event("allocation", example("allocation", **RECENT)),
        door.event("allocation", example("allocation", ref="b", quota="MAIRIE", **RECENT)),
        door.event("allocation", example("allocation", ref="c")),
        door.event("allocation", example("allocation", ref="d", persons="deux", **RECENT)),
    ]
    answer = await door.client.post(
        f"{API}/dry-run?from_on=2025-06-01&to_on=2026-01-01",
        json=events,
        headers=door.authorised() | {"content-type": "application/cloudevents-batch+json"},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "fit": {"allocation": 2},
        "refused": {"too_old": 1, "invalid_field": 1},
        "unmapped": [{"list": "quota", "code": "MAIRIE", "times": 1}],
        "outside_span": 2,
        "first_on": "2025-05-14",
        "last_on": "2025-05-14",
    }
    assert await door.rows("SELECT 1 FROM record UNION ALL SELECT 1 FROM quarantine") == []


async def test_a_history_is_closed_with_the_counts_of_both_sides(door: Door) -> None:
    async def call(method: str, path: str, body: Any) -> Any:
        return await door.client.request(
            method, f"{API}/backfills{path}", json=body, headers=door.authorised()
        )

    opened = await call("POST", "", {"from_on": "2024-01-01", "to_on": "2026-10-31"})
    assert opened.status_code == 201, opened.text
    backfill_id = opened.json()["backfill_id"]
    assert (await call("POST", "", {})).status_code == 409
    event = door.event("allocation", example("allocation", **RECENT), seuilmode="backfill")
    await door.post(event)
    await door.post(event)
    await door.say("allocation", example("allocation", ref="bad", persons="deux"), seuilmode="backfill")
    await door.say("allocation", example("allocation", ref="live"))
    await door.say("stay", example("stay", from_on="2025-01-01", to_on="2025-01-02"), seuilmode="backfill")
    closed = (await call("POST", f"/{backfill_id}/close", {"sent": {"allocation": 3}})).json()
    assert closed["received"] == {
        "allocation": {"accepted": 1, "duplicate": 1, "quarantined": 1},
        "stay": {"accepted": 1},
    }
    assert closed["differences"] == {"allocation": 1, "stay": -1}
    again = (await call("POST", f"/{backfill_id}/close", {"sent": {}})).json()
    assert again == closed
    assert len((await door.client.get(f"{API}/backfills", headers=door.authorised())).json()) == 1
    unknown = f"/{door.clock.runtime().new_id()}/close"
    assert (await call("POST", unknown, {"sent": {}})).status_code == 404
    page = await door.client.get(
        f"/integration/partenaires/{door.partner_id}", headers=token("coordinator", at=door.clock)
    )
    assert "Les comptes diffèrent" in page.text


async def test_t31_an_import_taken_back_loses_nothing_typed_since_and_finds_everybody_again(
    door: Door,
) -> None:
    imported = [
        ("request", f"r-{n}", {"night_of": "2025-01-01", "registered_on": "2025-01-01"}) for n in range(5)
    ]
    imported += [("allocation", f"a-{n}", dict(RECENT)) for n in range(5)]

    def batch(version: int, **data: Any) -> list[dict[str, Any]]:
        return [
            door.event(
                kind,
                {"record_ref": ref, "record_version": version, **data}
                if data
                else example(kind, ref=ref, version=version, household_ref=f"m-{ref}", **fields),
                seuilmode="backfill",
            )
            for kind, ref, fields in imported
        ]

    await door.send(batch(1))
    before = {row["ref"]: row["id"] for row in await door.rows("SELECT ref, id FROM reference")}
    boss = token("coordinator", at=door.clock)
    organisation = str(door.clock.runtime().new_id())
    linked = await door.client.post(
        f"{API}/partners/{door.partner_id}/organisations",
        json={"organisation_ref": "552100554", "organisation_id": organisation},
        headers=boss,
    )
    assert linked.json() == {"records": 5}
    await door.say("request", example("request", ref="typed-since", household_ref="m-r-1"))
    answer = await door.send(batch(2, void=True))
    assert answer.status_code == 202
    facts = [fact for fact in await door.facts() if isinstance(fact, Record)]
    last = {fact.record_id: fact for fact in facts}
    kept = [fact for fact in last.values() if not fact.void]
    assert len(kept) == 1, "what was typed since stands"
    assert isinstance(kept[0], RequestRegistered)
    assert kept[0].household_id == before["m-r-1"]
    await door.send(batch(3))
    after = {row["ref"]: row["id"] for row in await door.rows("SELECT ref, id FROM reference")}
    assert after == before | {"552100554": after["552100554"]}, "found by the same names as before"
    assert str(after["552100554"]) == organisation, "what a person linked is linked still"
    revisions = await door.rows("SELECT DISTINCT void FROM record")
    assert [row["void"] for row in revisions] == [False]
