"""Two hands on one thing, on real PostgreSQL: order kept, nothing skipped, nothing done twice."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from contracts.refusal import Refused
from eventing.db import Database, Tx
from eventing.due import Due, drop, drop_all, plan, run_due
from eventing.leader import leadership
from eventing.outbox import append, lock_stream
from eventing.requests import Outcome, remember, settle
from tests.conftest import MakeDatabase
from tests.eventing.conftest import TOPIC, Rig, lapsed, prepare, say
from tests.world import Clock, memory_broker


async def test_two_writers_on_one_key_number_it_without_a_hole(database: Database) -> None:
    commission = uuid4()

    async def write() -> None:
        for number in range(200):
            await say(database, commission, number)

    await asyncio.gather(write(), write())
    async with database.read() as tx:
        seqs = [row["seq"] for row in await tx.connection.fetch("SELECT seq FROM outbox ORDER BY id")]
    assert seqs == list(range(1, 401))


async def test_a_transaction_that_commits_late_with_a_lower_id_is_published(database: Database) -> None:
    rig = Rig(database, memory_broker())
    early, late = uuid4(), uuid4()
    rig.keys |= {str(early), str(late)}
    async with database.transaction() as slow:
        await lock_stream(slow, TOPIC, str(early))
        await append(slow, lapsed(early, 1))
        await say(database, late, 2)
        assert await rig.relay_all() == 1
    assert await rig.relay_all() == 1
    await rig.consume(rig.policies)
    assert await rig.effects("policies", early) == [1]
    assert await rig.effects("policies", late) == [1]


async def test_a_command_rolled_back_says_nothing_and_leaves_no_hole(database: Database) -> None:
    commission = uuid4()

    async def refuse() -> None:
        async with database.transaction() as tx:
            await lock_stream(tx, TOPIC, str(commission))
            await append(tx, lapsed(commission, 1))
            raise Refused("no", "Non.", 409)

    with pytest.raises(Refused):
        await refuse()
    await say(database, commission, 2)
    async with database.read() as tx:
        assert await tx.connection.fetchval("SELECT array_agg(seq) FROM outbox") == [1]


async def test_facts_need_their_lock_and_locks_their_order(database: Database) -> None:
    first, second = sorted((uuid4(), uuid4()), key=str)
    async with database.transaction() as tx:
        with pytest.raises(AssertionError, match="lock_stream"):
            await append(tx, lapsed(first, 1))
        await lock_stream(tx, TOPIC, str(second))
        with pytest.raises(AssertionError, match="order"):
            await lock_stream(tx, TOPIC, str(first))


async def test_a_second_leader_waits_for_the_first_to_go(database: Database) -> None:
    taken = asyncio.Event()

    async def wait() -> None:
        async with leadership(database, "relay"):
            taken.set()

    async with leadership(database, "relay"):
        waiting = asyncio.create_task(wait())
        await asyncio.wait([waiting], timeout=0.3)
        assert not taken.is_set()
    await asyncio.wait_for(taken.wait(), 5)
    await waiting


async def test_a_deadline_runs_once_whoever_looks(database: Database, clock: Clock) -> None:
    done: list[UUID] = []

    async def lapse(tx: Tx, due: Due) -> None:
        done.append(due.id)
        await append(tx, lapsed(UUID(due.key), 1))

    commission = uuid4()
    async with database.transaction() as tx:
        for number in range(5):
            await plan(
                tx, id=UUID(int=number, version=4), at=tx.now + timedelta(minutes=30), command="lapse",
                topic=TOPIC, key=str(commission),
            )  # fmt: skip
    assert await run_due(database, {"lapse": lapse}) == 0
    clock.advance(minutes=31)
    counts = await asyncio.gather(*[run_due(database, {"lapse": lapse}) for _ in range(4)])
    assert sum(counts) == len(done) == 5
    async with database.read() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM outbox") == 5


async def test_a_deadline_is_moved_dropped_and_never_runs_early(database: Database, clock: Clock) -> None:
    done: list[str] = []

    async def note(tx: Tx, due: Due) -> None:
        done.append(due.payload["word"])

    ids = [UUID(int=n, version=4) for n in range(3)]
    async with database.transaction() as tx:
        for n in ids:
            await plan(tx, id=n, at=tx.now, command="note", key="k", payload={"word": "first"})
        await plan(
            tx, id=ids[0], at=tx.now + timedelta(hours=1), command="note", key="k", payload={"word": "moved"}
        )
        await drop(tx, ids[1])
    await run_due(database, {"note": note})
    assert done == ["first"]
    clock.advance(hours=2)
    async with database.transaction() as tx:
        await plan(tx, id=ids[1], at=tx.now, command="other", key="k")
        await drop_all(tx, "other", "k")
    await run_due(database, {"note": note})
    assert done == ["first", "moved"]


async def test_a_deadline_that_fails_is_kept_and_tried_again(database: Database, clock: Clock) -> None:
    tries = 0

    async def fail_once(tx: Tx, due: Due) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise RuntimeError("bad")

    async with database.transaction() as tx:
        await plan(tx, id=uuid4(), at=tx.now, command="fail", key="k")
    assert await run_due(database, {"fail": fail_once}) == 0
    clock.advance(minutes=5)
    assert await run_due(database, {"fail": fail_once}) == 1


async def test_a_request_sent_twice_is_done_once(database: Database) -> None:
    done = 0

    async def send(digest: bytes) -> Outcome | None:
        nonlocal done
        async with database.transaction() as tx:
            seen = await remember(tx, "person:1", "key", digest)
            if seen is None:
                done += 1
                await settle(tx, "person:1", "key", "created", "/x")
            return seen

    answers = await asyncio.gather(send(b"a"), send(b"a"), send(b"a"))
    assert done == 1
    assert answers.count(None) == 1
    assert answers.count(Outcome("created", "/x")) == 2
    with pytest.raises(Refused) as refused:
        await send(b"other")
    assert refused.value.code == "idempotency_key_reused"


async def test_work_in_line_for_one_key_leaves_connections_to_the_others(make_database: MakeDatabase) -> None:
    database = Database(make_database("eventing", prepare).app_url, Clock().runtime(), max_size=3)
    await database.open()
    commission, done = uuid4(), 0

    async def hurry() -> None:
        nonlocal done
        async with database.transaction(queue=str(commission)) as tx:
            await lock_stream(tx, TOPIC, str(commission))
            await append(tx, lapsed(commission, done))
        done += 1

    try:
        async with database.transaction(queue=str(commission)) as slow:
            await lock_stream(slow, TOPIC, str(commission))
            rush = [asyncio.create_task(hurry()) for _ in range(50)]
            async with asyncio.timeout(5), database.read() as tx:
                assert await tx.connection.fetchval("SELECT 1") == 1
            assert done == 0
        await asyncio.gather(*rush)
        assert done == 50
    finally:
        await database.close()
