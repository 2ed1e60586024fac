"""Every answer of the partner's contract, on a real database."""

import gzip
import json
from typing import Any

import pytest

from contracts.integration import AllocationReported, RequestAnswered, RequestRegistered
from tests.service.integration.door import EVENTS, SOURCE, Door
from tests.service.integration.records import EXAMPLES, example


def statuses(answer: Any) -> list[str]:
    return [item["status"] for item in answer.json()]


def binary(door: Door, **headers: str) -> dict[str, str]:
    return (
        door.authorised()
        | {
            "ce-specversion": "1.0",
            "ce-id": "b-1",
            "ce-type": "seuil.partner.allocation.v1",
            "ce-source": SOURCE,
            "ce-time": "2022-05-20T10:00:00+02:00",
            "content-type": "application/json",
        }
        | headers
    )


async def test_an_allocation_sent_in_binary_mode_is_said_after_it_is_kept(door: Door) -> None:
    answer = await door.client.post(EVENTS, json=example("allocation"), headers=binary(door))
    assert answer.status_code == 202, answer.text
    [fact] = await door.facts()
    assert isinstance(fact, AllocationReported)
    assert answer.json() == {"status": "accepted", "seuil_id": str(fact.allocation_id)}
    assert (fact.revision, fact.void, fact.situation_at_request, fact.backfill) == (1, False, "hotel", False)
    assert fact.key == str(fact.household_id)
    [row] = await door.rows("SELECT * FROM outbox")
    assert row["actor"] == f"partner:{door.partner_id}"
    await door.world.settle()
    assert sum(len(log) for log in door.broker.log.values()) == 1


async def test_a_batch_of_every_record_is_accepted_and_said_in_order(door: Door) -> None:
    answer = await door.send([door.event(name, example(name)) for name in EXAMPLES])
    assert answer.status_code == 202, answer.text
    assert statuses(answer) == ["accepted"] * len(EXAMPLES)
    said = [type(fact).__name__ for fact in await door.facts()]
    assert said == [
        *("CallsCounted", "CallRecorded", "EncounterRecorded", "RequestRegistered", "RequestAnswered"),
        *("RequestChanged", "OrientationReported", "StayReported", "SupplyReported", "AllocationReported"),
        *("VacancyReported", "PriorityReported", "HouseholdsLinked", "CaseReceived", "FiguresImported"),
        *("IntakeSubmitted", "IntakeSubmitted"),
    ]


async def test_the_same_event_again_changes_nothing(door: Door) -> None:
    event = door.event("allocation", example("allocation"))
    first = await door.post(event)
    again = await door.post(event)
    assert (again.status_code, again.json()) == (202, first.json() | {"status": "duplicate"})
    renamed = await door.post(event | {"id": "other"})
    assert renamed.json()["status"] == "duplicate"
    assert len(await door.facts()) == 1


async def test_an_id_or_a_version_used_for_other_content_is_a_conflict(door: Door) -> None:
    event = door.event("allocation", example("allocation"))
    await door.post(event)
    reused = await door.post(event | {"data": example("allocation", version=2)})
    assert (reused.status_code, reused.json()["code"]) == (409, "id_reused")
    other = await door.say("allocation", example("allocation", persons=2))
    assert (other.status_code, other.json()["code"]) == (409, "version_reused")
    assert len(await door.facts()) == 1


async def test_a_later_version_is_a_revision_and_an_earlier_one_is_stale(door: Door) -> None:
    await door.say("allocation", example("allocation", version=10))
    assert (await door.say("allocation", example("allocation", version=9))).json()["status"] == "stale"
    assert (await door.say("allocation", example("allocation", version=12, persons=3))).json()[
        "status"
    ] == "accepted"
    said = await door.facts()
    assert [fact.revision for fact in said if isinstance(fact, AllocationReported)] == [1, 2]


async def test_a_withdrawn_record_says_its_ids_on_its_key_and_may_come_back(door: Door) -> None:
    await door.say("allocation", example("allocation"))
    void = {"record_ref": "allocation-1", "record_version": 2, "void": True}
    assert (await door.say("allocation", void)).status_code == 202
    await door.say("allocation", example("allocation", version=3))
    first, gone, back = [fact for fact in await door.facts() if isinstance(fact, AllocationReported)]
    assert (gone.revision, gone.void, gone.key) == (2, True, first.key)
    assert json.loads(gone.dump()).keys() == {
        *("record_id", "revision", "void", "partner_id", "backfill", "allocation_id", "household_id")
    }
    assert (back.revision, back.void, back.record_id) == (3, False, first.record_id)


async def test_withdrawing_what_was_never_sent_says_nothing_and_stays(door: Door) -> None:
    void = {"record_ref": "allocation-1", "record_version": 5, "void": True}
    assert (await door.say("allocation", void)).json()["status"] == "accepted"
    assert (await door.say("allocation", example("allocation", version=4))).json()["status"] == "stale"
    assert await door.facts() == []


