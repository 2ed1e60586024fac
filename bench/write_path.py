"""write_path, outbox_layer: commands of the house's shape, beside the same statements by raw asyncpg.

A command locks its stream, reads its aggregate, decides, changes it and says a fact: four statements in one
transaction. Sixteen writers, five thousand keys.
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count

from sqlalchemy import bindparam, text

from bench.load import ident
from bench.measure import Figure, Say, Side, Size, Timer, in_turn
from bench.policy import lapsed
from bench.reference.write_path import write_bare
from bench.stage import Stage, as_owner
from contracts.refusal import Refused
from contracts.registration import RegistrationLapsed
from contracts.topics import REGISTRATION
from eventing.db import Database, Tx, run, run_one
from eventing.outbox import append, lock_stream
from seuil_dev.databases import ServiceDatabase

NAMES = ("write_path", "outbox_layer")
COMMANDS, KEYS, WRITERS = 6_000, 5_000, 16
TABLE = """
    CREATE TABLE place (id uuid PRIMARY KEY, version int NOT NULL, state text NOT NULL,
                        changed_at timestamptz)
    WITH (fillfactor = 70)
"""
FILL = "INSERT INTO place SELECT id, 0, 'open' FROM unnest($1::uuid[]) AS t(id)"
READ = text("SELECT version, state FROM place WHERE id = :place").bindparams(bindparam("place"))
CHANGE = text(
    """
    UPDATE place SET version = CAST(:version AS int), state = :state, changed_at = :now WHERE id = :place
    """
)
Command = Callable[[Tx, RegistrationLapsed], Awaitable[None]]


async def with_outbox(tx: Tx, fact: RegistrationLapsed) -> None:
    """The whole command."""
    await lock_stream(tx, REGISTRATION, fact.key)
    await without_outbox(tx, fact)
    await append(tx, fact)


async def without_outbox(tx: Tx, fact: RegistrationLapsed) -> None:
    """The same, telling nobody."""
    row = await run_one(tx, READ, place=fact.commission_id)
    if row is None or row["state"] == "closed":
        raise Refused("closed", "Cette place est fermée.")
    state = "taken" if row["state"] == "open" else "open"
    await run(tx, CHANGE, place=fact.commission_id, version=row["version"] + 1, state=state, now=tx.now)


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Both rows on one database, its outbox emptied before each round."""
    commands = size.of(COMMANDS, 200)
    made = stage.provision("registration")
    await as_owner(made, TABLE)
    async with stage.database(made, WRITERS) as database:
        async with database.transaction() as tx:
            await tx.connection.execute(FILL, [ident(2, n) for n in range(KEYS)])
        layered = side(database, made, with_outbox, commands)
        plain = side(database, made, without_outbox, commands)

        async def bare(_: int) -> float:
            await _emptied(made)
            return await write_bare(database.url, [lapsed(n, KEYS) for n in range(commands)], WRITERS)

        await layered(0)
        unit = "commands/s"
        return [
            await in_turn("write_path", unit, commands, size, say, product=layered, reference=bare),
            await in_turn("outbox_layer", unit, commands, size, say, product=layered, reference=plain),
        ]


def side(database: Database, made: ServiceDatabase, command: Command, commands: int) -> Side:
    """Sixteen writers share `commands` of them."""

    async def product(_: int) -> float:
        await _emptied(made)
        numbers = count()

        async def writer() -> None:
            while (number := next(numbers)) < commands:
                async with database.transaction("system") as tx:
                    await command(tx, lapsed(number, KEYS))

        with Timer() as timer:
            await asyncio.gather(*(writer() for _ in range(WRITERS)))
        return commands / timer.seconds

    return product


async def _emptied(made: ServiceDatabase) -> None:
    await as_owner(made, "TRUNCATE outbox", "VACUUM place, stream")
