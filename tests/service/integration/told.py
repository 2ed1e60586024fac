"""Facts of other services, as the tests of what partners hear need them."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import contracts
from contracts.cases import (
    CaseDecided,
    CasePostponed,
    CaseScheduled,
    CaseSubmitted,
    CaseTransferred,
    HouseholdErased,
    OrientationEnded,
    OrientationProposed,
)
from contracts.event import Fact
from contracts.registration import CommissionRescheduled

CASE = UUID("3f0c9a52-0000-4000-8000-000000000001")
ASSOCIATION = UUID("91c2d3e4-0000-4000-8000-00000000000a")
LANDLORD = UUID("91c2d3e4-0000-4000-8000-00000000000b")
COMMISSION = UUID("0d5a7c3e-0000-4000-8000-000000000001")
EXAMPLES = Path(contracts.__file__).parents[1] / "examples"
F = TypeVar("F", bound=Fact)


def like(kind: type[F], **fields: Any) -> F:
    """The published example of a fact, with some fields replaced."""
    known = json.loads((EXAMPLES / f"{kind.TYPE}.json").read_text())
    return kind.read(json.loads(json.dumps(known | fields, default=_text)))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def submitted(household_id: str, case_id: UUID = CASE) -> CaseSubmitted:
    return like(CaseSubmitted, case_id=case_id, household_id=household_id, organisation_id=ASSOCIATION)


def scheduled(case_id: UUID = CASE) -> CaseScheduled:
    return like(CaseScheduled, case_id=case_id, commission_id=COMMISSION)


def postponed(case_id: UUID = CASE) -> CasePostponed:
    return like(CasePostponed, case_id=case_id, commission_id=COMMISSION)


def decided(case_id: UUID = CASE) -> CaseDecided:
    return like(CaseDecided, case_id=case_id, commission_id=COMMISSION)


def transferred(organisation_id: UUID, until: date | None = None) -> CaseTransferred:
    fields = {"former_until": until} if until else {}
    return like(CaseTransferred, case_id=CASE, organisation_id=organisation_id, **fields)


def proposed(orientation_id: UUID, organisation_id: UUID = LANDLORD) -> OrientationProposed:
    return like(
        OrientationProposed, orientation_id=orientation_id, case_id=CASE, organisation_id=organisation_id
    )


def ended(orientation_id: UUID) -> OrientationEnded:
    return like(OrientationEnded, orientation_id=orientation_id, case_id=CASE)


def erased(household_id: str, *case_ids: UUID) -> HouseholdErased:
    return like(HouseholdErased, household_id=household_id, case_ids=list(case_ids))


def moved(days: int) -> CommissionRescheduled:
    """A commission of which the date alone has changed."""
    old = datetime(2026, 12, 1, 8, tzinfo=UTC)
    new = old + timedelta(days=days)
    return like(
        CommissionRescheduled,
        commission_id=COMMISSION,
        old_starts_at=old.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        old_ends_at=old.strftime("%Y-%m-%dT12:%M:%S.000Z"),
        starts_at=new.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        ends_at=new.strftime("%Y-%m-%dT12:%M:%S.000Z"),
    )
