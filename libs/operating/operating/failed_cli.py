"""`python -m <service> failed …` and `find`: failed events as a work list, where an event is."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx, is_transient
from operating import failed
from operating.failed_acts import Action, Choice, ask, resume, work_off
from operating.failed_showing import mark, shown
from operating.finding import MOST, find
from operating.service import Service

GROUP = 12
"""Letters of a group's id that are shown, and enough to name it."""


def add_commands(verbs: Any) -> None:
    """Adds `failed` and what is under it to a service's commands."""
    parser = verbs.add_parser("failed", help="what could not be applied: list, show, replay, archive…")
    acts = parser.add_subparsers(dest="failed", required=True)
    acts.add_parser("list", help="groups of one cause, consumers that have stopped, the last acts")
    show = acts.add_parser("show", help="one event, or the events of a group, without anybody's data")
    show.add_argument("what", help="the number of an event or the letters of a group")
    show.add_argument("--archived", action="store_true", help="of a group: what was set aside")
    for action in Action:
        does = acts.add_parser(action.value, help=HELP[action])
        does.add_argument("event", nargs="*", type=int, help="numbers of events")
        does.add_argument("--group", help="letters of a group: all that it holds now")
        does.add_argument("--archived", action="store_true", help="of a group: what was set aside")
        _who_and_why(does)
    again = acts.add_parser("resume", help="let a consumer that has stopped reading try again now")
    again.add_argument("consumer")
    _who_and_why(again)
    where = verbs.add_parser("find", help="where an event is: what bears an id, said, waiting, parked, heard")
    where.add_argument("id", type=UUID, help="of an event, a case, a commission, a person, a correlation")
    where.add_argument("--since", type=_instant, default=datetime.min.replace(tzinfo=UTC), help=INSTANT)
    where.add_argument("--until", type=_instant, default=datetime.max.replace(tzinfo=UTC), help=INSTANT)


INSTANT = "2026-11-24 or 2026-11-24T09:30, in UTC; included, and not"


