"""Policies, projections, parking and draining of one small service, killed at each place in turn."""

from collections.abc import Callable

import pytest

from tests.crash.office_story import OFFICE
from tests.crash.points import READERS, each_twice
from tests.crash.stage import PLAY_SECONDS, Case

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(PLAY_SECONDS)]
THEATRE = OFFICE


@pytest.mark.parametrize("case", each_twice(READERS), ids=str)
def test_nothing_is_lost_nor_done_twice(case: Case, played: Callable[[Case], None]) -> None:
    played(case)
