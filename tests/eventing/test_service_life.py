"""A service at work in real time: its loops start, stop, and outlive the absence of both engines."""

import asyncio
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest

from contracts.registration import RegistrationLapsed
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import real_runtime
from eventing.subscription import Policies
from operating.service import Service
from tests.conftest import MakeDatabase
from tests.eventing.conftest import Rig, prepare, say
from tests.eventually import eventually

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]


@asynccontextmanager
async def at_work(url: str, bootstrap: str, name: str) -> AsyncIterator[tuple[Service, Rig]]:
    database = Database(url, real_runtime())
    broker = KafkaBroker(bootstrap)
    rig = Rig(database, broker, name=name)
    service = Service(
        types.ModuleType(rig.name),
        database,
        broker,
        policies=Policies({RegistrationLapsed: rig.act}),
        projections=[rig.projection],
    )
    async with service.running():
        yield service, rig


async def test_what_is_said_while_kafka_is_down_leaves_when_it_is_back(
    own_kafka: Any,
    make_database: MakeDatabase,
) -> None:
    url = make_database("eventing", prepare).app_url
    own_kafka.stop()
    commission = uuid4()
    async with at_work(url, own_kafka.bootstrap, "away") as (service, rig):
        rig.keys.add(str(commission))
        await say(service.database, commission, 1, 2)
        assert await rig.value("SELECT count(*) FROM outbox") == 2
        await asyncio.to_thread(own_kafka.start)
        await eventually(lambda: _both(rig, commission, [1, 2]), within=60)
        await say(service.database, commission, 3)
        await eventually(lambda: _both(rig, commission, [1, 2, 3]), within=10)
        assert await rig.value("SELECT count(*) FROM outbox") == 0


async def _both(rig: Rig, commission: Any, seqs: list[int]) -> bool:
    return all([await rig.effects(consumer, commission) == seqs for consumer in ("policies", "projection")])


async def test_two_replicas_share_the_work_and_one_takes_over(
    kafka_topics: Any, make_database: MakeDatabase
) -> None:
    url = make_database("eventing", prepare).app_url
    commission = uuid4()
    async with at_work(url, kafka_topics.bootstrap, f"pair{commission}") as (second, rig):
        async with at_work(url, kafka_topics.bootstrap, f"pair{commission}") as (first, _):
            await eventually(lambda: _leading(first, second), within=20)
        rig.keys.add(str(commission))
        await say(second.database, commission, 1, 2)
        await eventually(lambda: _both(rig, commission, [1, 2]), within=60)
        assert second.relay.leading


async def _leading(*services: Service) -> bool:
    return sum(service.relay.leading for service in services) == 1
