"""Notifications put together: settings in, an application out. Nothing global."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import notifications
from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from notifications import api, web
from notifications.documents import Sender, Writer
from notifications.policies import Telling
from notifications.settings import Settings
from notifications.subscriptions import PROJECTIONS, due_commands, policies
from notifications.work import Postman
from operating.health import health_routes
from operating.service import Service
from webui.accounts import accounts_of
from webui.pages import Pages
from webui.site import Site, install

DONE = {"renvoye": "Le message repart maintenant, à l’identique."}


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application of one process; `runtime` and `broker` are given by tests."""
    runtime = runtime or real_runtime()
    database = Database(
        settings.database_url.get_secret_value(),
        runtime,
        max_size=settings.database_connections,
        name="notifications",
    )
    service = _service(settings, database, broker or KafkaBroker(settings.kafka_bootstrap_servers))
    site = Site(
        "notifications",
        settings.seuil_public_url,
        settings.seuil_env,
        settings.seuil_demo,
        settings.seuil_territory,
        settings.seuil_token_keys,
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    app = FastAPI(
        title="Seuil – messages",
        lifespan=lifespan,
        openapi_url="/notifications/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    pages = Pages(site, "notifications", done=DONE)
    app.state.service = service
    app.include_router(health_routes(service))
    app.include_router(api.router(service, site.territory))
    app.include_router(web.router(service, pages))
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app


def _service(settings: Settings, database: Database, broker: Broker) -> Service:
    telling = Telling(settings.quiet, settings.reminders, settings.seuil_reminder_hour)
    writer = Writer(settings.seuil_public_url, demo=settings.seuil_demo)
    postman = Postman(
        database,
        writer,
        Sender(settings.mail_from, settings.mail_reply_to, writer.host),
        settings.relay(),
        settings.link_key,
        delays=settings.delays,
        patience=settings.seuil_wording_patience,
        kept_days=settings.seuil_messages_kept_days,
    )
    return Service(
        notifications,
        database,
        broker,
        policies=policies(telling, settings.seuil_mail_since),
        projections=PROJECTIONS,
        due=due_commands(telling),
        work={"send": postman.send, "forget": postman.forget},
    )
