"""A story over the five services, then every projection is rebuilt, then Kafka loses all it had.

Journals and tables fill an empty broker again; every consumer recovers by itself, nobody is told twice.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator

import httpx2
import pytest

from seuil_dev.catalogue import SERVICES
from seuil_dev.engine import wait_until
from seuil_dev.kafka import answers
from tests.infra import scratch
from tests.stack.city import City, build
from tests.stack.operated import TABLES, Operator
from tests.stack.running import running
from tests.stack.test_household_erased import a_case

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]


@pytest.fixture
def city() -> Iterator[City]:
    with scratch("lost") as folder, running(folder / "data", 0, "removable") as stack:
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


def failing(city: City, service: str) -> str:
    try:
        answer = httpx2.get(f"{city.url}/{service}/health/live", timeout=5).json()
    except httpx2.HTTPError:
        return "?"
    return str(answer["failing"])


def test_every_projection_is_rebuilt_then_kafka_is_lost_and_filled_again(city: City) -> None:
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
    messages = operator.count("notifications", "message")
    mails = len(list((city.stack.data / "mail").rglob("*.eml")))

    new = lost_and_filled_again(city, operator)
    assert quiet(operator, but=new) == before, "figures changed"
    for service, told in operator.everywhere(SERVICES, "reconcile").items():
        assert " 0 differences" in told or service == "analytics", (service, told)
    assert operator.count("notifications", "message") == messages, "somebody is told twice"
    assert len(list((city.stack.data / "mail").rglob("*.eml"))) == mails
    operator.everywhere(TABLES, "rebuild")
    assert quiet(operator, but=new) == before, "the new log does not give the same figures"
    assert all(operator.count(service, "parked_key") == 0 for service in SERVICES)


def lost_and_filled_again(city: City, operator: Operator) -> str:
    """The id of the commission that was announced while there was no Kafka."""
    lose_kafka(city)
    new = city.publish(title="Commission annoncée sans Kafka")
    city.stack.bring_back("kafka")
    port = int(city.stack.run["ports"]["kafka"])
    waited(lambda: answers(port), 90, "Kafka does not come back")
    operator.make_topics()
    waited(lambda: "republish" in failing(city, "registration"), 60, "the relay writes into an empty log")
    assert operator.count("registration", "outbox") > 0
    assert re.search(r" [1-9]\d* differences", operator.run("registration", "reconcile", code=1))
    for service, told in operator.everywhere(SERVICES, "republish").items():
        assert service == "analytics" or "new epoch" in told, (service, told)
    come = f"commission_id = '{new}'"
    waited(lambda: operator.count("analytics", "commission", come) == 1, 120, "what was said never came")
    waited(lambda: all(failing(city, one) == "{}" for one in SERVICES), 60, "a loop still fails")
    return str(new)


def lose_kafka(city: City) -> None:
    """Takes the broker away and removes everything it had written."""
    city.stack.take_away("kafka")
    kafka = city.stack.data / "kafka"
    assert (kafka / "data").is_dir(), list(kafka.iterdir())
    shutil.rmtree(kafka / "data")
