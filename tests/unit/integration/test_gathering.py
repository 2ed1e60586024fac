"""Who waits for whom at the partners' door, and what the fault of one does to the others."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from contracts.refusal import Refused
from integration.commands.gathering import MOST, Gathering
from integration.commands.intake import Answer
from integration.domain.envelope import Sender, Unfit
from integration.domain.limits import Rates
from integration.domain.problems import Problem
from integration.store.received import Holder


def holder(number: int = 1) -> Holder:
    key = UUID(int=number, version=4)
    return Holder(key, "", True, Sender(key, "urn:x", frozenset()), Rates(None, 500, None), None)


def event(name: str) -> Unfit:
    return Unfit(name, None, b"", Problem(422, "x"))


def seuil_id(name: str) -> UUID:
    return UUID(bytes=name.encode().rjust(16, b"\0"))


@dataclass
class Desk:
    """Takes what it is given when it is let; notes what it was given at once."""

    taken: list[list[str | None]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    poison: set[str] = field(default_factory=set)
    away: bool = False

    async def receive(self, holder: Holder, events: Sequence[object]) -> list[Answer]:
        names = [each.event_id or "" for each in events if isinstance(each, Unfit)]
        self.taken.append(list(names))
        await self.open.wait()
        if self.away:
            raise ConnectionError
        if found := self.poison & set(names):
            raise Refused("poison", " ".join(sorted(found)), 503)
        return [Answer("accepted", seuil_id(name)) for name in names]


async def begun(gathering: Gathering, *names: str, key: int = 1) -> list[asyncio.Task[list[Answer]]]:
    tasks = [asyncio.create_task(gathering.receive(holder(key), [event(name)])) for name in names]
    for _ in range(3):  # no time passes: each goes as far as it can
        await asyncio.sleep(0)
    return tasks


async def test_the_first_waits_for_nobody_and_those_that_come_meanwhile_leave_together_in_order() -> None:
    desk = Desk()
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a")
    assert desk.taken == [["a"]]
    tasks += await begun(gathering, "b", "c", "d")
    assert desk.taken == [["a"]]
    desk.open.set()
    told = [(await task)[0].seuil_id for task in tasks]
    assert told == [seuil_id(name) for name in "abcd"]
    assert desk.taken == [["a"], ["b", "c", "d"]]
    await begun(gathering, "e")
    assert desk.taken[-1] == ["e"], "once nothing waits, the next one is first again"


async def test_a_batch_and_another_key_wait_for_nobody() -> None:
    desk = Desk()
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a")
    tasks += await begun(gathering, "b", key=2)
    tasks.append(asyncio.create_task(gathering.receive(holder(), [event("c"), event("d")])))
    await asyncio.sleep(0)
    assert desk.taken == [["a"], ["b"], ["c", "d"]]
    desk.open.set()
    assert [len(found) for found in await asyncio.gather(*tasks)] == [1, 1, 2]


async def test_no_more_than_a_bound_leave_at_once() -> None:
    desk = Desk()
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "0")
    tasks += await begun(gathering, *(str(n) for n in range(1, MOST + 3)))
    desk.open.set()
    await asyncio.gather(*tasks)
    assert [len(part) for part in desk.taken] == [1, MOST, 2]


async def test_the_fault_of_one_is_not_the_others() -> None:
    desk = Desk(poison={"c"})
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a")
    tasks += await begun(gathering, "b", "c", "d")
    desk.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, Refused) for each in found] == [False, False, True, False]
    assert desk.taken == [["a"], ["b", "c", "d"], ["b"], ["c"], ["d"]]


async def test_a_database_that_is_away_is_told_to_all_and_not_asked_again_for_each() -> None:
    desk = Desk(away=True)
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a")
    tasks += await begun(gathering, "b", "c")
    desk.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in found] == [ConnectionError] * 3
    assert desk.taken == [["a"], ["b", "c"]]


@pytest.mark.parametrize("leaves", [0, 1])
async def test_who_leaves_takes_nobody_along(leaves: int) -> None:
    desk = Desk()
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a")
    tasks += await begun(gathering, "b", "c")
    tasks[leaves].cancel()
    desk.open.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in found] == [
        number == leaves for number in range(3)
    ]
    assert desk.taken == [["a"], ["b", "c"]], "what was asked is done, heard or not"


async def test_a_taking_that_is_ended_leaves_nobody_waiting_for_ever() -> None:
    desk = Desk()
    gathering = Gathering(desk.receive)
    tasks = await begun(gathering, "a", "b")
    [taking] = gathering._taking
    taking.cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(each, asyncio.CancelledError) for each in found)
    tasks = await begun(gathering, "c")
    desk.open.set()
    assert (await tasks[0])[0].seuil_id == seuil_id("c")
