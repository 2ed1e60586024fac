"""The rig itself: schedules that a seed gives again, a network that breaks as told, trials that fail."""

import asyncio
import base64
import contextlib
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from seuil_dev.engine import free_port
from tests.chaos import proxy, sink
from tests.chaos.checker import Verdict
from tests.chaos.drain import Drained
from tests.chaos.faults import FAULTS
from tests.chaos.report import Done, Progress, Trialled
from tests.chaos.schedule import LASTING, one_of_each, schedule, targets
from tests.chaos.site import Site


def test_a_seed_gives_its_schedule_again_and_another_seed_another() -> None:
    assert schedule(7, 300) == schedule(7, 300)
    assert schedule(7, 300) != schedule(8, 300)
    assert one_of_each(7) == one_of_each(7)


@pytest.mark.parametrize(("seconds", "brokers"), [(60, 1), (300, 1), (2000, 1), (300, 3)])
def test_every_kind_strikes_everything_it_can_within_the_time(seconds: float, brokers: int) -> None:
    steps = schedule(3, seconds, brokers)
    struck = {(step.kind, step.target) for step in steps}
    assert struck == {(kind, target) for kind in LASTING for target in targets(kind, brokers)}
    assert [s.at for s in steps] == sorted(s.at for s in steps)
    assert steps[-1].at < seconds


def test_every_kind_of_fault_is_written_and_the_short_schedule_has_each() -> None:
    assert set(FAULTS) == set(LASTING)
    assert sorted(step.kind for step in one_of_each(1)) == sorted(LASTING)


@asynccontextmanager
async def door() -> AsyncIterator[tuple[int, int]]:
    """An engine that echoes, behind a proxy: the proxy's port and its control."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    control, listen = free_port(), free_port()
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    target = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.chaos.proxy", "--control", str(control), f"kafka.1:{listen}:{target}"
    )
    try:
        for _ in range(200):
            try:
                await proxy.tell(control, "kafka", None)
                break
            except OSError:
                await asyncio.sleep(0.05)
        yield listen, control
    finally:
        process.kill()
        await process.wait()
        server.close()


@asynccontextmanager
async def linked(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection, closed whatever became of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def said(
    link: tuple[asyncio.StreamReader, asyncio.StreamWriter], text: bytes, within: float = 5
) -> bytes:
    link[1].write(text)
    return await asyncio.wait_for(link[0].readexactly(len(text)), within)


async def test_the_network_breaks_as_told_and_heals() -> None:
    async with door() as (listen, control), linked(listen) as first:
        assert await said(first, b"whole") == b"whole"
        await proxy.tell(control, "kafka", {"slice": 3, "pause": 0.001})
        assert await said(first, b"in many pieces") == b"in many pieces"
        await proxy.tell(control, "kafka", {"latency": 0.2})
        before = asyncio.get_running_loop().time()
        await said(first, b"late")
        assert asyncio.get_running_loop().time() - before >= 0.4
        await proxy.tell(control, "kafka", {"hold": ["down"], "dead": False})
        with pytest.raises(TimeoutError):
            await said(first, b"held", 0.3)
        await proxy.tell(control, "kafka", None)
        assert await asyncio.wait_for(first[0].readexactly(4), 5) == b"held"
        await proxy.tell(control, "kafka", {"reset": True})
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await said(first, b"gone")


async def test_a_half_open_connection_stays_dead_while_new_ones_live() -> None:
    async with door() as (listen, control), linked(listen) as old:
        await said(old, b"alive")
        await proxy.tell(control, "kafka", {"hold": ["up", "down"], "dead": True})
        await proxy.tell(control, "kafka", None)
        with pytest.raises(TimeoutError):
            await said(old, b"nobody hears", 0.5)
        async with linked(listen) as new:
            assert await said(new, b"heard") == b"heard"


async def test_a_connection_ends_after_its_bytes() -> None:
    async with door() as (listen, control):
        await proxy.tell(control, "kafka", {"limit": 1000})
        async with linked(listen) as link:
            assert await said(link, b"a" * 600) == b"a" * 600
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await said(link, b"b" * 600)


async def test_the_sink_writes_a_webhook_down_before_it_answers(tmp_path: Path) -> None:
    hooks = sink.Hooks(tmp_path / "webhooks.jsonl")
    server = await asyncio.start_server(hooks.answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    answers = []
    async with server:
        for path in ("/hook/ok", "/hook/refuse-2", "/hook/refuse-2"):
            async with linked(port) as (reader, writer):
                writer.write(f"POST {path} HTTP/1.1\r\nwebhook-id: 7\r\ncontent-length: 2\r\n\r\nhi".encode())
                answers.append((await reader.read()).split(b" ")[1])
    lines = [json.loads(line) for line in (tmp_path / "webhooks.jsonl").read_text().splitlines()]
    assert answers == [b"204", b"500", b"204"]
    assert [line["status"] for line in lines] == [204, 500, 204]
    assert lines[0]["headers"]["webhook-id"] == "7"
    assert base64.b64decode(lines[0]["body"]) == b"hi"


def trialled(folder: Path, **changed: object) -> Trialled:
    site = Site(folder, {}, {}, "", folder, "")
    known = {
        "site": site,
        "done": Done(Counter(list(LASTING))),
        "drained": Drained(1.0),
        "verdict": Verdict(operations={"partner ok": 100}),
        "least_operations": 50,
    }
    return Trialled(**{**known, **changed})  # type: ignore[arg-type]  # values come from a closed list of fields


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"verdict": Verdict(lost=1, operations={"a": 99})}, "lost : 1"),
        ({"verdict": Verdict(duplicated=2, operations={"a": 99})}, "duplicated : 2"),
        ({"verdict": Verdict(misordered=3, operations={"a": 99})}, "misordered : 3"),
        ({"verdict": Verdict(evidence=["I6 a mail"], operations={"a": 99})}, "différences"),
        ({"verdict": Verdict(operations={"a": 49})}, "il en fallait 50"),
        ({"drained": Drained(300.0, {"cases: outbox": 4})}, "cases: outbox"),
        ({"done": Done(Counter(list(LASTING)[1:]))}, f"jamais faites : {next(iter(LASTING))}"),
        ({"done": Done(Counter(list(LASTING)), broken=["net.reset: no"])}, "net.reset: no"),
    ],
)
def test_a_trial_that_proves_nothing_fails(tmp_path: Path, changed: dict[str, object], words: str) -> None:
    lines: list[str] = []
    assert trialled(tmp_path, **changed).tell(lines.append) == 1
    assert words in "\n".join(lines)
    assert str(tmp_path) in lines[-1]


def test_what_this_machine_forbids_is_said_and_is_not_counted(tmp_path: Path) -> None:
    done = Done(Counter(kind for kind in LASTING if kind != "disk.kafka"), {"disk.kafka": "il faut root"})
    lines: list[str] = []
    assert trialled(tmp_path, done=done).tell(lines.append) == 0
    assert any("disk.kafka" in line and "non exécuté : il faut root" in line for line in lines)


def test_progress_counts_answers_as_the_ledger_grows(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    file = tmp_path / "ledger" / "a.jsonl"
    seen = Progress(tmp_path)
    file.write_text('{"op":1,"kind":"x"}\n{"op":1,"answer":"ok"}\n{"op":2,"ans')
    assert seen.look() == 1
    with file.open("a") as more:
        more.write('wer":"ok"}\n')
    assert seen.look() == 2
