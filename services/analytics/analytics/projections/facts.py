"""Folds what partners report, whatever order records come in: the highest revision of each is the record."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from analytics.projections.erasure import of_household
from analytics.projections.grouping import ALLOCATIONS, HOUSEHOLDS, Grouping, regroup
from analytics.tables import (
    ALLOCATION,
    ANSWER,
    CALL,
    CALL_COUNT,
    CASE_TABLES,
    CHANGE,
    COVERAGE,
    DEMAND,
    ENCOUNTER,
    FACTS,
    INTAKE,
    LINK,
    MATCH,
    ORIENTED,
    PRIORITY,
    PUBLISHED,
    STAY,
    SUPPLY,
    VACANCY,
)
from contracts.integration import (
    AllocationReported,
    AllocationsMatched,
    CallRecorded,
    CallsCounted,
    CaseReceived,
    CoverageDeclared,
    EncounterRecorded,
    FiguresImported,
    HouseholdsLinked,
    OrientationReported,
    PriorityReported,
    RequestAnswered,
    RequestChanged,
    RequestRegistered,
    StayReported,
    SupplyReported,
    VacancyReported,
)
from contracts.records import Record
from contracts.topics import INTEGRATION
from eventing.db import Tx, later, run
from eventing.subscription import Handler, Projection, Received
from webui.french import jour_paris

Heard = Received[Any]


def _upsert(table: Table) -> Any:
    """Keeps the highest revision; the same one heard again changes nothing."""
    new = insert(table).values({column.name: bindparam(column.name) for column in table.columns})
    changes = {c.name: new.excluded[c.name] for c in table.columns if c.name != "record_id"}
    return new.on_conflict_do_update(
        index_elements=["record_id"], set_=changes, where=table.c.revision < new.excluded.revision
    )


def _fold(table: Table, **computed: Callable[[Heard], Any]) -> Handler:
    statement = _upsert(table)
    names = [column.name for column in table.columns]

    async def fold(tx: Tx, event: Received[Record]) -> None:
        fact = event.fact
        later(tx, statement, **{n: computed[n](event) if n in computed else getattr(fact, n) for n in names})

    return of_household(fold) if "household_id" in table.columns else fold


def _fold_links(table: Table, one: str, others: str, said: str, kind: Grouping) -> Handler:
    """Folds a record that says that ids are one, and makes the groups of all it touches again."""
    before = select(table.c[one].label("one"), table.c[others].label("others")).where(
        table.c.record_id == bindparam("record")
    )
    fold = _fold(table, **{others: lambda event: getattr(event.fact, said)})

    async def fold_and_group(tx: Tx, event: Received[Record]) -> None:
        async def ids() -> set[Any]:
            rows = await run(tx, before, record=event.fact.record_id)
            return {one for row in rows for one in (row["one"], *(row["others"] or ())) if one is not None}

        touched = await ids()
        await fold(tx, event)
        await regroup(tx, kind, touched | await ids())

    return fold_and_group


def _day(event: Heard) -> date | None:
    """The night asked for, else the day of the request."""
    night: date | None = event.fact.night_of
    return night or event.fact.registered_on


def _cells(event: Heard) -> list[Any] | None:
    return None if event.fact.void else [cell.model_dump(mode="json") for cell in event.fact.cells]


FACTS_PROJECTION = Projection(
    name="facts",
    version=1,
    topic=INTEGRATION,
    handlers={
        CallsCounted: _fold(CALL_COUNT),
        CallRecorded: _fold(CALL),
        EncounterRecorded: _fold(ENCOUNTER),
        RequestRegistered: _fold(DEMAND, day=_day),
        RequestAnswered: _fold(ANSWER),
        RequestChanged: _fold(CHANGE),
        OrientationReported: _fold(ORIENTED),
        StayReported: _fold(STAY),
        SupplyReported: _fold(SUPPLY),
        VacancyReported: _fold(VACANCY),
        AllocationReported: _fold(ALLOCATION),
        AllocationsMatched: _fold_links(MATCH, "allocation_id", "same_as", "same_as", ALLOCATIONS),
        PriorityReported: _fold(PRIORITY),
        HouseholdsLinked: _fold_links(LINK, "household_id", "into_ids", "into", HOUSEHOLDS),
        CaseReceived: _fold(INTAKE, received_on=lambda event: jour_paris(event.time)),
        CoverageDeclared: _fold(COVERAGE),
        FiguresImported: _fold(PUBLISHED, figure_table=lambda event: event.fact.table, cells=_cells),
    },
    tables=[table.name for table in FACTS],
    touches=[table.name for table in CASE_TABLES],
)
