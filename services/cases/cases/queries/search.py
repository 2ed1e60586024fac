"""Finding a case: by its reference; by names and numbers, through their index, for who may read them.

What was typed is never in an address, and each search is logged. A protected file is never found (U19).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ARRAY, LargeBinary, Uuid, any_, bindparam, select

from cases.domain.case import Case
from cases.domain.reference import read_reference
from cases.domain.rights import Sight, View, Viewer, sight
from cases.domain.rules import Moment, civil_day
from cases.store import cases, rules
from cases.store.cases import open_agendas, stored_of
from cases.store.vault import Vault
from cases.tables import CASE_FILE, TRACE
from contracts.lists import Role
from eventing.db import Tx, run

BY_TRACE = (
    select(CASE_FILE)
    .where(
        CASE_FILE.c.case_id
        == any_(
            select(TRACE.c.case_id)
            .where(TRACE.c.digest == any_(bindparam("digests", type_=ARRAY(LargeBinary))))
            .scalar_subquery()
        ),
        CASE_FILE.c.territory == bindparam("territory"),
        CASE_FILE.c.protected.is_(False),
    )
    .order_by(CASE_FILE.c.changed_at.desc())
    .limit(100)
)
OWN = BY_TRACE.where(CASE_FILE.c.referrer_id == bindparam("viewer", type_=Uuid))
NUMBERS = ("nur", "syplo", "dalo", "daho")


@dataclass(frozen=True)
class Wanted:
    """What is looked for; a name without a birth date finds every file that has it."""

    family_name: str = ""
    given_name: str = ""
    birth_date: date | None = None
    number: str = ""

    def digests(self, vault: Vault) -> list[bytes]:
        """How the index knows it."""
        name = f"{self.family_name} {self.given_name}"
        if self.number:
            return [vault.digest(kind, self.number) for kind in NUMBERS]
        if self.birth_date and self.given_name:
            return [vault.digest("name_birth", f"{name} {self.birth_date.isoformat()}")]
        if self.given_name:
            return [vault.digest("name", name)]
        return [vault.digest("family_name", self.family_name)] if self.family_name else []


@dataclass(frozen=True)
class Found:
    """A case that answers a search."""

    case: Case
    seen: Sight


async def by_reference(tx: Tx, viewer: Viewer, typed: str) -> UUID | None:
    """The case of a reference, for who may open it: one that may not be seen does not exist."""
    reference = read_reference(typed)
    case_id = await cases.find(tx, reference) if reference else None
    stored = await cases.load(tx, case_id) if case_id is not None else None
    if stored is None:
        return None
    days = (await rules.load(tx, stored.case.territory)).provider_sight_days
    return case_id if sight(viewer, stored.case, stored.guard, civil_day(tx.now), days) else None


async def search(tx: Tx, vault: Vault, viewer: Viewer, wanted: Wanted, at: Moment) -> Sequence[Found]:
    """The cases of that name or number, among those whose names the viewer may read."""
    digests = wanted.digests(vault)
    if not digests:
        return []
    values = {"digests": digests, "territory": viewer.territory}
    if viewer.has(Role.SIAO_AGENT, Role.COORDINATOR):
        rows = await run(tx, BY_TRACE, **values)
    else:
        rows = await run(tx, OWN, viewer=viewer.account_id, **values)
    agendas = await open_agendas(tx)
    found = []
    for row in rows:
        place = (row["case_id"], row["last_commission_id"])
        stored = stored_of(row, place in agendas, agendas.get(place, frozenset()))
        seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
        if View.IDENTITY in seen:
            found.append(Found(stored.case, seen))
    return found
