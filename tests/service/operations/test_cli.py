"""`python -m <service> failed …`: the work list from a terminal, for who is called at night."""

import argparse
import asyncio
import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from eventing.db import Database
from operating.failed_cli import add_commands, run_failed
from tests.eventing.conftest import Rig
from tests.service.operations.bench import events, failing, groups, only_group, subscribers


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_commands(parser.add_subparsers(dest="command", required=True))
    return parser.parse_args([*(() if words[0] == "find" else ("failed",)), *words])


async def said(rig: Rig, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Exit code and output of a command, with a pool of its own as a process has."""
    service: Any = SimpleNamespace(
        database=Database(rig.database.url, rig.database.runtime),
        broker=rig.broker,
        subscribers=lambda: subscribers(rig),
    )
    capsys.readouterr()
    code = await asyncio.to_thread(run_failed, parsed(*words), service)
    told = capsys.readouterr()
    return code, told.out + told.err


async def test_list_and_show_say_causes_and_nobody(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    await failing(rig, 2, 1)
    group = await only_group(rig)
    code, text = await said(rig, capsys, "list")
    assert code == 0
    assert group.group_id[:12] in text
    assert "2 failed, 2 behind, 2 streams" in text
    code, text = await said(rig, capsys, "show", group.group_id[:12])
    assert text.count("behind") == 2
    (number, *_) = [row["n"] for row in await events(rig, group)]
    code, text = await said(rig, capsys, "show", str(number))
    assert "person_id (P): •••" in text


async def test_a_group_is_replayed_to_its_end_with_who_and_why(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    streams = await failing(rig, 2, 1)
    letters = (await only_group(rig)).group_id[:8]
    rig.poison.clear()
    code, text = await said(
        rig, capsys, "replay", "--group", letters, "--actor", "night", "--reason", "server back"
    )
    assert code == 0
    assert "by cli:night: server back  asked 4, done 4, failed 0, behind 0, gone 0, left 0" in text
    for stream in streams:
        assert await rig.effects("policies", stream) == [1, 2]


async def test_archive_restore_and_discard(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    await failing(rig, 1)
    (event,) = await events(rig, await only_group(rig))
    who = ("--actor", "night", "--reason", "seen")
    assert (await said(rig, capsys, "archive", str(event["n"]), *who))[0] == 0
    (aside,) = await groups(rig, archived=True)
    code, _ = await said(rig, capsys, "restore", "--group", aside.group_id, "--archived", *who)
    assert (code, len(await groups(rig, archived=True))) == (0, 0)
    assert (await said(rig, capsys, "discard", str(event["n"]), *who))[0] == 0
    assert await groups(rig) == []


async def test_an_act_on_nothing_is_refused(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    who = ("--actor", "night", "--reason", "seen")
    code, text = await said(rig, capsys, "replay", "123456", *who)
    assert (code, "plus rien" in text) == (1, True)
    assert (await said(rig, capsys, "replay", "--group", "abc", *who))[0] == 1
    assert (await said(rig, capsys, "resume", "nobody", *who))[0] == 1


@pytest.mark.parametrize("missing", [["--actor", "me"], ["--reason", "why"]])
def test_who_and_why_are_asked_for(missing: list[str]) -> None:
    with pytest.raises(SystemExit):
        parsed("replay", "1", *missing)


async def test_an_event_is_found_by_its_id_its_stream_and_what_it_holds_and_by_nothing_else(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    """O9: exact; said and where, then parked, in the order of time."""
    (stream,) = await failing(rig, 1, 1)
    async with rig.database.read() as tx:
        rows = await tx.connection.fetch("SELECT * FROM event_log ORDER BY id")
    code, by_stream = await said(rig, capsys, "find", str(stream))
    lines = by_stream.splitlines()
    assert code == 0
    assert [line.split()[2] for line in lines] == ["said", "said", "parked", "parked"]
    assert str(stream) not in by_stream, "a stream may be a household's: it is told by its mark"
    first = rows[0]
    code, by_id = await said(rig, capsys, "find", str(first["event_id"]))
    assert f"{first['topic']}/{first['partition']}@{first['offset']}" in by_id
    assert [line.split()[2] for line in by_id.splitlines()] == ["said", "parked", "heard"]
    held = json.loads(first["payload"])["person_id"]
    assert str(first["event_id"]) in (await said(rig, capsys, "find", held))[1]
    assert "nothing here" in (await said(rig, capsys, "find", str(uuid4())))[1]
    late = f"{first['recorded_at'] + timedelta(days=1):%Y-%m-%dT%H:%M}"
    assert "nothing here" in (await said(rig, capsys, "find", str(stream), "--since", late))[1]
    assert "said" in (await said(rig, capsys, "find", str(stream), "--until", late))[1]


async def test_what_waits_to_leave_and_what_was_heard_is_found(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = uuid4()
    await rig.say(stream, 1)
    assert "  waiting  " in (await said(rig, capsys, "find", str(stream)))[1]
    await rig.relay_all()
    await rig.consume(rig.policies)
    event_id = await rig.value("SELECT event_id FROM event_log WHERE key = $1", str(stream))
    told = (await said(rig, capsys, "find", str(event_id)))[1]
    assert "  said  " in told
    assert "  heard for " in told
