"""What each kind of fault does.

A fault ends by itself and leaves nothing broken but what it broke in the product.
"""

import asyncio
import contextlib
import random
import signal
from collections.abc import Awaitable, Callable, Mapping

import asyncpg
from aiokafka.errors import KafkaError

from seuil_dev.catalogue import SERVICES
from tests.chaos import injection
from tests.chaos.engines import send_signal
from tests.chaos.schedule import Step
from tests.chaos.supervisor import Rig, Worker

ALIVE_SECONDS = 100.0
POLITE_SECONDS = 15.0
"""How long an engine asked to stop may take before it is killed."""
CLOCK_SECONDS = 120.0
INJECTIONS, INJECTION_SECONDS = 6, 15.0


class NotRunError(Exception):
    """This machine does not allow that fault: said, never counted."""


async def strike(rig: Rig, step: Step) -> None:
    """Does one fault, whole. NotRunError when the machine does not allow it."""
    chance = random.Random(step.draw)  # noqa: S311 - a seeded draw, no secret
    await FAULTS[step.kind](rig, step, chance)


async def _living(rig: Rig, step: Step, chance: random.Random) -> Worker:
    workers = [w for w in rig.workers.values() if w.service == step.target]
    chosen = chance.choice(workers)
    for _ in range(int(ALIVE_SECONDS * 10)):
        if chosen.child.pid is not None and not chosen.held:
            return chosen
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{chosen.name} does not come back")


async def _kill(rig: Rig, step: Step, chance: random.Random) -> None:
    (await _living(rig, step, chance)).send(signal.SIGKILL)


async def _term(rig: Rig, step: Step, chance: random.Random) -> None:
    (await _living(rig, step, chance)).send(signal.SIGTERM)


async def _stop(rig: Rig, step: Step, chance: random.Random) -> None:
    worker = await _living(rig, step, chance)
    worker.send(signal.SIGSTOP)
    try:
        await asyncio.sleep(step.seconds)
    finally:
        worker.send(signal.SIGCONT)


async def _clock(rig: Rig, step: Step, chance: random.Random) -> None:
    worker = await _living(rig, step, chance)
    worker.environment["CHAOS_CLOCK_OFFSET"] = f"{chance.uniform(-CLOCK_SECONDS, CLOCK_SECONDS):.1f}"
    worker.send(signal.SIGTERM)
    await asyncio.sleep(step.seconds)
    if worker.environment.pop("CHAOS_CLOCK_OFFSET", None) is not None:
        worker.send(signal.SIGTERM)


async def _immediate(rig: Rig, step: Step, chance: random.Random) -> None:
    rig.held_engines.add("postgres")
    rig.postgres.immediate()
    await asyncio.sleep(step.seconds)
    rig.held_engines.discard("postgres")
    await _answers(rig, "postgres")


async def _answers(rig: Rig, engine: str) -> None:
    for _ in range(int(ALIVE_SECONDS * 10)):
        if await asyncio.to_thread(rig.engines[engine].ready):
            return
        await asyncio.sleep(0.1)
    raise TimeoutError(f"{engine} does not come back")


async def _terminate(rig: Rig, step: Step, chance: random.Random) -> None:
    await _answers(rig, "postgres")
    connection = await asyncpg.connect(rig.postgres.admin_url, timeout=10)
    try:
        rows = await connection.fetch(BACKENDS, list(SERVICES))
        for row in rows:
            if chance.random() < 0.5:
                await connection.fetchval("SELECT pg_terminate_backend($1)", row["pid"])
    finally:
        await connection.close()


BACKENDS = "SELECT pid FROM pg_stat_activity WHERE datname = ANY($1) AND pid <> pg_backend_pid() ORDER BY pid"


async def _crash(rig: Rig, step: Step, chance: random.Random) -> None:
    """One backend is killed: the server sends everybody off and recovers."""
    await _answers(rig, "postgres")
    connection = await asyncpg.connect(rig.postgres.admin_url, timeout=10)
    try:
        pids = [row["pid"] for row in await connection.fetch(BACKENDS, list(SERVICES))]
        if pids:
            send_signal(chance.choice(pids), signal.SIGKILL)
    finally:
        with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=5)
    await _answers(rig, "postgres")


