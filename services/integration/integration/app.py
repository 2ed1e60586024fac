"""The composition of integration: settings in, an application out."""

from functools import partial

from fastapi import FastAPI

import integration
from eventing.broker import Broker
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from integration import web
from integration.api import events, history, mending, outgoing, own, partners
from integration.api.documents import complete
from integration.commands.intake import Desk
from integration.domain.vault import Vault
from integration.settings import Settings
from integration.subscriptions import DUE_COMMANDS, POLICIES, PROJECTIONS
from integration.work import LANES, Post, delivering, forgetting, outbound, replaying
from operating.composition import app_of, database_of
from operating.service import Service
from webui import operations
from webui.accounts import accounts_of
from webui.pages import Pages
from webui.site import Site, install


def create_app(
    settings: Settings,
    *,
    runtime: Runtime | None = None,
    broker: Broker | None = None,
    post: Post | None = None,
) -> FastAPI:
    """The application, with its service in `app.state.service`; nothing is opened before its lifespan."""
    runtime = runtime or real_runtime()
    broker = broker or KafkaBroker(settings.kafka_bootstrap_servers)
    database = database_of(settings, runtime, "integration")
    desk = desk_of(settings)
    production = settings.seuil_env == "production"
    send = post or partial(outbound.post, inside=not production)
    service = Service(
        integration,
        database,
        broker,
        policies=POLICIES,
        projections=PROJECTIONS,
        due=DUE_COMMANDS,
        work={
            "forget": forgetting(database, settings.facts_kept_months),
            **{
                f"webhooks {lane}": delivering(database, desk.vault, send, settings.seuil_public_url)
                for lane in range(1, LANES + 1)
            },
            "replay": replaying(database, desk.vault),
        },
    )

    site = Site.of("integration", settings)
    pages = Pages(site, "integration", done=web.DONE)
    app = app_of(service, "partenaires")
    app.include_router(operations.router(service, pages))
    app.include_router(events.router(database, desk, settings.facts_kept_months))
    app.include_router(own.router(database, desk, settings.facts_kept_months))
    app.include_router(mending.router(database, site.territory, desk, settings.facts_kept_months))
    app.include_router(history.router(database, settings.facts_kept_months))
    signing = settings.seuil_partner_token_private_key.get_secret_value()
    app.include_router(outgoing.router(database, desk, signing, settings.seuil_public_url, production))
    app.include_router(partners.router(database, site.territory))
    app.include_router(web.router(database, pages, desk, settings.facts_kept_months))
    complete(app)
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app


def desk_of(settings: Settings) -> Desk:
    """The keys of the door; a key that is not set leaves its part closed."""
    store_key = settings.seuil_store_key.get_secret_value()
    return Desk(Vault(store_key) if store_key else None, settings.seuil_intake_public_key)
