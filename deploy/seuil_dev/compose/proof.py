"""The containers' processes without containers: real engines, the same commands, the same environments."""

import asyncio
import os
import re
import shlex
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx2

from seuil_dev.compose import image, proxy
from seuil_dev.compose.composition import ROOT, Composition, Part
from seuil_dev.databases import run_on
from seuil_dev.engine import Child, EngineError, free_port, last_lines
from seuil_dev.engines import Engines
from seuil_dev.folder import held
from seuil_dev.postgres import binaries
from seuil_dev.smtp import MailStore, serve_smtp

INIT = ROOT / "deploy/compose/postgres/10-databases.sh"
HBA = ROOT / "deploy/compose/postgres/pg_hba.conf"
CADDY = Path(sys.executable).parent / "caddy"
JOB_SECONDS, START_SECONDS, NEWS_SECONDS = 60.0, 40.0, 20.0
LINK = re.compile(r"https://\S+?(/registration/lien/[\w.~-]+)")
PAGES_OF_A_COORDINATOR = ("/registration/aujourdhui", "/notifications/messages", "/integration/partenaires")


class Proof:
    """One run in `folder`, where `app` holds what the image would; `say` gets a line per step."""

    def __init__(self, folder: Path, composition: Composition, say: Callable[[str], object]) -> None:
        self.folder = folder
        self.composition = composition
        self.say = say
        self.places: dict[str, str] = {}
        self.children: list[Child] = []
        self.mails = MailStore(folder / "mail")

    async def run(self) -> None:
        """Everything, in order; EngineError at the first thing that does not hold."""
        async with AsyncExitStack() as stack:
            engines = Engines(stack.enter_context(held(self.folder / "engines")), lambda line: None)
            stack.callback(engines.stop)
            engines.start()
            smtp, port = await serve_smtp(self.mails)
            await stack.enter_async_context(smtp)
            stack.callback(self.stop)
            self.databases(engines)
            engines.finish_start()
            self.map(postgres=engines.postgres.port, kafka=engines.kafka.port, mailpit=port)
            await self.start()
            await self.told_to_everyone()
            await self.kept_apart()
            await self.by_the_proxy()

    def ok(self, words: str) -> None:
        self.say(f"ok     {words}")

    def map(self, **ports: int | None) -> None:
        """Where each container's name and port is on this machine; said plainly."""
        inside = {"postgres": 5432, "kafka": 9092, "mailpit": 1025}
        self.places = {f"{name}:{inside[name]}": f"127.0.0.1:{port}" for name, port in ports.items()}
        for part in self.composition.serving.values():
            self.places[f"{part.name}:8000"] = f"127.0.0.1:{free_port()}"
        for name, place in self.places.items():
            self.say(f"mapped {name} → {place}")

    def databases(self, engines: Engines) -> None:
        """The image's own script makes databases and roles; its own rules say who comes in."""
        server = urlsplit(engines.postgres.admin_url)
        told = {
            "PATH": f"{binaries()}:{os.environ['PATH']}",
            "POSTGRES_USER": str(server.username),
            "PGHOST": str(server.hostname),
            "PGPORT": str(server.port),
            "PGPASSWORD": str(server.password),
            **self.composition.parts["postgres"].environment,
        }
        done = subprocess.run(["bash", str(INIT)], env=told, capture_output=True, text=True, check=False)
        if done.returncode:
            raise EngineError(f"{INIT.name}: {done.stderr.strip()}")
        rules = engines.postgres.data / "pg_hba.conf"
        rules.write_text(f"host all {server.username} 127.0.0.1/32 scram-sha-256\n{HBA.read_text()}")

        async def reload(admin: asyncpg.Connection) -> list[str]:
            await admin.execute("SELECT pg_reload_conf()")
            rules = await admin.fetch("SELECT line_number, error FROM pg_hba_file_rules")
            return [f"{HBA.name}:{row['line_number'] - 1} {row['error']}" for row in rules if row["error"]]

        if wrong := run_on(engines.postgres.admin_url, reload):
            raise EngineError("\n".join(wrong))
        self.ok(f"{INIT.name} makes the databases, {HBA.name} is understood")

    def place(self, service: str) -> str:
        """Where a service listens on this machine."""
        return self.places[f"{self.composition.serving[service].name}:8000"]

    def told(self, text: str) -> str:
        """`text` with the names of containers replaced."""
        for name, place in self.places.items():
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}\b", place, text)
        return text

    def environment(self, part: Part) -> dict[str, str]:
        """The image's environment and the file's, and nothing of this machine's."""
        of_the_image = image.environment(image.FILE.read_text())
        inside = {name: value.replace("/app/", f"{self.folder}/app/") for name, value in of_the_image.items()}
        return {**inside, **{name: self.told(value) for name, value in part.environment.items()}}

    def launch(self, part: Part) -> Child:
        """The part's command as a process of its own."""
        command = [str(self.folder / "app/.venv/bin/python"), *part.command[1:]]
        if part.serves:
            port = self.place(part.module).rpartition(":")[2]
            command = [{"0.0.0.0": "127.0.0.1", "8000": port}.get(word, word) for word in command]
        child = Child(part.name, signal.SIGTERM)
        child.start(command, log=self.folder / f"{part.name}.log", env=self.environment(part))
        self.children.append(child)
        return child

    async def start(self) -> None:
        """Jobs and services, each when what it waits for is there."""
        given = {"postgres", "kafka", "mailpit"}
        waiting = {part.name: part for part in self.composition.ours}
        done = set(given)
        while waiting:
            ready = [part for part in waiting.values() if set(part.needs) <= done]
            if not ready:
                raise EngineError(f"these wait for each other: {', '.join(waiting)}")
            running = {part.name: self.launch(part) for part in ready}
            for part in ready:
                await (self.serving if part.serves else self.finished)(part, running[part.name])
                done.add(part.name)
                del waiting[part.name]

    async def finished(self, job: Part, child: Child) -> None:
        """A job has ended well."""
        try:
            await until(lambda: child.exit_code is not None, JOB_SECONDS)
        except TimeoutError:
            raise EngineError(f"{job.name} does not end\n{self.log(job.name)}") from None
        if child.exit_code != 0:
            raise EngineError(f"{job.name} failed ({child.exit_code})\n{self.log(job.name)}")
        self.ok(f"{job.name}: done")

    async def serving(self, part: Part, child: Child) -> None:
        """A service is live, ready, and healthy by the check that the file gives it."""
        place = self.place(part.module)
        async with httpx2.AsyncClient(base_url=f"http://{place}") as client:
            for question in ("live", "ready"):
                await self.answers(client, f"/{part.module}/health/{question}", child)
        word, *command = part.told["healthcheck"]["test"]
        assert word == "CMD", "the check is a command without a shell"
        command = [words.replace("127.0.0.1:8000", place) for words in command]
        command[0] = str(self.folder / "app/.venv/bin/python")
        asked = await asyncio.create_subprocess_exec(*command, env=self.environment(part))
        if await asked.wait():
            raise EngineError(f"{part.name}: not healthy by {shlex.join(command)}")
        self.ok(f"{part.name}: live, ready, healthy")

    async def answers(self, client: httpx2.AsyncClient, path: str, child: Child) -> None:
        async def well() -> bool:
            if child.exit_code is not None:
                raise EngineError(f"{child.name} ended ({child.exit_code})\n{self.log(child.name)}")
            try:
                return (await client.get(path)).status_code == 200
            except httpx2.HTTPError:
                return False

        try:
            await until(well, START_SECONDS)
        except TimeoutError:
            raise EngineError(f"{child.name} does not answer {path}\n{self.log(child.name)}") from None

    async def told_to_everyone(self) -> None:
        """The first account, made by registration, is known to the others by its event alone."""
        for service, part in self.composition.serving.items():
            connection = await asyncpg.connect(self.environment(part)["DATABASE_URL"])
            try:
                await until(partial(connection.fetchval, "SELECT count(*) > 0 FROM account"), NEWS_SECONDS)
            except TimeoutError:
                raise EngineError(f"{service} has not heard of the first account") from None
            finally:
                await connection.close()
        self.ok(f"the first account is known in {', '.join(self.composition.serving)}")

    async def kept_apart(self) -> None:
        """No service opens the database of another, whatever its password."""
        urls = {
            name: self.environment(part)["DATABASE_URL"] for name, part in self.composition.serving.items()
        }
        for mine, url in urls.items():
            for other in [name for name in urls if name != mine] + ["postgres"]:
                try:
                    await asyncpg.connect(urlsplit(url)._replace(path=f"/{other}").geturl())
                except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError):
                    continue
                raise EngineError(f"{mine} opens the database {other}")
        self.ok("no service opens the database of another")

    async def by_the_proxy(self) -> None:
        """The real proxy on its own configuration: routes, headers, closed paths, a whole sign-in by mail."""
        http, https = free_port(), free_port()
        file = self.folder / "Caddyfile"
        routes = {name: place for name, place in self.places.items() if name.endswith(":8000")}
        file.write_text(proxy.mapped(proxy.FILE.read_text(), routes, http=http, https=https))
        state = {name: str(self.folder / "proxy") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
        child = Child("proxy", signal.SIGTERM)
        command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(file)]
        (self.folder / "proxy").mkdir()
        child.start(
            command,
            log=self.folder / "proxy.log",
            env={**state, **self.composition.parts["proxy"].environment},
        )
        self.children.append(child)
        self.say(f"mapped proxy:443 → 127.0.0.1:{https}, proxy:80 → 127.0.0.1:{http}")
        root = self.folder / "proxy/caddy/pki/authorities/local/root.crt"
        try:
            await until(root.exists, START_SECONDS)
        except TimeoutError:
            raise EngineError(f"the proxy has no certificate\n{self.log('proxy')}") from None
        trusted = ssl.create_default_context(cafile=str(root))
        async with httpx2.AsyncClient(base_url=f"https://localhost:{https}", verify=trusted) as client:
            await self.answers(client, "/", child)
            await self.routes(client)
            await self.signed_in(client)
            self.gone(child)
            await self.without_a_service(client)

    def gone(self, child: Child) -> None:
        if child.exit_code is not None:
            raise EngineError(f"the proxy ended\n{self.log('proxy')}")

    async def routes(self, client: httpx2.AsyncClient) -> None:
        """Each prefix reaches its service, what is for the inside is closed, headers are there."""
        said = proxy.read(proxy.FILE.read_text())
        for service in self.composition.serving:
            path = f"/{service}/openapi.json"
            answer, direct = await client.get(path), await client.get(f"http://{self.place(service)}{path}")
            if answer.status_code != 200 or answer.json() != direct.json():
                raise EngineError(f"the proxy does not lead /{service}/ to {service}: {answer.status_code}")
            for path in (f"/{service}/metrics", f"/{service}/health/ready"):
                if (await client.get(path)).status_code != 404:
                    raise EngineError(f"the proxy shows {path}")
        for path in ("/", "/nowhere", "/metrics"):
            answer = await client.get(path)
            lacking = {n: v for n, v in said.headers.items() if answer.headers.get(n) != v}
            if lacking:
                raise EngineError(f"{path}: headers {lacking} are missing or others: {dict(answer.headers)}")
        self.ok("proxy: routes, headers, closed paths")

    async def signed_in(self, client: httpx2.AsyncClient) -> None:
        """A link asked for by https, mailed by notifications, opened: a session that every service knows."""
        email = self.composition.serving["registration"].environment["SEUIL_COORDINATOR"]
        origin = {"origin": str(client.base_url).rstrip("/")}
        await client.post(
            "/registration/session", data={"email": email, "cle_idempotence": str(uuid4())}, headers=origin
        )

        def mailed() -> str:
            texts = [mail.text for mail in self.mails.recent() if email in mail.recipients]
            found = [link[1] for text in texts if (link := LINK.search(text))]
            return found[0] if found else ""

        try:
            link = await until(mailed, NEWS_SECONDS)
        except TimeoutError:
            raise EngineError(f"no mail came\n{self.log('notifications')}") from None
        await client.post(str(link), data={"cle_idempotence": str(uuid4())}, headers=origin)
        for path in PAGES_OF_A_COORDINATOR:
            answer = await client.get(path)
            if answer.status_code != 200:
                raise EngineError(f"{path} answers {answer.status_code} to the coordinator")
        self.ok("signed in by a mailed link; the session is known in every service")

    async def without_a_service(self, client: httpx2.AsyncClient) -> None:
        """Analytics away: its pages say so in words, with the headers; the others answer."""
        away = next(child for child in self.children if child.name == "analytics")
        away.ask_to_stop()
        await asyncio.to_thread(away.wait_stopped)
        answer = await client.get("/analytics/publics")
        csp = answer.headers.get("content-security-policy", "")
        if (
            answer.status_code != 503
            or "redémarre" not in answer.text
            or "frame-ancestors" not in csp
            or "retry-after" not in answer.headers
        ):
            raise EngineError(f"without analytics the proxy says {answer.status_code}: {answer.text[:200]}")
        if (await client.get("/")).status_code != 200:
            raise EngineError("without analytics the first page does not answer")
        self.ok("proxy: a service away is said in words, the others go on")

    def log(self, name: str) -> str:
        return last_lines(self.folder / f"{name}.log", 15)

    def stop(self) -> None:
        """Every process of ours."""
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.wait_stopped()


async def until(condition: Callable[[], object], seconds: float) -> object:
    """What `condition` gives once it gives something; TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if isinstance(found, Awaitable):
            found = await found
        if found:
            return found
        if time.monotonic() > end:
            raise TimeoutError
        await asyncio.sleep(0.1)
