"""A partner's case goes sealed to cases and leaves nothing in clear here; its word may be taken back."""

import json
from typing import Any
from uuid import UUID

import pytest

from contracts.integration import CaseReceived
from contracts.topics import INTAKE
from integration.domain.partners import NAMING, USUAL
from tests.service.integration.door import EVENTS, INTAKE_KEYS, SOURCE, Door, everything
from tests.service.integration.records import example
from webui.sealing import seal

IDENTITY = ("Awa", "Lina", "Exemple", "1988-04-02", "0611223344", "059021200012359350", "referente@")


async def test_a_case_is_sealed_for_cases_and_kept_nowhere_in_clear(door: Door) -> None:
    sent = example("case", first_colour="blue")
    answer = await door.say("case", sent)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted"), answer.text
    [claim] = [fact for fact in await door.facts() if isinstance(fact, CaseReceived)]
    [file] = await door.files()
    assert file["record"] == "case"
    assert file["data"] == {name: value for name, value in sent.items() if name != "first_colour"}
    assert file["groups"] == {
        "composition": "single_parent",
        "situation_group": "hotel",
        "need_group": "no_housing",
    }
    assert UUID(file["intake_id"]) == claim.intake_id
    assert UUID(file["household_id"]) == claim.household_id
    assert UUID(file["record_id"]) == claim.record_id == UUID(answer.json()["seuil_id"])
    assert (file["revision"], file["backfill"], file["case_type"]) == (1, False, "complex_situation")
    kept = await everything(door)
    assert [word for word in IDENTITY if word in kept] == []
    await door.world.settle()
    sent_on = [record.key for name, log in door.broker.log.items() if name[0] == INTAKE for record in log]
    assert sent_on == [str(claim.household_id).encode()]
    left = await everything(door)
    assert "sealed" not in left, "the journal has no file, and the outbox row is gone"


async def test_a_later_version_and_a_taken_back_word_are_files_of_the_same_record(door: Door) -> None:
    await door.say("case", example("case"))
    await door.say("case", example("case", version=2, question="support_needed"))
    await door.say("case", {"record_ref": "case-1", "record_version": 3, "void": True})
    files = await door.files()
    assert [file["revision"] for file in files] == [1, 2, 3]
    assert len({file["record_id"] for file in files}) == len({file["household_id"] for file in files}) == 1
    assert files[2]["data"] == {"record_ref": "case-1", "record_version": 3, "void": True}
    assert [fact.void for fact in await door.facts() if isinstance(fact, CaseReceived)] == [
        False,
        False,
        True,
    ]


async def test_a_file_the_partner_sealed_itself_is_passed_on(door: Door) -> None:
    inner = seal(INTAKE_KEYS.public, json.dumps(example("case")).encode())
    head = {"record_ref": "case-1", "record_version": 1, "household_ref": "menage-1"}
    assert (await door.say("case", head | {"sealed": inner})).status_code == 202
    [file] = await door.files()
    assert file["data"]["sealed"] == inner
    wrong = await door.say("case", head | {"sealed": "words", "record_ref": "case-2"})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"persons": []}, "/data/persons"),
        ({"persons": [{"given_name": "Awa", "family_name": "Exemple"}]}, "/data/persons/0/is_adult"),
        ({"informed_on": "20/10/2026"}, "/data/informed_on"),
        ({"agreement": {"panel": "oui"}}, "/data/agreement/panel"),
        ({"household_ref": "059021200012359350"}, "/data/household_ref"),
        ({"numbers": [{"kind": "nur", "value": 12}]}, "/data/numbers/0/value"),
    ],
)
async def test_a_case_that_cannot_be_read_waits_without_its_values(
    door: Door, change: dict[str, Any], pointer: str
) -> None:
    answer = await door.say("case", example("case") | change)
    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]
    [row] = await door.rows("SELECT body, errors FROM quarantine")
    assert row["body"] is None
    kept = await everything(door)
    assert [word for word in IDENTITY if word in kept] == []
    assert await door.facts() == []
    mended = door.event("case", example("case"))
    mended["id"] = f"e-{door.count - 1}"
    again = await door.post(mended)
    assert (again.status_code, again.json()["status"]) == (202, "replaced")


async def test_unknown_codes_of_a_case_are_kept_and_never_refused(door: Door) -> None:
    answer = await door.say("case", example("case", situation={"list": "logiciel/etat", "code": "Z9"}))
    assert answer.json()["notes"] == [{"code": "unmapped_code", "pointer": "/data/situation"}]
    [file] = await door.files()
    assert file["data"]["situation"] == {"list": "logiciel/etat", "code": "Z9"}
    assert file["groups"]["situation_group"] == "unmapped"


async def test_the_bare_codes_of_si_siao_are_known_in_a_case(door: Door) -> None:
    answer = await door.say("case", example("case", composition="40", situation="35", need="217"))
    assert "notes" not in answer.json()
    [file] = await door.files()
    assert file["groups"] == {
        "composition": "single_parent",
        "situation_group": "hotel",
        "need_group": "end_of_stay",
    }
    assert file["data"]["situation"] == "35"


async def test_a_case_needs_a_scope_that_no_partner_has_by_default(door: Door) -> None:
    assert {"case", "erasure"} == NAMING
    assert not NAMING & set(USUAL)
    key = await door.partner("urn:seuil:partner:autre", *USUAL)
    event = door.event("case", example("case"), source="urn:seuil:partner:autre")
    headers = {"authorization": f"Bearer {key}", "content-type": "application/cloudevents+json"}
    answer = await door.client.post(EVENTS, json=event, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")


async def test_a_request_for_erasure_is_a_sealed_file_too(door: Door) -> None:
    await door.say("case", example("case"))
    assert (await door.say("erasure", example("erasure"))).json()["status"] == "accepted"
    case, erasure = await door.files()
    assert erasure["record"] == "erasure"
    assert erasure["household_id"] == case["household_id"]
    assert erasure["data"]["ground"] == "request"
    assert len([f for f in await door.facts() if isinstance(f, CaseReceived)]) == 1


async def test_a_case_may_be_larger_than_other_records(door: Door) -> None:
    long = example("case", question_text="x" * 9_000, obstacles_text="y" * 9_000)
    long["persons"] = long["persons"][:1] * 30
    answer = await door.client.post(
        EVENTS,
        json=long,
        headers=door.authorised()
        | {
            "ce-specversion": "1.0",
            "ce-id": "b-1",
            "ce-type": "seuil.partner.case.v1",
            "ce-source": SOURCE,
            "ce-time": door.clock.at.isoformat(),
            "content-type": "application/json",
        },
    )
    assert answer.status_code == 202, answer.text
    too_long = await door.say("case", example("case", ref="c2", question_text="x" * 300_000))
    assert (too_long.status_code, too_long.json()["code"]) == (422, "event_too_large")
