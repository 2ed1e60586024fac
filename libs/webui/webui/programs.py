"""How a route for programs acts: one transaction, once per Idempotency-Key; how its document reads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request
from fastapi.openapi.utils import get_openapi

from contracts.refusal import Refused
from eventing.db import Database, Tx
from eventing.requests import once, settle
from webui.identity import User, current_user
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 410, 413, 422, 429, 503)
}
SIGNED: dict[str, Any] = {"security": [{"jeton": []}]}
EITHER: dict[str, Any] = {"security": [{}, {"jeton": []}]}
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="La même clé et le même contenu ne sont traités qu’une fois, pendant 48 heures.",
    ),
]


def signed_in(request: Request) -> User:
    """The account that asks. Raises Refused 401."""
    user = current_user(request)
    if user is None:
        raise Refused("sign_in_needed", "Cette action demande d’être connecté.", 401)
    return user


@asynccontextmanager
async def acting(
    database: Database, request: Request, key: str | None, content: Any = None
) -> AsyncIterator[tuple[Tx, bool]]:
    """One transaction of whoever asks. The flag says whether the command is still to be done."""
    user = current_user(request)
    actor = user.actor if user else "system"
    async with database.transaction(actor) as tx:
        seen = await once(tx, key, request.method, request.url.path, content)
        yield tx, seen is None
        if key and seen is None:
            await settle(tx, actor, key, "done", request.url.path)


def complete(app: FastAPI) -> None:
    """Says in the document how to carry a token."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(get_openapi(title=app.title, version="1", routes=app.routes))
            schemes = made.setdefault("components", {}).setdefault("securitySchemes", {})
            schemes["jeton"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        return made

    app.openapi = openapi  # type: ignore[method-assign]
