"""The composition of cases: settings in, an application out."""

from fastapi import FastAPI

import cases
from cases.commands.desk import Desk
from cases.settings import Settings
from cases.store.vault import Vault
from cases.subscriptions import POLICIES, PROJECTIONS
from eventing.broker import Broker
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.composition import app_of, database_of
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
    desk = desk_of(settings, runtime)
    service = Service(cases, desk.database, broker, policies=POLICIES, projections=PROJECTIONS)
    pages = Pages(desk.site, "cases")
    app = app_of(service, "situations")
    app.state.desk = desk
    install(app, desk.site, pages, runtime=runtime, accounts=accounts_of(desk.database))
    return app


def desk_of(settings: Settings, runtime: Runtime) -> Desk:
    """What commands and pages work with; its database is not open yet."""
    vault = Vault(settings.seuil_cases_keys, settings.seuil_cases_index_key.get_secret_value())
    return Desk(database_of(settings, runtime, "cases"), Site.of("cases", settings), vault)
