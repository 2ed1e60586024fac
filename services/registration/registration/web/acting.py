"""What each group of pages shares: the desk, the pages, and whom they are for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from registration.commands import Desk
from registration.queries import CommissionView
from registration.queries import commission as find_commission
from registration.web.wording import Shown
from webui.acting import Key, Keyed, Ticked, Versioned, act_once, add, content_of, now, replaced, take
from webui.forms import Form
from webui.identity import User, require
from webui.pages import Pages

__all__ = [
    "Counter",
    "Key",
    "Keyed",
    "Ticked",
    "Versioned",
    "add",
    "content_of",
    "now",
    "replaced",
    "take",
]


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
        await act_once(self.desk.database, request, by, form, command, resource)
