"""Drafts in JSON: what was typed, kept as typed, then transmitted."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema

from cases.api.answering import Asked, CaseAnswer, Version, answer_of
from cases.commands.admission import submit_case
from cases.commands.completing import complete_draft
from cases.commands.drafts import (
    may_write,
    open_draft,
    save_draft,
    start_completion,
    start_draft,
    throw_draft,
)
from cases.domain.drafting import normal, read_typed
from cases.queries import drafts as listed
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.files import Draft
from cases.store.viewers import viewer_of
from contracts.lists import Door
from contracts.refusal import FieldError, Refused
from webui.fields import NewId
from webui.programs import ANSWERS, SIGNED, Key, acting, signed_in

NAME = r"^[a-z_]{1,40}(\.[a-z0-9_]{1,40}){0,2}$"
Name = Annotated[str, StringConstraints(pattern=NAME)]
Words = Annotated[str, StringConstraints(max_length=2000)]
Answers = Annotated[list[Words], Field(max_length=40)]
TYPED = {
    "type": "object",
    "maxProperties": 200,
    "additionalProperties": False,
    "patternProperties": {
        NAME: {"type": "array", "maxItems": 40, "items": {"type": "string", "maxLength": 2000}}
    },
}
"""How the document says it: no other names."""


class DraftAsked(Asked):
    """The whole of what was typed, by the names of the form: `social.adults`, `persons.0.family_name`."""

    typed: Annotated[dict[Name, Answers], Field(max_length=200), WithJsonSchema(TYPED)]


class SubmissionAsked(BaseModel):
    """The version of the draft that was read."""

    version: Version = None


class DraftSeen(BaseModel):
    """A draft as it was typed."""

    case_id: UUID
    version: int
    completes: bool
    changed_at: datetime
    typed: dict[str, list[str]]

    @classmethod
    def of(cls, draft: Draft) -> "DraftSeen":
        """What the reader is told of it."""
        return cls(
            case_id=draft.case_id,
            version=draft.version,
            completes=draft.completes,
            changed_at=draft.changed_at,
            typed=normal(draft.typed),
        )


class DraftLine(BaseModel):
    """A draft in a list."""

    case_id: UUID
    household: str
    completes: bool
    changed_at: datetime


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/drafts", tags=["Brouillons"], responses=ANSWERS)
    _reading(routes, desk)
    _writing(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("", summary="Lister ses brouillons", openapi_extra=SIGNED)
    async def everyone(request: Request) -> list[DraftLine]:
        user = signed_in(request)
        async with desk.database.read() as tx:
            viewer = await viewer_of(tx, user, desk.territory)
            may_write(viewer)
            found = await listed.drafts(tx, desk.vault, viewer)
        return [DraftLine.model_validate(each, from_attributes=True) for each in found]

    @routes.get("/{case_id}", summary="Lire un brouillon", openapi_extra=SIGNED)
    async def one(request: Request, case_id: UUID) -> DraftSeen:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            draft = await open_draft(tx, desk, user, case_id)
            if draft.completes or draft.author_id != user.account_id:
                viewer = await viewer_of(tx, user, desk.territory)
                await log_reading(tx, viewer, "identity", case_id=case_id)
        return DraftSeen.of(draft)


def _writing(routes: APIRouter, desk: Desk) -> None:
    @routes.put("/{case_id}", summary="Garder un brouillon tel qu’il est tapé", openapi_extra=SIGNED)
    async def keep(request: Request, case_id: NewId, asked: DraftAsked) -> DraftSeen:
        user = signed_in(request)
        typed = normal(asked.typed)
        async with desk.database.transaction(user.actor) as tx:
            draft = await start_draft(tx, desk, user, case_id, dict(typed))
            draft = await save_draft(tx, desk, user, case_id, dict(typed), asked.version or draft.version)
        return DraftSeen.of(draft)

    @routes.delete("/{case_id}", status_code=204, summary="Supprimer un brouillon", openapi_extra=SIGNED)
    async def throw(request: Request, case_id: UUID) -> None:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            await throw_draft(tx, desk, user, case_id)

    @routes.post("/{case_id}/completion", summary="Reprendre un dossier à compléter", openapi_extra=SIGNED)
    async def complete(request: Request, case_id: UUID) -> DraftSeen:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            draft = await start_completion(tx, desk, user, case_id)
        return DraftSeen.of(draft)

    @routes.post("/{case_id}/submission", summary="Transmettre un brouillon", openapi_extra=SIGNED)
    async def submit(request: Request, case_id: UUID, asked: SubmissionAsked, key: Key = None) -> CaseAnswer:
        user = signed_in(request)
        async with acting(desk.database, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                draft = await open_draft(tx, desk, user, case_id)
                read = read_typed(draft.typed)
                if read.file is None:
                    raise _unreadable(read.errors)
                if draft.completes:
                    await complete_draft(tx, desk, user, case_id, read, asked.version)
                else:
                    of = (read.referrer_id, read.organisation_id)
                    referrer = (of[0], of[1]) if of[0] and of[1] else None
                    await submit_case(
                        tx, desk, user, case_id, read.file, read.information, read.agreement,
                        door=read.door or Door.REFERRER, referrer=referrer, version=asked.version,
                    )  # fmt: skip
            return await answer_of(tx, desk, user, case_id)


def _unreadable(errors: list[FieldError]) -> Refused:
    text = "Des réponses du brouillon ne se lisent pas. Rien n’est perdu\u00a0: corrigez-les."
    return Refused("unreadable_draft", text, 409, errors)
