"""A stack whose services are one trial app: the launcher is tested before and apart from what it launches."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from seuil_dev.engine import EngineError
from seuil_dev.gateway import Application
from seuil_dev.launcher import run
from seuil_dev.settings import options


class Trial:
    """One service, `registration`: a table, a page that counts its visits, a stream without end."""

    names: Sequence[str] = ("registration",)

    def migrate(self, service: str, migration_url: str) -> None:
        async def make() -> None:
            owner = await asyncpg.connect(migration_url)
            await owner.execute("CREATE TABLE IF NOT EXISTS visit (at timestamptz NOT NULL DEFAULT now())")
            await owner.close()

        asyncio.run(make())

    async def create_topics(self, bootstrap: str, *, months: int) -> None:
        return None

    def application(self, service: str, settings: Mapping[str, str | None]) -> Application:
        url = settings["DATABASE_URL"]

        @asynccontextmanager
        async def lifespan(app: Starlette) -> AsyncIterator[None]:
            yield
            await asyncio.sleep(float(os.environ.get("TRIAL_SLOW_STOP", "0")))

        async def home(request: Request) -> Response:
            try:
                app = await asyncpg.connect(url)
            except OSError:
                return Response(status_code=503)
            await app.execute("INSERT INTO visit DEFAULT VALUES")
            visits = await app.fetchval("SELECT count(*) FROM visit")
            await app.close()
            return JSONResponse({"visits": visits})

        async def endless(request: Request) -> Response:
            async def beat() -> AsyncIterator[bytes]:
                while True:
                    yield b": beat\n\n"
                    await asyncio.sleep(0.1)

            return StreamingResponse(beat(), media_type="text/event-stream")

        async def told(request: Request) -> Response:
            return JSONResponse({name: value for name, value in settings.items() if "URL" not in name})

        async def healthy(request: Request) -> Response:
            return JSONResponse({"status": "ok"})

        routes = [
            Route("/", home),
            Route("/registration/live", endless),
            Route("/registration/settings", told),
            Route("/registration/health/live", healthy),
            Route("/registration/health/ready", healthy),
        ]
        return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    try:
        sys.exit(run(options(), catalogue=Trial()))
    except EngineError as refused:
        sys.exit(str(refused))
