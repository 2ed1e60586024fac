"""The stories of a file are played together at the first test that asks; each test reads its own."""

import asyncio
from collections.abc import Callable

import pytest

from tests import infra
from tests.crash.stage import Case, Theatre, play_all

Outcomes = dict[Case, BaseException | None]


@pytest.fixture(scope="module")
def played(
    request: pytest.FixtureRequest, postgres: infra.TestDatabases, kafka: infra.Broker
) -> Callable[[Case], None]:
    """Raises what the story of a case raised."""
    theatre: Theatre = request.module.THEATRE
    told = [
        item.callspec.params["case"]
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
    ]
    chosen = [case for case in told if isinstance(case, Case)]
    outcomes = asyncio.run(play_all(theatre, sorted(chosen), postgres, kafka.bootstrap))

    def held(case: Case) -> None:
        if failure := outcomes[case]:
            raise failure

    return held
