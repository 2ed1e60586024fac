"""Failed events as a work list: groups, replay, archive, discard (features O1-O5, O11, T18, T19)."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.refusal import Refused
from contracts.topics import TOPICS, dead_letters
from eventing.broker import Outgoing
from operating import failed
from operating.failed_acts import Action, Choice, ask, work_off
from operating.tidying import ACTS_KEPT, ARCHIVED_KEPT, tidy
from tests.eventing.conftest import TOPIC, Rig
from tests.eventing.test_behaviour import put
from tests.service.operations.bench import (
    BAD,
    WHO,
    act,
    do,
    drained,
    events,
    failing,
    groups,
    only_group,
    read,
    subscribers,
    worked_off,
)
from tests.world import Clock

PARKED = "SELECT count(*) FROM parked_event"
KEYS = "SELECT count(*) FROM parked_key"


async def test_failures_of_one_cause_are_one_group_with_count_first_and_last(rig: Rig, clock: Clock) -> None:
    """O1."""
    first = clock.at
    await failing(rig, 2, 1, 2)
    clock.advance(minutes=20)
    await failing(rig, 1)
    group = await only_group(rig)
    assert (group.consumer, group.error) == (rig.policies.subscriber.consumer, "RuntimeError")
    assert group.type == "seuil.registration.registration_lapsed.v1"
    assert (group.events, group.failed, group.keys) == (7, 3, 3)
    assert (group.first, group.last) == (first, clock.at)


async def test_another_cause_another_type_and_bytes_that_nobody_can_read_are_other_groups(rig: Rig) -> None:
    """O1."""
    await failing(rig, 1)
    producer = await rig.broker.producer()
    await producer.publish(
        [Outgoing(TOPIC, str(uuid4()), b"\xff", [("ce_id", b"?")], rig.database.runtime.now())]
    )
    await read(rig)
    found = {(group.error, group.type) for group in await groups(rig)}
    assert ("RuntimeError", "seuil.registration.registration_lapsed.v1") in found
    assert [kind for _, kind in found].count("") == 1
    assert len(found) == 2


async def test_a_group_replayed_is_applied_in_order_with_what_waits_behind(rig: Rig) -> None:
    """O2."""
    streams = await failing(rig, 3, 1, 2)
    rig.poison.clear()
    asked = await do(rig, Action.REPLAY, await only_group(rig))
    await worked_off(rig)
    for stream in streams:
        assert await rig.effects("policies", stream) == [1, 2, 3]
    row = await act(rig, asked)
    assert (row["asked"], row["done"], row["left_to_do"], row["failed"]) == (9, 9, 0, 0)
    assert await rig.value(KEYS) == 0


async def test_fifty_are_replayed_while_twenty_arrive(rig: Rig) -> None:
    """T19: only what was there at the call, on other streams and behind the same ones."""
    streams = await failing(rig, 50)
    asked = await do(rig, Action.REPLAY, await only_group(rig))
    later = await failing(rig, 15)
    for stream in streams[:5]:
        await rig.say(stream, 7)
    await read(rig)
    rig.poison.clear()
    await worked_off(rig)
    row = await act(rig, asked)
    assert (row["asked"], row["done"], row["left_to_do"]) == (50, 50, 0)
    assert [await rig.effects("policies", stream) for stream in streams] == [[1]] * 50
    assert [await rig.effects("policies", stream) for stream in later] == [[]] * 15
    assert (await only_group(rig)).failed == 15 + 5, "what waited behind is first now, and goes on by itself"
    await drained(rig)
    assert [await rig.effects("policies", stream) for stream in streams[:5]] == [[1, 2]] * 5


async def test_one_and_a_selection_are_replayed_and_nothing_else(rig: Rig) -> None:
    """O2."""
    await failing(rig, 4)
    listed = await events(rig, await only_group(rig))
    rig.poison.clear()
    await do(rig, Action.REPLAY, Choice([listed[0]["n"]]))
    await worked_off(rig)
    assert (await only_group(rig)).events == 3
    await do(rig, Action.REPLAY, Choice([listed[1]["n"], listed[3]["n"]]))
    await worked_off(rig)
    assert [row["n"] for row in await events(rig, await only_group(rig))] == [listed[2]["n"]]


async def test_an_event_behind_another_is_not_replayed_before_it(rig: Rig) -> None:
    (stream,) = await failing(rig, 1, 1)
    first, second = await events(rig, await only_group(rig))
    assert (first["failed"], second["failed"]) == (True, False)
    rig.poison.clear()
    asked = await do(rig, Action.REPLAY, Choice([second["n"]]))
    await worked_off(rig)
    assert (await act(rig, asked))["behind"] == 1
    assert await rig.effects("policies", stream) == []


async def test_a_replay_that_fails_again_is_counted_and_leaves_everything_in_place(
    rig: Rig, clock: Clock
) -> None:
    """O4, O5: nothing leaves the list until it is applied."""
    await failing(rig, 1, 1)
    clock.advance(minutes=1)
    asked = await do(rig, Action.REPLAY, await only_group(rig))
    await worked_off(rig)
    row = await act(rig, asked)
    assert (row["failed"], row["behind"], row["done"]) == (1, 1, 0)
    first, second = await events(rig, await only_group(rig))
    assert (first["tries"], first["last_tried_at"], second["tries"]) == (1, clock.at, 0)
    assert (await only_group(rig)).tries == 1
    clock.advance(hours=2)
    await drained(rig)
    assert (await events(rig, await only_group(rig)))[0]["tries"] == 2, "tries by itself are counted too"


async def test_an_act_says_who_when_and_why_and_needs_a_reason(rig: Rig, clock: Clock) -> None:
    """O11."""
    await failing(rig, 1)
    group = await only_group(rig)
    for action in Action:
        with pytest.raises(Refused):
            await do(rig, action, group, reason="  ")
    asked = await do(rig, Action.ARCHIVE, group, reason="waits for the mend of Monday")
    row = await act(rig, asked)
    assert (row["actor"], row["at"], row["reason"]) == (WHO, clock.at, "waits for the mend of Monday")
    (event,) = await events(rig, await only_group(rig, archived=True))
    async with rig.database.read() as tx:
        (told,) = await failed.acts_on(tx, event["n"])
    assert (told["actor"], told["action"], told["outcome"]) == (WHO, "archive", "done")


async def test_nothing_there_is_refused(rig: Rig) -> None:
    with pytest.raises(Refused, match="nothing_there"):
        await do(rig, Action.REPLAY, Choice([12345]))


async def test_archiving_todays_never_hides_tomorrows(rig: Rig, clock: Clock) -> None:
    """T18: the same failure again is seen, on another stream and behind an archived event."""
    (stream,) = await failing(rig, 1)
    await do(rig, Action.ARCHIVE, await only_group(rig))
    assert await groups(rig) == []
    clock.advance(days=1)
    await rig.say(stream, 7)
    await read(rig)
    behind = await only_group(rig)
    assert (behind.events, behind.failed) == (1, 0)
    await failing(rig, 1)
    again = await only_group(rig)
    assert (again.events, again.failed, again.last) == (2, 1, clock.at)
    assert (await only_group(rig, archived=True)).events == 1


async def test_what_is_archived_is_not_tried_by_itself_until_it_is_restored(rig: Rig, clock: Clock) -> None:
    """O3."""
    (stream,) = await failing(rig, 1, 1)
    await do(rig, Action.ARCHIVE, await only_group(rig))
    rig.poison.clear()
    clock.advance(days=2)
    await drained(rig)
    assert await rig.effects("policies", stream) == []
    await do(rig, Action.RESTORE, await only_group(rig, archived=True))
    await drained(rig)
    assert await rig.effects("policies", stream) == [1, 2]
    assert await rig.value(PARKED) == 0


async def test_what_is_discarded_lets_what_waits_behind_it_go_on_in_order(rig: Rig) -> None:
    """O3: of a group, only what failed is given up."""
    (stream,) = await failing(rig, 1, 1, 2)
    asked = await do(rig, Action.DISCARD, await only_group(rig), reason="sent twice by hand")
    await worked_off(rig)
    assert (await act(rig, asked))["asked"] == 1
    await drained(rig)
    assert await rig.effects("policies", stream) == [2, 3]
    await rig.say(stream, 3)
    await read(rig)
    assert await rig.effects("policies", stream) == [2, 3, 4]


async def test_undecodable_records_are_given_up_one_by_one_in_any_order(rig: Rig) -> None:
    producer = await rig.broker.producer()
    now = rig.database.runtime.now()
    await producer.publish([Outgoing(TOPIC, "garbage", bytes([n]), [("ce_id", b"?")], now) for n in range(3)])
    await read(rig)
    listed = await events(rig, await only_group(rig))
    assert [row["failed"] for row in listed] == [True] * 3
    await do(rig, Action.DISCARD, Choice([listed[1]["n"]]))
    await worked_off(rig)
    assert (await only_group(rig)).events == 2
    await do(rig, Action.DISCARD, await only_group(rig))
    await worked_off(rig)
    assert await rig.value(PARKED) == await rig.value(KEYS) == 0


async def test_several_replicas_work_one_act_off_and_each_event_acts_once(rig: Rig) -> None:
    streams = await failing(rig, 6, 1, 2)
    rig.poison.clear()
    asked = await do(rig, Action.REPLAY, await only_group(rig))

    async def replica() -> None:
        for _ in range(200):
            try:
                if not await work_off(rig.database, subscribers(rig)):
                    return
            except ConnectionError:
                continue

    await asyncio.gather(replica(), replica(), replica(), drained(rig))
    for stream in streams:
        assert await rig.effects("policies", stream) == [1, 2, 3]
    row = await act(rig, asked)
    assert (row["left_to_do"], row["done"] + row["gone"]) == (0, 18)


async def test_what_was_asked_twice_is_done_once(rig: Rig) -> None:
    (stream,) = await failing(rig, 1)
    rig.poison.clear()
    first, second = [await do(rig, Action.REPLAY, await only_group(rig)) for _ in range(2)]
    await worked_off(rig)
    assert await rig.effects("policies", stream) == [1]
    rows = [await act(rig, first), await act(rig, second)]
    assert sorted((row["done"], row["gone"]) for row in rows) == [(0, 1), (1, 0)]


async def test_what_was_set_aside_for_thirty_days_is_discarded_and_acts_are_kept_a_year(
    rig: Rig, clock: Clock
) -> None:
    """O16."""
    old, young = await failing(rig, 2, 1)
    listed = await events(rig, await only_group(rig))
    rig.poison.clear()
    await do(
        rig, Action.ARCHIVE, Choice([row["n"] for row in listed if row["key"] == str(old) and row["failed"]])
    )
    clock.advance(days=ARCHIVED_KEPT.days - 1)
    await tidied(rig)
    assert await rig.value(PARKED) == 4
    clock.advance(days=2)
    await tidied(rig)
    await worked_off(rig)
    await drained(rig)
    assert await rig.effects("policies", old) == [2], "what waited behind went on"
    assert await rig.effects("policies", young) == [1, 2], "never set aside: never dropped"
    async with rig.database.read() as tx:
        newest = (await failed.acts(tx))[0]
    assert (newest["actor"], newest["action"]) == ("system", "discard")
    assert "30 jours" in newest["reason"]
    clock.advance(days=ACTS_KEPT.days + 1)
    await tidied(rig)
    assert await rig.value("SELECT count(*) FROM operator_act_event") == 0
    assert await rig.value("SELECT count(*) FROM operator_act") == 0


async def tidied(rig: Rig) -> None:
    async with rig.database.transaction() as tx:
        await tidy(tx)


def test_dead_letters_are_forgotten_by_their_topic_after_thirty_days() -> None:
    """O16."""
    for service in ("registration", "cases", "notifications", "integration", "analytics"):
        topic = TOPICS[dead_letters(service)]
        assert (topic.kept, topic.journalled) == (timedelta(days=30), False)


async def test_an_act_is_all_or_nothing(rig: Rig) -> None:
    """A crash before the commit leaves no act and nothing moved."""
    await failing(rig, 1)
    group = await only_group(rig)

    async def cut_short() -> None:
        async with rig.database.transaction(WHO) as tx:
            await ask(tx, Action.ARCHIVE, Choice(group_id=group.group_id), "why not")
            raise RuntimeError("crash")

    with pytest.raises(RuntimeError, match="crash"):
        await cut_short()
    assert (await only_group(rig)).failed == 1
    assert await rig.value("SELECT count(*) FROM operator_act") == 0
    assert BAD in rig.poison


async def test_a_cause_stays_the_same_group_when_it_is_tried_again(rig: Rig, clock: Clock) -> None:
    """A gap, an unreadable fact and a handler's error keep their fingerprint from the reader to the drain."""
    await failing(rig, 1)
    for seq, payload in ((3, None), (1, b"{}")):
        stream = uuid4()
        rig.keys.add(str(stream))
        await put(rig, str(stream), 1, 1) if seq == 3 else None
        await put(rig, str(stream), seq, seq, payload)
    await read(rig)
    before = {group.group_id for group in await groups(rig)}
    assert len(before) == 3
    clock.advance(hours=1)
    await drained(rig)
    after = await groups(rig)
    assert {group.group_id for group in after} == before
    assert [group.tries for group in after] == [1] * 3
