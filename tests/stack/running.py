"""The whole of Seuil as a process of its own, as a person starts it; its engines can be taken away."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from seuil_dev.engine import wait_until
from seuil_dev.folder import alive
from tests.infra import scratch

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 90
AWAY_SECONDS = 20
SHORTENED = {
    "SEUIL_QUIET_HOURS": "",
    "SEUIL_RETRY_DELAYS": "1,1,2,2,4,8",
    "SEUIL_WORDING_PATIENCE": "5",
    "SEUIL_LINK_MAILS_PER_HOUR": "1000",
    "SEUIL_COORDINATOR": "coordination@seuil.example",
    "SEUIL_TERRITORY": "siao-59-lille",
}
"""What the stack of the tests is told: no night, quick second attempts, as many mails as asked."""


class Stack:
    """One running Seuil on `data`; `what`: run, demo, or removable (engines may be taken away)."""

    def __init__(self, data: Path, port: int = 0, what: str = "run", /, **environment: str) -> None:
        self.data = data
        self._told = data.parent / f"{data.name}.out"
        program = ["-m", "tests.stack.removable"] if what == "removable" else ["-m", "seuil_dev", what]
        with self._told.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, *program],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env={**os.environ, **SHORTENED, "PORT": str(port), "SEUIL_DATA": str(data), **environment},
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

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def ready(self) -> "Stack":
        """Wait for the last line of the start."""
        wait_until(lambda: "Seuil: http" in self.out or self.process.poll() is not None, START_SECONDS)
        assert "Seuil: http" in self.out, self.out
        return self

    def well(self, seconds: float = AWAY_SECONDS) -> None:
        """Wait until every service says that it is ready."""
        assert wait_until(self._is_well, seconds, every=0.1), "services are not ready again"

    def _is_well(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/health/ready", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False

    def take_away(self, engine: str) -> None:
        """Stop `postgres` or `kafka`; nobody restarts it until `bring_back`."""
        pid = int(self.run["pids"][engine])
        (self.data / f"{engine}.away").touch()
        assert wait_until(lambda: not alive(pid), AWAY_SECONDS), f"{engine} does not stop"

    def bring_back(self, engine: str) -> None:
        """Let the launcher start it again, on the same port."""
        (self.data / f"{engine}.away").unlink(missing_ok=True)

    @contextmanager
    def without(self, engine: str) -> Iterator[None]:
        """A moment without `postgres` or `kafka`."""
        self.take_away(engine)
        try:
            yield
        finally:
            self.bring_back(engine)

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


@contextmanager
def running(data: Path, port: int = 0, what: str = "run", /, **environment: str) -> Iterator[Stack]:
    """A stack that answers, and does not outlive the test."""
    stack = Stack(data, port, what, **environment)
    try:
        yield stack.ready()
    finally:
        stack.stop()


@contextmanager
def running_anywhere(**environment: str) -> Iterator[Stack]:
    """A stack in a folder that leaves with it."""
    with scratch("stack") as folder, running(folder / "data", **environment) as stack:
        yield stack
