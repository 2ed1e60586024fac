"""The pages: the coordinator's, and the one that a partner's developer reads."""

from fastapi import APIRouter

from eventing.db import Database
from integration.web import partners, reading_page
from webui.pages import Pages

DONE = {
    "ouvert": "L’accès est ouvert. Créez maintenant sa première clé.",
    "modifie": "Les réglages sont enregistrés. Ils valent dès le prochain envoi.",
    "revoquee": "La clé est révoquée : elle n’ouvre plus rien.",
    "rattache": "La référence est rattachée. Les données déjà reçues sont redites sous cet organisme.",
}
"""What a page says after a redirection."""


def router(database: Database, pages: Pages) -> APIRouter:
    """Every page of integration."""
    routes = APIRouter(prefix="/integration", include_in_schema=False)
    routes.include_router(partners.router(database, pages))
    routes.include_router(reading_page.router(pages))
    return routes
