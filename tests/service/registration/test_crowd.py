"""Many at once: exactly the places there are, in the order of arrival."""

import asyncio

from contracts.lists import LinkPurpose
from contracts.registration import LinkRequested, RegistrationReceived
from registration.commands import prove
from tests.service.registration.office import Office


async def test_two_hundred_sign_ups_for_eighty_places(office: Office) -> None:
    commission = (await office.published(capacity=80))["commission_id"]

    async def arrive(number: int) -> None:
        body = {"registration_id": str(office.new_id()), "email": f"p{number}@x.example"}
        path = f"/commissions/{commission}/registrations"
        while (answer := await office.call("POST", path, body, role=None)).status_code != 202:
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"]

    await asyncio.gather(*(arrive(number) for number in range(200)))
    received = await office.facts(RegistrationReceived)
    assert [fact.position for fact in received] == list(range(1, 201))

    rows = await office.registrations(commission)
    held = {row["registration_id"] for row in rows if row["position"] <= 80}
    view = await office.done("GET", f"/commissions/{commission}")
    assert (view["held_seats"], view["left"], view["taken"]) == (80, 0, 80)

    asked = [f for f in await office.facts(LinkRequested) if f.purpose is LinkPurpose.PROVE_ADDRESS]

    async def proven(fact: LinkRequested) -> None:
        async with office.database.transaction() as tx:
            await prove(tx, office.desk.rules, fact.link_id, fact.generation)

    for start in range(0, 200, 10):
        await asyncio.gather(*(proven(fact) for fact in asked[start : start + 10][::-1]))
    rows = await office.registrations(commission)
    assert {row["registration_id"] for row in rows if row["state"] == "confirmed"} == held
    waiting = [row for row in rows if row["state"] == "waitlisted"]
    assert [row["position"] for row in waiting] == list(range(81, 201))
    assert [row["rank"] for row in waiting] == list(range(1, 121))


async def test_the_same_request_twice_at_once_is_one_sign_up(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    body = {"registration_id": str(office.new_id()), "email": "ana@x.example"}
    path = f"/commissions/{commission}/registrations"
    answers = await asyncio.gather(*(office.call("POST", path, body, role=None) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.text for answer in answers}) == 1
    assert len(await office.facts(RegistrationReceived)) == 1
    assert len(await office.facts(LinkRequested)) == 1


async def test_one_address_twice_at_once_is_one_sign_up(office: Office) -> None:
    commission = (await office.published())["commission_id"]
    await asyncio.gather(*(office.sign_up(commission, "ana@x.example") for _ in range(3)))
    assert len(await office.facts(RegistrationReceived)) == 1
