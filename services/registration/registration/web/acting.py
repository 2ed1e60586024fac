"""What each group of pages shares: the desk, the pages, and how a form becomes one command, once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator
from pydantic.types import UuidVersion
from starlette.responses import Response

from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.requests import settle
from registration.commands import Desk, once
from registration.queries import CommissionView
from registration.queries import commission as find_commission
from registration.web.wording import Shown
from webui.forms import KEY_FIELD, Form
from webui.identity import User, require
from webui.pages import Pages

Key = Annotated[UUID, UuidVersion(4)]
Ticked = Annotated[bool, BeforeValidator(lambda typed: typed == "oui" if isinstance(typed, str) else typed)]
"""A box of a form: ticked, it sends `oui`."""
READ = ["GET", "HEAD"]


class Keyed(BaseModel):
    """Every form carries the key it was rendered with: sent twice, it acts once."""

    cle_idempotence: Key


class Versioned(Keyed):
    """A form on something that others may change meanwhile."""

    version: int


@dataclass(frozen=True)
class Counter:
    """One group of pages: what it works with. Subclasses list their routes."""

    desk: Desk
    pages: Pages

    @property
    def territory(self) -> str:
        """The territory these pages serve."""
        return self.desk.site.territory

    def coordinator(self, request: Request) -> User:
        """The signed-in coordinator of this territory, or the answer instead."""
        return require(request, Role.COORDINATOR, territory=self.territory)

    def organiser(self, request: Request) -> User:
        """Whoever may see the list of registered people: coordinator, SIAO agent, chair."""
        return require(request, Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR, territory=self.territory)

    def attendant(self, request: Request) -> User:
        """Whoever may record attendance and take the list away: coordinator, SIAO agent."""
        return require(request, Role.COORDINATOR, Role.SIAO_AGENT, territory=self.territory)

    async def shown(self, tx: Tx, request: Request, commission_id: UUID) -> Shown:
        """The commission of this territory, for organisers. Raises Refused 404."""
        view = await find_commission(tx, commission_id)
        return Shown(self.mine(view), now(request))

    def mine(self, view: CommissionView | None) -> CommissionView:
        """That commission if it is of this territory. Raises Refused 404."""
        if view is None or view.commission.territory != self.territory:
            raise Refused("unknown_commission", "Cette commission n’existe pas, ou plus.", 404)
        return view

    async def act(
        self,
        request: Request,
        by: User,
        form: Form[Any],
        command: Callable[[Tx], Awaitable[object]],
        resource: str = "",
    ) -> None:
        """Runs one command in its transaction, once per form; a repeat changes nothing."""
        async with self.desk.database.transaction(by.actor) as tx:
            if await once(tx, form.key, request.url.path, content_of(form)):
                return
            await command(tx)
            await settle(tx, tx.actor, form.key, "done", resource or request.url.path)


def content_of(form: Form[Any]) -> Mapping[str, list[str]]:
    """What tells two sendings apart: everything typed but the key."""
    return {name: list(typed) for name, typed in form.values.items() if name != KEY_FIELD}


def now(request: Request) -> datetime:
    """The one instant of this request."""
    at: datetime = request.state.now
    return at


def replaced(form: Form[Any], **values: object) -> Form[Any]:
    """The same form with some of its values changed: a new version after a conflict."""
    return Form({**form.values, **{name: [str(value)] for name, value in values.items()}}, form.errors)


def add(router: APIRouter, path: str, page: Callable[..., Awaitable[Response]]) -> None:
    """A page that is read: GET and HEAD."""
    router.add_api_route(path, page, methods=READ, include_in_schema=False, response_class=Response)


def take(router: APIRouter, path: str, action: Callable[..., Awaitable[Response]]) -> None:
    """A form that is sent: POST."""
    router.add_api_route(path, action, methods=["POST"], include_in_schema=False, response_class=Response)
