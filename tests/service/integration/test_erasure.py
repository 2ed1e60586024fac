"""An erased household is gone from every table; who holds its file is told, what comes later dropped."""

from datetime import timedelta
from uuid import UUID

from contracts.integration import CallRecorded
from integration.commands.erasure import ANSWER_TIME
from tests.service.integration import told
from tests.service.integration.door import API, Door, everything
from tests.service.integration.records import example
from tests.service.integration.test_hearing import submit

REF = "menage-1"
OWN = ("request", "answer", "stay", "priority", "case", "allocation")


async def ack(door: Door, household_id: str) -> int:
    answer = await door.client.post(f"{API}/erasures/{household_id}/ack", headers=door.authorised())
    return answer.status_code


async def test_everything_of_the_household_goes_and_its_holder_is_told(door: Door) -> None:
    household_id = await submit(door)
    for record in OWN[:-2]:
        await door.say(record, example(record))
    await door.say("allocation", example("allocation"))
    await door.say("stay", example("stay", ref="broken", from_on="hier"))
    await door.say("stay", example("stay", ref="of-others", household_ref="menage-2"))
    await door.hear(told.scheduled(), told.erased(household_id, told.CASE))
    assert household_id not in [row["key"] for row in await door.rows("SELECT key FROM record")]
    assert len(await door.rows("SELECT 1 FROM record WHERE record_ref = 'of-others'")) == 1
    assert await door.rows("SELECT 1 FROM quarantine") == []
    assert await door.rows("SELECT 1 FROM memory_case") == []
    [item] = (await door.feed())["items"]
    assert (item["type"], item["your_ref"]) == ("household.erased", REF)
    assert item["link"].endswith(f"{API}/erasures/{household_id}/ack")
    assert REF in await everything(door), "kept until it is answered for"
    assert await ack(door, household_id) == 204
    assert await ack(door, household_id) == 204
    assert await ack(door, "3f0c9a52-0000-4000-8000-00000000ffff") == 404
    kept = await everything(door)
    assert [word for word in (REF, "case-1", *(f"{r}-1" for r in OWN), "broken") if word in kept] == []
    assert "your_ref" not in (await door.feed())["items"][0]


async def test_what_comes_later_for_it_is_dropped_counted_and_said(door: Door) -> None:
    household_id = await submit(door)
    await door.hear(told.erased(household_id, told.CASE))
    facts = len(await door.facts())
    event = door.event("stay", example("stay", ref="later"))
    for _ in range(2):
        answer = await door.post(event)
        assert answer.status_code == 202
        assert answer.json() == {
            "status": "stale",
            "notes": [{"code": "household_erased", "pointer": "/data/household_ref"}],
        }
    assert len(await door.facts()) == facts
    assert (await door.rows("SELECT dropped FROM erased"))[0]["dropped"] == 2
    assert (await door.rows("SELECT sum(dropped) AS n FROM tally"))[0]["n"] == 2
    assert "later" not in await everything(door)


async def test_once_forgotten_the_reference_is_somebody_new(door: Door) -> None:
    household_id = await submit(door)
    await door.hear(told.erased(household_id, told.CASE))
    await ack(door, household_id)
    await door.say("call", example("call"))
    [call] = [fact for fact in await door.facts() if isinstance(fact, CallRecorded)]
    assert call.household_id != UUID(household_id)


async def test_who_does_not_answer_is_told_again_and_its_reference_goes_after_thirty_days(door: Door) -> None:
    household_id = await submit(door)
    await door.hear(told.erased(household_id, told.CASE))
    door.clock.advance(days=24)
    await door.world.settle()
    assert await door.told() == ["household.erased"] * 2
    door.clock.at += ANSWER_TIME - timedelta(days=24)
    await door.world.settle()
    assert REF not in await everything(door)
    [notice] = await door.rows("SELECT * FROM erasure_notice")
    assert notice["acked_at"] is None
    assert notice["reminded_at"] < notice["forgotten_at"]


async def test_an_erasure_heard_twice_is_one(door: Door) -> None:
    household_id = await submit(door)
    await door.hear(told.erased(household_id, told.CASE), told.erased(household_id, told.CASE))
    assert await door.told() == ["household.erased"]


async def test_a_household_nobody_sent_is_remembered_and_told_to_nobody(door: Door) -> None:
    await door.hear(told.erased("b7d4e1c0-5a49-4382-9716-05f4e3d2c1b0"))
    assert await door.told() == []
    assert len(await door.rows("SELECT 1 FROM erased")) == 1
