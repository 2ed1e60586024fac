"""An offer runs out while its person accepts it: one of the two wins, whole, whoever came first."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from contracts.refusal import Refused
from contracts.registration import PlaceDeclined, PlaceOffered
from eventing.db import Tx
from eventing.due import Due, run_due
from registration.commands import accept_offer
from registration.store.rosters import EXPIRE
from tests.eventing.test_races_stepped import Gate, waits
from tests.service.registration.office import Office


async def offered(office: Office) -> tuple[str, UUID]:
    """A commission of one place, and the registration to which the freed place is offered."""
    commission = (await office.published(capacity=1))["commission_id"]
    first = await office.joined(commission, "a@x.example")
    second = await office.joined(commission, "b@x.example")
    await office.joined(commission, "c@x.example")
    await office.done("POST", "/participation/cancel", {"link": first["link"]}, role=None)
    await office.settle()
    return commission, UUID(second["registration_id"])


async def test_an_acceptance_in_progress_when_the_offer_runs_out_wins(office: Office) -> None:
    commission, registration = await offered(office)
    async with office.database.transaction() as tx:
        await accept_offer(tx, office.desk.rules, registration, 1)
        office.clock.advance(hours=30)
        running = asyncio.ensure_future(run_due(office.database, office.service.due))
        await waits(office.database)
    assert await running == 0
    assert len(await office.facts(PlaceOffered)) == 1
    assert await office.facts(PlaceDeclined) == []
    assert (await office.states(commission))["b@x.example"] == "confirmed"


async def test_an_acceptance_that_waited_for_the_expiry_is_refused(office: Office) -> None:
    commission, registration = await offered(office)
    gate, expire = Gate(), office.service.due[EXPIRE]

    async def expire_slowly(tx: Tx, due: Due) -> None:
        await expire(tx, due)
        await gate.passes()

    late: Callable[[Tx], Awaitable[object]] = lambda tx: accept_offer(tx, office.desk.rules, registration, 1)  # noqa: E731 - one expression, named where it is used
    async with office.database.transaction() as tx:
        office.clock.advance(hours=30)
        running = asyncio.ensure_future(
            run_due(office.database, {**office.service.due, EXPIRE: expire_slowly})
        )
        await gate.reached.wait()
        accepting = asyncio.ensure_future(late(tx))
        await waits(office.database)
        gate.opened.set()
        assert await running == 1
        with pytest.raises(Refused) as refused:
            await accepting
    assert refused.value.code in {"offer_over", "no_offer"}
    offers = await office.facts(PlaceOffered)
    assert len(offers) == 2
    assert len(await office.facts(PlaceDeclined)) == 1
    states = await office.states(commission)
    assert states["c@x.example"] == "offered"
    assert states["b@x.example"] != "confirmed"
