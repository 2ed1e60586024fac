"""The partner's door: events in, what became of them out, after the commit."""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from contracts.refusal import Refused
from contracts.topics import months
from eventing.db import Database
from integration.api import answers, reading
from integration.api.documents import EVENTS_ANSWERS, EVENTS_BODY
from integration.commands.gathering import Gathering
from integration.commands.intake import Desk, receive
from integration.commands.keys import PREFIX, TEST_PREFIX, digest_of_key
from integration.domain.envelope import Parsed, Unfit, read_event, unreadable
from integration.domain.limits import Bucket, Verdict, draw
from integration.store import received
from integration.store.received import Holder
from webui.refusals import PROBLEM_TYPE, PROBLEMS, problem

TOO_MANY = (
    "Trop d’événements en peu de temps. Rien n’a été gardé : "
    "renvoyez-les après le délai de l’en-tête « Retry-After »."
)


class Limiter:
    """What each partner has left, live and backfill, in this process."""

    def __init__(self) -> None:
        self._buckets: dict[tuple[UUID, bool], Bucket] = {}

    def draw(self, holder: Holder, count: int, backfill: bool, now: datetime) -> Verdict | None:
        """Takes from the partner's bucket; None when its limit is lifted."""
        rate = holder.rates.at(now, backfill)
        if rate is None:
            return None
        name = (holder.sender.partner_id, backfill)
        verdict = draw(self._buckets.get(name), rate, holder.rates.burst, count, now)
        self._buckets[name] = verdict.bucket
        return verdict


async def holder_of(database: Database, request: Request) -> Holder:
    """The partner whose key the request shows. Raises Refused 401 or 403."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and key.strip().startswith((PREFIX, TEST_PREFIX)):
        async with database.read() as tx:
            found = await received.holder_of(tx, digest_of_key(key.strip()))
    if found is None:
        raise Refused(
            "invalid_key", "Cette clé n’est pas valable : absente, inconnue, remplacée ou révoquée.", 401
        )
    if not found.open:
        raise Refused("partner_closed", "Cet accès partenaire est fermé. Rien n’a été gardé.", 403)
    return found


def router(database: Database, desk: Desk, kept_months: int) -> APIRouter:
    """The routes of partners' software. `kept_months`: how far back history may name households."""
    routes = APIRouter(prefix="/integration/api/v1", tags=["Partenaires"])
    limiter = Limiter()
    gathering = Gathering(partial(receive, database, desk=desk))

    @routes.post(
        "/events",
        status_code=202,
        summary="Envoyer un ou plusieurs événements",
        openapi_extra={"requestBody": EVENTS_BODY, "security": [{"cle": []}]},
        responses=EVENTS_ANSWERS | {s: PROBLEMS[s] for s in (400, 401, 403, 409, 413, 415, 422, 429, 503)},
        response_class=JSONResponse,
        response_model=None,
    )
    async def events(request: Request) -> Response:
        holder = await holder_of(database, request)
        sending = await reading.read(request)
        if len(sending.events) > holder.rates.largest_batch:
            most = holder.rates.largest_batch
            raise Refused(
                "batch_too_long", f"Un envoi contient {most} événements au plus. Rien n’a été gardé.", 413
            )
        now: datetime = request.state.now
        oldest = (now - months(kept_months)).date()
        backfill = all(attributes.get("seuilmode") == "backfill" for attributes, _ in sending.events)
        verdict = limiter.draw(holder, len(sending.events), backfill, now)
        if verdict is not None and verdict.wait:
            return _too_many(request, verdict)
        response = answers.respond(
            request,
            await gathering.receive(
                holder,
                [
                    event_of(attributes, data, sending, holder, now, oldest)
                    for attributes, data in sending.events
                ],
            ),
            sending.batch,
        )
        if holder.test:
            response.headers["Seuil-Sandbox"] = "true"
        if verdict is not None:
            response.headers.update(answers.rate_headers(verdict))
        return response

    return routes


def event_of(
    attributes: Any, data: Any, sending: reading.Sending, holder: Holder, now: datetime, oldest: date
) -> Parsed | Unfit:
    """One event of a request, read by the rules of its partner."""
    if data is reading.Unreadable:
        return unreadable(attributes, sending.body, holder.sender)
    return read_event(attributes, data, holder.sender, now, oldest)


def _too_many(request: Request, verdict: Verdict) -> Response:
    refusal = Refused("too_many_events", TOO_MANY, 429)
    headers = answers.rate_headers(verdict) | {"Retry-After": str(verdict.wait)}
    return JSONResponse(problem(request, refusal), 429, headers, PROBLEM_TYPE)
