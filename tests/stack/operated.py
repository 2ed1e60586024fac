"""A running stack as its operator has it: `python -m <service> …` beside it, and what its databases hold."""

import asyncio
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

import analytics.subscriptions
import cases.subscriptions
import integration.subscriptions
import notifications.subscriptions
from seuil_dev.databases import ServiceDatabase
from seuil_dev.keys import keys_of
from seuil_dev.settings import Options, service_environment
from tests.stack.running import ROOT, Stack

_HEARING = (
    analytics.subscriptions,
    cases.subscriptions,
    integration.subscriptions,
    notifications.subscriptions,
)
TABLES = {
    module.__name__.partition(".")[0]: sorted(table for p in module.PROJECTIONS for table in p.tables)
    for module in _HEARING
}
"""The tables of each service's projections."""


ROWS = "SELECT (to_jsonb(t) - 'version')::text"
SECONDS = 200
"""For one command, on a machine that does many things."""


def _told(process: "subprocess.Popen[str]") -> str:
    try:
        return process.communicate(timeout=SECONDS)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError(f"{process.args!r} is not over, said:\n{process.communicate()[0]}") from None


@dataclass
class Operator:
    """Somebody with the addresses and the passwords of a stack."""

    stack: Stack

    def database(self, service: str) -> ServiceDatabase:
        known = json.loads(next(self.stack.data.glob("postgres/**/roles.json")).read_text())
        place = f"127.0.0.1:{self.stack.run['ports']['postgres']}/{service}"
        owner, app = (
            f"postgresql://{role}:{known[role]}@{place}" for role in (f"{service}_owner", f"{service}_app")
        )
        return ServiceDatabase(service, service, owner, app)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.stack.run['ports']['kafka']}"

    def environment(self, service: str) -> dict[str, str]:
        database = self.database(service)
        told = service_environment(
            service, Options(self.stack.data), database, keys_of(self.stack.data),
            url=self.stack.url, bootstrap=self.bootstrap, smtp="smtp://127.0.0.1:1",
        )  # fmt: skip
        told["MIGRATION_DATABASE_URL"] = database.migrator_url
        return {**os.environ, **{name: value for name, value in told.items() if value is not None}}

    def begin(self, service: str, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", service, *arguments],
            cwd=ROOT,
            env=self.environment(service),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, service: str, *arguments: str, code: int = 0) -> str:
        begun = self.begin(service, *arguments)
        told = _told(begun)
        assert begun.returncode == code, f"{service} {arguments}: {begun.returncode}\n{told}"
        return told

    def everywhere(self, services: Iterable[str], *arguments: str) -> dict[str, str]:
        """The same command of several services at once; what each said. AssertionError when one fails."""
        begun = {service: self.begin(service, *arguments) for service in services}
        told = {service: _told(process) for service, process in begun.items()}
        for service, process in begun.items():
            assert process.returncode == 0, f"{service} {arguments}: {process.returncode}\n{told[service]}"
        return told

    def make_topics(self) -> None:
        """As the job does before services start."""
        subprocess.run(
            [sys.executable, "-m", "operating", "topics"],
            cwd=ROOT,
            env={**os.environ, "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap},
            check=True,
            timeout=60,
        )

    def ask(self, service: str, *queries: str) -> list[list[asyncpg.Record]]:
        """Answers of a service's database, asked as its owner."""

        async def ask() -> list[list[asyncpg.Record]]:
            connection = await asyncpg.connect(self.database(service).migrator_url, timeout=20)
            try:
                return [await connection.fetch(query) for query in queries]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def count(self, service: str, table: str, where: str = "true") -> int:
        return int(self.ask(service, f"SELECT count(*) FROM {table} WHERE {where}")[0][0][0])  # noqa: S608 - names of ours only

    def projected(self, *, but: str = "nothing") -> dict[tuple[str, str], str]:
        """A digest of every table of every projection, rows that tell of `but` left out.

        Versions too: a wording told again from the tables has the number of its row now, above the last told.
        """
        found = {}
        for service, tables in TABLES.items():
            queries = [f'{ROWS} FROM "{table}" AS t ORDER BY 1' for table in tables]
            for table, rows in zip(tables, self.ask(service, *queries), strict=True):
                kept = [row[0] for row in rows if but not in row[0]]
                digest = hashlib.sha256("\n".join(kept).encode()).hexdigest()
                found[service, table] = f"{len(kept)} {digest}"
        return found
