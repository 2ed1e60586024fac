"""The composition of integration: settings in, an application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import integration
from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from integration import web
from integration.api import events, own, partners
from integration.api.documents import complete
from integration.settings import Settings
from integration.work import forgetting
from operating.health import health_routes
from operating.service import Service
from webui.accounts import ACCOUNTS_PROJECTION, accounts_of
from webui.pages import Pages
from webui.site import Site, install


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application, with its service in `app.state.service`; nothing is opened before its lifespan."""
    runtime = runtime or real_runtime()
    broker = broker or KafkaBroker(settings.kafka_bootstrap_servers)
    database = Database(
        settings.database_url.get_secret_value(),
        runtime,
        max_size=settings.database_connections,
        name="integration",
    )
    service = Service(
        integration,
        database,
        broker,
        projections=[ACCOUNTS_PROJECTION],
        work={"forget": forgetting(database)},
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    site = Site(
        "integration",
        settings.seuil_public_url,
        settings.seuil_env,
        settings.seuil_demo,
        settings.seuil_territory,
        settings.seuil_token_keys,
    )
    pages = Pages(site, "integration", done=web.DONE)
    app = FastAPI(title="Seuil – partenaires", openapi_url="/integration/openapi.json", docs_url=None,
                  redoc_url=None, lifespan=lifespan)  # fmt: skip
    app.state.service = service
    app.include_router(health_routes(service))
    app.include_router(events.router(database))
    app.include_router(own.router(database))
    app.include_router(partners.router(database, site.territory))
    app.include_router(web.router(database, pages))
    complete(app)
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app
