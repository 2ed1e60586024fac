"""How long things take to go on after a fault, where another stands by: measured, several times each.

The measure is taken in the databases: the first publication, or the first event handled, after the moment
that counts (the fault, or the engine serving again), of something that was asked after it. Both
replicas of registration are asked for something all the time, so that there is always something to
publish. An engine that opens its port still recovers its log: it serves again when a client of three
lines, which tries all the time, is answered; that time is told beside.
"""

import asyncio
import contextlib
import os
import re
import signal
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

import asyncpg
import httpx2
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from contracts.topics import TOPICS
from seuil_dev.settings import COORDINATOR
from tests.chaos.load_doors import TOKEN_COOKIE, Doors, Person
from tests.chaos.supervisor import Rig, Worker
from tests.chaos.trial import say
from tests.stack.city import planned, today

ROUNDS = 5
EVERY = 0.05
PATIENCE = 120.0
COMMISSIONS = "/registration/api/v1/commissions"
GOALS = {
    "relais tué": 1.0,
    "relais arrêté (SIGSTOP)": 13.0,
    "Kafka revenu": 5.0,
    "PostgreSQL revenu": 3.0,
    "consommateur bloqué (connexions à moitié ouvertes)": 45.0,
}
"""What is measured, and at most how many seconds it may take."""
BARE = {"kafka1": "Kafka : de son port à un client nu", "postgres": "PostgreSQL : de son port à un client nu"}
PUBLISHED = """
    SELECT extract(epoch FROM min(published_at))::float8 - $1 FROM event_log
    WHERE recorded_at > to_timestamp($1) AND published_at > to_timestamp($1)
"""
HANDLED = """
    SELECT extract(epoch FROM min(at))::float8 - $1 FROM applied_log
    WHERE consumer = 'cases.policies' AND uuid_extract_timestamp(event_id) > to_timestamp($1)
"""


