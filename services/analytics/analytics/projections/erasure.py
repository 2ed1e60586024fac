"""Erasure cuts the thread: rows of an erased household get new random ids per household, case and civil year.

What counts inside a year stays the same; the path over years is gone. A fact recorded before the erasure is
counted under the new ids whenever it arrives, so that a rebuild gives the same figures; one recorded after is
dropped, and counted as dropped. Old and new ids stand side by side for a day at most (`forget_cuts`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy import TextClause, text

from analytics.projections.grouping import HOUSEHOLDS, connected
from contracts.cases import HouseholdErased
from eventing.db import Database, Tx, run
from eventing.subscription import Handler, Received
from webui.french import jour_paris

CUT_KEPT = timedelta(days=1)
LOCK = 0x5E_D6
SHARE = text("SELECT pg_advisory_xact_lock_shared(CAST(:key AS bigint))")
ALONE = text("SELECT pg_advisory_xact_lock(CAST(:key AS bigint))")
ANY_ERASED = text("SELECT 1 AS one FROM erased_id LIMIT 1")
FIND = text("SELECT id, leader, erased_at, final FROM erased_id WHERE id = ANY(CAST(:ids AS uuid[]))")
FOLLOWERS = text("SELECT id FROM erased_id WHERE leader = CAST(:leader AS uuid)")
MARK = text(
    """
    INSERT INTO erased_id (id, leader, erased_at, final)
    SELECT id, CAST(:leader AS uuid), CAST(:at AS timestamptz), CAST(:final AS boolean)
    FROM unnest(CAST(:ids AS uuid[])) AS given(id)
    ON CONFLICT (id) DO UPDATE SET
        erased_at = CASE WHEN excluded.final AND NOT erased_id.final THEN excluded.erased_at
                         ELSE erased_id.erased_at END,
        final = erased_id.final OR excluded.final
    """
)
DROP = text(
    """
    INSERT INTO dropped_fact (event_id, type) VALUES (CAST(:id AS uuid), CAST(:type AS text))
    ON CONFLICT DO NOTHING
    """
)
RENAME = text(
    """
    INSERT INTO erased_cut (leader, year, new_id, made_at)
    VALUES (CAST(:leader AS uuid), CAST(:year AS int), CAST(:new_id AS uuid), CAST(:now AS timestamptz))
    ON CONFLICT DO NOTHING
    """
)
SAY_CUT = text(
    """
    INSERT INTO cut_household (id, erased_on)
    SELECT new_id, CAST(:on AS date) FROM erased_cut WHERE leader = CAST(:leader AS uuid)
    ON CONFLICT DO NOTHING
    """
)
SHADOWS = text(
    """
    INSERT INTO case_file (case_id, household_id, territory, organisation_id, composition, persons,
                           situation_group, question, state, state_on, reached, cut)
    SELECT of_case.new_id, of_home.new_id, file.territory, file.organisation_id, file.composition,
           file.persons, file.situation_group, file.question, file.state, file.state_on, 0, true
    FROM case_file AS file
         JOIN erased_cut AS of_case ON of_case.leader = file.case_id
         JOIN erased_cut AS of_home ON of_home.leader = CAST(:home AS uuid) AND of_home.year = of_case.year
    WHERE file.case_id = CAST(:case AS uuid)
      AND of_case.year <> COALESCE(CAST(EXTRACT(year FROM file.submitted_on) AS int), 0)
    ON CONFLICT DO NOTHING
    """
)
FORGET_SHADOWS = text(
    """
    DELETE FROM case_file WHERE cut AND submitted_on IS NULL
      AND case_id IN (SELECT new_id FROM erased_cut WHERE leader = CAST(:case AS uuid))
    """
)
SAY_CASE_CUT = text("UPDATE case_file SET cut = true WHERE case_id = CAST(:case AS uuid)")
CASES_OF = text("SELECT case_id FROM case_file WHERE household_id = ANY(CAST(:ids AS uuid[]))")
FORGET_LINKS = text(
    """
    DELETE FROM fact_household_link
    WHERE household_id = ANY(CAST(:ids AS uuid[])) OR into_ids && CAST(:ids AS uuid[])
    """
)
FORGET_ROOTS = text("DELETE FROM household_root WHERE household_id = ANY(CAST(:ids AS uuid[]))")
FORGET_CUTS = text("DELETE FROM erased_cut WHERE made_at <= CAST(:before AS timestamptz) RETURNING year")


@dataclass(frozen=True)
class Spot:
    """A column that holds an id, and the day of the row that says its civil year."""

    years: TextClause
    rename: TextClause
    restore: TextClause


def _spot(table: str, column: str, day: str) -> Spot:
    year = f"COALESCE(CAST(EXTRACT(year FROM {day}) AS int), 0)"
    here = f"{table}.{column} = ANY(CAST(:ids AS uuid[]))"
    leader = "CAST(:leader AS uuid)"
    return Spot(
        text(f"SELECT DISTINCT {year} AS year FROM {table} WHERE {here}"),  # noqa: S608 - names of ours only, values are bound
        text(
            f"UPDATE {table} SET {column} = cut.new_id FROM erased_cut AS cut "  # noqa: S608 - names of ours only, values are bound
            f"WHERE cut.leader = {leader} AND cut.year = {year} AND {here}"
        ),
        text(
            f"UPDATE {table} SET {column} = {leader} "  # noqa: S608 - names of ours only, values are bound
            f"WHERE {column} IN (SELECT new_id FROM erased_cut WHERE leader = {leader})"
        ),
    )


HOMES = tuple(
    _spot(table, "household_id", day)
    for table, day in (
        ("fact_call", "night_of"),
        ("fact_encounter", "night_of"),
        ("fact_request", "day"),
        ("fact_request_change", "changed_on"),
        ("fact_answer", "answered_at AT TIME ZONE 'Europe/Paris'"),
        ("fact_orientation", "oriented_on"),
        ("fact_stay", "from_on"),
        ("fact_priority", "since_on"),
        ("fact_case_received", "received_on"),
        ("fact_allocation", "COALESCE(lease_signed_on, decided_on, entered_on)"),
        ("case_allocation", "decided_on"),
        ("case_file", "submitted_on"),
    )
)
CASE_ROWS = tuple(
    _spot(table, "case_id", day)
    for table, day in (
        ("case_step", "day"),
        ("case_passage", "COALESCE(examined_on, scheduled_on)"),
        ("case_decision", "decided_on"),
        ("case_orientation", "proposed_on"),
        ("case_allocation", "decided_on"),
        ("case_file", "submitted_on"),
    )
)
_SOME: WeakKeyDictionary[Tx, bool] = WeakKeyDictionary()
"""Whether anybody was erased, looked at once a transaction, no erasure being under way."""


async def erased_among(tx: Tx, ids: Iterable[UUID]) -> list[asyncpg.Record]:
    """What is known of those of the ids that were erased."""
    if tx not in _SOME:
        await run(tx, SHARE, key=LOCK)
        _SOME[tx] = bool(await run(tx, ANY_ERASED))
    return await run(tx, FIND, ids=sorted(ids)) if _SOME[tx] else []


async def drop(tx: Tx, event: Received[Any]) -> None:
    """Leaves aside a fact recorded after the erasure of its household, and remembers that it did."""
    await run(tx, DROP, id=event.id, type=event.type)


def of_household(fold: Handler) -> Handler:
    """The same fold, for facts of households: late ones dropped, early ones cut."""

    async def guarded(tx: Tx, event: Received[Any]) -> None:
        fact = event.fact
        ids = [fact.household_id, *(getattr(fact, "into", None) or ())]
        marks = await erased_among(tx, (one for one in ids if one is not None))
        if any(mark["final"] and event.time >= mark["erased_at"] for mark in marks):
            await drop(tx, event)
            return
        await fold(tx, event)
        for mark in marks:
            if event.time < mark["erased_at"]:
                await cut_household(tx, mark["leader"], mark["erased_at"])

    return guarded


def of_case(fold: Handler) -> Handler:
    """The same fold, for facts of cases: rows of an erased one are brought together, folded and cut again."""

    async def guarded(tx: Tx, event: Received[Any]) -> None:
        case = event.fact.case_id
        marks = await erased_among(tx, [case])
        if not marks:
            await fold(tx, event)
        elif event.time >= marks[0]["erased_at"]:
            await drop(tx, event)
        else:
            await run(tx, FORGET_SHADOWS, case=case)
            for spot in CASE_ROWS:
                await run(tx, spot.restore, leader=case)
            await fold(tx, event)
            await cut_case(tx, case, marks[0]["leader"])
            await cut_household(tx, marks[0]["leader"], marks[0]["erased_at"])

    return guarded


async def fold_household_erased(tx: Tx, event: Received[HouseholdErased]) -> None:
    """Cuts the rows of the household, of those judged to be the same, and of its cases."""
    fact = event.fact
    await run(tx, ALONE, key=LOCK)
    _SOME[tx] = True
    homes = set(await connected(tx, HOUSEHOLDS, [fact.household_id]))
    cases = {row["case_id"] for row in await run(tx, CASES_OF, ids=[fact.household_id])} | set(fact.case_ids)
    mark = {"leader": fact.household_id, "at": event.time}
    await run(tx, MARK, ids=[fact.household_id, *sorted(cases)], final=True, **mark)
    await run(tx, MARK, ids=sorted(homes - {fact.household_id}), final=False, **mark)
    for case in sorted(cases):
        await cut_case(tx, case, fact.household_id)
    await cut_household(tx, fact.household_id, event.time)


async def cut_household(tx: Tx, leader: UUID, erased_at: datetime) -> None:
    """New ids, one a civil year, for a household and all that were judged to be it; links to it go."""
    ids = await _widened(tx, leader, erased_at)
    await _rename(tx, HOMES, leader, ids)
    await run(tx, SAY_CUT, leader=leader, on=jour_paris(erased_at))
    await run(tx, FORGET_LINKS, ids=ids)
    await run(tx, FORGET_ROOTS, ids=ids)


async def _widened(tx: Tx, leader: UUID, erased_at: datetime) -> list[UUID]:
    """Every id erased with this one, links heard since included."""
    ids = {row["id"] for row in await run(tx, FOLLOWERS, leader=leader)} | {leader}
    linked = set(await connected(tx, HOUSEHOLDS, ids)) - ids
    if linked:
        await run(tx, MARK, ids=sorted(linked), leader=leader, at=erased_at, final=False)
    return sorted(ids | linked)


async def cut_case(tx: Tx, case: UUID, home: UUID) -> None:
    """New ids, one a civil year, for a case; each year but that of its submission gets a row of its own."""
    years = await _years(tx, CASE_ROWS, [case])
    for leader in (case, home):
        await _name(tx, leader, years)
    await run(tx, SHADOWS, case=case, home=home)
    await run(tx, SAY_CASE_CUT, case=case)
    for spot in CASE_ROWS:
        await run(tx, spot.rename, leader=case, ids=[case])


async def _rename(tx: Tx, spots: Sequence[Spot], leader: UUID, ids: list[UUID]) -> None:
    await _name(tx, leader, await _years(tx, spots, ids))
    for spot in spots:
        await run(tx, spot.rename, leader=leader, ids=ids)


async def _years(tx: Tx, spots: Sequence[Spot], ids: list[UUID]) -> list[int]:
    found = {row["year"] for spot in spots for row in await run(tx, spot.years, ids=ids)}
    return sorted(found)


async def _name(tx: Tx, leader: UUID, years: Sequence[int]) -> None:
    for year in years:
        await run(tx, RENAME, leader=leader, year=year, new_id=tx.new_id(), now=tx.now)


async def forget_cuts(database: Database, kept: timedelta = CUT_KEPT) -> int:
    """Forgets which new id stands for which old one, once facts under way have arrived."""
    async with database.transaction() as tx:
        return len(await run(tx, FORGET_CUTS, before=tx.now - kept))
