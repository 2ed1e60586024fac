"""A relay and two readers on one database, with a handler that fails when told to."""

import pytest

from eventing import breaker
from eventing.broker import Broker
from tests.eventing.conftest import clock, database, rig
from tests.world import memory_broker

__all__ = ["broker", "clock", "database", "rig"]


@pytest.fixture
def broker() -> Broker:
    return memory_broker()


@pytest.fixture(autouse=True)
def _never_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many fail here on purpose; the breaker has tests of its own."""
    monkeypatch.setattr(breaker, "ENOUGH", breaker.WINDOW + 1)
