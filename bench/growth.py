"""growth: what one event or command costs when the load is ten and a hundred times as large.

Load is what piles up: keys that have a stream, a backlog in the outbox, events already in the journal and the
inbox. CPU of this process and of PostgreSQL together, so that a busy machine changes little.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.load import ident, outgoing, publish
from bench.measure import Figure, Say, Size, machine
from bench.policy import EMPTY, TABLE, lapsed, when_registration_lapsed_note_it
from bench.relay import emptied, refill
from bench.stage import Stage, as_owner
from bench.write_path import TABLE as PLACES
from bench.write_path import with_outbox
from contracts.registration import RegistrationLapsed
from eventing.consumer import PolicyConsumer
from eventing.db import Database
from eventing.leader import leadership
from eventing.relay import Relay
from eventing.subscription import Policies

NAMES = ("growth",)
TIMES = (1, 10, 100)
KEYS, BACKLOG, INBOX = 1_000, 2_000, 5_000
COMMANDS, EVENTS = 1_000, 4_000
FILL_PLACES = "INSERT INTO place SELECT id, 0, 'open' FROM unnest($1::uuid[]) AS t(id) ON CONFLICT DO NOTHING"
FILL_INBOX = """
    INSERT INTO inbox (event_id, consumer) SELECT uuidv7(), 'bench.policies' FROM generate_series(1, {events})
"""
TICKS = os.sysconf("SC_CLK_TCK")


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Three things that grow, each at ×1, ×10, ×100."""
    found = []
    for what, one in (("command-keys", commands), ("relay-backlog", relay), ("policy-inbox", policy)):
        smallest = 0.0
        for times in TIMES:
            load, cost = await one(stage, size, times)
            smallest = smallest or cost
            ratio = round(cost / smallest, 2)
            found.append(
                Figure(f"growth_{what}_{times}", round(cost, 1), smallest, ratio, "µs", load, None, machine())
            )
            say(f"  growth: {what} ×{times} ({load:,}): {cost:.0f} µs each")
    return found


async def commands(stage: Stage, size: Size, times: int) -> tuple[int, float]:
    """Commands spread over more and more keys."""
    made = stage.provision("registration")
    await as_owner(made, PLACES.replace("TABLE", "TABLE IF NOT EXISTS"))
    keys = size.of(KEYS, 10) * times
    async with stage.database(made, 2) as database:
        async with database.transaction() as tx:
            await tx.connection.execute(FILL_PLACES, [ident(2, n) for n in range(keys)])
        await as_owner(made, "ANALYZE place")

        async def work() -> int:
            count = size.of(COMMANDS, 50)
            for number in range(count):
                async with database.transaction() as tx:
                    await with_outbox(tx, lapsed(number * 7919 % keys, keys))
            return count

        return keys, await cpu_each(stage, work)


async def relay(stage: Stage, size: Size, times: int) -> tuple[int, float]:
    """The same relay before a longer and longer backlog."""
    made = stage.provision("cases")
    events = size.of(BACKLOG, 100) * times
    await refill(made, events)
    async with stage.database(made, 1) as database:
        producer = await stage.broker().producer()
        async with leadership(database, "cases relay") as connection:

            async def work() -> int:
                await emptied(Relay("cases", database, stage.broker()), connection, producer, events)
                return events

            cost = await cpu_each(stage, work)
        await producer.close()
    return events, cost


async def policy(stage: Stage, size: Size, times: int) -> tuple[int, float]:
    """The same events consumed beside a larger and larger inbox."""
    made = stage.provision("notifications")
    await as_owner(made, TABLE.replace("TABLE", "TABLE IF NOT EXISTS"), EMPTY)
    inbox, events = size.of(INBOX, 100) * times, size.of(EVENTS, 100)
    await as_owner(made, FILL_INBOX.format(events=inbox), "ANALYZE inbox")
    if times == 1:
        facts = (lapsed(number) for number in range(events))
        await publish(stage.broker(), outgoing(facts, "registration", 5_000), lambda count: None)
    async with stage.database(made) as database:
        return inbox, await cpu_each(stage, _consumed(stage, database, f"grown{times}", events))


def _consumed(stage: Stage, database: Database, name: str, events: int) -> Callable[[], Awaitable[int]]:
    async def work() -> int:
        policies = Policies({RegistrationLapsed: when_registration_lapsed_note_it})
        consumer = PolicyConsumer(name, database, stage.broker(), policies)
        reader = await consumer.open()
        while consumer.counts.applied < events:
            await consumer.step(reader)
        await reader.close()
        return events

    return work


async def cpu_each(stage: Stage, work: Callable[[], Awaitable[int]]) -> float:
    """Microseconds of CPU of this process and of PostgreSQL per thing that `work` did."""
    before = _cpu(stage)
    done = await work()
    return (_cpu(stage) - before) / done * 1e6


def _cpu(stage: Stage) -> float:
    """Seconds of CPU so far: ours, and the server's with its backends, those that ended included."""
    total = sum(os.times()[:2])
    server = _server(stage)
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(path.parent.name) == server:
            total += sum(int(each) for each in fields[11:15]) / TICKS
        elif int(fields[1]) == server:
            total += sum(int(each) for each in fields[11:13]) / TICKS
    return total


def _server(stage: Stage) -> int:
    return int((stage.postgres.data / "postmaster.pid").read_text().split("\n", 1)[0])
