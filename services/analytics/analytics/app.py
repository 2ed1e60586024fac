"""The composition of analytics: settings in, an application out."""

from fastapi import FastAPI

import analytics
from analytics import api, live
from analytics.projections.erasure import forget_cuts
from analytics.settings import Settings
from analytics.subscriptions import PROJECTIONS
from analytics.web import figures, lists, publics
from eventing.broker import Broker
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.composition import app_of, database_of
from operating.service import Service
from webui import operations
from webui.accounts import accounts_of
from webui.pages import Pages
from webui.site import Site, install


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application, with its service in `app.state.service`; nothing is opened before its lifespan."""
    runtime = runtime or real_runtime()
    broker = broker or KafkaBroker(settings.kafka_bootstrap_servers)
    database = database_of(settings, runtime, "analytics")
    service = Service(
        analytics,
        database,
        broker,
        projections=PROJECTIONS,
        work={"forget_cuts": lambda: forget_cuts(database)},
    )

    site = Site.of("analytics", settings)
    pages = Pages(site, "analytics")
    app = app_of(service, "chiffres")
    app.include_router(operations.router(service, pages))
    app.include_router(api.router(database, site.territory))
    app.include_router(live.router(live.Watch(database, settings.seuil_live_seconds), site.territory))
    app.include_router(publics.router(database, pages))
    app.include_router(lists.router(database, pages))
    app.include_router(figures.router(database, pages))
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app
