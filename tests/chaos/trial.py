"""One trial from its start to its verdict: load, faults at their time, healing, drain, check."""

import asyncio
import contextlib
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.chaos.drain import Drained, drain, moving
from tests.chaos.faults import NotRunError, strike
from tests.chaos.report import Done, Progress, Trialled, judged
from tests.chaos.schedule import Step
from tests.chaos.supervisor import PYTHONPATH, Rig, Worker

DRAIN_SECONDS = 300.0
LOAD_STOP_SECONDS = 90.0
LOAD_START_SECONDS = 90.0
FAULT_SECONDS = 120.0
STEP_SECONDS = 4.0
"""How long a counted schedule waits for operations between two faults before it goes on anyway."""
Say = Callable[[str], None]


def say(line: str) -> None:
    """One line for the person who waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def place_of(step: Step) -> str:
    """What a fault takes for itself: an engine, or a route of the network."""
    return f"net {step.target}" if step.kind.startswith("net.") else step.target


class Trial:
    """Faults on a running rig under load."""

    def __init__(self, rig: Rig, steps: Sequence[Step], seconds: float, rate: float, say: Say = say) -> None:
        self.rig = rig
        self.steps = steps
        self.seconds = seconds
        self.say = say
        self.done = Done()
        self.progress = Progress(rig.folder)
        words = ["--site", str(rig.folder / "site.json"), "--rate", str(rate)]
        self.load = Worker(
            "load",
            [sys.executable, "-m", "tests.chaos.load", *words],
            {"PYTHONPATH": PYTHONPATH},
            rig.folder / "logs" / "load.log",
        )
        self._turns: dict[str, asyncio.Lock] = {}
        self._current: set[str] = set()

    async def run(
        self, least_operations: float, *, each: int = 0, drain_seconds: float = DRAIN_SECONDS
    ) -> int:
        """The exit code. `each`: operations between two faults; 0: faults come at their time."""
        self.load.start()
        await self._load_is_there()
        started = time.monotonic()
        struck = self._counted(each) if each else self._timed(started)
        ticking = asyncio.create_task(self._tick(started))
        try:
            await struck
        finally:
            ticking.cancel()
        await self._stop_load()
        self.say("Fin des fautes : tout est rétabli, puis vidé, puis vérifié.")
        await self.rig.heal()
        drained = await self._settled(drain_seconds)
        verdict = await judged(self.rig.site, self.rig.thaw)
        self.say(f"Processus relancés : {self.rig.restarts}")
        kinds = sorted({step.kind for step in self.steps})
        return Trialled(self.rig.site, self.done, drained, verdict, least_operations, kinds).tell(self.say)

    async def _settled(self, within: float) -> Drained:
        """All that was under way has arrived, and the services are down: time makes no new fact meanwhile."""
        seconds = 0.0
        while True:
            drained = await drain(self.rig.site, within - seconds, self.say)
            seconds += drained.seconds
            if drained.moving:
                for worker in self.rig.workers.values():
                    worker.send(signal.SIGUSR1)  # heard before the signal that ends it
            await self.rig.freeze()
            if drained.moving or not (late := await moving(self.rig.site)):
                return Drained(seconds, drained.moving)
            self.say(f"Un fait est né pendant l’arrêt, les services repartent : {late}")
            await self.rig.thaw()

    async def _load_is_there(self) -> None:
        end = time.monotonic() + LOAD_START_SECONDS
        while not (self.rig.folder / "load.ready").exists():
            if self.load.child.exit_code is not None or time.monotonic() > end:
                raise RuntimeError(f"the load does not start: {self.load.log}")
            await asyncio.sleep(0.2)

    async def _timed(self, started: float) -> None:
        tasks = []
        for step in self.steps:
            await self._until(started + step.at)
            tasks.append(asyncio.create_task(self._strike(step)))
        await self._until(started + self.seconds)
        await asyncio.gather(*tasks)

    async def _until(self, moment: float) -> None:
        await asyncio.sleep(max(0.0, moment - time.monotonic()))

    async def _counted(self, each: int) -> None:
        """The next fault comes when the load has done some more, or when it has had its time."""
        tasks = []
        for step in self.steps:
            tasks.append(asyncio.create_task(self._strike(step)))
            wanted = self.progress.look() + each
            end = time.monotonic() + STEP_SECONDS
            while self.progress.look() < wanted and time.monotonic() < end:
                await asyncio.sleep(0.1)
        await asyncio.gather(*tasks)

    async def _strike(self, step: Step) -> None:
        """One fault at a time on the same engine or route; a service has two replicas to lose."""
        turn = self._turns.setdefault(place_of(step), asyncio.Lock())
        name = f"{step.kind} {step.target}"
        async with contextlib.nullcontext() if step.kind.startswith("process.") else turn:
            self._current.add(name)
            try:
                await asyncio.wait_for(strike(self.rig, step), FAULT_SECONDS)
                self.done.faults[step.kind] += 1
            except NotRunError as refused:
                self.done.refused[step.kind] = str(refused)
            except Exception as error:  # noqa: BLE001 - told at the end, the trial goes on
                self.done.broken.append(f"{name}: {type(error).__name__} {error}")
            finally:
                self._current.discard(name)

    async def _tick(self, started: float) -> None:
        every = 1.0 if sys.stdout.isatty() else 10.0
        while True:
            await asyncio.sleep(every)
            elapsed = time.monotonic() - started
            share = min(99, int(100 * elapsed / self.seconds)) if self.seconds else 0
            line = (
                f"[{share:3d} %] {elapsed:6.0f} s  opérations {self.progress.look()}"
                f"  fautes {sum(self.done.faults.values())}/{len(self.steps)}"
                f"  {', '.join(sorted(self._current)) or '–'}"
            )
            if sys.stdout.isatty():
                sys.stdout.write(f"\r\x1b[K{line[:150]}")
                sys.stdout.flush()
            else:
                self.say(line)

    async def _stop_load(self) -> None:
        code = self.load.child.exit_code
        if code is not None:
            self.done.broken.append(f"the load ended by itself with {code}")
            return
        self.load.send(signal.SIGTERM)
        end = time.monotonic() + LOAD_STOP_SECONDS
        while self.load.child.exit_code is None:
            if time.monotonic() > end:
                self.load.child.kill()
                self.done.broken.append("the load did not stop when asked")
            await asyncio.sleep(0.1)
        if self.load.child.exit_code:
            self.done.broken.append(f"the load ended with {self.load.child.exit_code}")


async def lived(
    rig: Rig, trial: Trial, least: float, *, each: int, environment: dict[str, str], drain: float
) -> int:
    """A rig started, tried and stopped: the exit code."""
    try:
        async with rig.running(environment):
            return await trial.run(least, each=each, drain_seconds=drain)
    finally:
        trial.load.child.kill()


def folder_of(chosen: str | None) -> Path:
    """Where a trial lives."""
    return Path(chosen) if chosen else Path(tempfile.mkdtemp(prefix="seuil-chaos-"))