async def test_a_record_that_changes_household_is_voided_there_and_said_here(door: Door) -> None:
    await door.say("allocation", example("allocation"))
    await door.say("allocation", example("allocation", version=2, household_ref="menage-2"))
    first, gone, new = [fact for fact in await door.facts() if isinstance(fact, AllocationReported)]
    assert (gone.void, gone.revision, gone.key) == (True, 2, first.key)
    assert (new.void, new.revision) == (False, 3)
    assert new.key not in (first.key, str(new.record_id))
    await door.say("allocation", example("allocation", version=3, household_ref=None))
    *_, left, alone = [fact for fact in await door.facts() if isinstance(fact, AllocationReported)]
    assert (left.void, left.key, alone.key, alone.household_id) == (True, new.key, str(alone.record_id), None)


async def test_an_answer_may_come_before_its_request(door: Door) -> None:
    await door.say("answer", example("answer"))
    await door.say("request", example("request"))
    answered, asked = await door.facts()
    assert isinstance(answered, RequestAnswered)
    assert isinstance(asked, RequestRegistered)
    assert answered.request_record_id == asked.record_id
    assert (asked.revision, asked.household_id) == (1, answered.household_id)
    assert asked.schemes == ("chrs", "hotel")


async def test_an_unknown_code_is_taken_as_unmapped_and_told(door: Door) -> None:
    answer = await door.say(
        "allocation",
        example(
            "allocation",
            quota="reservation_mairie",
            composition={"list": "maison/compositions", "version": "1", "code": "M"},
        ),
    )
    assert answer.status_code == 202
    assert answer.json()["notes"] == [
        {"code": "unmapped_code", "pointer": "/data/composition"},
        {"code": "unmapped_code", "pointer": "/data/quota"},
    ]
    [fact] = await door.facts()
    assert isinstance(fact, AllocationReported)
    assert (fact.quota, fact.composition) == ("unmapped", "unmapped")


async def test_a_record_that_does_not_parse_waits_and_is_replaced_under_its_id(door: Door) -> None:
    event = door.event("allocation", example("allocation", lease_signed_on="14 mai 2022", persons="un"))
    bad = await door.post(event)
    assert (bad.status_code, bad.headers["content-type"]) == (422, "application/problem+json")
    told = bad.json()
    assert {(e["pointer"], e["code"]) for e in told["errors"]} == {
        ("/data/lease_signed_on", "date_format"),
        ("/data/persons", "int_type"),
    }
    assert "14 mai" not in bad.text
    assert "texte de 11 caractères" in bad.text
    waiting = await door.client.get(told["instance"], headers=door.authorised())
    assert (waiting.status_code, waiting.json()["replaced"]) == (200, False)
    again = await door.post(event)
    assert (again.status_code, again.json()["instance"]) == (422, told["instance"])
    mended = await door.post(event | {"data": example("allocation")})
    assert (mended.status_code, mended.json()["status"]) == (202, "replaced")
    waiting = await door.client.get(told["instance"], headers=door.authorised())
    assert waiting.json()["replaced"] is True
    assert (await door.post(event | {"data": example("allocation")})).json()["status"] == "duplicate"
    late = await door.post(event)
    assert (late.status_code, late.json()["code"]) == (409, "id_reused")


@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ({"type": "seuil.partner.weather.v1"}, "unknown_type"),
        ({"type": "seuil.partner.Call.v1"}, "unknown_type"),
        ({"time": "2026-11-02T11:00:00Z"}, "clock"),
        ({"time": "1999-12-31T23:00:00Z"}, "clock"),
        ({"time": "2026-11-02T08:00:00"}, "invalid_envelope"),
        ({"subject": "menage-1"}, "subject_forbidden"),
        ({"seuilmode": "rehearsal"}, "invalid_envelope"),
        ({"data": "texte"}, "invalid_field"),
        ({"data_base64": "AAAA"}, "invalid_envelope"),
    ],
)
async def test_an_event_that_cannot_be_taken_is_quarantined(
    door: Door, attributes: dict[str, Any], code: str
) -> None:
    answer = await door.post(door.event("allocation", example("allocation")) | attributes)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await door.facts() == []
    assert [row["code"] for row in await door.rows("SELECT code FROM quarantine")] == [code]


@pytest.mark.parametrize(
    "ref",
    [
        *("1850159350123", "185015935012345", "nadia@exemple.example", "0612345678", "+33612345678"),
        *("059021200012359350", "Mme Exemple"),
    ],
)
async def test_a_reference_that_names_somebody_is_refused_and_not_kept(door: Door, ref: str) -> None:
    answer = await door.say("allocation", example("allocation", household_ref=ref))
    assert (answer.status_code, answer.json()["code"]) == (422, "identifying_reference")
    assert ref not in answer.text
    for table in ("quarantine", "sent", "record", "reference", "outbox"):
        assert all(ref not in str(dict(row)) for row in await door.rows(f"SELECT * FROM {table}"))  # noqa: S608 - names of ours only, values are bound


