"""A replay asked by an operator and a rebuild, killed at each place in turn."""

from collections import Counter
from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.crash.office_story import OFFICE, QUIET, check, command
from tests.crash.points import OPERATED, each_twice
from tests.crash.stage import PLAY_SECONDS, Case, Stage, Theatre

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(PLAY_SECONDS)]
PARKED = "SELECT count(*) = 2 FROM parked_event"
OUTCOMES = "SELECT outcome FROM operator_act_event"
"""`gone`: what waited behind a replayed event went on by itself before the act came to it."""


async def story(stage: Stage) -> None:
    """Two acts: a key is parked with an event behind it, mended, replayed; then a projection is rebuilt."""
    keys = [uuid4(), uuid4()]
    said: dict[int, str] = {}
    for act in (1, 2):
        await stage.rows.execute("INSERT INTO poison VALUES ('policies', $1)", 10 * act + 2)
        await command(stage, act, keys, said)
        await stage.until(PARKED)
        await stage.rows.execute("DELETE FROM poison")
        await stage.ask("POST", "/replay", headers={"idempotency-key": f"replay-{act}"})
        await stage.until(QUIET)
        await stage.ask("POST", "/rebuild")
    await stage.until(QUIET)
    await check(stage, keys, said)
    outcomes = Counter(row["outcome"] for row in await stage.rows.fetch(OUTCOMES))
    assert outcomes["done"] + outcomes["gone"] == outcomes.total() == 4, f"{stage.case}: {outcomes}"
    assert await stage.value("SELECT count(*) FROM operator_act") == 2
    assert await stage.value("SELECT count(*) FROM pg_namespace WHERE nspname = 'next'") == 0


THEATRE = Theatre("office operated", OFFICE.database, OFFICE.topics, story, OFFICE.prepare)


@pytest.mark.parametrize("case", each_twice(OPERATED), ids=str)
def test_an_act_half_done_is_done_once(case: Case, played: Callable[[Case], None]) -> None:
    played(case)
