"""Files that may be of one household: found by their traces, judged by the SIAO, never shown to others.

Protected files take no part, whichever side they are on: an answer about them would tell that they exist.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.tables import ACCESS_LOG, CASE_FILE, DUPLICATE, TRACE
from eventing.db import Tx, run, run_one

SIGNS = ("name_birth", "phone", "nur", "syplo", "dalo", "daho")
"""Traces that two households seldom share; a bare name is none."""
_mine = TRACE.alias("mine")
_theirs = TRACE.alias("theirs")
_here = CASE_FILE.alias("here")
NEAR = (
    select(
        _theirs.c.case_id,
        func.array_agg(_theirs.c.kind).label("signs"),
    )
    .join(_mine, and_(_mine.c.kind == _theirs.c.kind, _mine.c.digest == _theirs.c.digest))
    .join(_here, _here.c.case_id == _mine.c.case_id)
    .join(CASE_FILE, CASE_FILE.c.case_id == _theirs.c.case_id)
    .where(
        _mine.c.case_id == bindparam("id"),
        _theirs.c.case_id != _mine.c.case_id,
        CASE_FILE.c.territory == _here.c.territory,
        CASE_FILE.c.protected.is_(False),
        _here.c.protected.is_(False),
        or_(*(_theirs.c.kind == literal(sign) for sign in SIGNS)),
    )
    .group_by(_theirs.c.case_id)
)
_new = insert(DUPLICATE).values(
    {name: bindparam(name) for name in ("case_id", "other_case_id", "signs", "found_at")}
)
PUT = _new.on_conflict_do_update(
    index_elements=["case_id", "other_case_id"], set_={"signs": _new.excluded.signs}
)
PAIR = select(DUPLICATE).where(
    DUPLICATE.c.case_id == bindparam("a"), DUPLICATE.c.other_case_id == bindparam("b")
)
_one, _two = CASE_FILE.alias("one"), CASE_FILE.alias("two")
ALL = (
    select(DUPLICATE)
    .join(_one, _one.c.case_id == DUPLICATE.c.case_id)
    .join(_two, _two.c.case_id == DUPLICATE.c.other_case_id)
    .where(
        _one.c.territory == bindparam("territory"),
        _one.c.protected.is_(False),
        _two.c.protected.is_(False),
    )
    .order_by(DUPLICATE.c.found_at)
)
WAITING = (
    select(DUPLICATE.c.case_id, DUPLICATE.c.other_case_id)
    .join(_one, _one.c.case_id == DUPLICATE.c.case_id)
    .join(_two, _two.c.case_id == DUPLICATE.c.other_case_id)
    .where(DUPLICATE.c.verdict.is_(None), _one.c.protected.is_(False), _two.c.protected.is_(False))
)
JUDGE = (
    update(DUPLICATE)
    .where(DUPLICATE.c.case_id == bindparam("a"), DUPLICATE.c.other_case_id == bindparam("b"))
    .values(
        verdict=bindparam("new_verdict"),
        reason=bindparam("new_reason"),
        author=bindparam("new_author"),
        judged_at=bindparam("new_at"),
    )
)
TRIES = select(func.count().label("n")).where(
    ACCESS_LOG.c.person_id == bindparam("person"),
    ACCESS_LOG.c.at >= bindparam("since"),
    or_(ACCESS_LOG.c.what == literal("duplicate_check"), ACCESS_LOG.c.what == literal("search")),
)


@dataclass(frozen=True)
class Pair:
    """Two files that share signs; `verdict`: None while nobody judged, else linked or dismissed."""

    case_id: UUID
    other_case_id: UUID
    signs: tuple[str, ...]
    verdict: str | None
    reason: str | None
    author: str | None
    found_at: datetime
    judged_at: datetime | None


def ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """A pair is written once, whichever file is looked at first."""
    return (one, other) if str(one) < str(other) else (other, one)


async def find(tx: Tx, case_id: UUID) -> int:
    """Compare a file with all others and keep what is near; how many are. Verdicts stay."""
    near = await run(tx, NEAR, id=case_id)
    for row in near:
        first, second = ordered(case_id, row["case_id"])
        signs = sorted(set(row["signs"]))
        await run(tx, PUT, case_id=first, other_case_id=second, signs=signs, found_at=tx.now)
    return len(near)


async def suspected(tx: Tx) -> frozenset[UUID]:
    """Files of a pair that nobody has judged."""
    return frozenset(
        each for row in await run(tx, WAITING) for each in (row["case_id"], row["other_case_id"])
    )


async def waiting_of(tx: Tx, case_id: UUID) -> int:
    """How many pairs of that file nobody has judged."""
    rows = await run(tx, WAITING)
    return sum(case_id in (row["case_id"], row["other_case_id"]) for row in rows)


async def all_pairs(tx: Tx, territory: str) -> list[Pair]:
    """Every pair of a territory, oldest first; none with a protected file."""
    return [
        Pair(**{**dict(row), "signs": tuple(row["signs"])}) for row in await run(tx, ALL, territory=territory)
    ]


async def pair(tx: Tx, one: UUID, other: UUID) -> Pair | None:
    """The pair of two files."""
    first, second = ordered(one, other)
    row = await run_one(tx, PAIR, a=first, b=second)
    return Pair(**{**dict(row), "signs": tuple(row["signs"])}) if row else None


async def judge(tx: Tx, one: UUID, other: UUID, verdict: str | None, reason: str | None) -> None:
    """Write what a person judged; None takes the judgement back."""
    first, second = ordered(one, other)
    await run(
        tx,
        JUDGE,
        a=first,
        b=second,
        new_verdict=verdict,
        new_reason=reason,
        new_author=tx.actor if verdict else None,
        new_at=tx.now if verdict else None,
    )


async def tries(tx: Tx, person_id: UUID, since: datetime) -> int:
    """How often that person searched or had a file compared since then."""
    row = await run_one(tx, TRIES, person=person_id, since=since)
    return int(row["n"]) if row else 0
