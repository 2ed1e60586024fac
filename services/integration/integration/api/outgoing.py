"""What a partner's software hears of its own cases: feed, state, webhook, acknowledgement, token."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from contracts.fields import rfc3339
from contracts.refusal import FieldError, Refused
from eventing.db import Database, Tx, run, run_one
from integration.api.events import holder_of
from integration.commands import erasure, outgoing
from integration.commands.intake import Desk
from integration.domain.hearing import MOST_URL, TYPES, message
from integration.store import feed, hooks
from integration.store.feed import Reader
from integration.store.received import Holder
from webui.keys import Signer
from webui.partner_tokens import LIFETIME, PartnerBearer, issue_partner_token
from webui.refusals import PROBLEM_TYPE, PROBLEMS, problem
from webui.sealing import public_jwk

STATE = "/integration/api/v1/state"
TYPE_SCHEMA = Field(json_schema_extra={"enum": list(TYPES)})
ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 413, 422, 503)
}
SECURITY: dict[str, Any] = {"security": [{"cle": []}]}


class Told(BaseModel):
    """Something happened; the rest is read at `link`, with one's own right."""

    id: UUID
    type: str
    time: str
    your_ref: str | None = None
    link: str | None = None


class Page(BaseModel):
    """Some of the feed. `next`: the cursor to come back with, also when nothing was new."""

    items: list[Told]
    next: str
    more: bool


class State(BaseModel):
    """The last word on every case that the partner may see now. `next`: where the feed goes on."""

    items: list[Told]
    next: str


class Hook(BaseModel):
    """Where webhooks go. No type: all of them."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=8, max_length=MOST_URL)]
    types: list[Annotated[str, TYPE_SCHEMA]] = []


class HookSecret(BaseModel):
    """The secret that signs webhooks: shown this once."""

    secret: str


class Attempt(BaseModel):
    """One try: `ok`, the status of the answer, or why none came."""

    at: str
    result: str


class HookShown(BaseModel):
    """How webhooks stand. `behind`: items of the feed not sent yet."""

    url: str
    types: list[str]
    behind: int
    failing_since: str | None
    paused_at: str | None
    last_ok_at: str | None
    attempts: list[Attempt]


class Bearer(BaseModel):
    """A token for the cases service, for 15 minutes."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105 - a word of RFC 6750
    expires_in: int = int(LIFETIME.total_seconds())


class Keys(BaseModel):
    """The keys that a partner may seal cases for."""

    keys: list[dict[str, str]]


def router(database: Database, desk: Desk, signing: str, public_url: str, production: bool) -> APIRouter:
    """The routes. `signing`: the private key of partners' tokens, empty when none are given."""
    routes = APIRouter(prefix="/integration/api/v1", tags=["Partenaires"], responses=ANSWERS)

    async def shown(request: Request) -> Holder:
        return await holder_of(database, request)

    Shown = Annotated[Holder, Depends(shown)]  # noqa: N806 - a type
    _feed(routes, database, Shown, public_url)
    _webhook(routes, database, Shown, desk, production)

    @routes.post(
        "/erasures/{household_id}/ack",
        status_code=204,
        summary="Dire qu’un dossier effacé l’est aussi chez soi",
        openapi_extra=SECURITY,
        responses={404: PROBLEMS[404]},
        response_class=Response,
    )
    async def acknowledge(holder: Shown, household_id: UUID) -> None:
        async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
            await erasure.acknowledge(tx, holder.sender.partner_id, household_id)

    @routes.post("/token", summary="Échanger sa clé contre un jeton pour lire ses dossiers",
                 openapi_extra=SECURITY)  # fmt: skip
    async def token(request: Request, holder: Shown) -> Bearer:
        if holder.test:
            raise Refused("sandbox_key", "Une clé d’essai ne donne accès à aucun dossier.", 403)
        if not signing:
            raise Refused("tokens_closed", "Les jetons ne sont pas ouverts ici.", 503)
        bearer = PartnerBearer(holder.sender.partner_id, holder.organisation_id, holder.sender.scopes)
        return Bearer(access_token=issue_partner_token(Signer(signing), bearer, request.state.now))

    @routes.get("/keys", summary="Lire la clé publique pour laquelle chiffrer un dossier")
    async def keys() -> Keys:
        return Keys(keys=[public_jwk(desk.sealing)] if desk.sealing else [])

    return routes


