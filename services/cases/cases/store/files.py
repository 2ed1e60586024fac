"""Drafts and versions of files: social part in clear, persons and numbers sealed, an index to find them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.domain.file import CaseFile
from cases.store.vault import Vault
from cases.tables import DRAFT, FILE_VERSION, HOUSEHOLD, TRACE
from eventing.db import Tx, run, run_many, run_one

_new_household = insert(HOUSEHOLD).values({c.name: bindparam(c.name) for c in HOUSEHOLD.columns})
PUT_HOUSEHOLD = _new_household.on_conflict_do_nothing()
TOUCH = (
    update(HOUSEHOLD)
    .where(HOUSEHOLD.c.household_id == bindparam("id"), HOUSEHOLD.c.last_contact_on < bindparam("on"))
    .values(last_contact_on=bindparam("new_on"))
)
ONE_DRAFT = select(DRAFT).where(DRAFT.c.case_id == bindparam("id"))
INSERT_DRAFT = insert(DRAFT).values({c.name: bindparam(c.name) for c in DRAFT.columns})
UPDATE_DRAFT = (
    update(DRAFT)
    .where(DRAFT.c.case_id == bindparam("id"))
    .values(
        sealed=bindparam("new_sealed"),
        version=bindparam("new_version"),
        changed_at=bindparam("new_at"),
        form=bindparam("new_form"),
    )
)
DELETE_DRAFT = delete(DRAFT).where(DRAFT.c.case_id == bindparam("id"))
INSERT_VERSION = insert(FILE_VERSION).values({c.name: bindparam(c.name) for c in FILE_VERSION.columns})
LATEST = (
    select(FILE_VERSION)
    .where(FILE_VERSION.c.case_id == bindparam("id"), FILE_VERSION.c.kept_for != "proposed")
    .order_by(FILE_VERSION.c.version.desc(), FILE_VERSION.c.at.desc())
    .limit(1)
)
VERSIONS = select(FILE_VERSION).where(FILE_VERSION.c.case_id == bindparam("id")).order_by(FILE_VERSION.c.at)
FORGET_TRACES = delete(TRACE).where(TRACE.c.case_id == bindparam("id"))
_new_trace = insert(TRACE).values({c.name: bindparam(c.name) for c in TRACE.columns})
PUT_TRACE = _new_trace.on_conflict_do_nothing()


@dataclass(frozen=True)
class Draft:
    """A draft as typed; `completes`: it mends a case already transmitted."""

    case_id: UUID
    household_id: UUID
    territory: str
    author_id: UUID
    organisation_id: UUID
    referrer_id: UUID
    version: int
    typed: dict[str, Any]
    completes: bool
    created_at: datetime
    changed_at: datetime
    form: str = ""
    """The key of the page that last wrote it: a page does not conflict with itself."""


@dataclass(frozen=True)
class Version:
    """A version of a file and why it was kept: submitted, completed, corrected, decided."""

    version: int
    kept_for: str
    file: CaseFile
    author: str
    at: datetime


async def put_household(tx: Tx, household_id: UUID, territory: str, today: date) -> None:
    """Write a household that is new; one that is known stays as it is."""
    await run(
        tx,
        PUT_HOUSEHOLD,
        household_id=household_id,
        territory=territory,
        last_contact_on=today,
        created_at=tx.now,
    )


async def touch(tx: Tx, household_id: UUID, today: date) -> None:
    """A person did something about the household: its last contact is today (users U60)."""
    await run(tx, TOUCH, id=household_id, on=today, new_on=today)


async def draft(tx: Tx, vault: Vault, case_id: UUID) -> Draft | None:
    """A draft, opened."""
    row = await run_one(tx, ONE_DRAFT, id=case_id)
    return draft_of(vault, row) if row is not None else None


def draft_of(vault: Vault, row: Any) -> Draft:
    """A draft as its row keeps it."""
    values = {name: row[name] for name in Draft.__dataclass_fields__ if name != "typed"}
    return Draft(**values, typed=vault.open(row["case_id"], row["sealed"]))


async def insert_draft(tx: Tx, vault: Vault, new: Draft) -> None:
    """Write a draft for the first time."""
    values = {name: getattr(new, name) for name in Draft.__dataclass_fields__ if name != "typed"}
    await run(tx, INSERT_DRAFT, **values, sealed=vault.seal(new.case_id, new.typed))


async def update_draft(
    tx: Tx, vault: Vault, case_id: UUID, typed: dict[str, Any], version: int, form: str = ""
) -> None:
    """Write what was typed, under a new version."""
    await run(
        tx,
        UPDATE_DRAFT,
        id=case_id,
        new_sealed=vault.seal(case_id, typed),
        new_version=version,
        new_at=tx.now,
        new_form=form,
    )


async def delete_draft(tx: Tx, case_id: UUID) -> None:
    """Forget a draft: it was transmitted, or thrown away by its author."""
    await run(tx, DELETE_DRAFT, id=case_id)


async def add_version(
    tx: Tx, vault: Vault, case_id: UUID, household_id: UUID, version: int, kept_for: str, file: CaseFile
) -> None:
    """Keep a version of a file, and let it be found by its names and numbers."""
    dumped = file.model_dump(mode="json")
    social = dumped.pop("social")
    await run(
        tx,
        INSERT_VERSION,
        case_id=case_id,
        version=version,
        kept_for=kept_for,
        social=social,
        sealed=vault.seal(case_id, dumped),
        author=tx.actor,
        at=tx.now,
    )
    await run(tx, FORGET_TRACES, id=case_id)
    await run_many(
        tx,
        PUT_TRACE,
        [
            {"case_id": case_id, "household_id": household_id, "kind": kind, "digest": digest}
            for kind, digest in sorted(set(traces(vault, file)))
        ],
    )


def traces(vault: Vault, file: CaseFile) -> Iterable[tuple[str, bytes]]:
    """What finds a file: each family name, each whole name with birth date, each phone, each number."""
    for person in file.persons:
        yield "family_name", vault.digest("family_name", person.family_name)
        yield "name", vault.digest("name", f"{person.family_name} {person.given_name}")
        if person.birth_date is not None:
            born = f"{person.family_name} {person.given_name} {person.birth_date.isoformat()}"
            yield "name_birth", vault.digest("name_birth", born)
        if person.phone:
            yield "phone", vault.digest("phone", person.phone)
    for number in file.numbers:
        yield number.kind.value, vault.digest(number.kind.value, number.value)


def opened(vault: Vault, row: Any) -> CaseFile:
    """The file of a stored version."""
    identity = vault.open(row["case_id"], row["sealed"])
    return CaseFile.model_validate({**identity, "social": row["social"]})


async def latest(tx: Tx, vault: Vault, case_id: UUID) -> Version | None:
    """The last version of a file."""
    row = await run_one(tx, LATEST, id=case_id)
    return _version(vault, row) if row else None


async def versions(tx: Tx, vault: Vault, case_id: UUID) -> list[Version]:
    """Every version kept, oldest first: what was known on a day."""
    return [_version(vault, row) for row in await run(tx, VERSIONS, id=case_id)]


def _version(vault: Vault, row: Any) -> Version:
    return Version(row["version"], row["kept_for"], opened(vault, row), row["author"], row["at"])
