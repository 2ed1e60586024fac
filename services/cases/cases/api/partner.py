"""The partner's door: what its software may see of a case it sent, or that was proposed to its organisation.

It shows the token that integration gave for its key (`webui.partner_tokens`); nobody else is asked.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.datastructures import Headers

from cases.domain.case import Case
from cases.domain.file import NumberKind
from cases.domain.rights import Sight, View, Viewer, sight, unknown_case
from cases.domain.rules import civil_day
from cases.store import cases, files, intake, rules
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.viewers import partner_viewer
from contracts.lists import MissingItem
from contracts.refusal import Refused
from webui.identity import InvalidToken
from webui.keys import Keyring
from webui.partner_tokens import PartnerBearer, verify_partner_token
from webui.programs import ANSWERS


class DecisionSeen(BaseModel):
    """The opinion that stands."""

    outcome: str
    schemes: list[str]
    measures: list[str]
    decided_on: date


class OrientationSeen(BaseModel):
    """A proposal to the partner's organisation, or of a case it sent."""

    orientation_id: UUID
    scheme: str
    state: str
    answer_due_at: datetime
    answered_on: date | None = None


class AllocationSeen(BaseModel):
    """The allocation that stands."""

    allocation_id: UUID
    scheme: str
    state: str
    decided_on: date
    lease_signed_on: date | None = None
    entered_on: date | None = None


class PersonSeen(BaseModel):
    """A member of the household, where the right to names is held."""

    given_name: str
    family_name: str
    birth_date: date | None = None
    phone: str = ""


class CaseSeen(BaseModel):
    """What a partner sees: absent means not theirs to see, or not there."""

    case_id: UUID
    case_ref: str
    state: str
    submitted_on: date
    missing: list[MissingItem] = []
    completion_due_on: date | None = None
    composition: str
    adults: int
    minors: int
    decision: DecisionSeen | None = None
    orientations: list[OrientationSeen] = []
    allocation: AllocationSeen | None = None
    persons: list[PersonSeen] | None = None
    nur: list[str] | None = None


def router(desk: Desk, keyring: Keyring) -> APIRouter:
    """The one route."""
    routes = APIRouter(
        prefix="/cases/api/v1/partner",
        tags=["Partenaires"],
        responses={status: ANSWERS[status] for status in (401, 404, 422, 503)},
    )

    @routes.get(
        "/cases/{link_id}", response_model_exclude_none=True, openapi_extra={"security": [{"jeton": []}]}
    )
    async def read_case(request: Request, link_id: UUID) -> CaseSeen:
        """Un dossier que vous avez transmis, ou proposé à votre structure."""
        bearer = bearer_of(keyring, request)
        async with desk.database.transaction(bearer.actor) as tx:
            viewer = replace(
                partner_viewer(bearer.partner_id, desk.territory), organisation_id=bearer.organisation_id
            )
            known = await intake.find(tx, link_id)
            case_id = known.case_id if known is not None and known.case_id else link_id
            stored = await cases.load(tx, case_id)
            today = civil_day(tx.now)
            days = (await rules.load(tx, desk.territory)).provider_sight_days
            seen = sight(viewer, stored.case, stored.guard, today, days) if stored is not None else Sight()
            if stored is None or not seen:
                raise unknown_case()
            await log_reading(tx, viewer, "partner", case_id=case_id)
            version = await files.latest(tx, desk.vault, case_id)
            return _shown(stored.case, seen, viewer, version)

    return routes


def bearer_of(keyring: Keyring, request: Request) -> PartnerBearer:
    """The partner behind a request. Raises Refused 401."""
    kind, _, text = Headers(scope=request.scope).get("authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise InvalidToken("none")
        return verify_partner_token(keyring, text.strip(), request.state.now)
    except InvalidToken as error:
        raise Refused("sign_in_needed", "Montrez le jeton reçu contre votre clé.", 401) from error


def _shown(case: Case, seen: Sight, viewer: Viewer, version: files.Version | None) -> CaseSeen:
    own = View.FOLLOW_UP in seen
    orientations = [
        OrientationSeen(
            orientation_id=each.orientation_id,
            scheme=each.scheme,
            state=each.state,
            answer_due_at=each.answer_due_at,
            answered_on=each.answered_on,
        )
        for each in case.orientations
        if own or each.organisation_id == viewer.organisation_id
    ]
    return CaseSeen(
        case_id=case.case_id,
        case_ref=case.case_ref,
        state=case.state,
        submitted_on=case.submitted_on,
        missing=list(case.missing) if own else [],
        completion_due_on=case.completion_due_on if own else None,
        composition=case.composition,
        adults=case.adults,
        minors=case.minors,
        decision=_decision(case) if own else None,
        orientations=orientations,
        allocation=_allocation(case) if own else None,
        **_identity(seen, version),
    )


def _identity(seen: Sight, version: files.Version | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if version is not None and View.IDENTITY in seen:
        names = ("given_name", "family_name", "birth_date", "phone")
        found["persons"] = [
            PersonSeen(**{name: getattr(person, name) for name in names}) for person in version.file.persons
        ]
    if version is not None and View.NUR in seen:
        found["nur"] = [n.value for n in version.file.numbers if n.kind is NumberKind.NUR]
    return found


def _decision(case: Case) -> DecisionSeen | None:
    made = case.decision
    if made is None:
        return None
    return DecisionSeen(
        outcome=made.outcome,
        schemes=list(made.schemes),
        measures=list(made.measures),
        decided_on=made.decided_on,
    )


def _allocation(case: Case) -> AllocationSeen | None:
    made = case.allocation
    if made is None:
        return None
    names = ("allocation_id", "scheme", "state", "decided_on", "lease_signed_on", "entered_on")
    return AllocationSeen(**{name: getattr(made, name) for name in names})
