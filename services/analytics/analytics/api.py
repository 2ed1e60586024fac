"""Figures for programs: the same question, the same rows, with what one must know to read them."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel

from analytics.domain.asking import Asked
from analytics.domain.figures import Figure
from analytics.domain.measures import MEASURES
from analytics.domain.pages import PAGES
from analytics.queries.asking import Answer, one_figure
from analytics.queries.reading import required
from contracts.refusal import Refused
from eventing.db import Database
from webui.french import iso
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 422, 503)
}
Cell = int | float | str | date


class MeasureOut(BaseModel):
    """A measure: what it counts and how to read it."""

    key: str
    title: str
    unit: str
    definition: str
    perimeter: str
    source: str
    caution: str


class ColumnOut(BaseModel):
    """A column of a figure; `rate` holds percents, `days` lengths of time."""

    key: str
    label: str
    kind: str


class FigureOut(BaseModel):
    """A figure. Cells are numbers, dates or words; `n. c.`: not calculable, `s`: masked."""

    measure: MeasureOut
    computed_at: str
    counted_up_to: str | None
    filters: dict[str, str]
    year: int
    columns: list[ColumnOut]
    rows: list[list[Cell]]
    total: list[Cell] | None
    notes: list[str]


def router(database: Database, territory: str) -> APIRouter:
    """`/analytics/api/v1`, for the roles that see internal figures."""
    routes = APIRouter(prefix="/analytics/api/v1", tags=["figures"])

    @routes.get(
        "/figures", responses={s: ANSWERS[s] for s in (400, 401, 403, 422, 503)}, operation_id="measures"
    )
    async def measures(request: Request) -> list[MeasureOut]:
        """Every measure that the account may read."""
        reading = await required(request, database, territory)
        return [measure_out(key) for page in PAGES.values() for key in page.measures_for(reading)]

    @routes.get("/figures/{measure}", responses=ANSWERS, operation_id="figure")
    async def figure(
        request: Request,
        measure: Annotated[str, Path(description="Key of a measure", max_length=64)],
        asked: Annotated[Asked, Query()],
    ) -> FigureOut:
        """One figure, under the filters of its page; others are left aside.

        Who reads only what is of their organisation gets that, in the same form.
        """
        reading = await required(request, database, territory)
        if measure not in MEASURES:
            raise Refused("unknown_measure", "Ce chiffre n’existe pas.", 404)
        async with database.read() as tx:
            return figure_out(await one_figure(tx, measure, asked, territory, reading), asked)

    return routes


def measure_out(key: str) -> MeasureOut:
    """A measure as it is told."""
    measure: Any = MEASURES[key]
    return MeasureOut(**{name: getattr(measure, name) for name in MeasureOut.model_fields})


def figure_out(answer: Answer, asked: Asked) -> FigureOut:
    """A figure as it is told."""
    [figure] = answer.figures
    fresh = answer.freshness
    return FigureOut(
        measure=measure_out(figure.measure.key),
        computed_at=iso(fresh.computed_at),
        counted_up_to=iso(fresh.counted_up_to) if fresh.counted_up_to else None,
        filters=asked.given,
        year=answer.filters.year,
        columns=[ColumnOut(key=c.key, label=c.label, kind=c.kind) for c in figure.columns],
        rows=[list(row) for row in figure.rows],
        total=_total(figure),
        notes=list(figure.notes),
    )


def _total(figure: Figure) -> list[Cell] | None:
    return list(figure.total) if figure.total else None
