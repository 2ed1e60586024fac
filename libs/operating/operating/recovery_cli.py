"""`python -m <service> rebuild|republish|reconcile|restored`: what is typed after a change or a loss."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import Any

from eventing.tail import LogDiffersError
from operating.rebuilding import NotSwitchedError, rebuild
from operating.reconcile import reconcile
from operating.republish import republish
from operating.restoring import restored
from operating.service import Service
from operating.settings import ServiceSettings
from operating.versions import NotCopiedError

COMMANDS = ("rebuild", "republish", "reconcile", "restored")


def add_commands(verbs: Any) -> None:
    """Adds them to a service's commands."""
    again = verbs.add_parser("rebuild", help="fold projections again beside the serving ones, then switch")
    again.add_argument("projection", nargs="*", help="all by default")
    again.add_argument("--again", action="store_true", help="from the first record, whatever was begun")
    again.add_argument("--accept", action="store_true", help="switch even to fewer rows or more parked")
    verbs.add_parser("republish", help="fill an empty Kafka again, from the journal and the tables")
    verbs.add_parser("reconcile", help="compare the journal with Kafka; 1 when they differ")
    verbs.add_parser("restored", help="after the database was restored from an older copy, service stopped")


def run_recovery(chosen: argparse.Namespace, service: Service, settings: ServiceSettings) -> int:
    """Runs one of them; its exit code: 1 when it found or refused something, said on stderr."""
    try:
        return asyncio.run(_run(chosen, service, settings))
    except (NotSwitchedError, NotCopiedError, LogDiffersError, ConnectionError) as refused:
        sys.stderr.write(f"{service.name}: {refused}\n")
        return 1


async def _run(chosen: argparse.Namespace, service: Service, settings: ServiceSettings) -> int:
    await service.database.open()
    try:
        if chosen.command == "rebuild":
            return await _rebuild(service, settings, chosen)
        if chosen.command == "republish":
            for topic, count in (await republish(service, _say)).items():
                _say(f"{topic}: {count} records in a new epoch")
            return 0
        if chosen.command == "reconcile":
            return await _reconcile(service)
        return await _restored(service)
    finally:
        await service.broker.close()
        await service.database.close()


async def _rebuild(service: Service, settings: ServiceSettings, chosen: argparse.Namespace) -> int:
    names: Sequence[str] = chosen.projection
    known = (
        [s.projection.name for s in service.projections.subscribers.values()] if service.projections else []
    )
    if settings.migration_database_url is None or not known or set(names) - set(known):
        sys.stderr.write(f"rebuild needs MIGRATION_DATABASE_URL; projections: {', '.join(known) or 'none'}\n")
        return 2
    owner = settings.migration_database_url.get_secret_value()
    rows = await rebuild(service, owner, names, say=_say, again=chosen.again, accept=chosen.accept)
    for table, count in rows.items():
        _say(f"{table}: {count}")
    return 0


async def _reconcile(service: Service) -> int:
    found = await reconcile(service, _say)
    for topic, checked in found.items():
        _say(
            f"{topic}: {checked.rows} rows of the journal, {checked.records} records, "
            f"{checked.duplicates} of them repeated, {checked.differences} differences"
        )
    return int(any(checked.differences for checked in found.values()))


async def _restored(service: Service) -> int:
    for fact in await restored(service, _say):
        _say(f"{fact.time.isoformat()} {fact.type} {fact.key} {fact.seq} {fact.id}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
