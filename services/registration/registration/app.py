"""The composition of registration: settings in, an application out. Nothing global."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

import registration
from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.health import health_routes
from operating.service import Service
from registration import api, web
from registration.commands import Desk, ensure_first_account
from registration.queries import accounts_of
from registration.settings import Settings
from registration.subscriptions import POLICIES, due_commands
from webui.keys import Signer
from webui.pages import Pages
from webui.site import Site, install


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application, with its service in `app.state.service`; nothing is opened before its lifespan."""
    runtime = runtime or real_runtime()
    broker = broker or KafkaBroker(settings.kafka_bootstrap_servers)
    desk = desk_of(settings, runtime)
    service = Service(
        registration,
        desk.database,
        broker,
        policies=POLICIES,
        due=due_commands(desk.rules),
        work={"first account": first_account(desk, settings.seuil_coordinator)},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    pages = Pages(desk.site, "registration", done=web.DONE)
    app = FastAPI(
        title="Seuil – commissions et inscriptions",
        openapi_url="/registration/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.state.desk = desk
    app.include_router(health_routes(service))
    app.include_router(api.router(desk))
    app.include_router(web.router(desk, pages))
    api.complete(app)
    install(app, desk.site, pages, runtime=runtime, accounts=accounts_of(desk.database))
    return app


def desk_of(settings: Settings, runtime: Runtime) -> Desk:
    """What commands and pages work with; its database is not open yet."""
    site = Site(
        "registration",
        settings.seuil_public_url,
        settings.seuil_env,
        settings.seuil_demo,
        settings.seuil_territory,
        settings.seuil_token_keys,
    )
    database = Database(
        settings.database_url.get_secret_value(),
        runtime,
        max_size=settings.database_connections,
        name="registration",
    )
    return Desk(
        database,
        settings.rules,
        site,
        settings.seuil_link_key.get_secret_value().encode(),
        Signer(settings.seuil_token_private_key.get_secret_value()),
    )


def first_account(desk: Desk, email: str | None) -> Callable[[], Awaitable[int]]:
    """Work that is done once, as soon as the database answers: somebody must be able to sign in."""
    done = email is None

    async def make() -> int:
        nonlocal done
        if done or email is None:
            return 0
        async with desk.database.transaction() as tx:
            await ensure_first_account(tx, email, desk.site.territory)
        done = True
        return 1

    return make
