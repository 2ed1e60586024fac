"""The lane of a partner's history: rehearse, open, send with `seuilmode: backfill`, close, compare."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field, Strict

from contracts.fields import INT_MAX, rfc3339
from contracts.refusal import Refused
from contracts.topics import months
from eventing.db import Database
from integration.api import reading
from integration.api.documents import REHEARSAL_BODY
from integration.api.events import event_of, holder_of
from integration.api.own import Day, RecordType
from integration.commands import history
from integration.domain.history import History
from integration.domain.rehearsal import rehearse
from integration.store import history as stored
from integration.store.received import Holder
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 413, 415, 422, 503)
}
SECURITY: dict[str, Any] = {"security": [{"cle": []}]}


class Span(BaseModel):
    """From when to when the history goes, where known."""

    model_config = ConfigDict(extra="forbid")

    from_on: Day | None = None
    to_on: Day | None = None


class Closing(BaseModel):
    """How many records of each type were sent."""

    model_config = ConfigDict(extra="forbid")

    sent: dict[RecordType, Annotated[int, Strict(), Field(ge=0, le=INT_MAX)]] = {}


class Standing(BaseModel):
    """A history: what came, by type and outcome; once closed, sent less taken where they differ."""

    backfill_id: UUID
    from_on: date | None
    to_on: date | None
    opened_at: str
    closed_at: str | None
    received: dict[str, dict[str, int]]
    sent: dict[str, int]
    differences: dict[str, int]


class UnmappedCode(BaseModel):
    """A code that nobody mapped: in our list, as the partner writes it."""

    list: str
    code: str
    times: int


class Rehearsed(BaseModel):
    """What would become of a batch."""

    fit: dict[str, int]
    refused: dict[str, int]
    unmapped: list[UnmappedCode]
    outside_span: int
    first_on: date | None
    last_on: date | None


def router(database: Database, kept_months: int) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/integration/api/v1", tags=["Partenaires"], responses=ANSWERS)

    async def shown(request: Request) -> Holder:
        return await holder_of(database, request)

    Shown = Annotated[Holder, Depends(shown)]  # noqa: N806 - a type

    @routes.post(
        "/backfills", status_code=201, summary="Ouvrir une reprise d’historique", openapi_extra=SECURITY
    )
    async def start(holder: Shown, span: Span) -> Standing:
        async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
            return _standing(
                await history.open_history(tx, holder.sender.partner_id, span.from_on, span.to_on)
            )

    @routes.get("/backfills", summary="Lire ses reprises d’historique", openapi_extra=SECURITY)
    async def everything(holder: Shown) -> list[Standing]:
        async with database.read() as tx:
            return [_standing(each) for each in await stored.histories(tx, holder.sender.partner_id)]

    @routes.get("/backfills/{backfill_id}", summary="Lire une reprise d’historique", openapi_extra=SECURITY)
    async def one(holder: Shown, backfill_id: UUID) -> Standing:
        async with database.read() as tx:
            return _standing(await stored.one_history(tx, holder.sender.partner_id, backfill_id))

    @routes.post(
        "/backfills/{backfill_id}/close", summary="Fermer et comparer les comptes", openapi_extra=SECURITY
    )
    async def close(holder: Shown, backfill_id: UUID, closing: Closing) -> Standing:
        async with database.transaction(f"partner:{holder.sender.partner_id}") as tx:
            sent = {str(kind): count for kind, count in closing.sent.items()}
            return _standing(await history.close_history(tx, holder.sender.partner_id, backfill_id, sent))

    @routes.post("/dry-run", summary="Essayer un lot sans rien garder",
                 openapi_extra=SECURITY | {"requestBody": REHEARSAL_BODY})  # fmt: skip
    async def dry_run(
        request: Request,
        holder: Shown,
        from_on: Annotated[Day | None, Query()] = None,
        to_on: Annotated[Day | None, Query()] = None,
    ) -> Rehearsed:
        sending = await reading.read(request)
        if not sending.batch:
            raise Refused("batch_expected", "Un essai porte sur une liste d’événements.", 415)
        if len(sending.events) > holder.rates.largest_batch:
            raise Refused("batch_too_long", "Cet envoi contient trop d’événements.", 413)
        now = request.state.now
        oldest = (now - months(kept_months)).date()
        found = rehearse(
            [
                event_of({**head, "seuilmode": "backfill"}, data, sending, holder, now, oldest)
                for head, data in sending.events
            ],
            from_on,
            to_on,
        )
        codes = sorted(found.unmapped.items())
        return Rehearsed(
            fit=dict(found.fit),
            refused=dict(found.refused),
            unmapped=[UnmappedCode(list=name, code=code, times=n) for (name, code), n in codes],
            outside_span=found.outside,
            first_on=found.first,
            last_on=found.last,
        )

    return routes


def _standing(found: History) -> Standing:
    return Standing(
        backfill_id=found.backfill_id,
        from_on=found.from_on,
        to_on=found.to_on,
        opened_at=rfc3339(found.opened_at),
        closed_at=rfc3339(found.closed_at) if found.closed_at else None,
        received={kind: dict(counts) for kind, counts in found.counts.items()},
        sent=dict(found.declared or {}),
        differences=found.differences,
    )
