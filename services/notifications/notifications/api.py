"""The log for programs, with the rights of the pages: words for organisers, the state for operators."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query, Request, Response
from pydantic import BaseModel

from contracts.lists import Failure
from contracts.refusal import Refused
from notifications.commands import lift_once, resend_once
from notifications.documents import shown
from notifications.domain import LIFTERS, READERS, TEMPLATES, WATCHERS, State
from notifications.queries import CURSOR, PAGE, Asked, log_page, one_message, suspensions
from operating.service import Service
from webui.identity import User, require
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 422, 503)
}


class MessageOut(BaseModel):
    """A message. Name, address, subject and text are absent for who may only read its state."""

    message_id: UUID
    person_id: UUID
    template: str
    template_version: int
    category: str
    state: State
    cause: str | None
    advice: str | None
    attempts: int
    created_at: datetime
    send_after: datetime
    closed_at: datetime | None
    resent_from: UUID | None
    commission_id: UUID | None
    name: str | None = None
    email: str | None = None
    subject: str | None = None
    text: str | None = None


class MessagesOut(BaseModel):
    """A page of messages, newest first; `next` is the `after` of the following page."""

    messages: list[MessageOut]
    next: str | None


class ResentOut(BaseModel):
    """The message that repeats another."""

    message_id: UUID


class SuspensionOut(BaseModel):
    """A person nothing is sent to any more, and why."""

    person_id: UUID
    name: str | None
    email: str
    cause: Failure
    since: datetime


def message_out(user: User, message: dict[str, Any]) -> MessageOut:
    """A message as this person may see it: the link hidden, the words left out for an operator."""
    out = MessageOut(**{name: message[name] for name in MessageOut.model_fields if name in message})
    if not user.has(*READERS):
        return out.model_copy(update={"name": None, "email": None, "subject": None, "text": None})
    return out.model_copy(update={"text": shown(message["text"]) if message["text"] else None})


def router(service: Service, territory: str) -> APIRouter:
    """`/notifications/api/v1`."""
    routes = APIRouter(prefix="/notifications/api/v1", tags=["messages"])

    @routes.get(
        "/messages", responses={s: ANSWERS[s] for s in (400, 401, 403, 422, 503)}, operation_id="messages"
    )
    async def messages(
        request: Request,
        state: Annotated[State | None, Query(description="Only messages in that state")] = None,
        template: Annotated[
            str | None,
            Query(description="Only that kind of message", json_schema_extra={"enum": [*TEMPLATES]}),
        ] = None,
        after: Annotated[str | None, Query(description="`next` of the page before", pattern=CURSOR)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
    ) -> MessagesOut:
        """What was sent, to whom, and what became of it."""
        user = require(request, *WATCHERS, territory=territory)
        check_template(template)
        async with service.database.read() as tx:
            page = await log_page(tx, Asked(state, template, after, limit))
        return MessagesOut(messages=[message_out(user, m) for m in page.messages], next=page.next)

    @routes.get(
        "/messages/{message_id}",
        responses={s: ANSWERS[s] for s in (400, 401, 403, 404, 422, 503)},
        operation_id="message",
    )
    async def message(request: Request, message_id: Annotated[UUID, Path()]) -> MessageOut:
        """One message."""
        user = require(request, *WATCHERS, territory=territory)
        async with service.database.read() as tx:
            return message_out(user, await one_message(tx, message_id))

    @routes.post(
        "/messages/{message_id}/resend", status_code=202, responses=ANSWERS, operation_id="resend_message"
    )
    async def resend_message(
        request: Request,
        message_id: Annotated[UUID, Path()],
        idempotency_key: Annotated[str, Header(min_length=8, max_length=100)],
    ) -> ResentOut:
        """Sends the same words again, to the same person."""
        user = require(request, *READERS, territory=territory)
        async with service.database.transaction(user.actor) as tx:
            again = await resend_once(tx, message_id, idempotency_key)
        service.hint("send")
        return ResentOut(message_id=again)

    @routes.get(
        "/suspensions", responses={s: ANSWERS[s] for s in (401, 403, 503)}, operation_id="suspensions"
    )
    async def suspended(request: Request) -> list[SuspensionOut]:
        """The addresses that bounced hard or complained."""
        require(request, *READERS, territory=territory)
        async with service.database.read() as tx:
            found = await suspensions(tx)
        return [SuspensionOut(**{name: row[name] for name in SuspensionOut.model_fields}) for row in found]

    @routes.post(
        "/suspensions/{person_id}/lift",
        status_code=204,
        responses=ANSWERS,
        operation_id="lift_suspension",
        response_class=Response,
    )
    async def lift_suspension(
        request: Request,
        person_id: Annotated[UUID, Path()],
        idempotency_key: Annotated[str, Header(min_length=8, max_length=100)],
    ) -> None:
        """Messages leave for that person again."""
        user = require(request, *LIFTERS, territory=territory)
        async with service.database.transaction(user.actor) as tx:
            await lift_once(tx, person_id, idempotency_key)

    return routes


def check_template(template: str | None) -> None:
    """Refuses a kind of message that does not exist."""
    if template is not None and template not in TEMPLATES:
        raise Refused("unknown_template", "Ce genre de message n’existe pas.", 422)
