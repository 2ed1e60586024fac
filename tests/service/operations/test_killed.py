"""T20: a replay whose process is killed loses nothing and does nothing twice; whoever comes next goes on."""

import asyncio
import random
import sys
from pathlib import Path
from uuid import UUID

import pytest

from operating.failed_acts import Action
from tests.eventing.conftest import Rig
from tests.service.operations.bench import act, do, failing, only_group

ROOT = Path(__file__).resolve().parents[3]
STREAMS, BEHIND = 20, 3


async def replica(rig: Rig, lives: float | None) -> None:
    """A process of its own, killed after that many seconds, or left to end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.service.operations.replaying",
        rig.database.url,
        rig.policies.subscriber.consumer,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).strip() == b"ready"
    if lives is not None:
        await asyncio.sleep(lives)
        process.kill()
    await process.wait()


@pytest.mark.timeout(120)
async def test_a_replay_killed_again_and_again_loses_nothing_and_does_nothing_twice(rig: Rig) -> None:
    streams = await failing(rig, STREAMS, *range(1, BEHIND + 1))
    asked = await do(rig, Action.REPLAY, await only_group(rig))
    draw = random.Random(20)  # noqa: S311 - a seeded draw, no secret
    left = [STREAMS * (BEHIND + 1)]
    for _ in range(5):
        await replica(rig, draw.uniform(0.05, 0.5))
        left.append((await act(rig, asked))["left_to_do"])
        await each_once_or_still_there(rig, streams)
    assert left[0] > left[-1] > 0, "it was killed half-way"
    await asyncio.gather(replica(rig, None), replica(rig, None))
    for stream in streams:
        assert await rig.effects("policies", stream) == list(range(1, BEHIND + 2))
    row = await act(rig, asked)
    assert (row["done"], row["left_to_do"]) == (left[0], 0)
    assert await rig.value("SELECT count(*) FROM parked_event") == 0


async def each_once_or_still_there(rig: Rig, streams: list[UUID]) -> None:
    async with rig.database.read() as tx:
        waiting = {
            (row["key"], row["seq"]) for row in await tx.connection.fetch("SELECT key, seq FROM parked_event")
        }
    for stream in streams:
        done = await rig.effects("policies", stream)
        rest = sorted(seq for key, seq in waiting if key == str(stream))
        assert done + rest == list(range(1, BEHIND + 2))
