"""What the tests of failed events do again and again: fail some, look, ask, work it off."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from eventing.draining import drain
from eventing.subscriber import Subscriber
from operating import failed
from operating.failed import Group
from operating.failed_acts import Action, Choice, ask, work_off
from tests.eventing.conftest import Rig

BAD = 666
WHO = "person:0a0a0a0a-0000-4000-8000-000000000001"


def subscribers(rig: Rig) -> dict[str, Subscriber]:
    return {rig.policies.subscriber.consumer: rig.policies.subscriber}


async def read(rig: Rig) -> None:
    """Everything said so far reaches the policies."""
    await rig.relay_all()
    await rig.consume(rig.policies)


async def failing(rig: Rig, count: int, *behind: int) -> list[UUID]:
    """That many streams whose first event cannot be applied, each with these events behind it."""
    rig.poison.add(BAD)
    made = [uuid4() for _ in range(count)]
    for stream in made:
        await rig.say(stream, BAD, *behind)
    await read(rig)
    return made


async def groups(rig: Rig, *, archived: bool = False) -> list[Group]:
    async with rig.database.read() as tx:
        return [group for group in await failed.groups(tx) if group.archived == archived]


async def only_group(rig: Rig, *, archived: bool = False) -> Group:
    (found,) = await groups(rig, archived=archived)
    return found


async def events(rig: Rig, group: Group) -> Sequence[Any]:
    async with rig.database.read() as tx:
        return await failed.events_of(tx, group.group_id, group.archived)


async def do(
    rig: Rig, action: Action, choice: Choice | Group, reason: str = "the cause is mended", who: str = WHO
) -> UUID:
    """Asks; nothing is worked off yet."""
    if isinstance(choice, Group):
        choice = Choice(group_id=choice.group_id, archived=choice.archived)
    async with rig.database.transaction(who) as tx:
        return await ask(tx, action, choice, reason)


async def worked_off(rig: Rig) -> None:
    while await work_off(rig.database, subscribers(rig)):
        pass


async def drained(rig: Rig) -> None:
    """What is ready now is tried by itself."""
    while await drain(rig.database, rig.policies.subscriber):
        pass


async def act(rig: Rig, act_id: UUID) -> Any:
    async with rig.database.read() as tx:
        return await failed.act(tx, act_id)