def _engine_down(number: signal.Signals) -> Callable[[Rig, Step, random.Random], Awaitable[None]]:
    async def fault(rig: Rig, step: Step, chance: random.Random) -> None:
        rig.held_engines.add(step.target)
        child = rig.engines[step.target].child
        send_signal(child.pid, number)
        await asyncio.sleep(step.seconds)
        for _ in range(int(POLITE_SECONDS * 10)):
            if child.exit_code is not None:
                break
            await asyncio.sleep(0.1)
        else:
            send_signal(child.pid, signal.SIGKILL)
        rig.held_engines.discard(step.target)
        await _answers(rig, step.target)

    return fault


async def _broker_stopped(rig: Rig, step: Step, chance: random.Random) -> None:
    await _answers(rig, step.target)
    pid = rig.engines[step.target].child.pid
    send_signal(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(step.seconds)
    finally:
        send_signal(pid, signal.SIGCONT)
    await _answers(rig, step.target)


def _network(draw: Callable[[random.Random], Mapping[str, object]]) -> Callable[..., Awaitable[None]]:
    async def fault(rig: Rig, step: Step, chance: random.Random) -> None:
        await rig.break_network(step.target, dict(draw(chance)))
        try:
            await asyncio.sleep(step.seconds)
        finally:
            await rig.break_network(step.target, None)

    return fault


def _half(*ways: str) -> Callable[[random.Random], Mapping[str, object]]:
    return lambda chance: {"hold": list(ways), "dead": chance.random() < 0.5}


def _injected(act: Callable[..., Awaitable[int]]) -> Callable[..., Awaitable[None]]:
    """Tried again while the broker is away for another reason: a client made then may never see it again."""

    async def fault(rig: Rig, step: Step, chance: random.Random) -> None:
        for left in reversed(range(INJECTIONS)):
            await _answers(rig, "kafka1")
            with contextlib.suppress(*([KafkaError, TimeoutError, OSError] if left else [])):
                await asyncio.wait_for(act(rig.site, chance), INJECTION_SECONDS)
                return

    return fault


def _disk(engine: str) -> Callable[[Rig, Step, random.Random], Awaitable[None]]:
    async def fault(rig: Rig, step: Step, chance: random.Random) -> None:
        disk = rig.disks.get(engine)
        if disk is None:
            raise NotRunError("il faut root et le droit de monter un tmpfs")
        try:
            disk.fill()
            await asyncio.sleep(step.seconds)
        finally:
            disk.empty()
        await _answers(rig, engine)

    return fault


Fault = Callable[[Rig, Step, random.Random], Awaitable[None]]
FAULTS: Mapping[str, Fault] = {
    "process.kill": _kill,
    "process.term": _term,
    "process.stop": _stop,
    "process.clock": _clock,
    "postgres.immediate": _immediate,
    "postgres.terminate": _terminate,
    "postgres.crash": _crash,
    "kafka.kill": _engine_down(signal.SIGKILL),
    "kafka.restart": _engine_down(signal.SIGTERM),
    "kafka.stop": _broker_stopped,
    "net.latency": _network(lambda c: {"latency": c.uniform(0.01, 0.2), "jitter": c.uniform(0, 0.1)}),
    "net.reset": _network(lambda c: {"reset": True}),
    "net.half": _network(_half("up", "down")),
    "net.half-up": _network(_half("up")),
    "net.half-down": _network(_half("down")),
    "net.slice": _network(lambda c: {"slice": c.randint(50, 1000), "pause": 0.0005}),
    "net.limit": _network(lambda c: {"limit": c.randint(5_000, 200_000)}),
    "log.duplicate": _injected(injection.duplicate),
    "log.replay": _injected(injection.replay),
    "log.garbage": _injected(injection.garbage),
    "disk.postgres": _disk("postgres"),
    "disk.kafka": _disk("kafka1"),
}
