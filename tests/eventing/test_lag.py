"""How far each reader is behind, asked of the log (O7), on both brokers."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from operating.lag import measure
from tests.eventing.conftest import TOPIC, Rig
from tests.world import Clock


async def lags(rig: Rig) -> dict[str, Any]:
    service: Any = SimpleNamespace(
        broker=rig.broker, database=rig.database, policies=rig.policies, projections=rig.projections
    )
    return {lag.consumer: lag for lag in await measure(service)}


async def test_lag_counts_what_is_not_read_and_says_how_old_it_is(rig: Rig, clock: Clock) -> None:
    commission = uuid4()
    await rig.say(commission, 1)
    await rig.relay_all()
    await rig.consume(rig.policies)
    await rig.consume(rig.projections)
    clock.advance(minutes=3)
    said = clock.at
    await rig.say(commission, 2, 3)
    await rig.relay_all()
    clock.advance(minutes=5)
    found = await lags(rig)
    assert {lag.topic for lag in found.values()} == {TOPIC}
    assert {lag.events for lag in found.values()} == {2}
    assert {lag.oldest for lag in found.values()} == {said}
    assert {lag.age(clock.at) for lag in found.values()} == {300.0}
    await rig.consume(rig.policies)
    found = await lags(rig)
    assert found[rig.policies.subscriber.consumer].events == 0
    assert found[rig.policies.subscriber.consumer].age(clock.at) == 0
    assert found["effects.v1"].events == 2
