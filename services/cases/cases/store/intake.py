"""What became of each partner's record about a case, and whom their files name as referrers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from cases.tables import INTAKE_FILE, REFERRER_KNOWN
from eventing.db import Tx, run, run_one

_new = insert(INTAKE_FILE).values({c.name: bindparam(c.name) for c in INTAKE_FILE.columns})
PUT = _new.on_conflict_do_update(
    index_elements=["record_id"],
    set_={
        name: _new.excluded[name]
        for name in ("case_id", "revision", "state", "sealed", "faults", "received_at", "household_id")
    },
)
ONE = select(INTAKE_FILE).where(INTAKE_FILE.c.record_id == bindparam("id"))
TO_LOOK_AT = (
    select(INTAKE_FILE)
    .where((INTAKE_FILE.c.state == "waiting") | (INTAKE_FILE.c.state == "proposed"))
    .order_by(INTAKE_FILE.c.received_at)
)
OF_CASE = select(INTAKE_FILE.c.partner_id).where(
    INTAKE_FILE.c.case_id == bindparam("id"), INTAKE_FILE.c.state != "detached"
)
_referrer = insert(REFERRER_KNOWN).values({c.name: bindparam(c.name) for c in REFERRER_KNOWN.columns})
PUT_REFERRER = _referrer.on_conflict_do_update(
    index_elements=["person_id"],
    set_={name: _referrer.excluded[name] for name in ("version", "organisation_id", "email_digest")},
    where=REFERRER_KNOWN.c.version < _referrer.excluded.version,
)
DROP_REFERRER = delete(REFERRER_KNOWN).where(REFERRER_KNOWN.c.person_id == bindparam("id"))
FIND_REFERRER = (
    select(REFERRER_KNOWN.c.person_id, REFERRER_KNOWN.c.organisation_id)
    .where(REFERRER_KNOWN.c.email_digest == bindparam("digest"))
    .order_by(REFERRER_KNOWN.c.person_id)
    .limit(1)
)


@dataclass(frozen=True)
class Intake:
    """A partner's record: taken (it is a case), waiting (nobody could), proposed (a person wrote since)."""

    record_id: UUID
    household_id: UUID
    partner_id: UUID
    case_id: UUID | None
    revision: int
    state: str
    sealed: bytes | None
    faults: list[dict[str, Any]]
    received_at: datetime


async def find(tx: Tx, record_id: UUID) -> Intake | None:
    """What is known of a record."""
    row = await run_one(tx, ONE, id=record_id)
    return Intake(**dict(row)) if row else None


async def put(tx: Tx, intake: Intake) -> None:
    """Write what became of it."""
    await run(tx, PUT, **{name: getattr(intake, name) for name in Intake.__dataclass_fields__})


async def partner_of(tx: Tx, case_id: UUID) -> UUID | None:
    """The partner whose file a draft was made of."""
    row = await run_one(tx, OF_CASE, id=case_id)
    return row["partner_id"] if row else None


async def to_look_at(tx: Tx) -> list[Intake]:
    """Records that wait for a person, oldest first."""
    return [Intake(**dict(row)) for row in await run(tx, TO_LOOK_AT)]


async def put_referrer(tx: Tx, **values: Any) -> None:
    """Remember a professional by the digest of their address."""
    await run(tx, PUT_REFERRER, **values)


async def drop_referrer(tx: Tx, person_id: UUID) -> None:
    """Forget one."""
    await run(tx, DROP_REFERRER, id=person_id)


async def referrer_of(tx: Tx, digest: bytes) -> tuple[UUID, UUID | None] | None:
    """The professional behind an address: person and organisation."""
    row = await run_one(tx, FIND_REFERRER, digest=digest)
    return (row["person_id"], row["organisation_id"]) if row else None
