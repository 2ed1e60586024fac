"""Where a person is needed, or a trial: sandbox keys, quarantine, codes, doubles of allocations."""

from typing import Any

import pytest

from contracts.integration import AllocationReported, AllocationsMatched
from tests.service.integration.door import API, EVENTS, Door, everything, token
from tests.service.integration.records import example

FORM = {"content-type": "application/x-www-form-urlencoded"}
OTHER = {"list": "logiciel/contingent", "code": "MAIRIE"}


async def test_a_trial_key_is_answered_as_the_real_one_and_leaves_nothing(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    made = await door.client.post(f"{API}/partners/{door.partner_id}/keys?test=true", headers=boss)
    real, door.key = door.key, made.json()["key"]
    assert door.key.startswith("sk_test_")
    hook = {"url": "https://logiciel.example/essai"}
    assert (await door.client.put(f"{API}/webhook", json=hook, headers=door.authorised())).status_code == 200
    answer = await door.say("allocation", example("allocation"))
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert answer.headers["seuil-sandbox"] == "true"
    again = await door.say("allocation", example("allocation"))
    assert again.json()["status"] == "duplicate"
    assert (await door.say("case", example("case"))).status_code == 202
    assert (await door.say("stay", example("stay", from_on="hier"))).status_code == 422
    waiting = (await door.client.get(f"{API}/quarantine", headers=door.authorised())).json()
    assert len(waiting) == 1
    await door.world.settle()
    assert await door.facts() == []
    assert not any(door.broker.log.values())
    assert await door.told() == ["sandbox.allocation", "sandbox.case"]
    assert [said["type"] for _, said, _ in door.post_office.received] == await door.told()
    assert "Exemple" not in await everything(door)
    token_answer = await door.client.post(f"{API}/token", headers=door.authorised())
    assert (token_answer.status_code, token_answer.json()["code"]) == (403, "sandbox_key")
    test_key, door.key = door.key, real
    assert await door.told() == []
    first = await door.say("allocation", example("allocation"))
    assert first.json()["status"] == "accepted"
    assert "seuil-sandbox" not in first.headers
    door.clock.advance(days=8)
    await door.world.settle()
    assert await door.told(key=test_key) == []
    assert [row["record_type"] for row in await door.rows("SELECT record_type FROM record")] == ["allocation"]
    assert {row["partner_id"] for row in await door.rows("SELECT partner_id FROM reference")} == {
        door.partner_id
    }


async def test_what_waits_is_kept_encrypted_shown_without_values_and_worked_again(door: Door) -> None:
    late = door.event("allocation", example("allocation"), time="2026-11-02T09:30:00Z")
    answer = await door.post(late)
    assert (answer.status_code, answer.json()["code"]) == (422, "clock")
    where = answer.json()["instance"]
    assert "2022-05-14" not in await everything(door)
    own = (await door.client.get(where, headers=door.authorised())).json()
    assert own["event"]["data"]["lease_signed_on"] == "2022-05-14"
    agent = token("siao_agent", at=door.clock)
    path = f"{API}/partners/{door.partner_id}/quarantine/{where.rpartition('/')[2]}"
    seen = (await door.client.get(path, headers=agent)).json()
    assert seen["form"]["data"]["lease_signed_on"] == "texte de 10 caractères"
    assert "menage-1" not in str(seen)
    assert (await door.client.get(path, headers=token("operator", at=door.clock))).status_code == 403
    page = f"/integration/partenaires/{door.partner_id}/quarantaine/{where.rpartition('/')[2]}"
    shown = await door.client.get(page, headers=agent)
    assert "texte de 10 caractères" in shown.text
    assert "menage-1" not in shown.text
    still = await door.client.post(f"{where}/retry", headers=door.authorised())
    assert (still.status_code, still.json()["code"]) == (422, "clock")
    door.clock.advance(hours=1)
    again = await door.client.post(f"{path}/retry", headers=token("siao_agent", at=door.clock))
    assert (again.status_code, again.json()["status"]) == (202, "replaced"), again.text
    assert [type(fact) for fact in await door.facts()] == [AllocationReported]
    [row] = await door.rows("SELECT body, replaced_at FROM quarantine")
    assert row["body"] is None
    assert row["replaced_at"] is not None
    gone = await door.client.post(f"{where}/retry", headers=door.authorised())
    assert (gone.status_code, gone.json()["code"]) == (409, "content_not_kept")


async def test_a_quarantine_is_its_partners_alone(door: Door) -> None:
    answer = await door.say("allocation", example("allocation", persons="quatre"))
    other = await door.partner("urn:seuil:partner:autre")
    headers = {"authorization": f"Bearer {other}"}
    where = answer.json()["instance"]
    assert (await door.client.get(where, headers=headers)).status_code == 404
    assert (await door.client.post(f"{where}/retry", headers=headers)).status_code == 404


async def test_a_mapped_code_is_read_again_in_all_that_came(door: Door) -> None:
    for n in range(3):
        sent = await door.say("allocation", example("allocation", ref=f"a-{n}", quota=OTHER))
        assert sent.json()["notes"] == [{"code": "unmapped_code", "pointer": "/data/quota"}]
    agent = token("siao_agent", at=door.clock)
    path = f"{API}/partners/{door.partner_id}/codes"
    left = (await door.client.get(path, headers=agent)).json()["unmapped"]
    assert left == [{"list": "quota", "code": "logiciel/contingent|MAIRIE", "times": 3}]
    page = await door.client.get(f"/integration/partenaires/{door.partner_id}/codes", headers=agent)
    assert "logiciel/contingent|MAIRIE" in page.text
    posted = await door.client.post(
        f"/integration/partenaires/{door.partner_id}/codes",
        content="liste=quota&code=logiciel/contingent%7CMAIRIE&valeur=local_authority",
        headers=agent | FORM,
    )
    assert posted.status_code == 303
    await door.world.settle()
    said = [fact for fact in await door.rows("SELECT raw, codes FROM record")]
    assert all(row["raw"] is None and row["codes"] == [] for row in said)
    told = (await door.client.get(path, headers=agent)).json()
    assert told["unmapped"] == []
    assert [(m["value"], m["version"]) for m in told["mapped"]] == [("local_authority", 1)]
    records = await door.rows("SELECT revision, fact FROM record ORDER BY record_ref")
    assert [row["revision"] for row in records] == [2, 2, 2]
    assert {AllocationReported.read(row["fact"]).quota for row in records} == {"local_authority"}
    assert {str(AllocationReported.read(row["fact"]).household_id) for row in records} == {
        row["key"] for row in await door.rows("SELECT key FROM record")
    }
    next_one = await door.say("allocation", example("allocation", ref="a-9", quota=OTHER))
    assert "notes" not in next_one.json()


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"list": "weather", "code": "X", "value": "sun"}, "unknown_list"),
        ({"list": "quota", "code": "X", "value": "sun"}, "unknown_code"),
        ({"list": "quota", "code": "X", "value": "unmapped"}, "unknown_code"),
    ],
)
async def test_a_code_stands_for_one_of_ours(door: Door, wanted: dict[str, str], code: str) -> None:
    boss = token("coordinator", at=door.clock)
    answer = await door.client.put(f"{API}/partners/{door.partner_id}/codes", json=wanted, headers=boss)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_words_in_place_of_a_code_are_kept_nowhere(door: Door) -> None:
    for words in ("Mme Awa Exemple", "0611223344", "x@exemple.example"):
        await door.say("allocation", example("allocation", ref=f"r-{len(words)}", quota=words))
    assert await door.rows("SELECT 1 FROM unmapped_code") == []


