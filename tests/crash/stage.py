"""Plays a story on a service that kills itself somewhere in it, and starts it again once it is dead.

Many stories are played at the same time, each on a database and topics of its own: most of a story is waiting
for Kafka to notice that a member of a group is dead.
"""

import asyncio
import itertools
import json
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import httpx2
from aiokafka.admin import AIOKafkaAdminClient

from contracts.envelope import Envelope
from contracts.topics import TOPICS
from eventing.broker import Position, Record
from eventing.kafka import KafkaBroker, create_topics
from seuil_dev.databases import ServiceDatabase
from tests import infra
from tests.crash.topics import OwnTopics

ROOT = Path(__file__).resolve().parents[2]
AT_ONCE = 10
PARTITIONS = 2
STORY_SECONDS = 180.0
"""Of a machine that does much else; alone, a story takes fifteen."""
PLAY_SECONDS = 900
"""For the first test of a file, which waits for all of them, on such a machine."""
STOP_SECONDS = 30.0
LATER = 3600.0
"""The second life begins an hour later by its own clock: leases are over, what was put off is due."""


@dataclass(frozen=True, order=True)
class Case:
    """A place to die at, and at which passage."""

    point: str
    nth: int

    def __str__(self) -> str:
        return f"{self.point}:{self.nth}"


@dataclass
class Life:
    """One process of a service."""

    n: int
    port: "asyncio.Future[int]"
    status: "asyncio.Future[int]"


class Nurse:
    """Asks the warm interpreter for lives."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._lives: dict[int, Life] = {}
        self._numbers = itertools.count(1)

    def begin(self, kind: str, fault: str, given: dict[str, Any], log: str) -> Life:
        """A new life; `fault` as SEUIL_FAULT, or empty."""
        loop = asyncio.get_running_loop()
        life = Life(next(self._numbers), loop.create_future(), loop.create_future())
        self._lives[life.n] = life
        path = str(self._folder / f"{log}.log")
        self._tell(n=life.n, kind=kind, fault=fault, log=path, given=given)
        return life

    async def stop(self, life: Life) -> None:
        if not life.status.done():
            self._tell(n=life.n, stop=True)
            await asyncio.wait_for(life.status, STOP_SECONDS)

    def _tell(self, **order: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")

    async def listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            said = json.loads(line)
            life = self._lives[said["n"]]
            if "port" in said:
                life.port.set_result(said["port"])
            else:
                life.status.set_result(said["status"])
                life.port.cancel()

    def log(self, name: str) -> str:
        """The end of what a story's lives said."""
        path = self._folder / f"{name}.log"
        return path.read_text()[-3000:] if path.exists() else ""


@asynccontextmanager
async def nurse() -> AsyncIterator[Nurse]:
    with infra.scratch("crash") as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.crash.nursery", cwd=ROOT, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        made = Nurse(process, folder)
        listening = asyncio.create_task(made.listen())
        try:
            yield made
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
            await listening


@dataclass
class Stage:
    """A service that is restarted once, and whoever speaks to it and looks at what it leaves."""

    case: Case
    kind: str
    nurse: Nurse
    client: httpx2.AsyncClient
    rows: asyncpg.Connection
    broker: OwnTopics
    given: dict[str, Any]
    beside: Any = None
    """Who the service speaks to: a mail server, a partner."""
    lives: list[Life] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.case).replace(":", "-")

    def begin(self) -> None:
        first = not self.lives
        fault, ahead = (str(self.case), 0.0) if first else ("", LATER)
        self.lives.append(self.nurse.begin(self.kind, fault, self.given | {"ahead": ahead}, self.name))

    async def watch(self) -> None:
        """Starts it again when it has died as told; any other end is a fault of the service."""
        self.begin()
        status = await asyncio.shield(self.lives[0].status)
        assert status == -signal.SIGKILL, f"{self.case}: ended with {status}\n{self.nurse.log(self.name)}"
        self.begin()
        status = await asyncio.shield(self.lives[1].status)
        raise AssertionError(f"{self.case}: the second life ended with {status}")

    async def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        """One request, sent again as it is until it is answered: as a person who lost the answer would."""
        while True:
            try:
                port = await asyncio.shield(self.lives[-1].port)
                answer = await self.client.request(method, f"http://127.0.0.1:{port}{path}", **request)
                if answer.status_code < 500:
                    assert answer.is_success, answer.text
                    return answer
            except (httpx2.TransportError, asyncio.CancelledError):
                if (task := asyncio.current_task()) and task.cancelling():
                    raise
            await asyncio.sleep(0.05)

    async def value(self, sql: str, *arguments: Any) -> Any:
        return await self.rows.fetchval(sql, *arguments)

    async def until(self, sql: str, *arguments: Any) -> None:
        """Waits until the query's only value is true; the story's own limit ends it."""
        while not await self.value(sql, *arguments):
            await asyncio.sleep(0.1)

    async def left(self) -> str:
        """What is still to be done, for whoever reads a failure."""
        found = []
        for table in ("outbox", "due", "parked_key", "parked_event", "projection_cursor", "stream"):
            rows = await self.rows.fetch(f"SELECT * FROM {table} LIMIT 5")  # noqa: S608 - a name of ours
            found.append(f"{table}: " + "; ".join(str(dict(row))[:300] for row in rows))
        return "\n".join(found)

    async def lose_log(self) -> None:
        """Takes the topics away with all that they hold, and makes them again, empty."""
        prefix = self.given["topics"]
        admin = AIOKafkaAdminClient(bootstrap_servers=self.given["kafka"])
        await admin.start()
        try:
            mine = [name for name in await admin.list_topics() if name.startswith(prefix)]
            await admin.delete_topics(mine)
            while set(mine) & set(await admin.list_topics()):
                await asyncio.sleep(0.1)
        finally:
            await admin.close()
        await create_topics(self.given["kafka"], topics_of(prefix, [n.removeprefix(prefix) for n in mine]))

    async def send_off(self, who: str) -> None:
        """Ends the connections of the leaders of a kind: they lead again."""
        await self.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE $1",
            f"seuil % {who}",
        )

    async def log_of(self, topic: str) -> list[Record]:
        """Every record of a topic, in the order of each partition."""
        bounds = await self.broker.bounds([(topic, n) for n in range(await self.broker.partitions(topic))])
        ends: dict[Position, int] = {place: end for place, (first, end) in bounds.items() if end > first}
        found: list[Record] = []
        reader = await self.broker.assigned(dict.fromkeys(ends, 0))
        try:
            while ends:
                for place, records in (await reader.poll(500, 0.5)).items():
                    found += records
                    if place in ends and records[-1].offset + 1 >= ends[place]:
                        del ends[place]
        finally:
            await reader.close()
        return found


