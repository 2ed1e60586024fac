"""The composition of cases: settings in, an application out."""

from datetime import timedelta

from fastapi import Depends, FastAPI

import cases
from cases import api, live, web
from cases.api import partner
from cases.commands.ruling import DUE
from cases.settings import Settings
from cases.store.desk import Desk
from cases.store.vault import Vault
from cases.subscriptions import PROJECTIONS, policies_of
from cases.work import Freshness, restating, tidying
from eventing.broker import Broker
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.composition import app_of, database_of
from operating.service import Service
from webui import operations
from webui.accounts import accounts_of
from webui.keys import Keyring
from webui.pages import Pages
from webui.site import Site, install


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application, with its service in `app.state.service`; nothing is opened before its lifespan."""
    runtime = runtime or real_runtime()
    broker = broker or KafkaBroker(settings.kafka_bootstrap_servers)
    desk = desk_of(settings, runtime)
    fresh = Freshness(desk.database, broker, timedelta(seconds=settings.seuil_accounts_stale_seconds))
    service = Service(
        cases,
        desk.database,
        broker,
        policies=policies_of(desk, settings.seuil_intake_private_keys),
        projections=PROJECTIONS,
        due=DUE,
        work={"accounts checked": fresh.look, "restating": restating(desk), "tidying": tidying(desk)},
    )
    pages = Pages(desk.site, "cases", done=web.DONE)
    app = app_of(service, "situations")
    app.state.desk = desk
    only_when_fresh = [Depends(fresh.require)]
    app.include_router(operations.router(service, pages))
    app.include_router(api.router(desk), dependencies=only_when_fresh)
    app.include_router(partner.router(desk, Keyring(settings.seuil_partner_token_keys)))
    app.include_router(
        live.router(live.Watch(desk, settings.seuil_live_seconds)), dependencies=only_when_fresh
    )
    app.include_router(web.router(desk, pages), dependencies=only_when_fresh)
    api.complete(app)
    install(app, desk.site, pages, runtime=runtime, accounts=accounts_of(desk.database))
    return app


def desk_of(settings: Settings, runtime: Runtime) -> Desk:
    """What commands and pages work with; its database is not open yet."""
    vault = Vault(settings.seuil_cases_keys, settings.seuil_cases_index_key.get_secret_value())
    return Desk(database_of(settings, runtime, "cases"), Site.of("cases", settings), vault)
