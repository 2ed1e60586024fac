"""How a form becomes one command, once: what the pages of every service share."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, BeforeValidator
from pydantic.types import UuidVersion
from starlette.responses import Response

from eventing.db import Database, Tx
from eventing.requests import once, settle
from webui.forms import KEY_FIELD, Form
from webui.identity import User

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


async def act_once(
    database: Database,
    request: Request,
    by: User,
    form: Form[Any],
    command: Callable[[Tx], Awaitable[object]],
    resource: str = "",
) -> None:
    """Runs one command in its transaction, once per form; a repeat changes nothing."""
    async with database.transaction(by.actor) as tx:
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
