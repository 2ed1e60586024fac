"""On a real database: what consumers applied is written beside, and a projection that differs is named."""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from itertools import groupby

import pytest

from analytics.subscriptions import PROJECTIONS
from eventing.broker import Record
from eventing.memory import MemoryBroker
from tests.chaos import applied, checker_fold
from tests.chaos.checker_gather import connected
from tests.conftest import MakeDatabase
from tests.service.analytics.case_facts import admitted, scheduled, submitted
from tests.service.analytics.house import START, House, opened

DAY = date(2023, 6, 1)


@pytest.fixture
async def house(make_database: MakeDatabase) -> AsyncIterator[House]:
    async with opened(make_database, START) as made:
        await applied.create(made.owner_url)
        applied.wrap(made.service)
        await made.tell(*(fact for word in ("a", "b") for fact in (submitted(word, DAY), admitted(word))))
        await made.tell(scheduled("a"))
        yield made
        async with connected(made.owner_url) as owner:
            await owner.execute("DROP TABLE applied_log")


async def again(broker: MemoryBroker, topic: str) -> AsyncIterator[Sequence[Record]]:
    for (name, _), records in sorted(broker.log.items()):
        if name == topic and records:
            yield records


async def differences(house: House) -> list[str]:
    tables = checker_fold.tables_of(PROJECTIONS)
    async with connected(house.owner_url) as owner:
        await checker_fold.prepare(owner, tables)
        for each in PROJECTIONS:
            records = again(house.told.broker, each.topic)
            await checker_fold.fold_again(house.owner_url, "analytics", each, records)
        found = await checker_fold.compare(owner, "analytics", tables)
        await owner.execute(f"DROP SCHEMA {checker_fold.SCHEMA} CASCADE")
    return found


async def test_what_was_applied_is_written_once_and_in_order(house: House) -> None:
    async with connected(house.owner_url) as owner:
        rows = await owner.fetch("SELECT consumer, key, seq FROM applied_log ORDER BY consumer, key, n")
    assert len(rows) == 5
    for _, same in groupby(rows, key=lambda row: (row["consumer"], row["key"])):
        seqs = [row["seq"] for row in same]
        assert seqs == list(range(1, len(seqs) + 1))


async def test_a_projection_equal_to_its_facts_is_found_so(house: House) -> None:
    assert await differences(house) == []


async def test_a_row_changed_removed_or_added_is_named(house: House) -> None:
    async with connected(house.owner_url) as owner:
        one = "(SELECT ctid FROM case_file LIMIT 1)"
        await owner.execute(f"UPDATE case_file SET territory = 'ailleurs' WHERE ctid = {one}")  # noqa: S608 - a name of ours
    [line] = await differences(house)
    assert line.startswith("I5 analytics.case_file is not the fold of its facts: 2 rows")
    async with connected(house.owner_url) as owner:
        await owner.execute("DELETE FROM case_file WHERE territory = 'ailleurs'")
    [line] = await differences(house)
    assert line.startswith("I5 analytics.case_file is not the fold of its facts: 1 rows (folded")
