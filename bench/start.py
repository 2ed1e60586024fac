"""start_s, memory_mb: `make run` to ready in a folder that served before, and what it holds after 30 s.

Memory is the sum of PSS over every process that it started, engines included: shared pages count once.
"""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import monotonic, sleep

from bench.measure import Figure, Say, Size, Timer, figure

NAMES = ("start_s", "memory_mb")
READY = "Seuil: http"
SETTLED_SECONDS = 30


def begin(size: Size, say: Say) -> list[Figure]:
    """One cold start that is not counted, then warm ones; memory at the end of the last."""
    seconds: list[float] = []
    memory = 0.0
    with tempfile.TemporaryDirectory(prefix="seuil-bench-") as folder:
        rounds = min(size.rounds, 3)
        for number in range(rounds + 1):
            with Timer() as timer:
                process = started(Path(folder) / "data")
            try:
                if number:
                    seconds.append(timer.seconds)
                    say(f"  start {number}/{rounds}: {timer.seconds:.1f} s")
                if number == rounds:
                    sleep(SETTLED_SECONDS * min(1.0, size.scale * 10))
                    memory = pss(process.pid)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
    found = [figure("start_s", "s", len(seconds), [median(seconds)])]
    if memory:
        found.append(figure("memory_mb", "MB", 1, [memory]))
    return found


def started(data: Path) -> "subprocess.Popen[str]":
    """A stack that said it is ready. Raises RuntimeError when it ends before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "seuil_dev", "run"],
        env={**os.environ, "SEUIL_DATA": str(data), "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    until = monotonic() + 180
    for line in process.stdout:
        if line.startswith(READY):
            return process
        if monotonic() > until:
            break
    process.kill()
    raise RuntimeError("make run does not become ready")


def pss(root: int) -> float:
    """Megabytes of a process and all it started, as /proc tells; 0 where there is no /proc."""
    parents = {int(p.parent.name): int(p.read_text().rsplit(")", 1)[1].split()[1]) for p in _stats()}
    family, grew = {root}, True
    while grew:
        more = {pid for pid, parent in parents.items() if parent in family} - family
        grew, family = bool(more), family | more
    return sum(_pss(pid) for pid in family) / 1000


def _stats() -> list[Path]:
    return [path for path in Path("/proc").glob("[0-9]*/stat") if path.exists()]


def _pss(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1.024 for line in lines if line.startswith("Pss:"))
