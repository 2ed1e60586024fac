"""The life of a stack: started, refused twice, stopped, killed, restarted; nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from seuil_dev.engine import wait_until
from seuil_dev.launcher import Running, run
from seuil_dev.settings import Options
from tests import infra
from tests.engines.stack import Launched, launched, nothing_left, processes_of
from tests.engines.trial import Trial

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
NO_NETWORK = {
    "MAVEN_REPO_URL": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One folder for the tests of this file: the first start prepares it, the others find it."""
    with infra.scratch("data") as folder, launched(folder / "seuil") as stack:
        stack.ready()
        stack.signal(signal.SIGTERM)
        assert stack.process.wait(30) == 0
        yield folder / "seuil"


def visits(stack: Launched) -> int:
    status, body = stack.get("/")
    assert status == 200
    return int(json.loads(body)["visits"])


def test_a_second_start_in_the_folder_is_refused_with_words(data: Path) -> None:
    with launched(data) as first:
        first.ready()
        with launched(data.parent / "seuil", PORT="0") as second:
            words = second.refused()
        assert f"processus {first.process.pid}" in words
        assert first.url in words
        assert first.get("/")[0] == 200


def test_the_second_start_asks_the_network_nothing(data: Path) -> None:
    with launched(data, **NO_NETWORK) as stack:
        stack.ready()
        assert stack.out.splitlines() == [f"Seuil: {stack.url}"]


def test_sigterm_stops_all_within_ten_seconds_though_a_stream_is_open(data: Path) -> None:
    with launched(data) as stack:
        stack.ready()
        host, port = stack.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=5) as stream:
            stream.sendall(b"GET /registration/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert stream.recv(12) == b"HTTP/1.1 200"
            begun = time.monotonic()
            stack.signal(signal.SIGTERM)
            assert stack.process.wait(30) == 0
            assert time.monotonic() - begun < 10
        assert processes_of(data) == []
        assert stack.run["pids"] == {}


def test_control_c_stops_all_and_keeps_the_data(data: Path) -> None:
    with launched(data) as stack:
        stack.ready()
        before = visits(stack)
        os.killpg(stack.process.pid, signal.SIGINT)
        assert stack.process.wait(30) == 0
        assert processes_of(data) == []
    with launched(data) as again:
        again.ready()
        assert visits(again) == before + 1


def test_kill_9_leaves_no_engine_and_the_next_start_finds_the_data(data: Path) -> None:
    with launched(data) as stack:
        before = visits(stack.ready())
        assert set(stack.engines()) == {"postgres", "kafka"}
        stack.signal(signal.SIGKILL)
        stack.process.wait()
        assert nothing_left(data, 8), processes_of(data)
    with launched(data) as again:
        assert visits(again.ready()) == before + 1


@pytest.mark.parametrize("engine", ["postgres", "kafka"])
def test_an_engine_that_dies_comes_back_on_the_same_port(data: Path, engine: str) -> None:
    with launched(data) as stack:
        stack.ready()
        ports, pid = stack.run["ports"], stack.engines()[engine]
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: "répond de nouveau" in stack.out, 30), stack.out
        assert wait_until(lambda: stack.get("/")[0] == 200, 20)
        assert stack.run["ports"] == ports
        assert stack.engines()[engine] != pid


def test_a_service_that_does_not_stop_is_left_behind_in_time(data: Path) -> None:
    with launched(data, TRIAL_SLOW_STOP="60") as stack:
        stack.ready()
        stack.signal(signal.SIGINT)
        stack.process.wait(30)
        assert nothing_left(data, 5), processes_of(data)


def test_a_second_signal_ends_it_at_once(data: Path) -> None:
    with launched(data, TRIAL_SLOW_STOP="60") as stack:
        stack.ready()
        stack.signal(signal.SIGINT)
        assert wait_until(lambda: "Arrêt…" in stack.out, 5)
        stack.signal(signal.SIGINT)
        assert stack.process.wait(2) == 1
        assert nothing_left(data, 2), processes_of(data)


def test_a_signal_during_the_start_leaves_nothing(data: Path) -> None:
    with launched(data) as stack:
        assert wait_until(lambda: bool(processes_of(data)), 30)
        stack.signal(signal.SIGINT)
        stack.process.wait(30)
        assert nothing_left(data, 5), processes_of(data)


def test_a_taken_port_is_said_before_any_engine_starts(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with launched(data, PORT=str(port)) as stack:
            assert f"Le port {port} est déjà pris" in stack.refused()
    assert processes_of(data) == []


def test_production_is_refused_before_any_engine_starts(data: Path) -> None:
    with launched(data, SEUIL_ENV="production") as stack:
        assert "SEUIL_ENV=production" in stack.refused()
    assert processes_of(data) == []


@pytest.mark.parametrize("port", ["abc", "70000", "-1"])
def test_a_port_that_is_none_is_refused_with_words(tmp_path: Path, port: str) -> None:
    with launched(tmp_path / "seuil", PORT=port) as stack:
        assert f"PORT={port} n’est pas un port" in stack.refused()


@pytest.mark.parametrize("code", [0, 7])
def test_what_is_done_once_ready_may_end_the_run(data: Path, code: int) -> None:
    seen: list[object] = []

    async def then(running: Running) -> int:
        async with httpx2.AsyncClient(base_url=running.url) as client:
            seen.append((await client.get("/health/ready")).status_code)
        return code

    assert run(Options(data, port=0), then=then, catalogue=Trial()) == code
    assert seen == [200]
    assert processes_of(data) == []


def test_a_mistake_in_what_is_done_once_ready_stops_all_and_is_not_hidden(data: Path) -> None:
    async def then(running: Running) -> int:
        raise LookupError(running.url)

    with pytest.raises(LookupError):
        run(Options(data, port=0), then=then, catalogue=Trial())
    assert processes_of(data) == []


def test_the_command_says_its_version_and_its_words() -> None:
    for arguments, told in ((["--version"], "seuil 0."), (["--help"], "journey")):
        answer = subprocess.run(
            [sys.executable, "-m", "seuil_dev", *arguments], capture_output=True, text=True, check=True
        )
        assert told in answer.stdout


def test_secrets_are_for_their_owner_only(data: Path) -> None:
    assert data.stat().st_mode & 0o777 == 0o700
    for secret in ("keys.json", "run.json", "postgres/pg.secret", "postgres/roles.json"):
        assert (data / secret).stat().st_mode & 0o777 == 0o600, secret
