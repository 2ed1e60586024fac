"""The composition of analytics: settings in, an application out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import analytics
from analytics import api, live
from analytics.projections import PROJECTIONS
from analytics.settings import Settings
from analytics.web import figures, publics
from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.health import health_routes
from operating.service import Service
from webui.accounts import accounts_of
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
        name="analytics",
    )
    service = Service(analytics, database, broker, projections=PROJECTIONS)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    site = Site(
        "analytics",
        settings.seuil_public_url,
        settings.seuil_env,
        settings.seuil_demo,
        settings.seuil_territory,
        settings.seuil_token_keys,
    )
    pages = Pages(site, "analytics")
    app = FastAPI(
        title="Seuil – chiffres",
        openapi_url="/analytics/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.include_router(health_routes(service))
    app.include_router(api.router(database, site.territory))
    app.include_router(live.router(live.Watch(database, settings.seuil_live_seconds), site.territory))
    app.include_router(publics.router(database, pages))
    app.include_router(figures.router(database, pages))
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app