Story = Callable[[Stage], Awaitable[None]]


@asynccontextmanager
async def no_one(given: dict[str, Any]) -> AsyncIterator[None]:
    """Nobody is spoken to."""
    yield


@dataclass(frozen=True)
class Theatre:
    """What stories of one service need: its name for its database, its topics, what it is told."""

    kind: str
    database: str
    topics: Sequence[str]
    story: Story
    prepare: infra.Prepare | None = None
    beside: Callable[[dict[str, Any]], AbstractAsyncContextManager[Any]] = no_one
    """Opens what the service speaks to; adds to what the service is told."""


async def play_all(
    theatre: Theatre, cases: Sequence[Case], databases: infra.TestDatabases, kafka: str
) -> dict[Case, BaseException | None]:
    """Plays the story of each case; None for those that held."""
    mark = f"{secrets.token_hex(3)}-"
    wanted = {k: v for n in range(len(cases)) for k, v in topics_of(f"{mark}{n}.", theatre.topics).items()}
    places, making = asyncio.Semaphore(AT_ONCE), asyncio.Lock()

    async def one(n: int, case: Case) -> None:
        async with places:
            async with making:
                made = await asyncio.to_thread(databases.make, theatre.database, theatre.prepare)
            try:
                await _play(theatre, case, helper, made, databases.admin_url, kafka, f"{mark}{n}.")
            finally:
                async with making:
                    await asyncio.to_thread(databases.give_back, made)

    async with nurse() as helper:
        await create_topics(kafka, wanted)
        ended = await asyncio.gather(*(one(n, case) for n, case in enumerate(cases)), return_exceptions=True)
    return dict(zip(cases, ended, strict=True))


async def _play(
    theatre: Theatre, case: Case, helper: Nurse, made: ServiceDatabase, admin: str, kafka: str, prefix: str
) -> None:
    rows = await asyncpg.connect(urlsplit(admin)._replace(path=f"/{made.name}").geturl())
    given = {"database": made.app_url, "owner": made.migrator_url, "kafka": kafka, "topics": prefix}
    try:
        async with httpx2.AsyncClient(timeout=10) as client, theatre.beside(given) as beside:
            broker = OwnTopics(KafkaBroker(kafka), prefix)
            stage = Stage(case, theatre.kind, helper, client, rows, broker, given, beside)
            await _tell(theatre, stage)
    finally:
        await rows.close()


async def _tell(theatre: Theatre, stage: Stage) -> None:
    watching = asyncio.create_task(stage.watch())
    playing = asyncio.ensure_future(theatre.story(stage))
    try:
        done, _ = await asyncio.wait(
            {watching, playing}, timeout=STORY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if not done:
            playing.cancel()
            await asyncio.wait({playing})
        told = f"{stage.case}: not over in {STORY_SECONDS} s, {len(stage.lives)} lives"
        assert done, f"{told}\n{await stage.left()}\n{stage.nurse.log(stage.name)}"
        for task in done:
            await task
        assert len(stage.lives) == 2, f"{stage.case}: the story never passes there"
    finally:
        for task in (watching, playing):
            task.cancel()
        await asyncio.gather(watching, playing, return_exceptions=True)
        for life in stage.lives:
            await stage.nurse.stop(life)


def topics_of(prefix: str, names: Sequence[str]) -> dict[str, tuple[int, Mapping[str, str]]]:
    """What `create_topics` is told of the topics of one story."""
    return {prefix + name: (PARTITIONS, TOPICS[name].settings()) for name in names}


def event_id(record: Record) -> str:
    """The id of the event that a record carries."""
    return str(Envelope.from_headers(record.headers).id)
