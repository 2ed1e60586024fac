"""Everything of a trial as processes, and who starts again after a second what has died.

Two replicas of registration and of cases, one of the others (two of each in a cluster), one PostgreSQL,
one Kafka or three, a proxy, a sink. All of them die with this process.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from contracts.topics import FACTS_KEPT_MONTHS, TOPICS
from eventing.kafka import create_topics
from seuil_dev.catalogue import SERVICES
from seuil_dev.databases import ServiceDatabase
from seuil_dev.engine import Child, EngineError, bound_log, free_port, private_folder
from seuil_dev.keys import keys_of
from seuil_dev.migrations import migrate
from seuil_dev.settings import COORDINATOR, TERRITORY, Options, service_environment
from tests.chaos import applied, disks, proxy
from tests.chaos.engines import Place, TrialKafka, TrialPostgres, send_signal
from tests.chaos.sink import HEALED
from tests.chaos.site import Site

ROOT = Path(__file__).resolve().parents[2]
PYTHONPATH = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
RESTART_SECONDS = 1.0
START_SECONDS = 240.0
FREEZE_SECONDS = 60.0
LOG_LIMIT = 20_000_000
REPLICAS = {"registration": 2, "cases": 2, "notifications": 1, "integration": 1, "analytics": 1}
TOLD = {
    "SEUIL_QUIET_HOURS": "",
    "SEUIL_RETRY_DELAYS": "1,1,2,2,4,8,16,32,64",
    "SEUIL_WORDING_PATIENCE": "5",
    "SMTP_TIMEOUT": "2",
    "SEUIL_LINK_MAILS_PER_HOUR": "100000",
    "SEUIL_COORDINATOR": COORDINATOR,
    "SEUIL_TERRITORY": TERRITORY,
}


@dataclass
class Worker:
    """One process that is started again when it dies, unless it is held down."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    held: bool = False
    starts: int = 0
    child: Child = field(init=False)

    def __post_init__(self) -> None:
        self.child = Child(self.name, signal.SIGKILL)

    @property
    def service(self) -> str:
        return self.name.partition("-")[0]

    def start(self) -> None:
        """Starts it; from the main thread."""
        self.starts += 1
        self.child.start(self.command, log=self.log, env={**os.environ, **self.environment})

    def send(self, number: signal.Signals) -> bool:
        """A signal to the process; whether there was one."""
        return send_signal(self.child.pid, number)


