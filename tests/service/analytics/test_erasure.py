"""D6 and D10: after an erasure nothing joins the years, and every total and distinct count stays the same."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.projections.erasure import forget_cuts
from contracts.event import Fact
from tests.conftest import MakeDatabase
from tests.service.analytics import case_facts as c
from tests.service.analytics.facts import allocation, an_id, answer, at, call, request
from tests.service.analytics.house import START, House, opened

HOME = "count(DISTINCT COALESCE(root_id, t.household_id))"
ROOT = "AS t LEFT JOIN household_root AS r ON r.household_id = t.household_id"
COUNTS = {
    "requests": "SELECT EXTRACT(year FROM day), count(*), {HOME} FROM fact_request {ROOT} "
    "WHERE NOT void GROUP BY 1",
    "calls": "SELECT EXTRACT(year FROM night_of), count(*), {HOME} FROM fact_call {ROOT} "
    "WHERE NOT void GROUP BY 1",
    "reported": "SELECT EXTRACT(year FROM lease_signed_on), count(*), {HOME} FROM fact_allocation {ROOT} "
    "WHERE NOT void GROUP BY 1",
    "submitted": "SELECT EXTRACT(year FROM submitted_on), count(*), {HOME}, sum(persons), sum(reached) "
    "FROM case_file {ROOT} WHERE submitted_on IS NOT NULL GROUP BY 1",
    "examined": "SELECT EXTRACT(year FROM examined_on), count(*), count(DISTINCT case_id) "
    "FROM case_passage JOIN case_file USING (case_id) WHERE examined_on IS NOT NULL GROUP BY 1",
    "decided": "SELECT EXTRACT(year FROM decided_on), d.outcome, count(*), count(DISTINCT case_id), "
    "count(household_informed_on) FROM case_decision AS d JOIN case_file USING (case_id) GROUP BY 1, 2",
    "proposed": "SELECT EXTRACT(year FROM proposed_on), o.state, count(*), count(DISTINCT case_id) "
    "FROM case_orientation AS o JOIN case_file USING (case_id) GROUP BY 1, 2",
    "allocated": "SELECT EXTRACT(year FROM t.decided_on), count(*), {HOME}, count(DISTINCT t.case_id), "
    "count(lease_signed_on), count(cancelled_on) FROM case_allocation {ROOT} "
    "JOIN case_file AS f ON f.case_id = t.case_id GROUP BY 1",
    "steps": "SELECT EXTRACT(year FROM day), step, count(*) FROM case_step JOIN case_file USING (case_id) "
    "GROUP BY 1, 2",
}
IDS = {
    "household_id": ("fact_request", "fact_call", "fact_allocation", "fact_answer", "case_file",
                     "case_allocation", "household_root"),
    "case_id": ("case_file", "case_step", "case_passage", "case_decision", "case_orientation",
                "case_allocation"),
}  # fmt: skip


async def counts(house: House) -> dict[str, list[Any]]:
    async with house.service.database.read() as tx:
        return {
            name: sorted(
                str(tuple(row)) for row in await tx.connection.fetch(query.format(HOME=HOME, ROOT=ROOT))
            )
            for name, query in COUNTS.items()
        }


async def ids_in(house: House, column: str) -> set[Any]:
    async with house.service.database.read() as tx:
        found = [await tx.connection.fetch(f"SELECT {column} FROM {t}") for t in IDS[column]]  # noqa: S608 - names of ours only, values are bound
    return {row[column] for rows in found for row in rows}


def at_noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


async def lived(house: House, story: list[tuple[date, Fact]]) -> None:
    """Tells each fact on its day."""
    for day, fact in story:
        house.clock.at = at_noon(day)
        await house.told(fact)
    await house.world.settle()


def path(word: str, start: date, steps: int, home: str = "") -> list[tuple[date, Fact]]:
    """A case over two winters: as many of its steps as said, some weeks apart."""
    days = [start + timedelta(days=30 * n) for n in range(12)]
    last = days[11]
    facts: list[Fact] = [
        c.submitted(word, days[0], home=home),
        c.admitted(word),
        c.scheduled(word),
        c.examined(word),
        c.adjourned(word, days[5]),
        c.scheduled(word, an_id("second")),
        c.examined(word, 2, an_id("second")),
        c.decided(word, days[7], panel=an_id("second")),
        c.proposed(word),
        c.accepted(word, days[9]),
        c.allocated(word, days[10], home=home),
        c.leased(word, last),
    ]
    return list(zip(days[:steps], facts[:steps], strict=True))


def partners(word: str, home: str, start: date) -> list[tuple[date, Fact]]:
    days = [start + timedelta(days=110 * n) for n in range(4)]
    asked = [request(f"{word}{n}", home=home, night_of=day) for n, day in enumerate(days)]
    again = request(f"{word} again", home=home, night_of=days[0])
    yes = answer(f"{word} yes", f"{word}0", at(days[0], 20), home=home)
    lease = allocation(f"{word} lease", household_id=c.home_id(home), lease_signed_on=days[3])
    told: list[Fact] = [
        *asked,
        again,
        yes,
        lease,
        call(f"{word} call", days[2], household_id=c.home_id(home)),
    ]
    return list(zip([*days, days[0], days[0], days[3], days[2]], told, strict=True))


def a_story(seed: int) -> list[tuple[date, Fact]]:
    """Some households, each with its requests and perhaps cases, facts in the order of their days."""
    chance = random.Random(seed)  # noqa: S311 - a seeded draw, no secret
    story: list[tuple[date, Fact]] = []
    for word in "abcd":
        start = date(2021, 8, 1) + timedelta(days=chance.randrange(200))
        story += partners(word, word, start)
        for n in range(chance.randrange(3)):
            story += path(f"{word}{n}", start + timedelta(days=40 * n), chance.randrange(1, 13), word)
    if chance.random() < 0.5:
        story.append((date(2022, 12, 1), c.linked("link", "a", "b")))
    return sorted(story, key=lambda pair: pair[0])


def test_totals_and_distinct_counts_of_each_year_are_the_same_before_and_after(
    make_database: MakeDatabase,
) -> None:
    async def play() -> None:
        for seed in seeds:
            async with opened(make_database, START) as house:
                story = a_story(seed)
                await lived(house, story)
                before = await counts(house)
                assert len(before["requests"]) >= 2
                house.clock.at = at_noon(date(2023, 6, 1))
                cases = sorted({str(f.key) for _, f in story if f.TOPIC == "seuil.cases.v1"})
                mine = [w for w in (f"a{n}" for n in range(3)) if str(c.case_id(w)) in cases]
                await house.tell(c.erased("a", *mine, day=date(2023, 6, 1)))
                assert await counts(house) == before
                gone = {c.home_id("a"), *(c.case_id(word) for word in mine)}
                assert not gone & (await ids_in(house, "household_id") | await ids_in(house, "case_id"))
                await house.rebuild()
                assert await counts(house) == before
                assert not gone & (await ids_in(house, "household_id") | await ids_in(house, "case_id"))

    seeds: list[int] = []

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**32))
    def draw(seed: int) -> None:
        seeds.append(seed)

    draw()
    asyncio.run(play())


async def test_nothing_joins_two_years_of_an_erased_household(house: House) -> None:
    await lived(house, [*path("a", date(2022, 6, 1), 12), *partners("a", "a", date(2022, 6, 1))])
    house.clock.at = at_noon(date(2023, 6, 1))
    await house.tell(c.erased("a", "a", day=date(2023, 6, 1)))
    async with house.service.database.read() as tx:
        by_year = await tx.connection.fetch(
            "SELECT household_id, count(DISTINCT EXTRACT(year FROM day)) AS years "
            "FROM fact_request GROUP BY 1"
        )
        steps = await tx.connection.fetch(
            "SELECT case_id, count(DISTINCT EXTRACT(year FROM day)) AS years FROM case_step GROUP BY 1"
        )
        assert {row["years"] for row in (*by_year, *steps)} == {1}
        assert await tx.connection.fetchval("SELECT bool_and(cut) FROM case_file") is True
    house.clock.at += timedelta(days=2)
    assert await forget_cuts(house.service.database) > 0
    async with house.service.database.read() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM erased_cut") == 0


async def test_facts_recorded_after_an_erasure_are_dropped_and_counted(house: House) -> None:
    await lived(house, path("a", date(2022, 6, 1), 4))
    house.clock.at = at_noon(date(2023, 6, 1))
    await house.tell(c.erased("a", "a", day=date(2023, 6, 1)))
    before = await counts(house)
    house.clock.at += timedelta(hours=1)
    late = [request("late", home="a"), c.decided("a", date(2023, 6, 2)), c.linked("late link", "z", "a")]
    await house.tell(*late)
    assert await counts(house) == before
    async with house.service.database.read() as tx:
        assert await tx.connection.fetchval("SELECT count(*) FROM dropped_fact") == 3
    await house.rebuild()
    assert await counts(house) == before


async def test_a_household_judged_to_be_the_erased_one_is_cut_with_it_and_lives_on(house: House) -> None:
    await lived(house, [*partners("a", "a", date(2021, 8, 1)), *partners("b", "b", date(2021, 8, 1))])
    house.clock.at = at_noon(date(2023, 5, 1))
    await house.tell(c.linked("link", "b", "a"))
    before = await counts(house)
    house.clock.at += timedelta(hours=1)
    await house.tell(c.erased("a", day=date(2023, 5, 1)))
    assert await counts(house) == before
    assert c.home_id("b") not in await ids_in(house, "household_id")
    house.clock.at += timedelta(hours=1)
    await house.tell(request("new", home="b", night_of=date(2023, 5, 2)))
    assert c.home_id("b") in await ids_in(house, "household_id")
    after = await counts(house)
    await house.rebuild()
    assert await counts(house) == after
