"""A Kafka lost and filled again from the journal, the process killed in between."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.crash.office_story import OFFICE, check_log, command
from tests.crash.points import REPUBLISHED, each_twice
from tests.crash.stage import PLAY_SECONDS, Case, Stage, Theatre

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(PLAY_SECONDS)]


async def story(stage: Stage) -> None:
    """Two acts: commands leave, Kafka is lost, the journal fills it again."""
    keys = [uuid4(), uuid4()]
    said: dict[int, str] = {}
    for act in (1, 2):
        await command(stage, act, keys, said)
        await stage.ask("POST", "/relay")
        await stage.lose_log()
        await stage.ask("POST", "/republish")
        await check_log(stage, said)
    assert await stage.value("SELECT count(*) FROM log_epoch WHERE again_to IS NULL AND epoch = 3") == 1


THEATRE = Theatre("office closed", OFFICE.database, OFFICE.topics, story, OFFICE.prepare)


@pytest.mark.parametrize("case", each_twice(REPUBLISHED), ids=str)
def test_the_log_is_whole_again(case: Case, played: Callable[[Case], None]) -> None:
    played(case)
