"""peer_ordered, peer_unordered: from a full outbox to the consumer's rows, beside a team's own assembly.

One worker keeps order there, sixteen do not; here order per key is always kept.
"""

import asyncio
from pathlib import Path

from bench.measure import Figure, Say, Side, Size, Timer, figure
from bench.policy import EMPTY, TABLE, lapsed, when_registration_lapsed_note_it
from bench.stage import Stage, as_owner
from contracts.registration import RegistrationLapsed
from contracts.topics import REGISTRATION
from eventing.consumer import PolicyConsumer
from eventing.db import Database
from eventing.kafka import create_topics
from eventing.leader import leadership
from eventing.outbox import append, lock_streams
from eventing.relay import Relay
from eventing.subscription import Policies
from seuil_dev.databases import ServiceDatabase

NAMES = ("peer_ordered", "peer_unordered")
EVENTS, WRITTEN, KEYS = 2_000, 500, 500
WORKERS = {"peer_ordered": 1, "peer_unordered": 16}
ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
PATIENCE = 240


async def measure(stage: Stage, size: Size, say: Say) -> list[Figure]:
    """Ours once a round, beside theirs with one worker and with sixteen."""
    if not PYTHON.exists():
        raise FileNotFoundError("non exécuté : .venv-bench manque (make bench l’installe)")
    events = size.of(EVENTS, 200)
    made = stage.provision("registration")
    await as_owner(made, TABLE)
    await create_topics(stage.bootstrap, {f"bench.peer{each}.v1": (3, {}) for each in WORKERS.values()})
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in NAMES}
    async with stage.database(made) as database:
        product = story(stage, made, database, events)
        for number in range(size.rounds):
            ours.append(await product(number))
            for name, workers in WORKERS.items():
                theirs[name].append(await assembled(stage, made, events, workers))
            beside = ", ".join(f"{rates[-1]:,.0f}" for rates in theirs.values())
            say(f"  peer {number + 1}/{size.rounds}: {ours[-1]:,.0f} beside {beside} ev/s")
    return [figure(name, "ev/s", events, ours, theirs[name]) for name in NAMES]


def story(stage: Stage, made: ServiceDatabase, database: Database, events: int) -> Side:
    """Relay and policies at work together on a full outbox."""

    async def product(number: int) -> float:
        await as_owner(made, EMPTY, "TRUNCATE outbox, event_log")
        await _write(database, number * events, events)
        policies = Policies({RegistrationLapsed: when_registration_lapsed_note_it})
        consumer = PolicyConsumer("peer", database, stage.broker(), policies)
        reader = await consumer.open()
        await reader.poll(1, 2)
        producer = await stage.broker().producer()
        relay = Relay("registration", database, stage.broker())
        try:
            async with leadership(database, "registration relay") as connection:
                with Timer() as timer:
                    publishing = asyncio.create_task(_published(relay, connection, producer, events))
                    while consumer.counts.applied < events:
                        await consumer.step(reader)
                await publishing
        finally:
            await producer.close()
            await reader.close()
        return events / timer.seconds

    return product


async def _published(relay: Relay, connection: object, producer: object, events: int) -> None:
    while relay.published < events:
        await relay.pump(connection, producer)  # type: ignore[arg-type]  # what the stage gave


async def _write(database: Database, first: int, events: int) -> None:
    for start in range(first, first + events, WRITTEN):
        facts = [lapsed(n, KEYS) for n in range(start, start + min(WRITTEN, first + events - start))]
        async with database.transaction() as tx:
            await lock_streams(tx, REGISTRATION, (fact.key for fact in facts))
            await append(tx, *facts)


async def assembled(stage: Stage, made: ServiceDatabase, events: int, workers: int) -> float:
    """The other side, in a process of its own: the rate among what it printed."""
    script = str(ROOT / "bench" / "reference" / "peer.py")
    asked = (made.migrator_url, stage.bootstrap, str(events), str(workers))
    running = await asyncio.create_subprocess_exec(
        str(PYTHON), script, *asked, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        said, wrong = await asyncio.wait_for(running.communicate(), PATIENCE)
    except TimeoutError:
        running.kill()
        raise
    if running.returncode:
        raise RuntimeError(wrong.decode()[-2000:])
    return float(said.rpartition(b"rate ")[2].split()[0])
