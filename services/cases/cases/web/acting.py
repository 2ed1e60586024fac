"""What each group of pages shares: the desk, the pages, whom they are for, how a form becomes a command."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request

from cases.store.desk import Desk
from contracts.lists import Role
from eventing.db import Tx
from webui.acting import act_once
from webui.forms import Form
from webui.identity import User, require
from webui.pages import Pages


@dataclass(frozen=True)
class Counter:
    """One group of pages: what it works with. Subclasses list their routes."""

    desk: Desk
    pages: Pages

    def routes(self) -> APIRouter:
        """Their addresses."""
        raise NotImplementedError

    def signed_in(self, request: Request) -> User:
        """Anybody with an account; what they see follows from facts. Sends to the sign-in page otherwise."""
        return require(request)

    def siao(self, request: Request) -> User:
        """The SIAO or the coordination of this territory, or the answer instead."""
        return require(request, Role.SIAO_AGENT, Role.COORDINATOR, territory=self.desk.territory)

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