class Rig:
    """One trial: its folder, its processes, its address book (`site`)."""

    def __init__(
        self, folder: Path, seed: int, *, replicas: Mapping[str, int] = REPLICAS, brokers: int = 1
    ) -> None:
        self.folder = private_folder(folder.absolute())
        self.seed = seed
        places = [Place(node) for node in range(1, brokers + 1)]
        self.postgres = TrialPostgres(self.folder / "postgres", port=free_port())
        self.postgres.door = free_port()
        self.brokers = [TrialKafka(self.folder / f"kafka{p.node}", p, places) for p in places]
        self.control = free_port()
        self.smtp, self.http = free_port(), free_port()
        self.replicas = [(s, n, free_port()) for s in SERVICES for n in range(1, replicas[s] + 1)]
        self.workers: dict[str, Worker] = {}
        self.helpers: list[Worker] = []
        self.held_engines: set[str] = set()
        self.restarts = 0
        self.disks: dict[str, disks.Disk] = {}
        self.site = Site(self.folder, {}, {}, "", self.folder / "mails", "", seed=seed)
        self._keeping: list[asyncio.Task[None]] = []
        self._databases: dict[str, ServiceDatabase] = {}

    @property
    def engines(self) -> dict[str, TrialPostgres | TrialKafka]:
        """Engines by name: postgres, kafka1…"""
        return {"postgres": self.postgres} | {f"kafka{b.place.node}": b for b in self.brokers}

    @asynccontextmanager
    async def running(self, environment: Mapping[str, str] | None = None) -> AsyncIterator["Rig"]:
        """Everything between its start and its end; ready when entered."""
        try:
            await self._start(dict(environment or {}))
            yield self
        finally:
            await self.stop()

    def mount(self) -> bool:
        """Puts the data of the engines on disks that can be full; before the start. Whether it could."""
        if not disks.own_mounts():
            return False
        size = disks.room()
        for name, engine in (("postgres", self.postgres), ("kafka1", self.brokers[0])):
            self.disks[name] = disks.Disk(engine.data, size)
        return True

    async def _start(self, environment: dict[str, str]) -> None:
        for broker in self.brokers:
            broker.prepare()
        self.postgres.prepare()
        self._start_helpers()
        for engine in self.engines.values():
            engine.launch()
        self.postgres.finish_start()
        for service in SERVICES:
            self._databases[service] = self.postgres.provision(service)
            migrate(service, self._databases[service].migrator_url)
        for broker in self.brokers:
            broker.finish_start()
        bootstrap = ",".join(b.bootstrap for b in self.brokers)
        living = (t for t in TOPICS.values() if t.owner in SERVICES or t.owner == "every service")
        wanted = {t.name: (t.partitions, t.settings(FACTS_KEPT_MONTHS)) for t in living}
        await create_topics(bootstrap, wanted, copies=len(self.brokers))
        self._describe(bootstrap, environment)
        for url in self.site.admin_databases.values():
            await applied.create(url)
        for worker in self.workers.values():
            worker.start()
        self._keeping = [asyncio.create_task(self._keep(w)) for w in [*self.workers.values()]]
        self._keeping += [asyncio.create_task(self._keep_engine(name)) for name in self.engines]
        self._keeping.append(asyncio.create_task(self._keep_logs_small()))
        await self.ready()

    def _start_helpers(self) -> None:
        python, logs = sys.executable, private_folder(self.folder / "logs")
        routes = [f"postgres:{self.postgres.door}:{self.postgres.port}"]
        routes += [f"kafka.{b.place.node}:{b.place.door}:{b.place.behind}" for b in self.brokers]
        commands = {
            "proxy": ["tests.chaos.proxy", "--control", str(self.control), *routes],
            "sink": [
                "tests.chaos.sink",
                str(self.folder),
                "--smtp",
                str(self.smtp),
                "--http",
                str(self.http),
            ],
        }
        for name, words in commands.items():
            worker = Worker(name, [python, "-m", *words], {"PYTHONPATH": PYTHONPATH}, logs / f"{name}.log")
            worker.start()
            self.helpers.append(worker)

    def _describe(self, bootstrap: str, environment: dict[str, str]) -> None:
        keys = keys_of(self.folder)
        urls: dict[str, list[str]] = {}
        for service, _, port in self.replicas:
            urls.setdefault(service, []).append(f"http://127.0.0.1:{port}")
        public = urls["registration"][0]
        options = Options(self.folder, 0, TOLD)
        doors = ",".join(f"127.0.0.1:{b.place.door}" for b in self.brokers)
        smtp = f"smtp://127.0.0.1:{self.smtp}"
        shared: dict[str, str] = {}
        for service, number, port in self.replicas:
            database = self._behind_the_proxy(self._databases[service])
            told = service_environment(
                service, options, database, keys, url=public, bootstrap=doors, smtp=smtp
            )
            decided = {name: value for name, value in told.items() if value is not None}
            shared |= {n: v for n, v in decided.items() if n not in ("DATABASE_URL", "SMTP_URL")}
            name = f"{service}-{number}"
            command = [sys.executable, "-m", "tests.chaos.replica", service, "--port", str(port)]
            log = self.folder / "logs" / f"{name}.log"
            self.workers[name] = Worker(name, command, {**decided, "PYTHONPATH": PYTHONPATH}, log)
        admin = urlsplit(self.postgres.admin_url)
        self.site = replace(
            self.site,
            urls=urls,
            admin_databases={s: admin._replace(path=f"/{s}").geturl() for s in SERVICES},
            bootstrap=bootstrap,
            sink=f"http://127.0.0.1:{self.http}",
            environment={**shared, "SEUIL_PUBLIC_URL": public, **environment},
        )
        self.site.save()

    def _behind_the_proxy(self, database: ServiceDatabase) -> ServiceDatabase:
        url = database.app_url.replace(f":{self.postgres.port}/", f":{self.postgres.door}/")
        return replace(database, app_url=url)

    async def ready(self, seconds: float = START_SECONDS) -> None:
        """Waits until every replica says that it is; EngineError after `seconds`."""
        end = time.monotonic() + seconds
        while late := await self._late():
            if time.monotonic() > end:
                raise EngineError(
                    f"Pas prêts après {seconds:g} s : {', '.join(late)} (journaux : {self.folder}/logs)"
                )
            await asyncio.sleep(0.2)

    async def _late(self) -> list[str]:
        async with httpx2.AsyncClient(timeout=5) as client:

            async def asked(service: str, number: int, port: int) -> str | None:
                try:
                    answer = await client.get(f"http://127.0.0.1:{port}/health/ready")
                except httpx2.HTTPError:
                    return f"{service}-{number}"
                return None if answer.status_code == 200 else f"{service}-{number}"

            return [name for name in await asyncio.gather(*(asked(*r) for r in self.replicas)) if name]

    async def break_network(self, route: str, fault: dict[str, object] | None) -> None:
        """Tells the proxy; `route` is postgres or kafka."""
        await proxy.tell(self.control, route, fault)

    async def _keep(self, worker: Worker) -> None:
        while True:
            while worker.child.exit_code is None or worker.held:
                await asyncio.sleep(0.05)
            await asyncio.sleep(RESTART_SECONDS)
            if not worker.held:
                self.restarts += 1
                worker.start()

    async def _keep_engine(self, name: str) -> None:
        engine = self.engines[name]
        while True:
            while engine.child.exit_code is None or name in self.held_engines:
                await asyncio.sleep(0.05)
            await asyncio.sleep(RESTART_SECONDS)
            if name not in self.held_engines:
                self.restarts += 1
                engine.launch()

    async def _keep_logs_small(self) -> None:
        while True:
            logs = [w.log for w in (*self.workers.values(), *self.helpers)]
            for log in [*logs, *(engine.log for engine in self.engines.values())]:
                bound_log(log, LOG_LIMIT)
            await asyncio.sleep(5)

    async def heal(self) -> None:
        """Ends every fault: network whole, nothing stopped, nothing held down, clocks right, sinks open."""
        (self.folder / HEALED).touch()
        for route in ("postgres", "kafka"):
            await self.break_network(route, None)
        for engine in self.engines.values():
            send_signal(engine.child.pid, signal.SIGCONT)
        self.held_engines.clear()
        for worker in self.workers.values():
            worker.send(signal.SIGCONT)
            worker.held = False
            if worker.environment.pop("CHAOS_CLOCK_OFFSET", None) is not None:
                worker.send(signal.SIGTERM)
        await self.ready()

    async def freeze(self) -> None:
        """Ends the services and keeps them down, so that what is read next is of one moment."""
        for worker in self.workers.values():
            worker.held = True
            worker.send(signal.SIGTERM)
        end = time.monotonic() + FREEZE_SECONDS
        while any(worker.child.exit_code is None for worker in self.workers.values()):
            if time.monotonic() > end:
                raise EngineError(f"Un service ne s’arrête pas (journaux : {self.folder}/logs)")
            await asyncio.sleep(0.1)

    async def thaw(self) -> None:
        """Starts them again."""
        for worker in self.workers.values():
            worker.held = False
        await self.ready()

    async def stop(self) -> None:
        """Ends every process that this one started."""
        for task in self._keeping:
            task.cancel()
        for worker in [*self.workers.values(), *self.helpers]:
            worker.send(signal.SIGCONT)
            worker.child.kill()
        for engine in self.engines.values():
            send_signal(engine.child.pid, signal.SIGCONT)
            with contextlib.suppress(ProcessLookupError):
                engine.child.ask_to_stop()
        for engine in self.engines.values():
            engine.child.wait_stopped()
