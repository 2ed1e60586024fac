"""The pages of cases. `app.py` makes the desk and the pages, then includes `router(desk, pages)`."""

from collections.abc import Callable

from fastapi import APIRouter

from cases.store.desk import Desk
from cases.web import (
    admission,
    agenda,
    case,
    correcting,
    documents,
    drafts,
    duplicates,
    following,
    minutes,
    officer,
    queue,
    received,
    rules,
    search,
    sitting,
    today,
    wording,
)
from cases.web.wording import DONE
from webui.pages import Pages

__all__ = ["DONE", "router"]

MODULES: tuple[Callable[[Desk, Pages], APIRouter], ...] = (
    drafts.router,
    queue.router,
    case.router,
    following.router,
    admission.router,
    today.router,
    rules.router,
    search.router,
    duplicates.router,
    officer.router,
    received.router,
    agenda.router,
    sitting.router,
    minutes.router,
    documents.router,
    correcting.router,
)
"""One line for each module of pages: its `router(desk, pages)`."""


def router(desk: Desk, pages: Pages) -> APIRouter:
    """Every page. `pages` is made with `done=DONE`."""
    wording.install(pages)
    routes = APIRouter()
    for part in MODULES:
        routes.include_router(part(desk, pages))
    return routes
