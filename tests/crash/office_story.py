"""The story of the small service: commands, poison on either side, a deadline that fails, a cure."""

import asyncio
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.topics import REGISTRATION, dead_letters
from eventing.tables import metadata
from tests.crash import office
from tests.crash.stage import Stage, Theatre, event_id

DEAD = dead_letters("registration")
COMMANDS = 4
POISON = {2: "policies", 3: "due", 4: "projection"}
"""By rank in an act: who cannot work that number until it is cured."""
STUCK = """
    SELECT (SELECT count(*) FROM parked_key WHERE tries > 0) = 2 AND EXISTS (SELECT FROM due WHERE tries > 0)
"""
DONE = """
    SELECT consumer, key, seq, number, n FROM applied_log
    UNION ALL SELECT 'projection', key, seq, number, n FROM projected ORDER BY n
"""
QUIET = """
    SELECT NOT EXISTS (SELECT FROM outbox) AND NOT EXISTS (SELECT FROM due)
       AND NOT EXISTS (SELECT FROM parked_event) AND NOT EXISTS (SELECT FROM parked_key)
       AND (SELECT count(*) FROM applied_log WHERE consumer = 'policies') >= (SELECT sum(seq) FROM stream)
       AND (SELECT count(*) FROM projected) >= (SELECT sum(seq) FROM stream)
       AND (SELECT count(*) FROM applied_log WHERE consumer = 'due')
           >= (SELECT count(*) FROM request WHERE actor = 'person:1')
"""


def prepare(url: str) -> None:
    """The tables of eventing and those of the office."""

    async def create() -> None:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
            for statement in office.TABLES:
                await connection.execute(text(statement))
        await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, create()).result()


async def story(stage: Stage) -> None:
    """Two acts: commands, poison that parks a key on either side and fails a deadline, then the cure."""
    keys = [uuid4(), uuid4()]
    said: dict[int, str] = {}
    for act in (1, 2):
        for rank, who in POISON.items():
            await stage.rows.execute("INSERT INTO poison VALUES ($1, $2)", who, 10 * act + rank)
        await command(stage, act, keys, said)
        await stage.until(STUCK)
        await stage.rows.execute("DELETE FROM poison")
        await stage.until(QUIET)
        for who in ("relay", "projections"):
            await stage.send_off(who)
    await stage.until(QUIET)
    await check(stage, keys, said)
    dead = {event_id(record) for record in await stage.log_of(DEAD)}
    assert len(dead) == 4, f"{stage.case}: each poison is copied once"


async def command(stage: Stage, act: int, keys: list[UUID], said: dict[int, str]) -> None:
    """The commands of an act, in turn on two streams; keeps what was answered."""
    for rank in range(1, COMMANDS + 1):
        number = 10 * act + rank
        answer = await stage.ask(
            "POST", "/say", json={"key": str(keys[rank % 2]), "number": number},
            headers={"idempotency-key": f"command-{number}"},
        )  # fmt: skip
        said[number] = answer.json()


async def check(stage: Stage, keys: list[UUID], said: dict[int, str]) -> None:
    await check_log(stage, said)
    counts = {str(key): await stage.value("SELECT seq FROM stream WHERE key = $1", str(key)) for key in keys}
    assert sum(counts.values()) == 2 * len(said), "one fact a command and one a deadline"
    applied: dict[tuple[str, str], list[int]] = defaultdict(list)
    numbers: Counter[tuple[str, int]] = Counter()
    for row in await stage.rows.fetch(DONE):
        if row["seq"] is not None:
            applied[row["consumer"], row["key"]].append(row["seq"])
        if row["number"]:
            numbers[row["consumer"], row["number"]] += 1
    for consumer in ("policies", "projection"):
        for key, count in counts.items():
            assert applied[consumer, key] == list(range(1, count + 1)), f"{stage.case} {consumer}"
    assert numbers == {(who, n): 1 for who in ("policies", "projection", "due") for n in said}, stage.case


async def check_log(stage: Stage, said: dict[int, str]) -> None:
    """Kafka has what the journal says, in order; what was on its way at the death may stand there twice."""
    journal = await stage.rows.fetch("SELECT * FROM event_log WHERE topic = $1 ORDER BY id", REGISTRATION)
    assert set(said.values()) <= {str(row["event_id"]) for row in journal}, "an answered command is lost"
    records = await stage.log_of(REGISTRATION)
    at = {(record.partition, record.offset): event_id(record) for record in records}
    assert all(at[row["partition"], row["offset"]] == str(row["event_id"]) for row in journal)
    times = Counter(at.values())
    assert times.keys() == {str(row["event_id"]) for row in journal}
    assert max(times.values()) <= 2, f"{stage.case}: one death, one batch sent again"
    order = {str(row["event_id"]): (row["key"], row["seq"]) for row in journal}
    firsts = list(dict.fromkeys(event_id(record) for record in records))
    for key in {key for key, _ in order.values()}:
        seqs = [order[each][1] for each in firsts if order[each][0] == key]
        assert seqs == sorted(seqs), f"{stage.case}: out of order"


OFFICE = Theatre("office", "office", (REGISTRATION, DEAD), story, prepare)
