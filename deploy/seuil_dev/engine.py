"""A child process the launcher answers for: started behind the guard, stopped politely, its log bounded."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
LOG_LIMIT = 5_000_000
STOP_SECONDS = 5.0
"""An engine that takes longer to stop is killed: the whole stop lasts ten seconds at most."""
PORTS = range(20_000, 32_000)
"""Below the ephemeral range, so that no outgoing connection takes a port between our choice and the bind."""


class EngineError(RuntimeError):
    """An engine cannot be had or does not start; the text says what to do, in French."""


def free_port() -> int:
    """A loopback TCP port nobody listens on now; the caller must survive losing the race."""
    for _ in range(200):
        port = PORTS[secrets.randbelow(len(PORTS))]
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise EngineError("Aucun port libre entre 20000 et 32000 sur 127.0.0.1.")


def bound_log(path: Path, limit: int = LOG_LIMIT) -> bool:
    """Past `limit` bytes, keep a copy in `<name>.1` and empty the file in place; True when it was done.

    Writers hold the file open in append mode, so emptying keeps them writing at its start.
    """
    try:
        if path.stat().st_size <= limit:
            return False
    except FileNotFoundError:
        return False
    shutil.copyfile(path, path.with_name(path.name + ".1"))
    os.truncate(path, 0)
    return True


def private_folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def write_private(path: Path, text: str) -> None:
    """Write a secret: mode 0600 from its first byte, complete or absent."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.02) -> bool:
    """Poll `condition` until it holds; False after `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(every)
    return True


def last_lines(path: Path, count: int = 8) -> str:
    """The end of a log, for an error message; empty when there is none."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return ""


class Child:
    """One engine process. Start it from the main thread: it dies with the thread that started it."""

    def __init__(self, name: str, stop_signal: signal.Signals) -> None:
        self.name = name
        self.stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """Process id while it runs, None before the start and after the end."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.poll()

    def start(
        self, command: list[str], *, log: Path, rights: str = "keep", env: dict[str, str] | None = None
    ) -> None:
        bound_log(log)
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                guarded(command, self.stop_signal, rights),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=log.parent,
                env=env,
            )

    def ask_to_stop(self) -> None:
        if self.pid is not None and self._process is not None:
            self._process.send_signal(self.stop_signal)

    def wait_stopped(self, seconds: float = STOP_SECONDS) -> None:
        """Wait for the end, kill after `seconds`."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        if self.pid is not None and self._process is not None:
            self._process.kill()
            self._process.wait()


def guarded(command: list[str], stop_signal: signal.Signals, rights: str = "keep") -> list[str]:
    return [
        sys.executable,
        "-I",
        "-S",
        str(GUARD),
        str(os.getpid()),
        str(int(stop_signal)),
        rights,
        *command,
    ]
