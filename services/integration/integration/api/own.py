"""What a partner's software asks of itself: what it declared, what waits in quarantine."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import JSONResponse

from contracts.topics import months
from eventing.db import Database
from integration.api import answers
from integration.api.documents import EVENTS_ANSWERS
from integration.api.events import holder_of
from integration.commands.coverage import declare_coverage
from integration.commands.intake import Desk
from integration.commands.waiting import kept_event, retry
from integration.domain.written import civil_day
from integration.store import waiting as stored
from integration.store.received import Holder
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 413, 422, 503)
}
SECURITY: dict[str, Any] = {"security": [{"cle": []}]}
RecordType = Literal[
    "call_count",
    "call",
    "encounter",
    "request",
    "answer",
    "request_change",
    "orientation",
    "stay",
    "supply",
    "vacancy",
    "allocation",
    "priority",
    "household_link",
    "case",
    "figures",
    "erasure",
]
Day = Annotated[
    date,
    BeforeValidator(civil_day),
    Field(json_schema_extra={"pattern": r"^(199[0-9]|20[0-9]{2})-[0-9]{2}-[0-9]{2}$"}),
]


class Coverage(BaseModel):
    """From when to when a record type is whole."""

    model_config = ConfigDict(extra="forbid")

    record_type: RecordType
    from_on: Day
    to_on: Day


class Declared(BaseModel):
    """A declaration is kept."""

    status: Literal["accepted"] = "accepted"
    seuil_id: UUID


class Mistake(BaseModel):
    """One thing to correct; the value itself was not kept."""

    pointer: str
    code: str
    detail: str


class Waiting(BaseModel):
    """An event in quarantine: send it mended, under the same id."""

    quarantine_id: UUID
    event_id: str | None
    record_type: str | None
    code: str
    errors: list[Mistake]
    received_at: str
    times: int
    replaced: bool
    kept_until: str


class WaitingWhole(Waiting):
    """An event in quarantine with its content, as it came; none where it names people."""

    event: dict[str, Any] | None = None


def waiting(row: dict[str, Any]) -> Waiting:
    """A row of the quarantine as JSON tells it."""
    return Waiting(
        **{
            name: row[name]
            for name in ("quarantine_id", "event_id", "record_type", "code", "errors", "times")
        },
        received_at=row["received_at"].isoformat(),
        kept_until=row["kept_until"].isoformat(),
        replaced=row["replaced_at"] is not None,
    )


def router(database: Database, desk: Desk, kept_months: int) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/integration/api/v1", tags=["Partenaires"], responses=ANSWERS)

    async def shown(request: Request) -> Holder:
        return await holder_of(database, request)

    Shown = Annotated[Holder, Depends(shown)]  # noqa: N806 - a type

    @routes.post("/coverage", status_code=202, summary="Déclarer la période couverte", openapi_extra=SECURITY)
    async def coverage(holder: Shown, declared: Coverage) -> Declared:
        async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
            record_id = await declare_coverage(
                tx, holder.sender, declared.record_type, declared.from_on, declared.to_on, test=holder.test
            )
        return Declared(seuil_id=record_id)

    @routes.get("/quarantine", summary="Lire sa quarantaine", openapi_extra=SECURITY)
    async def quarantine(holder: Shown) -> list[Waiting]:
        async with database.read() as tx:
            return [waiting(row) for row in await stored.quarantined(tx, holder.sender.partner_id)]

    @routes.get("/quarantine/{quarantine_id}", summary="Lire un événement en quarantaine",
                openapi_extra=SECURITY)  # fmt: skip
    async def one(holder: Shown, quarantine_id: UUID) -> WaitingWhole:
        partner_id = holder.sender.partner_id
        async with database.read() as tx:
            told = waiting(await stored.one_quarantined(tx, partner_id, quarantine_id))
            event = await kept_event(tx, desk.vault, partner_id, quarantine_id)
        return WaitingWhole(**told.model_dump(), event=event)

    @routes.post(
        "/quarantine/{quarantine_id}/retry",
        status_code=202,
        summary="Retravailler un événement en quarantaine, tel qu’il est venu",
        openapi_extra=SECURITY,
        responses={202: EVENTS_ANSWERS[202], 409: PROBLEMS[409]},
        response_class=JSONResponse,
        response_model=None,
    )
    async def again(request: Request, holder: Shown, quarantine_id: UUID) -> Response:
        now = request.state.now
        oldest = (now - months(kept_months)).date()
        answer = await retry(database, holder, quarantine_id, desk, now, oldest)
        return answers.respond(request, [answer], batch=False)

    return routes
