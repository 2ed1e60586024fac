"""Starts the trial stack as a process of its own, as a person would, and watches what it leaves."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from seuil_dev.engine import wait_until
from seuil_dev.folder import alive

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 45


class Launched:
    """One launcher process on `data`; `out` is all it has said."""

    def __init__(self, data: Path, **environment: str) -> None:
        self.data = data
        self._told = data.parent / f"{data.name}.out"
        with self._told.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.engines.trial"],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, "PORT": "0", "SEUIL_DATA": str(data), **environment},
            )

    @property
    def out(self) -> str:
        return self._told.read_text()

    @property
    def run(self) -> dict[str, Any]:
        """What `run.json` says."""
        read: dict[str, Any] = json.loads((self.data / "run.json").read_text())
        return read

    @property
    def url(self) -> str:
        return str(self.run["url"])

    def ready(self) -> "Launched":
        """Wait for the last line of the start."""
        wait_until(
            lambda: self._last().startswith("Seuil: http") or self.process.poll() is not None, START_SECONDS
        )
        assert self._last().startswith("Seuil: http"), self.out
        return self

    def refused(self) -> str:
        """Wait for a start that does not happen: its words."""
        assert self.process.wait(START_SECONDS) == 1, self.out
        return self.out

    def get(self, path: str = "/", url: str | None = None) -> tuple[int, bytes]:
        try:
            with urlopen((url or self.url) + path, timeout=5) as answer:  # noqa: S310
                return int(answer.status), bytes(answer.read())
        except HTTPError as refused:
            return refused.code, b""
        except OSError:
            return 0, b""

    def engines(self) -> dict[str, int]:
        """Pids of the running engines, by name."""
        return {name: int(pid) for name, pid in self.run["pids"].items()}

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def _last(self) -> str:
        return (self.out.splitlines() or [""])[-1]


@contextmanager
def launched(data: Path, **environment: str) -> Iterator[Launched]:
    """A launcher that does not outlive the test, whatever happens in it."""
    stack = Launched(data, **environment)
    try:
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.process.kill()
            stack.process.wait()


def processes_of(data: Path) -> list[int]:
    """Every living process whose command line names the folder."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            words = (folder / "cmdline").read_text(errors="replace")
        except OSError:
            continue
        if f"{data}/" in words and alive(int(folder.name)):
            found.append(int(folder.name))
    return found


def nothing_left(data: Path, seconds: float) -> bool:
    return wait_until(lambda: not processes_of(data), seconds)
