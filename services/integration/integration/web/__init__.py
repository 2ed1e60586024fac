"""The pages: the coordinator's, and the one that a partner's developer reads."""

from fastapi import APIRouter

from eventing.db import Database
from integration.commands.intake import Desk
from integration.web import mending, partners, reading_page
from webui.pages import Pages

DONE = {
    "ouvert": "L’accès est ouvert. Créez maintenant sa première clé.",
    "modifie": "Les réglages sont enregistrés. Ils valent dès le prochain envoi.",
    "revoquee": "La clé est révoquée : elle n’ouvre plus rien.",
    "code": "Le code est rattaché. Les données qui le portaient sont relues.",
    "retravaille": "L’événement est enregistré.",
    "encore": "L’événement attend toujours une correction.",
    "rattache": "La référence est rattachée. Les données déjà reçues sont redites sous cet organisme.",
}
"""What a page says after a redirection."""


def router(database: Database, pages: Pages, desk: Desk, kept_months: int) -> APIRouter:
    """Every page of integration."""
    routes = APIRouter(prefix="/integration", include_in_schema=False)
    routes.include_router(partners.router(database, pages))
    routes.include_router(mending.router(database, pages, desk, kept_months))
    routes.include_router(reading_page.router(pages))
    return routes
