"""SEUIL_DATA: held by one launcher at a time, and what a killed one left is swept at the next start."""

import contextlib
import fcntl
import json
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from seuil_dev.engine import EngineError, private_folder, wait_until, write_private

SIGNALS = {"postgres": signal.SIGINT, "kafka": signal.SIGTERM}


class Folder:
    """One data folder, held. `run` is what `run.json` says: ports, pids, address."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run: dict[str, Any] = {}

    def write_run(self, **values: Any) -> None:
        """Merge `values` into `run.json`."""
        self.run |= values
        write_private(self.path / "run.json", json.dumps(self.run, indent=1))


@contextmanager
def held(path: Path) -> Iterator[Folder]:
    """The folder at `path`, ours until the end; EngineError, naming the process, when it is another's."""
    path = private_folder(path.absolute())
    with (path / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as taken:
            raise EngineError(_taken(path, lock)) from taken
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        folder = Folder(path)
        folder.run = _last_run(path)
        yield folder
        lock.truncate(0)


def sweep(folder: Folder) -> list[str]:
    """Stop the engines that an earlier launcher of this folder left alive; returns their names."""
    swept = []
    for name, pid in dict(folder.run.get("pids", {})).items():
        if name in SIGNALS and isinstance(pid, int) and is_ours(pid, folder.path / name):
            swept.append(name)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, SIGNALS[name])
                if not wait_until(lambda pid=pid: not alive(pid), 8):  # type: ignore[misc]
                    os.kill(pid, signal.SIGKILL)
                    wait_until(lambda pid=pid: not alive(pid), 5)  # type: ignore[misc]
    folder.write_run(pids={})
    return swept


def is_ours(pid: int, folder: Path) -> bool:
    """Whether the process runs and its command line names `folder`: a pid alone may be anybody's by now."""
    return alive(pid) and any(part.startswith(f"{folder}/") for part in command_line(pid))


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    if sys.platform != "linux":
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            return True
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def command_line(pid: int) -> list[str]:
    """The words of a process's command; empty when it is gone or hidden."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _last_run(path: Path) -> dict[str, Any]:
    try:
        read = json.loads((path / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return dict(read) if isinstance(read, Mapping) else {}


def _taken(path: Path, lock: IO[str]) -> str:
    lock.seek(0)
    pid = lock.read().strip()
    url = _last_run(path).get("url")
    where = f" : {url}" if url else ""
    return (
        f"Seuil tourne déjà dans {path} (processus {pid or 'inconnu'}){where}. Arrêtez-le d’abord "
        f"(Ctrl-C dans son terminal, ou « kill {pid or 'PID'} »), ou donnez un autre dossier par SEUIL_DATA."
    )
