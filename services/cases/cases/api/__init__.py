"""Cases in JSON, under /cases/api/v1: what the pages do, for programs."""

from collections.abc import Callable

from fastapi import APIRouter

from cases.api import allocating, cases, drafts, following, ruling, sittings
from cases.store.desk import Desk
from webui.programs import complete

__all__ = ["complete", "router"]

MODULES: tuple[Callable[[Desk], APIRouter], ...] = (
    cases.router,
    drafts.router,
    following.router,
    allocating.router,
    ruling.router,
    sittings.router,
)
"""One line for each module of routes: its `router(desk)`."""


def router(desk: Desk) -> APIRouter:
    """Every route."""
    routes = APIRouter(prefix="/cases/api/v1")
    for part in MODULES:
        routes.include_router(part(desk))
    return routes