async def test_two_reports_said_to_be_one_allocation_and_parted_again(door: Door) -> None:
    first = (await door.say("allocation", example("allocation", ref="landlord"))).json()["seuil_id"]
    second = (await door.say("allocation", example("allocation", ref="sne"))).json()["seuil_id"]
    boss = token("coordinator", at=door.clock)

    async def match(*same_as: str) -> Any:
        return await door.client.put(
            f"{API}/allocations/{first}/match", json={"same_as": list(same_as)}, headers=boss
        )

    for wanted in ((second,), (second,), (), ()):
        assert (await match(*wanted)).status_code == 200
    facts = [fact for fact in await door.facts() if isinstance(fact, AllocationsMatched)]
    assert [(fact.revision, fact.void) for fact in facts] == [(1, False), (2, True)]
    assert [str(each) for each in facts[0].same_as or ()] == [second]
    assert str(facts[0].allocation_id) == first
    assert (await match(first)).status_code == 422
    unknown = f"{API}/allocations/{door.clock.runtime().new_id()}/match"
    assert (await door.client.put(unknown, json={"same_as": []}, headers=boss)).status_code == 404


async def test_a_partner_key_opens_no_door_of_people(door: Door) -> None:
    path = f"{API}/partners/{door.partner_id}/codes"
    assert (await door.client.get(path, headers=door.authorised())).status_code == 401
    answer = await door.client.get(EVENTS, headers=door.authorised())
    assert answer.status_code == 405
