"""Starts everything Seuil needs on one machine, in one process and two engines, and leaves nothing behind.

Order of the stop: HTTP is closed, the services stop (relays, consumers), then the mail catcher, then Kafka
and PostgreSQL together. Ten seconds at most; a second signal ends it at once.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import uvicorn

from contracts.topics import FACTS_KEPT_MONTHS
from seuil_dev.catalogue import Catalogue, Services
from seuil_dev.databases import ServiceDatabase
from seuil_dev.engine import EngineError
from seuil_dev.engines import Engines, Say
from seuil_dev.folder import Folder, held, sweep
from seuil_dev.gateway import Application, Gateway
from seuil_dev.keys import Keys, keys_of
from seuil_dev.logs import logging_to
from seuil_dev.mailpage import mail_page
from seuil_dev.settings import Options, service_environment
from seuil_dev.smtp import MailStore, serve_smtp

HTTP_SECONDS = 2
APPS_SECONDS = 4.0
LAST_RESORT_SECONDS = 9.5
READY_SECONDS = 60.0
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Running:
    """A stack that answers, for what is done on it once it does."""

    url: str
    engines: Engines
    databases: Mapping[str, ServiceDatabase]
    mails: MailStore
    keys: Keys
    say: Say


Then = Callable[[Running], Awaitable[int | None]]
"""Done once ready. An exit code ends the run; None leaves it running until a signal."""


def say(line: str) -> None:
    """One line for the person who started us, who may have closed the terminal."""
    with contextlib.suppress(OSError, ValueError):
        print(line, flush=True)


def run(options: Options, *, then: Then | None = None, catalogue: Catalogue | None = None) -> int:
    """Run a stack until a signal, or until `then` gives an exit code; 1, said in words, when it cannot."""
    try:
        with held(options.data) as folder, logging_to(folder.path / "seuil.log"):
            return _Launcher(options, folder, catalogue or Services(), then).run()
    except EngineError as refused:
        print(str(refused), file=sys.stderr, flush=True)
        return 1


def listen(port: int) -> socket.socket:
    """The public socket, ours from now on; EngineError when the port is taken. 0 takes any."""
    public = socket.socket(proto=socket.IPPROTO_TCP)  # without it asyncio leaves Nagle on
    public.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        public.bind(("127.0.0.1", port))
        public.listen(256)
    except OSError as taken:
        public.close()
        raise EngineError(
            f"Le port {port} est déjà pris sur 127.0.0.1 ({taken.strerror}). Arrêtez ce qui l’occupe, "
            f"ou choisissez-en un autre : PORT={port + 1 if port < 65535 else 8000} make run"
        ) from taken
    return public


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the launcher's."""
        yield