def _instant(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


HELP = {
    Action.REPLAY: "try again what is there now, in order",
    Action.ARCHIVE: "set aside: no more tries; what comes later is seen",
    Action.RESTORE: "take back what was set aside",
    Action.DISCARD: "give up for good: what waits behind goes on",
}


def _who_and_why(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--actor", required=True, help="your name, written with the act")
    parser.add_argument("--reason", required=True, help="why, written with the act")


def run_failed(chosen: argparse.Namespace, service: Service) -> int:
    """Runs one of them; its exit code."""
    try:
        asyncio.run(_run(chosen, service))
    except Refused as refused:
        sys.stderr.write(f"{refused.text}\n")
        return 1
    except Exception as error:
        if not is_transient(error):
            raise
        sys.stderr.write(f"the database does not answer: {type(error).__name__}\n")
        return 1
    return 0


async def _run(chosen: argparse.Namespace, service: Service) -> None:
    await service.database.open()
    try:
        if chosen.command == "find":
            async with service.database.read() as tx:
                _say(await _found(tx, chosen))
        elif chosen.failed == "list":
            async with service.database.read() as tx:
                _say(await _listed(tx))
        elif chosen.failed == "show":
            async with service.database.read() as tx:
                _say(await _told(tx, chosen.what, chosen.archived))
        elif chosen.failed == "resume":
            async with service.database.transaction(f"cli:{chosen.actor}") as tx:
                await resume(tx, chosen.consumer, chosen.reason)
        else:
            await _act(chosen, service)
    finally:
        await service.broker.close()
        await service.database.close()


async def _act(chosen: argparse.Namespace, service: Service) -> None:
    async with service.database.transaction(f"cli:{chosen.actor}") as tx:
        group_id = await _group(tx, chosen.group, chosen.archived) if chosen.group else None
        choice = Choice(chosen.event, group_id, chosen.archived)
        act_id = await ask(tx, Action(chosen.failed), choice, chosen.reason)
    while await work_off(service.database, service.subscribers()):
        continue
    async with service.database.read() as tx:
        _say([_act_line(await failed.act(tx, act_id))])


async def _group(tx: Tx, letters: str, archived: bool) -> str:
    found = [
        group.group_id
        for group in await failed.groups(tx)
        if group.group_id.startswith(letters) and group.archived == archived
    ]
    if len(found) != 1:
        raise Refused("group_unknown", "Ces lettres ne désignent pas un groupe et un seul.", 404)
    return found[0]


async def _listed(tx: Tx) -> list[str]:
    lines = [
        f"STOPPED {row['consumer']} since {row['opened_at']:%Y-%m-%d %H:%M}: {row['cause']};"
        f" tries again at {row['next_try_at']:%H:%M:%S} UTC"
        for row in await failed.stopped(tx)
    ]
    lines += [
        f"{group.group_id[:GROUP]}{' archived' if group.archived else ''}  {group.consumer}"
        f"  {group.fingerprint}  {group.type or 'undecodable'}  {group.failed} failed,"
        f" {group.events - group.failed} behind, {group.keys} streams, {group.tries} tries,"
        f" {group.first:%Y-%m-%d %H:%M} to {group.last:%Y-%m-%d %H:%M} UTC"
        for group in await failed.groups(tx)
    ]
    acts = [_act_line(row) for row in await failed.acts(tx, 5)]
    return [*(lines or ["nothing has failed"]), *acts]


def _act_line(row: Any) -> str:
    return (
        f"act {row['id']}  {row['action']}  by {row['actor']}: {row['reason']}"
        f"  asked {row['asked']}, done {row['done']}, failed {row['failed']}, behind {row['behind']},"
        f" gone {row['gone']}, left {row['left_to_do']}"
    )


async def _told(tx: Tx, what: str, archived: bool) -> list[str]:
    if not what.isdecimal():
        group_id = await _group(tx, what, archived)
        return [_event_line(row) for row in await failed.events_of(tx, group_id, archived)]
    row = await failed.one(tx, int(what))
    event = shown(row, Role.OPERATOR)
    lines = [_event_line(row), f"cause {row['fingerprint']}, next try {row['next_try_at']}"]
    lines += [f"{name}: {value}" for name, value in event.headers.items()]
    lines += [f"{field.name} ({field.data_class}): {field.value}" for field in event.fields]
    if event.problem:
        lines.append(f"{event.problem}; {event.size} bytes, sha256 {event.digest}")
    return lines + [
        f"{done['at']:%Y-%m-%d %H:%M} {done['action']} by {done['actor']}: {done['reason']}"
        f" ({done['outcome'] or 'waiting'})"
        for done in await failed.acts_on(tx, row["n"])
    ]


def _event_line(row: Any) -> str:
    state = "failed" if row["failed"] else "behind"
    return (
        f"{row['n']}  {state}  {row['topic']}/{row['partition']}@{row['offset']}  stream {mark(row['key'])}"
        f"  seq {row['seq']}  {row['event_id'] or 'no id'}  parked {row['parked_at']:%Y-%m-%d %H:%M}"
        f"  tries {row['tries']}"
    )


async def _found(tx: Tx, chosen: argparse.Namespace) -> list[str]:
    rows = await find(tx, chosen.id, chosen.since, chosen.until)
    more = [f"the first {MOST}: give a narrower time"] if len(rows) == MOST else []
    return [_found_line(row) for row in rows] + more or ["nothing here bears that id in that time"]


def _found_line(row: Any) -> str:
    place = "" if row["offset"] is None else f"  {row['topic']}/{row['partition']}@{row['offset']}"
    stream = "" if row["key"] is None else f"  stream {mark(row['key'])}"
    number = "" if row["seq"] is None else f"  seq {row['seq']}"
    by = f" for {row['consumer']}" if row["consumer"] else ""
    kind = row["type"] or ""
    return (
        f"{row['at']:%Y-%m-%d %H:%M:%S}  {row['state']}{by}  {row['event_id']}{stream}{number}  {kind}{place}"
    )


def _say(lines: Sequence[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