@dataclass
class Measures:
    """A trial of recovery: a rig, and somebody who asks all the time."""

    rig: Rig
    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {name: [] for name in (*GOALS, *BARE.values())}
    )
    token: str = ""

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[None]:
        """Asks both replicas of registration for something, all the time."""
        doors = Doors(self.rig.site, Random(self.rig.seed))  # noqa: S311 - a seeded draw, no secret
        person = await Person(doors, COORDINATOR).sign_in()
        self.token = person.cookies[TOKEN_COOKIE]
        tasks = [asyncio.create_task(self._ask(url)) for url in self.rig.site.urls["registration"]]
        tasks.append(asyncio.create_task(self._renew(person)))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            await doors.close()

    async def _renew(self, person: Person) -> None:
        while True:
            await asyncio.sleep(120)
            answer = await person.doors.ask(
                "registration", "GET", "/registration/session", cookies=person.cookies
            )
            person.cookies |= answer.cookies
            self.token = person.cookies[TOKEN_COOKIE]

    async def _ask(self, url: str) -> None:
        origin = self.rig.site.urls["registration"][0]
        async with httpx2.AsyncClient(base_url=url, timeout=2) as client:
            while True:
                with contextlib.suppress(httpx2.HTTPError):
                    headers = {"authorization": f"Bearer {self.token}", "origin": origin}
                    asked = planned(today() + timedelta(days=30), workshops=[], parts=["plenary"])
                    made = await client.post(COMMISSIONS, json=asked, headers=headers)
                    if made.status_code < 300:
                        path = f"{COMMISSIONS}/{asked['commission_id']}/publish"
                        version = {"version": made.json()["version"]}
                        await client.post(path, json=version, headers=headers)
                await asyncio.sleep(EVERY)

    async def leader(self) -> Worker:
        """The replica of registration whose relay leads; waited for."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for service, number, port in self.rig.replicas:
                if service == "registration" and await self._leads(port):
                    return self.rig.workers[f"{service}-{number}"]
            await asyncio.sleep(0.1)
        raise TimeoutError("nobody leads")

    async def _leads(self, port: int) -> bool:
        async with httpx2.AsyncClient(timeout=3) as client:
            with contextlib.suppress(httpx2.HTTPError):
                told = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
                return bool(re.search(r"^\w*outbox_relay_leader(\{[^}]*\})? 1", told, re.MULTILINE))
        return False

    async def after(self, moment: float, statement: str, service: str) -> float:
        """Seconds from `moment` (Unix time) to the first row of `statement`; TimeoutError when none comes."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                connection = await asyncpg.connect(self.rig.site.admin_databases[service], timeout=3)
                try:
                    found = await connection.fetchval(statement, moment)
                finally:
                    await connection.close(timeout=3)
                if found is not None:
                    return float(found)
            await asyncio.sleep(0.1)
        raise TimeoutError(f"nothing after {PATIENCE:g} s")

    async def relay_killed(self) -> float:
        leader = await self.leader()
        moment = time.time()
        leader.send(signal.SIGKILL)
        return await self.after(moment, PUBLISHED, "registration")

    async def relay_stopped(self) -> float:
        leader = await self.leader()
        moment = time.time()
        leader.send(signal.SIGSTOP)
        try:
            return await self.after(moment, PUBLISHED, "registration")
        finally:
            leader.send(signal.SIGCONT)

    async def broker_back(self) -> float:
        return await self._back("kafka1", signal.SIGKILL)

    async def postgres_back(self) -> float:
        return await self._back("postgres", signal.SIGQUIT)

    async def _back(self, name: str, number: signal.Signals) -> float:
        engine = self.rig.engines[name]
        self.rig.held_engines.add(name)
        pid = engine.child.pid
        assert pid is not None
        os.kill(pid, number)
        await asyncio.sleep(5)
        engine.launch()
        self.rig.held_engines.discard(name)
        while not await asyncio.to_thread(engine.ready):
            await asyncio.sleep(0.02)
        port = time.time()
        await self._served(self._ask_kafka if name == "kafka1" else self._ask_postgres)
        moment = time.time()
        self.seconds[BARE[name]].append(moment - port)
        say(f"  {BARE[name]} : {moment - port:.2f} s")
        return await self.after(moment, PUBLISHED, "registration")

    async def _served(self, ask: Callable[[], Awaitable[object]]) -> None:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            with contextlib.suppress(OSError, KafkaError, asyncpg.PostgresError, TimeoutError):
                async with asyncio.timeout(1):
                    await ask()
                return
            await asyncio.sleep(0.02)
        raise TimeoutError(f"no answer for {PATIENCE:g} s")

    async def _ask_kafka(self) -> None:
        """Only the leader of a partition knows its end."""
        topic = "seuil.registration.v1"
        places = [TopicPartition(topic, n) for n in range(TOPICS[topic].partitions)]
        async with AIOKafkaConsumer(bootstrap_servers=self.rig.site.bootstrap) as client:
            await client.end_offsets(places)

    async def _ask_postgres(self) -> None:
        connection = await asyncpg.connect(self.rig.site.admin_databases["registration"], timeout=1)
        await connection.execute("CREATE TEMPORARY TABLE served ()")
        await connection.close(timeout=1)

    async def consumer_stuck(self) -> float:
        await self.rig.break_network("kafka", {"hold": ["up", "down"], "dead": True})
        await self.rig.break_network("kafka", None)
        return await self.after(time.time(), HANDLED, "cases")

    async def round(self) -> None:
        """Each thing once."""
        acts: list[Callable[[], Awaitable[float]]] = [
            self.relay_killed,
            self.relay_stopped,
            self.broker_back,
            self.postgres_back,
            self.consumer_stuck,
        ]
        for name, act in zip(GOALS, acts, strict=True):
            await self.rig.ready()
            await self.after(time.time(), PUBLISHED, "registration")
            await self.after(time.time(), HANDLED, "cases")
            await self.leader()
            seconds = await act()
            self.seconds[name].append(seconds)
            say(f"  {name} : {seconds:.2f} s")


def table(seconds: dict[str, list[float]]) -> list[str]:
    """The measures as a Markdown table, in French."""
    lines = ["| après | n | min | médiane | max | but |", "|---|---|---|---|---|---|"]
    for name, found in seconds.items():
        told = [f"{value:.2f} s" for value in (min(found), statistics.median(found), max(found))]
        goal = f"≤ {GOALS[name]:g} s" if name in GOALS else "–"
        lines.append(f"| {name} | {len(found)} | {' | '.join(told)} | {goal} |")
    return lines


async def _measured(folder: Path, seed: int, rounds: int) -> dict[str, list[float]]:
    async with Rig(folder, seed).running() as rig:
        measures = Measures(rig)
        async with measures.asking():
            for number in range(1, rounds + 1):
                say(f"Tour {number} sur {rounds}")
                await measures.round()
        return measures.seconds


def main(folder: Path, seed: int, rounds: int = ROUNDS) -> int:
    """Measures and says the table; 1 when a median misses its goal."""
    seconds = asyncio.run(_measured(folder, seed, rounds))
    for line in table(seconds):
        say(line)
    return int(any(statistics.median(seconds[name]) > goal for name, goal in GOALS.items()))
