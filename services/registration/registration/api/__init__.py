"""Registration in JSON, under /registration/api/v1: what the pages do, for programs."""

from fastapi import APIRouter

from registration.api import accounts, commissions, participations, registrations
from registration.api.acting import complete
from registration.commands import Desk

__all__ = ["complete", "router"]


def router(desk: Desk) -> APIRouter:
    """Every route."""
    routes = APIRouter(prefix="/registration/api/v1")
    for part in (commissions, registrations, participations, accounts):
        routes.include_router(part.router(desk))
    return routes
