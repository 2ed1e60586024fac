"""The pages of registration. `app.py` makes the desk and the pages, then includes `router(desk, pages)`."""

from fastapi import APIRouter

from contracts.lists import Role
from registration.commands import Desk
from registration.web.attendance import Attendances
from registration.web.commissions import Commissions
from registration.web.console import Console
from registration.web.legal import Legal
from registration.web.moving import Moving
from registration.web.organisations import Organisations
from registration.web.panel import Panel
from registration.web.people import People
from registration.web.personal import Personal
from registration.web.public import Public
from registration.web.review import Reviewing
from registration.web.signin import SignIn
from registration.web.today import Today
from registration.web.wording import DONE, short_instant
from webui.pages import Pages

__all__ = ["DONE", "router"]


def router(desk: Desk, pages: Pages) -> APIRouter:
    """Every page. `pages` is made with `done=DONE`."""
    pages.environment.filters["role"] = _role
    pages.environment.filters["moment"] = short_instant
    routes = APIRouter()
    for counter in (
        Public,
        Personal,
        SignIn,
        Today,
        Commissions,
        Moving,
        Console,
        Panel,
        Reviewing,
        Attendances,
        People,
        Organisations,
        Legal,
    ):
        routes.include_router(counter(desk, pages).routes())
    return routes


def _role(value: str) -> str:
    known = {role.value: role.label for role in Role}
    return known.get(value, value)
