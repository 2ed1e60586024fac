"""PostgreSQL and Kafka of one folder: started together, restarted when they die, stopped together."""

import asyncio
import time
from collections.abc import Callable

from seuil_dev.engine import EngineError, bound_log
from seuil_dev.folder import Folder
from seuil_dev.kafka import Kafka
from seuil_dev.postgres import Postgres

Say = Callable[[str], None]
RESTARTS = 3
STEADY_SECONDS = 60.0
"""An engine that ran this long is forgiven its earlier deaths."""


class Engines:
    """The two engines of `folder`; ports and pids go to its `run.json`."""

    def __init__(self, folder: Folder, say: Say) -> None:
        ports = folder.run.get("ports", {})
        self.postgres = Postgres(folder.path / "postgres", port=ports.get("postgres"))
        self.kafka = Kafka(
            folder.path / "kafka",
            port=ports.get("kafka"),
            controller_port=ports.get("kafka_controller"),
            progress=say,
        )
        self._folder = folder
        self._say = say
        self._stopping = False

    def start(self) -> None:
        """Start both; PostgreSQL answers on return, Kafka a little later (`finish_start`)."""
        if not self.postgres.data.exists():
            self._say("Première fois dans ce dossier : préparation de PostgreSQL et de Kafka.")
        self.kafka.prepare()
        self.postgres.prepare()
        self.kafka.launch()
        self.postgres.launch()
        self._record()
        self.postgres.finish_start()
        self._record()

    def finish_start(self) -> None:
        """Wait until Kafka answers too."""
        self.kafka.finish_start()
        self._record()

    def stop(self) -> None:
        """Both at once: asked, waited for, killed when it takes too long."""
        self._stopping = True
        for engine in (self.kafka, self.postgres):
            engine.child.ask_to_stop()
        for engine in (self.postgres, self.kafka):
            engine.child.wait_stopped()
        self._record()

    def kill(self) -> None:
        """At once, without a clean stop."""
        self._stopping = True
        for engine in (self.kafka, self.postgres):
            engine.child.kill()

    async def supervise(self) -> None:
        """Restart what dies, on the same port; EngineError when it dies again and again."""
        await asyncio.gather(
            self._keep(self.postgres, "PostgreSQL"), self._keep(self.kafka, "Kafka"), self._keep_logs_small()
        )

    async def _keep(self, engine: Postgres | Kafka, name: str) -> None:
        deaths, alive_since = 0, time.monotonic()
        while True:
            while engine.child.exit_code is None or self._stopping:  # noqa: ASYNC110 - a process, not an event
                await asyncio.sleep(0.1)
            deaths = 1 if time.monotonic() - alive_since > STEADY_SECONDS else deaths + 1
            code = engine.child.exit_code
            if deaths > RESTARTS:
                raise EngineError(f"{name} s’arrête sans cesse (code {code}). Journal : {engine.log}")
            self._say(f"{name} s’est arrêté (code {code}) : redémarrage sur le même port.")
            await asyncio.sleep(0.25 * 2**deaths)
            engine.launch()
            self._record()
            alive_since = time.monotonic()
            while engine.child.exit_code is None:
                if await asyncio.to_thread(engine.ready):
                    self._say(f"{name} répond de nouveau.")
                    break
                await asyncio.sleep(0.1)

    async def _keep_logs_small(self) -> None:
        while True:
            for engine in (self.postgres, self.kafka):
                bound_log(engine.log)
            await asyncio.sleep(10)

    def _record(self) -> None:
        self._folder.write_run(
            ports={
                **self._folder.run.get("ports", {}),
                "postgres": self.postgres.port,
                "kafka": self.kafka.port,
                "kafka_controller": self.kafka.controller_port,
            },
            pids={
                name: engine.child.pid
                for name, engine in (("postgres", self.postgres), ("kafka", self.kafka))
                if engine.child.pid is not None
            },
        )
