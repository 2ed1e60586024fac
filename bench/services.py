"""Services on a stage: their settings, and all five as processes of their own."""

import os
import signal
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.stage import Stage
from seuil_dev.catalogue import SERVICES
from seuil_dev.databases import ServiceDatabase
from seuil_dev.engine import Child, EngineError, free_port, last_lines, wait_until
from seuil_dev.keys import keys_of
from seuil_dev.settings import Options, service_environment

READY_SECONDS = 120
NOBODY = "smtp://127.0.0.1:9"
"""Mails wait: nothing here measures them."""


def settings_of(stage: Stage, service: str, made: ServiceDatabase) -> Mapping[str, str | None]:
    """The environment that the launcher would give it."""
    folder = stage.postgres.folder.parent
    told = {"SEUIL_LINK_MAILS_PER_HOUR": "100000"}
    return service_environment(
        service,
        Options(folder, 8000, told),
        made,
        keys_of(folder),
        url="http://127.0.0.1:8000",
        bootstrap=stage.bootstrap,
        smtp=NOBODY,
    )


class Process:
    """One service as a process, answering on a port of its own."""

    def __init__(self, stage: Stage, service: str, made: ServiceDatabase) -> None:
        self.service, self.port, self.database = service, free_port(), made
        self.log = stage.postgres.folder.parent / f"{service}.log"
        self._child = Child(service, signal.SIGTERM)
        told = settings_of(stage, service, made)
        environment = {**os.environ, **{name: value for name, value in told.items() if value is not None}}
        command = [sys.executable, "-m", service, "serve", "--port", str(self.port)]
        self._child.start(command, log=self.log, env=environment)

    def ready(self) -> bool:
        """Whether it says so."""
        try:
            address = f"http://127.0.0.1:{self.port}/{self.service}/health/ready"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> None:
        """Asked, then killed."""
        self._child.ask_to_stop()
        self._child.wait_stopped()


@contextmanager
def five_processes(stage: Stage) -> Iterator[dict[str, Process]]:
    """Every service, ready; from the main thread, outside any loop."""
    running: dict[str, Process] = {}
    try:
        for service in SERVICES:
            running[service] = Process(stage, service, stage.provision(service))
        for process in running.values():
            if not wait_until(process.ready, READY_SECONDS, every=0.1):
                raise EngineError(f"{process.service} is not ready.\n{last_lines(Path(process.log))}")
        yield running
    finally:
        for process in running.values():
            process.stop()
