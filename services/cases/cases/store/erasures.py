"""Erasing a household: every row about it, and the ids remembered so that nothing about them comes back.

A table about a household is in `BY_CASE`, `BY_HOUSEHOLD` or `SCRUBBED`, or it is in `KEPT`
with its reason; a test reads the tables and fails for one that is in none.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table, any_, bindparam, delete, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.types import Uuid

from cases import tables
from cases.tables import CASE_FILE, DRAFT, ERASED, ERASURE_REQUEST, HOUSEHOLD
from contracts.refusal import Refused
from eventing.db import Tx, run, run_one

BY_CASE = (
    *("draft", "file_version", "trace", "information", "agreement", "wording", "opinion", "recusal"),
    *("agenda_item", "correction", "siao_copy", "case_file"),
)
"""Rows that go with their `case_id`."""
BY_HOUSEHOLD = ("objection", "intake_file", "household")
"""Rows that go with their `household_id`."""
SCRUBBED = ("history", "annex", "duplicate")
"""Rows that go, or lose their content, by statements of their own."""
KEPT: Mapping[str, str] = {
    "access_log": "twelve months: who read what, with random ids alone",
    "erasure_request": "who asked, proposed and approved, and when: random ids alone",
    "erased": "the ids, so that a late fact or a restored copy changes nothing",
    "sitting": "the case in hand; the sitting ends before an erasure may",
    "minutes": "references and outcomes of an administrative archive; the references lead nowhere",
}
IDS = bindparam("ids", type_=ARRAY(Uuid))
IS_ERASED = select(ERASED.c.household_id).where(ERASED.c.household_id == bindparam("id"))
REMEMBER = insert(ERASED).values({c.name: bindparam(c.name) for c in ERASED.columns}).on_conflict_do_nothing()
CASES_OF = select(CASE_FILE.c.case_id).where(CASE_FILE.c.household_id == bindparam("id"))
DRAFTS_OF = select(DRAFT.c.case_id).where(DRAFT.c.household_id == bindparam("id"))
HISTORY = tables.HISTORY
FORGET_HISTORY = delete(HISTORY).where(HISTORY.c.subject_id == any_(IDS))
EMPTY_ANNEXES = update(tables.ANNEX).where(tables.ANNEX.c.case_id == any_(IDS)).values(sealed=None)
FORGET_DUPLICATES = delete(tables.DUPLICATE).where(
    or_(tables.DUPLICATE.c.case_id == any_(IDS), tables.DUPLICATE.c.other_case_id == any_(IDS))
)
UNLINK = text(
    """
    UPDATE case_file SET document = jsonb_set(document, '{linked}', COALESCE((
        SELECT jsonb_agg(each) FROM jsonb_array_elements(document->'linked') AS each
        WHERE NOT (each #>> '{}')::uuid = ANY(CAST(:ids AS uuid[]))), '[]'))
    WHERE document->'linked' <> '[]'
    """
)
FORGET_DUE = text("DELETE FROM due WHERE key = ANY(CAST(:keys AS text[]))")
HOUSEHOLD_OF = select(HOUSEHOLD).where(HOUSEHOLD.c.household_id == bindparam("id"))
_asked = insert(ERASURE_REQUEST).values({c.name: bindparam(c.name) for c in ERASURE_REQUEST.columns})
ASK = _asked.on_conflict_do_nothing()
ONE_REQUEST = select(ERASURE_REQUEST).where(ERASURE_REQUEST.c.household_id == bindparam("id"))
PROPOSE = (
    update(ERASURE_REQUEST)
    .where(ERASURE_REQUEST.c.household_id == bindparam("id"))
    .values(proposed_by=bindparam("by"))
)
DONE = (
    update(ERASURE_REQUEST)
    .where(ERASURE_REQUEST.c.household_id == bindparam("id"))
    .values(approved_by=bindparam("by"), done_at=bindparam("at"))
)
OPEN_REQUESTS = (
    select(ERASURE_REQUEST).where(ERASURE_REQUEST.c.done_at.is_(None)).order_by(ERASURE_REQUEST.c.asked_at)
)
SILENT = (
    select(HOUSEHOLD.c.household_id, HOUSEHOLD.c.last_contact_on)
    .where(HOUSEHOLD.c.last_contact_on <= bindparam("before"))
    .order_by(HOUSEHOLD.c.last_contact_on)
    .limit(500)
)


def _by(names: tuple[str, ...], column: str) -> tuple[Any, ...]:
    known: Mapping[str, Table] = tables.metadata.tables
    return tuple(
        delete(known[name]).where(known[name].c[column] == any_(IDS)) for name in names if name in known
    )


FORGET_CASES = _by(BY_CASE, "case_id")
FORGET_HOUSEHOLD = _by(BY_HOUSEHOLD, "household_id")


async def is_erased(tx: Tx, household_id: UUID) -> bool:
    """Whether that household was erased."""
    return await run_one(tx, IS_ERASED, id=household_id) is not None


async def refuse_erased(tx: Tx, household_id: UUID) -> None:
    """Raises Refused 410 for a household that was erased."""
    if await is_erased(tx, household_id):
        raise Refused("household_erased", "Ce dossier a été effacé.", 410)


async def cases_of(tx: Tx, household_id: UUID) -> list[UUID]:
    """Its cases, in the order of their ids; drafts are forgotten with the household."""
    return sorted(row["case_id"] for row in await run(tx, CASES_OF, id=household_id))


async def drafts_of(tx: Tx, household_id: UUID) -> list[UUID]:
    """Its drafts."""
    return sorted(row["case_id"] for row in await run(tx, DRAFTS_OF, id=household_id))


async def forget(tx: Tx, household_id: UUID, case_ids: list[UUID], ground: str, on: date) -> None:
    """Delete everything about the household, and remember its ids."""
    every = [*case_ids, *await drafts_of(tx, household_id)]
    await run(tx, FORGET_HISTORY, ids=every)
    await run(tx, EMPTY_ANNEXES, ids=every)
    await run(tx, FORGET_DUPLICATES, ids=every)
    await run(tx, UNLINK, ids=every)
    await run(tx, FORGET_DUE, keys=[str(each) for each in every])
    for statement in FORGET_CASES:
        await run(tx, statement, ids=every)
    for statement in FORGET_HOUSEHOLD:
        await run(tx, statement, ids=[household_id])
    await run(tx, REMEMBER, household_id=household_id, case_ids=case_ids, ground=ground, erased_on=on)


async def known(tx: Tx, household_id: UUID) -> Any:
    """The household's row, None for one that nobody knows."""
    return await run_one(tx, HOUSEHOLD_OF, id=household_id)


async def ask(tx: Tx, household_id: UUID, ground: str, asked_by: str, proposed_by: UUID | None) -> None:
    """Write a request; one that is there already stays."""
    await run(
        tx,
        ASK,
        household_id=household_id,
        ground=ground,
        asked_by=asked_by,
        proposed_by=proposed_by,
        approved_by=None,
        asked_at=tx.now,
        done_at=None,
    )


async def request(tx: Tx, household_id: UUID) -> Any:
    """The request about a household."""
    return await run_one(tx, ONE_REQUEST, id=household_id)


async def propose(tx: Tx, household_id: UUID, by: UUID) -> None:
    """A coordinator takes a request up."""
    await run(tx, PROPOSE, id=household_id, by=by)


async def done(tx: Tx, household_id: UUID, by: UUID, at: datetime) -> None:
    """The request was carried out."""
    await run(tx, DONE, id=household_id, by=by, at=at)


async def open_requests(tx: Tx) -> list[Any]:
    """Requests that wait, oldest first."""
    return await run(tx, OPEN_REQUESTS)


async def silent(tx: Tx, before: date) -> list[Any]:
    """Households without contact since that day: 500 at most, the oldest first."""
    return await run(tx, SILENT, before=before)
