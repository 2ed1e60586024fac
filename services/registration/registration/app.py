"""The composition of registration: settings in, an application out. Nothing global."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI

import registration
from contracts.topics import ACCOUNTS, DIRECTORY
from eventing.broker import Broker
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from operating.composition import app_of, database_of
from operating.service import Service
from registration import api, web
from registration.commands import Desk, ensure_first_account
from registration.queries import accounts_of
from registration.settings import Settings
from registration.store import again
from registration.subscriptions import POLICIES, due_commands
from webui import operations
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
        first=first_account(desk, settings.seuil_coordinator),
        latest={DIRECTORY: again.directory, ACCOUNTS: again.accounts},
    )
    pages = Pages(desk.site, "registration", done=web.DONE)
    app = app_of(service, "commissions et inscriptions")
    app.state.desk = desk
    app.include_router(operations.router(service, pages))
    app.include_router(api.router(desk))
    app.include_router(web.router(desk, pages))
    api.complete(app)
    install(app, desk.site, pages, runtime=runtime, accounts=accounts_of(desk.database))
    return app


def desk_of(settings: Settings, runtime: Runtime) -> Desk:
    """What commands and pages work with; its database is not open yet."""
    site = Site.of("registration", settings)
    database = database_of(settings, runtime, "registration")
    return Desk(
        database,
        settings.rules,
        site,
        settings.seuil_link_key.get_secret_value().encode(),
        Signer(settings.seuil_token_private_key.get_secret_value()),
        settings.imprint,
    )


def first_account(desk: Desk, email: str | None) -> Callable[[], Awaitable[None]]:
    """Somebody must be able to sign in as soon as the service is ready."""

    async def make() -> None:
        if email is not None:
            async with desk.database.transaction() as tx:
                await ensure_first_account(tx, email, desk.site.territory)

    return make
