"""The engines of a trial: the launcher's own, with a door behind the proxy and a direct one for the
judge.

Nothing here waits for the disk (`fsync = off`): only processes die in a trial, never the machine, and
what a killed process wrote stays in the page cache. `synchronous_commit` stays on: a commit that was
answered is written.
"""

import contextlib
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from seuil_dev.engine import EngineError, free_port, wait_until
from seuil_dev.kafka import LOGGING, Kafka
from seuil_dev.postgres import Postgres

START_SECONDS = 240.0
TRIAL_SETTINGS = """\
fsync = off
full_page_writes = on
max_connections = 300
max_wal_size = 512MB
shared_buffers = 128MB
log_min_messages = warning
"""
PROPERTIES = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=DIRECT://127.0.0.1:{port},PROXIED://127.0.0.1:{behind},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=DIRECT://127.0.0.1:{port},PROXIED://127.0.0.1:{door}
listener.security.protocol.map=DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=DIRECT
log.dirs={data}
default.replication.factor={copies}
min.insync.replicas={insync}
offsets.topic.replication.factor={copies}
offsets.topic.num.partitions=4
transaction.state.log.replication.factor={copies}
transaction.state.log.min.isr={insync}
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor={copies}
share.coordinator.state.topic.min.isr={insync}
unclean.leader.election.enable=false
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
log.retention.check.interval.ms=3600000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class TrialPostgres(Postgres):
    """A PostgreSQL that may be stopped at once."""

    door: int = 0
    """The port of the proxy in front of it."""

    def prepare(self) -> None:
        """The launcher's, with the settings of a trial."""
        super().prepare()
        file = self.data / "postgresql.auto.conf"
        if "fsync" not in file.read_text():
            with file.open("a") as out:
                out.write(TRIAL_SETTINGS)

    def immediate(self) -> None:
        """`pg_ctl stop -m immediate`: no checkpoint, the next start recovers."""
        if self.child.pid is not None:
            os.kill(self.child.pid, signal.SIGQUIT)


@dataclass
class Place:
    """The ports of one broker."""

    node: int
    port: int = field(default_factory=free_port)
    behind: int = field(default_factory=free_port)
    door: int = field(default_factory=free_port)
    controller: int = field(default_factory=free_port)


class TrialKafka(Kafka):
    """One broker of a cluster of one or three; clients that come by the proxy stay behind it."""

    def __init__(self, folder: Path, place: Place, all_places: list[Place]) -> None:
        super().__init__(folder, port=place.port, controller_port=place.controller)
        self.place = place
        self._all = all_places

    def finish_start(self) -> None:
        """Wait until it answers: with three of them starting on a busy machine, minutes."""
        if not wait_until(self.ready, START_SECONDS, every=0.1):
            raise EngineError(f"Kafka ne démarre pas (journal : {self.folder / 'kafka-0.log'}).")

    def _write_files(self) -> None:
        copies = len(self._all)
        voters = ",".join(f"{p.node}@127.0.0.1:{p.controller}" for p in self._all)
        (self.folder / "server.properties").write_text(
            PROPERTIES.format(
                node=self.place.node,
                voters=voters,
                port=self.place.port,
                behind=self.place.behind,
                door=self.place.door,
                controller=self.place.controller,
                data=self.data,
                copies=copies,
                insync=2 if copies > 2 else 1,
            )
        )
        (self.folder / "logging.properties").write_text(LOGGING.format(folder=self.folder))


def send_signal(pid: int | None, number: signal.Signals) -> bool:
    """Sends it when there is somebody; whether it was sent."""
    with contextlib.suppress(ProcessLookupError):
        if pid is not None:
            os.kill(pid, number)
            return True
    return False