class _Launcher:
    def __init__(self, options: Options, folder: Folder, catalogue: Catalogue, then: Then | None) -> None:
        self._options = options
        self._folder = folder
        self._catalogue = catalogue
        self._then = then
        self._engines = Engines(folder, say)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._signals = 0

    def run(self) -> int:
        mails = MailStore(self._folder.path / "mail")
        page = mail_page(mails, {"SEUIL_ENV": self._options.effective("SEUIL_ENV", "local")})
        before = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        try:
            for name in sweep(self._folder):
                say(f"Un {name} resté d’un arrêt brutal a été arrêté.")
            with contextlib.closing(listen(self._options.port)) as public:
                port = int(public.getsockname()[1])
                self._folder.write_run(pid=os.getpid(), url=f"http://127.0.0.1:{port}")
                try:
                    databases = self._start_engines()
                    return asyncio.run(self._serve(public, databases, mails, page))
                finally:
                    self._engines.stop()
        except KeyboardInterrupt:
            say("Arrêté avant d’être prêt.")
            return 130
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1
        if self._signals > 1:
            self._end_now()
        timer = threading.Timer(LAST_RESORT_SECONDS, self._end_now)
        timer.daemon = True
        timer.start()
        if self._loop is None:
            raise KeyboardInterrupt
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def _end_now(self) -> None:
        self._engines.kill()
        os._exit(1)

    def _start_engines(self) -> dict[str, ServiceDatabase]:
        self._engines.start()
        databases = {}
        for service in self._catalogue.names:
            databases[service] = self._engines.postgres.provision(service)
            self._catalogue.migrate(service, databases[service].migrator_url)
        self._engines.finish_start()
        return databases

    async def _serve(
        self,
        public: socket.socket,
        databases: Mapping[str, ServiceDatabase],
        mails: MailStore,
        page: Application,
    ) -> int:
        self._loop = asyncio.get_running_loop()
        bootstrap, url = self._engines.kafka.bootstrap, self._folder.run["url"]
        months = int(self._options.effective("FACTS_KEPT_MONTHS", str(FACTS_KEPT_MONTHS)))
        await self._catalogue.create_topics(bootstrap, months=months)
        smtp, smtp_port = await serve_smtp(mails)
        keys = keys_of(self._folder.path)
        self._folder.write_run(ports={**self._folder.run["ports"], "smtp": smtp_port})
        applications: dict[str, Application] = {}
        for service, database in databases.items():
            settings = service_environment(
                service,
                self._options,
                database,
                keys,
                url=url,
                bootstrap=bootstrap,
                smtp=f"smtp://127.0.0.1:{smtp_port}",
            )
            applications[service] = self._catalogue.application(service, settings)
        gateway = Gateway({**applications, "dev": page})
        running = Running(url, self._engines, databases, mails, keys, say)
        async with smtp:
            return await self._answer(gateway, public, running)

    async def _answer(self, gateway: Gateway, public: socket.socket, running: Running) -> int:
        config = uvicorn.Config(
            gateway,
            log_config=None,
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            timeout_graceful_shutdown=HTTP_SECONDS,
        )
        server = _Server(config)
        stack = contextlib.AsyncExitStack()
        await stack.enter_async_context(gateway.running())
        serving = asyncio.create_task(server.serve(sockets=[public]))
        try:
            if await self._ready(gateway):
                running.say(f"Seuil: {running.url}")
            return await self._until_the_end(running, serving)
        finally:
            running.say("Arrêt…")
            server.should_exit = True
            await asyncio.wait([serving], timeout=HTTP_SECONDS + 1)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(APPS_SECONDS):
                    await stack.aclose()

    async def _until_the_end(self, running: Running, serving: asyncio.Task[None]) -> int:
        """Wait for a signal (0), for `then` to give a code, or for something that must live to die."""
        stop = asyncio.create_task(self._stop.wait())
        must_live = {serving, asyncio.create_task(self._engines.supervise())}
        doing = asyncio.create_task(self._do(running))
        waited: set[asyncio.Task[object]] = {stop, doing, *must_live}
        try:
            while True:
                done, waited = await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                if doing in done and (code := doing.result()) is not None:
                    return code
                for task in done & must_live:
                    task.result()
                    raise EngineError("Le serveur HTTP s’est arrêté.")
                if stop in done:
                    return 0
        finally:
            for task in {stop, doing, *must_live} - {serving}:
                task.cancel()

    async def _ready(self, gateway: Gateway) -> bool:
        """Wait until every service says so; False when a signal comes first, EngineError after a minute."""
        end = time.monotonic() + READY_SECONDS
        while not self._stop.is_set():
            status, body = await gateway.health("ready")
            if status == 200:
                return True
            if time.monotonic() > end:
                late = ", ".join(name for name, answer in body["services"].items() if answer != 200)
                raise EngineError(
                    f"Ces services ne sont pas prêts après une minute : {late}. Voir seuil.log."
                )
            await asyncio.sleep(0.05)
        return False

    async def _do(self, running: Running) -> int | None:
        return None if self._then is None else await self._then(running)
