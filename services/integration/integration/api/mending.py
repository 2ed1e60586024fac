"""The coordinator's door in JSON, what needs a person: codes to map, events that wait, doubles to confirm."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from contracts.fields import rfc3339
from contracts.lists import Role
from contracts.refusal import Refused
from contracts.topics import months
from eventing.db import Database
from integration import queries
from integration.api import answers
from integration.api.documents import EVENTS_ANSWERS
from integration.api.history import UnmappedCode
from integration.api.own import Waiting, waiting
from integration.commands import matching
from integration.commands.codes import map_code
from integration.commands.intake import Desk
from integration.commands.waiting import kept_event, retry
from integration.domain.envelope import FIELDS
from integration.domain.masking import ENVELOPE, masked
from integration.domain.rights import LINKS, SEES, SEES_WAITING
from integration.store import codes, received
from integration.store import waiting as stored
from webui.identity import User, require
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 413, 422, 503)
}
SECURITY: dict[str, Any] = {"security": [{"jeton": []}]}
Who = Callable[[tuple[Role, ...]], Callable[[Request], User]]


class Mapped(BaseModel):
    """A partner's code and the value of ours that it stands for."""

    list: str
    code: str
    value: str
    version: int
    mapped_at: str


class Codes(BaseModel):
    """What is to be mapped, the most frequent first, and what is."""

    unmapped: list[UnmappedCode]
    mapped: list[Mapped]


class Mapping(BaseModel):
    """What a code stands for."""

    model_config = ConfigDict(extra="forbid")

    list: Annotated[str, Field(max_length=64)]
    code: Annotated[str, Field(min_length=1, max_length=130)]
    value: Annotated[str, Field(max_length=64)]


class Version(BaseModel):
    """Which saying of that code this is."""

    version: int


class WaitingForm(Waiting):
    """An event in quarantine and its form: what kind of value stands where."""

    form: dict[str, Any] | None = None


class Match(BaseModel):
    """Reports that are one allocation; none: it stands alone."""

    model_config = ConfigDict(extra="forbid")

    same_as: Annotated[list[UUID], Field(max_length=20)]


class MatchMade(BaseModel):
    """The record that says so."""

    record_id: UUID


def router(database: Database, territory: str, desk: Desk, kept_months: int) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/integration/api/v1", tags=["Coordination"], responses=ANSWERS)

    def who(roles: tuple[Role, ...]) -> Callable[[Request], User]:
        def allowed(request: Request) -> User:
            return require(request, *roles, territory=territory)

        return allowed

    _codes(routes, database, who)
    _waiting(routes, database, who, desk, kept_months)

    @routes.put(
        "/allocations/{allocation_id}/match",
        summary="Dire que plusieurs attributions sont la même",
        openapi_extra=SECURITY,
    )
    async def match(
        user: Annotated[User, Depends(who(LINKS))], allocation_id: UUID, wanted: Match
    ) -> MatchMade:
        async with database.transaction(user.actor) as tx:
            return MatchMade(record_id=await matching.match_allocations(tx, allocation_id, wanted.same_as))

    return routes


def _codes(routes: APIRouter, database: Database, who: Who) -> None:
    path = "/partners/{partner_id}/codes"

    @routes.get(path, summary="Lire les codes d’un partenaire", openapi_extra=SECURITY)
    async def read(user: Annotated[User, Depends(who(SEES))], partner_id: UUID) -> Codes:
        async with database.read() as tx:
            await queries.partner(tx, partner_id)
            left, done = await codes.unmapped(tx, partner_id), await codes.mapped(tx, partner_id)
        return Codes(
            unmapped=[UnmappedCode(list=r["list"], code=r["code"], times=r["times"]) for r in left],
            mapped=[Mapped(**{**row, "mapped_at": rfc3339(row["mapped_at"])}) for row in done],
        )

    @routes.put(path, summary="Dire ce que vaut un code", openapi_extra=SECURITY)
    async def write(user: Annotated[User, Depends(who(LINKS))], partner_id: UUID, wanted: Mapping) -> Version:
        async with database.transaction(user.actor) as tx:
            version = await map_code(tx, partner_id, wanted.list, wanted.code, wanted.value)
        return Version(version=version)


def _waiting(routes: APIRouter, database: Database, who: Who, desk: Desk, kept_months: int) -> None:
    path = "/partners/{partner_id}/quarantine/{quarantine_id}"

    @routes.get(path, summary="Lire la forme d’un événement en quarantaine", openapi_extra=SECURITY)
    async def one(
        user: Annotated[User, Depends(who(SEES_WAITING))], partner_id: UUID, quarantine_id: UUID
    ) -> WaitingForm:
        async with database.read() as tx:
            told = waiting(await stored.one_quarantined(tx, partner_id, quarantine_id))
            event = await kept_event(tx, desk.vault, partner_id, quarantine_id)
        form = masked(event, FIELDS | ENVELOPE) if event else None
        return WaitingForm(**told.model_dump(), form=form)

    @routes.post(
        f"{path}/retry",
        status_code=202,
        summary="Retravailler un événement en quarantaine",
        openapi_extra=SECURITY,
        responses={202: EVENTS_ANSWERS[202]},
        response_class=JSONResponse,
        response_model=None,
    )
    async def again(
        request: Request,
        user: Annotated[User, Depends(who(SEES_WAITING))],
        partner_id: UUID,
        quarantine_id: UUID,
    ) -> Any:
        async with database.read() as tx:
            holder = await received.holder_itself(tx, partner_id)
        if holder is None:
            raise Refused("unknown_partner", "Ce partenaire n’existe pas.", 404)
        now = request.state.now
        answer = await retry(database, holder, quarantine_id, desk, now, (now - months(kept_months)).date())
        return answers.respond(request, [answer], batch=False)
