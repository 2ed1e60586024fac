"""Single events that come at the same time: each is answered as if it had come alone."""

import asyncio
from collections import Counter

from contracts.integration import AllocationReported
from tests.conftest import MakeDatabase
from tests.service.integration.door import Door, open_door
from tests.service.integration.records import example


async def test_a_rush_of_single_events_is_kept_once_each_and_answered_as_if_alone(door: Door) -> None:
    events = [
        door.event("allocation", example("allocation") | {"record_ref": f"bail-{n}"}) for n in range(40)
    ]
    again = [events[3], events[7]]
    reused = events[5] | {"data": example("allocation") | {"record_ref": "other"}}
    unfit = door.event("allocation", {"record_ref": "no version"})
    answers = await asyncio.gather(*(door.post(event) for event in [*events, *again, reused, unfit]))
    told = [answer.json() for answer in answers]
    assert answers[43].status_code == 422
    taken = [each["seuil_id"] for each in told[:43] if each.get("status") == "accepted"]
    assert len(taken) == len(set(taken)) == 40
    for first, second in ((3, 40), (7, 41)):  # whichever came first
        assert {told[first]["status"], told[second]["status"]} == {"accepted", "duplicate"}
        assert told[first]["seuil_id"] == told[second]["seuil_id"]
    assert {answers[5].status_code, answers[42].status_code} == {202, 409}
    assert "id_reused" in {told[5].get("code"), told[42].get("code")}
    facts = await door.facts()
    said = [fact.allocation_id for fact in facts if isinstance(fact, AllocationReported)]
    assert Counter(map(str, said)) == Counter(taken)
    transactions = await door.rows("SELECT DISTINCT xmin::text FROM outbox")
    assert len(transactions) <= 20, "they left together"


async def test_a_case_that_cannot_be_sealed_here_does_not_shut_the_others_out(
    make_database: MakeDatabase,
) -> None:
    async with open_door(make_database("integration"), sealing="") as door:
        names = ["allocation", "case", "vacancy"]
        asked = [door.event(name, example(name)) for name in names]
        answers = await asyncio.gather(*(door.post(event) for event in asked))
        assert [answer.status_code for answer in answers] == [202, 503, 202]
        assert answers[1].json()["code"] == "intake_closed"
        assert len(await door.facts()) == 2
