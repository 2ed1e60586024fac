"""The real launcher with engines that a test takes away: while `<data>/<engine>.away` stands, one stays away.

Also at the start: a Kafka that is away is not waited for, and its topics are those of the run before.
"""

import asyncio
import sys
from unittest.mock import patch

from contracts.topics import FACTS_KEPT_MONTHS
from seuil_dev.catalogue import Services
from seuil_dev.engines import Engines
from seuil_dev.kafka import Kafka
from seuil_dev.launcher import run
from seuil_dev.postgres import Postgres
from seuil_dev.settings import options

DATA = options().data.absolute()


def away(engine: str) -> bool:
    return (DATA / f"{engine}.away").exists()


class Removable(Engines):
    """Starts what is not away, and keeps it so."""

    def start(self) -> None:
        if not away("kafka"):
            super().start()
            return
        self.kafka.prepare()
        self.postgres.start()
        self._record()

    def finish_start(self) -> None:
        if not away("kafka"):
            super().finish_start()

    async def _keep(self, engine: Postgres | Kafka, name: str) -> None:
        while True:
            await asyncio.sleep(0.1)
            if self._stopping:
                continue
            running = engine.child.pid is not None
            if away(engine.child.name):
                if running:
                    engine.child.ask_to_stop()
                    await asyncio.to_thread(engine.child.wait_stopped)
            elif not running:
                engine.launch()
                self._record()


class Known(Services):
    """The services; topics are made when there is somebody to make them."""

    async def create_topics(self, bootstrap: str, *, months: int = FACTS_KEPT_MONTHS) -> None:
        if not away("kafka"):
            await super().create_topics(bootstrap, months=months)


if __name__ == "__main__":
    with patch("seuil_dev.launcher.Engines", Removable):
        sys.exit(run(options(), catalogue=Known()))