def _feed(routes: APIRouter, database: Database, shown: Any, public_url: str) -> None:
    @routes.get(
        "/feed",
        summary="Lire ce qui arrive à ses dossiers",
        openapi_extra=SECURITY,
        response_model=Page,
        response_model_exclude_none=True,
        responses={410: PROBLEMS[404] | {"description": "Curseur trop ancien : lisez l’état"}},
    )
    async def items(
        request: Request,
        holder: shown,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 500,
    ) -> Any:
        position = _position(after)
        async with database.read() as tx:
            forgotten, last = await feed.head(tx, holder.sender.partner_id)
            if after and position < forgotten:
                return _gone(request, public_url)
            rows = await feed.read(tx, _reader(holder, request.state.now), position, limit)
        reached = rows[-1]["position"] if rows else position
        told = [Told(**message(row, public_url)) for row in rows if row["seen"]]
        return Page(items=told, next=_cursor(reached), more=reached < last)

    @routes.get("/state", summary="Lire où en sont ses dossiers", openapi_extra=SECURITY,
                response_model_exclude_none=True)  # fmt: skip
    async def state(request: Request, holder: shown) -> State:
        async with database.read() as tx:
            _, last = await feed.head(tx, holder.sender.partner_id)
            rows = await feed.state(tx, _reader(holder, request.state.now))
        told = [Told(**message(row, public_url)) for row in rows]
        return State(items=told, next=_cursor(last))


def _webhook(routes: APIRouter, database: Database, shown: Any, desk: Desk, production: bool) -> None:
    def tx_of(holder: Holder) -> Any:
        return database.transaction(f"partner:{holder.sender.partner_id}")

    missing: dict[int | str, dict[str, Any]] = {404: PROBLEMS[404]}

    @routes.put("/webhook", summary="Choisir où les webhooks arrivent", openapi_extra=SECURITY)
    async def put(holder: shown, wanted: Hook) -> HookSecret:
        async with tx_of(holder) as tx:
            secret = await outgoing.set_webhook(
                tx, desk.vault, holder.sender.partner_id, wanted.url, wanted.types, production
            )
        return HookSecret(secret=secret)

    @routes.get("/webhook", summary="Lire où en sont ses webhooks", openapi_extra=SECURITY, responses=missing)
    async def show(holder: shown) -> HookShown:
        async with database.read() as tx:
            return await _hook_shown(tx, holder.sender.partner_id)

    @routes.delete("/webhook", status_code=204, summary="Ne plus rien recevoir", openapi_extra=SECURITY,
                   responses=missing, response_class=Response)  # fmt: skip
    async def drop(holder: shown) -> None:
        async with tx_of(holder) as tx:
            await outgoing.drop_webhook(tx, holder.sender.partner_id)

    @routes.post("/webhook/resume", status_code=204, summary="Reprendre les envois, sans rien sauter",
                 openapi_extra=SECURITY, responses=missing, response_class=Response)  # fmt: skip
    async def resume(holder: shown) -> None:
        async with tx_of(holder) as tx:
            await outgoing.resume_webhook(tx, holder.sender.partner_id)


async def _hook_shown(tx: Tx, partner_id: UUID) -> HookShown:
    row = await run_one(tx, hooks.SHOW, partner_id=partner_id)
    if row is None:
        raise Refused("unknown_webhook", "Aucune adresse de webhook n’est enregistrée.", 404)
    tries = await run(tx, hooks.ATTEMPTS, partner_id=partner_id)
    return HookShown(
        url=row["url"],
        types=row["types"],
        behind=row["behind"],
        attempts=[Attempt(at=rfc3339(each["at"]), result=each["result"]) for each in tries],
        **{
            name: rfc3339(row[name]) if row[name] else None
            for name in ("failing_since", "paused_at", "last_ok_at")
        },
    )


def _reader(holder: Holder, now: datetime) -> Reader:
    return Reader(holder.sender.partner_id, holder.organisation_id, now)


def _cursor(position: int) -> str:
    return urlsafe_b64encode(f"v1.{position}".encode()).decode().rstrip("=")


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        version, _, number = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(".")
        if version == "v1" and number.isdecimal() and len(number) < 19:
            return int(number)
    except ValueError:
        pass
    words = "Ce curseur n’est pas un des nôtres"
    raise Refused("cursor_format", f"{words}.", 422, [FieldError("/after", "cursor_format", words)])


def _gone(request: Request, public_url: str) -> Response:
    words = "Ce curseur est plus ancien que ce que le fil garde : lisez l’état, puis reprenez de là."
    told = problem(request, Refused("cursor_too_old", words, 410))
    return JSONResponse(told | {"snapshot": f"{public_url}{STATE}"}, 410, media_type=PROBLEM_TYPE)
