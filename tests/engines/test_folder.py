"""What a killed launcher left is swept, what is another's is left alone; logs have a bound."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from seuil_dev.engine import EngineError, bound_log, free_port, wait_until, write_private
from seuil_dev.folder import alive, held, sweep
from seuil_dev.keys import keys_of
from seuil_dev.logs import Repeats, logging_to


@contextmanager
def process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that waits, with `words` on its command line."""
    waiting = [sys.executable, "-c", "import sys; sys.stdin.read()", *words]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE) as running:
        try:
            yield running
        finally:
            running.kill()


def test_an_engine_left_behind_is_stopped_at_the_next_start(tmp_path: Path) -> None:
    with process(f"{tmp_path}/kafka/server.properties") as left, held(tmp_path) as folder:
        folder.write_run(pids={"kafka": left.pid})
        assert sweep(folder) == ["kafka"]
        assert left.wait(5) == -signal.SIGTERM
        assert folder.run["pids"] == {}


def test_a_process_that_got_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    with process("/elsewhere/kafka/server.properties") as foreign, held(tmp_path) as folder:
        folder.write_run(pids={"kafka": foreign.pid, "postgres": 2**22 + 1, "other": foreign.pid})
        assert sweep(folder) == []
        assert foreign.poll() is None


def test_a_zombie_is_dead(tmp_path: Path) -> None:
    with process() as ended:
        os.kill(ended.pid, signal.SIGKILL)
        assert wait_until(lambda: not alive(ended.pid), 5)


def test_a_folder_is_held_once(tmp_path: Path) -> None:
    with held(tmp_path) as folder:
        folder.write_run(url="http://127.0.0.1:1234")
        with pytest.raises(EngineError, match=rf"processus {os.getpid()}.*127.0.0.1:1234"), held(tmp_path):
            pass
    with held(tmp_path):
        pass


def test_an_unreadable_run_file_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{cut")
    with held(tmp_path) as folder:
        assert sweep(folder) == []


def test_a_log_past_its_bound_is_emptied_in_place_and_kept_once(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    with log.open("ab", buffering=0) as writer:
        writer.write(b"a" * 1000)
        assert not bound_log(log, 1000)
        writer.write(b"b" * 500)
        assert bound_log(log, 1000)
        writer.write(b"after\n")
    assert log.read_bytes() == b"after\n"
    assert (tmp_path / "engine.log.1").stat().st_size == 1500
    assert not bound_log(tmp_path / "absent.log")


def test_what_the_launcher_logs_has_a_bound(tmp_path: Path) -> None:
    file = tmp_path / "seuil.log"
    with logging_to(file, limit=20_000):
        for number in range(2_000):
            logging.getLogger("trial").warning("line %d of a service that says much", number)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 40_000
    assert "line 1999" in file.read_text()


def test_the_same_complaint_of_a_client_passes_once() -> None:
    repeats = Repeats(every=60)

    def passes(name: str, text: str) -> bool:
        return bool(repeats.filter(logging.LogRecord(name, logging.ERROR, "", 1, text, (), None)))

    said = [passes("aiokafka.conn", "Unable connect to node %s") for _ in range(100)]
    assert said == [True, *[False] * 99]
    assert passes("aiokafka.conn", "something else")
    assert passes("eventing.relay", "again")
    assert passes("eventing.relay", "again")


def test_keys_are_made_once_and_private(tmp_path: Path) -> None:
    first = keys_of(tmp_path)
    assert keys_of(tmp_path) == first
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600
    assert len(first.link) >= 32


def test_a_secret_replaces_another_without_a_moment_in_the_open(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("old")
    secret.chmod(0o644)
    write_private(secret, "new")
    assert secret.read_text() == "new"
    assert secret.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_ports_are_below_those_the_system_lends() -> None:
    assert all(20_000 <= free_port() < 32_000 for _ in range(20))
