"""Notifications put together: settings in, an application out. Nothing global."""

from datetime import timedelta

from fastapi import FastAPI

import notifications
from eventing.broker import Broker
from eventing.db import Database
from eventing.kafka import KafkaBroker
from eventing.runtime import Runtime, real_runtime
from notifications import api, web
from notifications.documents import Sender, Writer
from notifications.policies import CaseTelling, Telling
from notifications.settings import Settings
from notifications.subscriptions import PROJECTIONS, due_commands, policies
from notifications.work import Notices, Postman
from operating.composition import app_of, database_of
from operating.service import Service
from webui import operations
from webui.accounts import accounts_of
from webui.pages import Pages
from webui.site import Site, install

DONE = {
    "renvoye": "Le message repart maintenant, à l’identique.",
    "repris": "Les envois à cette personne reprennent.",
}


def create_app(
    settings: Settings, *, runtime: Runtime | None = None, broker: Broker | None = None
) -> FastAPI:
    """The application of one process; `runtime` and `broker` are given by tests."""
    runtime = runtime or real_runtime()
    database = database_of(settings, runtime, "notifications")
    service = _service(settings, database, broker or KafkaBroker(settings.kafka_bootstrap_servers))
    site = Site.of("notifications", settings)
    app = app_of(service, "messages")
    pages = Pages(site, "notifications", done=DONE)
    app.include_router(operations.router(service, pages))
    app.include_router(api.router(service, site.territory))
    app.include_router(web.router(service, pages))
    install(app, site, pages, runtime=runtime, accounts=accounts_of(database))
    return app


def _service(settings: Settings, database: Database, broker: Broker) -> Service:
    telling = Telling(settings.quiet, settings.reminders, settings.seuil_reminder_hour)
    cases = CaseTelling(
        settings.quiet,
        timedelta(seconds=settings.seuil_escalation_delay),
        timedelta(seconds=settings.seuil_unread_delay),
    )
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
    notices = Notices(database, settings.seuil_notices_folder)
    return Service(
        notifications,
        database,
        broker,
        policies=policies(telling, cases, settings.seuil_mail_since),
        projections=PROJECTIONS,
        due=due_commands(telling, cases),
        work={"send": postman.send, "forget": postman.forget, "notices": notices.read},
    )
