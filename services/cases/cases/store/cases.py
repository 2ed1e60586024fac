"""A case in and out: one row, its state as JSON, the columns that queues look at beside."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.domain.case import Case
from cases.domain.rights import Guard
from cases.tables import AGENDA_ITEM, AGREEMENT, CASE_FILE, SITTING
from contracts.lists import Pack
from contracts.topics import CASES as TOPIC
from eventing.db import Tx, run, run_one

SEES = ("published", "opened", "closed")
"""States of a sitting in which its members see its cases: agenda published, minutes not approved."""
_STATE = (
    *("version", "state", "suspended", "referrer_id", "organisation_id", "seniority_from", "submitted_on"),
    *("not_before_on", "completion_due_on", "appeal_until", "commission_id", "last_commission_id", "item"),
    *("providers", "document", "changed_at"),
)
ONE = select(CASE_FILE).where(CASE_FILE.c.case_id == bindparam("id"))
BY_REFERENCE = select(CASE_FILE.c.case_id).where(CASE_FILE.c.case_ref == bindparam("ref"))
INSERT = insert(CASE_FILE).values(
    {
        name: bindparam(name)
        for name in ("case_id", "household_id", "case_ref", "territory", "protected", "partners", *_STATE)
    }
)
UPDATE = (
    update(CASE_FILE)
    .where(CASE_FILE.c.case_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in _STATE})
)


def _agreed(what: Any) -> Any:
    """Whether the last agreement of the case allows that class of recipient; null without any."""
    last = select(what).where(AGREEMENT.c.case_id == AGENDA_ITEM.c.case_id).order_by(AGREEMENT.c.id.desc())
    return last.limit(1).scalar_subquery()


RECIPIENTS = (_agreed(AGREEMENT.c.landlord).label("landlord"), _agreed(AGREEMENT.c.health).label("health"))
GUARD = (
    select(SITTING.c.state, AGENDA_ITEM.c.commission_id, *RECIPIENTS)
    .join(SITTING, SITTING.c.commission_id == AGENDA_ITEM.c.commission_id)
    .where(
        AGENDA_ITEM.c.case_id == bindparam("id"),
        AGENDA_ITEM.c.outcome != literal("postponed"),
        or_(*(SITTING.c.state == literal(state) for state in SEES)),
    )
)
AGENDAS = (
    select(AGENDA_ITEM.c.case_id, AGENDA_ITEM.c.commission_id, *RECIPIENTS)
    .join(SITTING, SITTING.c.commission_id == AGENDA_ITEM.c.commission_id)
    .where(
        AGENDA_ITEM.c.outcome != literal("postponed"),
        or_(*(SITTING.c.state == literal(state) for state in SEES)),
    )
)
PUT_GUARD = (
    update(CASE_FILE)
    .where(CASE_FILE.c.case_id == bindparam("id"))
    .values({name: bindparam(f"new_{name}") for name in ("protected", "audience", "team", "partners")})
)


@dataclass(frozen=True)
class Stored:
    """A case as stored: its state, the number of its row's version, who may see it."""

    case: Case
    version: int
    guard: Guard


async def load(tx: Tx, case_id: UUID) -> Stored | None:
    """The case, None if there is none. Commands call it under the lock of its stream."""
    row = await run_one(tx, ONE, id=case_id)
    if row is None:
        return None
    sitting = await run(tx, GUARD, id=case_id)
    last = next((each for each in sitting if each["commission_id"] == row["last_commission_id"]), None)
    return stored_of(row, last is not None, refused_of(last) if last is not None else frozenset())


def refused_of(row: Any) -> frozenset[Pack]:
    """The packs that the household did not agree to: landlords and health partners ask for it (U16)."""
    agreed = {Pack.LANDLORD: row["landlord"], Pack.HEALTH_YES_NO: row["health"]}
    return frozenset(pack for pack, yes in agreed.items() if not yes)


def stored_of(row: Any, agenda_open: bool, refused: frozenset[Pack] = frozenset()) -> Stored:
    """A case as its row says; `agenda_open`: its last sitting is between agenda and approved minutes."""
    guard = Guard(
        protected=row["protected"],
        audience=frozenset(row["audience"]),
        team=frozenset(row["team"]),
        partners=frozenset(row["partners"]),
        agenda_open=agenda_open,
        last_commission_id=row["last_commission_id"],
        refused=refused,
    )
    return Stored(Case.model_validate(row["document"]), row["version"], guard)


async def open_agendas(tx: Tx) -> dict[tuple[UUID, UUID], frozenset[Pack]]:
    """The (case, commission) of every agenda whose members see its cases now, with the packs refused."""
    return {(row["case_id"], row["commission_id"]): refused_of(row) for row in await run(tx, AGENDAS)}


async def find(tx: Tx, case_ref: str) -> UUID | None:
    """The id behind a reference."""
    row = await run_one(tx, BY_REFERENCE, ref=case_ref)
    return row["case_id"] if row else None


async def insert_case(tx: Tx, case: Case, guard: Guard) -> None:
    """Write a new case."""
    values = _values(tx, case, 1, None)
    await run(
        tx,
        INSERT,
        case_id=case.case_id,
        household_id=case.household_id,
        case_ref=case.case_ref,
        territory=case.territory,
        protected=guard.protected,
        partners=list(guard.partners),
        **values,
    )


async def update_case(tx: Tx, before: Stored, case: Case) -> None:
    """Write what has changed of a case, one version later."""
    assert (TOPIC, str(case.case_id)) in tx.streams, "the lock comes first"
    values = _values(tx, case, before.version + 1, before.guard.last_commission_id)
    await run(tx, UPDATE, id=case.case_id, **{f"new_{name}": value for name, value in values.items()})


async def update_guard(tx: Tx, case_id: UUID, guard: Guard) -> None:
    """Write who may see a case."""
    await run(
        tx,
        PUT_GUARD,
        id=case_id,
        new_protected=guard.protected,
        new_audience=list(guard.audience),
        new_team=list(guard.team),
        new_partners=list(guard.partners),
    )


def _values(tx: Tx, case: Case, version: int, last_commission_id: UUID | None) -> dict[str, Any]:
    """`providers` keeps every organisation that was proposed to: the right to see is computed from dates."""
    return {
        "version": version,
        "state": case.state.value,
        "suspended": case.suspended,
        "referrer_id": case.referrer_id,
        "organisation_id": case.organisation_id,
        "seniority_from": case.seniority_from,
        "submitted_on": case.submitted_on,
        "not_before_on": case.not_before_on,
        "completion_due_on": case.completion_due_on,
        "appeal_until": case.appeal_until,
        "commission_id": case.commission_id,
        "last_commission_id": case.commission_id or last_commission_id,
        "item": case.item,
        "providers": sorted({each.organisation_id for each in case.orientations}),
        "document": case.model_dump(mode="json"),
        "changed_at": tx.now,
    }