async def test_one_bad_event_in_five_hundred_leaves_the_others_kept(door: Door) -> None:
    events = [door.event("allocation", example("allocation", ref=f"a-{n}")) for n in range(500)]
    events[250]["data"]["persons"] = -1
    answer = await door.send(events)
    assert answer.status_code == 200
    assert statuses(answer).count("accepted") == 499
    assert answer.json()[250]["problem"]["errors"][0]["pointer"] == "/data/persons"
    assert len(await door.facts()) == 499
    again = await door.send(events)
    assert statuses(again).count("duplicate") == 499


async def test_a_batch_works_its_own_events_in_order(door: Door) -> None:
    good, bad = example("allocation"), example("allocation", persons="un")
    answer = await door.send(
        [
            door.event("allocation", bad, id="x"),
            door.event("allocation", good, id="x"),
            door.event("allocation", good, id="x"),
            door.event("allocation", example("allocation", version=3)),
            door.event("allocation", example("allocation", version=2)),
            door.event("allocation", example("allocation", version=3, persons=4)),
            "not an event",
            door.event("allocation", good, source="urn:seuil:partner:autre"),
        ]
    )
    assert answer.status_code == 200
    assert statuses(answer) == [
        *("quarantined", "replaced", "duplicate", "accepted", "stale", "conflict", "quarantined", "refused")
    ]
    assert answer.json()[7]["problem"]["code"] == "source_not_yours"


async def test_unreadable_and_oversized_requests_keep_nothing(door: Door) -> None:
    batch = door.authorised() | {"content-type": "application/cloudevents-batch+json"}

    async def post(content: bytes, **headers: str) -> tuple[int, str]:
        answer = await door.client.post(EVENTS, content=content, headers=batch | headers)
        return answer.status_code, answer.json()["code"]

    assert await post(b"[{") == (400, "unreadable_json")
    assert await post(b"[" * 100_000) == (400, "unreadable_json")
    assert await post(b"[NaN]") == (400, "unreadable_json")
    assert await post(b"\xff\xfe") == (400, "unreadable_json")
    assert await post(b"{}") == (400, "batch_expected")
    assert await post(b"[]") == (400, "batch_expected")
    assert await post(b"[" + b"1," * 500 + b"1]") == (413, "batch_too_long")
    assert await post(b" " * (2 * 1024 * 1024 + 1)) == (413, "body_too_large")
    assert await post(gzip.compress(b" " * 100_000), **{"content-encoding": "gzip"}) == (
        413,
        "compressed_too_much",
    )
    assert await post(b"\x1f\x8bnothing", **{"content-encoding": "gzip"}) == (400, "unreadable_gzip")
    assert await post(b"[]", **{"content-encoding": "br"}) == (415, "unsupported_encoding")
    assert await post(b"[]", **{"content-type": "text/csv"}) == (415, "unsupported_media_type")
    assert (
        await door.client.post(EVENTS, content=b"{}", headers=binary(door, **{"ce-type": "x"}))
    ).status_code == 422
    big = await door.client.post(EVENTS, content=b'"' + b"x" * 70_000 + b'"', headers=binary(door))
    assert (big.status_code, big.json()["code"]) == (413, "event_too_large")
    broken = await door.client.post(EVENTS, content=b"{", headers=binary(door))
    assert (broken.status_code, broken.json()["code"]) == (422, "unreadable_json")
    assert await door.facts() == []


async def test_a_compressed_batch_is_read(door: Door) -> None:
    body = gzip.compress(json.dumps([door.event("call_count", example("call_count"))]).encode())
    headers = door.authorised() | {
        "content-type": "application/cloudevents-batch+json",
        "content-encoding": "gzip",
    }
    assert (await door.client.post(EVENTS, content=body, headers=headers)).status_code == 202


async def test_an_event_over_64_kb_inside_a_batch_is_quarantined_alone(door: Door) -> None:
    big = door.event("allocation", example("allocation", note="x" * 70_000))
    answer = await door.send([big, door.event("allocation", example("allocation", ref="b"))])
    assert statuses(answer) == ["quarantined", "accepted"]
    cells = [{"dims": {"year": n, "commune": f"c{n}"}, "value": n} for n in range(480)]
    answer = await door.say("figures", example("figures", cells=cells))
    assert (answer.status_code, answer.json()["code"]) == (422, "event_too_large")


async def test_nothing_of_the_partner_own_references_leaves(door: Door) -> None:
    await door.send([door.event(name, example(name), id=f"evenement-{name}") for name in EXAMPLES])
    await door.world.settle()
    written = b"".join(
        (record.value or b"") + (record.key or b"") + b"".join(value for _, value in record.headers)
        for log in door.broker.log.values()
        for record in log
    )
    assert len(written) > 1_000
    for secret in ("menage-1", "request-1", "552100554", "equipe-2", "allocation-1", "evenement-"):
        assert secret.encode() not in written


async def test_history_is_said_to_be_history(door: Door) -> None:
    await door.say("allocation", example("allocation", lease_signed_on="2024-05-14"), seuilmode="backfill")
    [fact] = await door.facts()
    assert isinstance(fact, AllocationReported)
    assert fact.backfill
