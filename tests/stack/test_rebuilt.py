"""A story over the five services: each projection is rebuilt beside, each journal stands in Kafka (A18)."""

import time
from collections.abc import Callable, Iterator

import pytest

from seuil_dev.catalogue import SERVICES
from seuil_dev.engine import wait_until
from tests.infra import scratch
from tests.stack.city import City, build
from tests.stack.operated import TABLES, Operator
from tests.stack.running import running
from tests.stack.test_household_erased import a_case

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


@pytest.fixture
def city() -> Iterator[City]:
    with scratch("lost") as folder, running(folder / "data") as stack:
        yield build(stack)


def quiet(operator: Operator, but: str = "nothing") -> dict[tuple[str, str], str]:
    """What every projection holds, once nothing moves any more."""
    before: dict[tuple[str, str], str] = {}
    for _ in range(60):
        left = [operator.count(service, "outbox") for service in SERVICES]
        now = operator.projected(but=but)
        if not any(left) and now == before:
            return now
        before = now
        time.sleep(1)
    raise AssertionError("something still moves")


def waited(found: Callable[[], bool], seconds: float, why: str) -> None:
    assert wait_until(found, seconds, every=0.2), why


def test_every_projection_is_rebuilt_under_a_running_stack_to_the_same_figures(city: City) -> None:
    operator = Operator(city.stack)
    a_case(city)
    waited(lambda: operator.count("analytics", "case_file") > 0, 90, "no case")
    before = quiet(operator)
    for place in (("analytics", "case_file"), ("cases", "account"), ("cases", "person_known")):
        assert not before[place].startswith("0 ")
    for service, told in operator.everywhere(TABLES, "rebuild").items():
        assert "100 %" in told, (service, told)
    assert quiet(operator) == before, "a rebuild changed figures"
    operator.everywhere(SERVICES, "reconcile")
