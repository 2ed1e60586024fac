"""One question, answered whole: figures with their freshness, in one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text

from analytics.domain.asking import Asked
from analytics.domain.figures import Figure
from analytics.domain.filters import Filters
from analytics.domain.pages import Page, page_of
from analytics.domain.rights import Reading
from analytics.domain.small_numbers import kept_from
from analytics.queries import FIGURES, LISTS
from analytics.queries.choices import Options, default_year, options
from analytics.queries.coverage import Freshness, Known, freshness, known
from analytics.queries.listing import Listed
from contracts.refusal import Refused
from eventing.db import Tx, run
from webui.french import PARIS

AFTER_AN_END = timedelta(days=30)
PROVIDES = text(
    """
    SELECT 1 AS one FROM case_orientation
    WHERE organisation_id = CAST(:organisation AS uuid)
      AND (ended_on IS NULL OR ended_on >= CAST(:since AS date)) LIMIT 1
    """
)


@dataclass(frozen=True)
class Answer:
    """Figures and what they were asked with."""

    filters: Filters
    known: Known
    freshness: Freshness
    figures: Sequence[Figure]


async def standing(tx: Tx, territory: str) -> tuple[Known, Freshness]:
    """What is known at this instant, and how fresh it is."""
    return await known(tx, tx.now.astimezone(PARIS).date(), territory), await freshness(tx)


async def page_figures(
    tx: Tx, page: Page, asked: Asked, territory: str, reading: Reading
) -> tuple[Answer, dict[str, Options]]:
    """Every figure of a page that one may read, and the choices of its filters."""
    what, fresh = await standing(tx, territory)
    filters = _filters(page, asked, what, reading)
    keys = page.measures_for(reading)
    figures = [kept_from(await FIGURES[key](tx, filters, what), reading.smallest) for key in keys]
    return Answer(filters, what, fresh, figures), await options(tx, page, what)


async def one_figure(tx: Tx, measure: str, asked: Asked, territory: str, reading: Reading) -> Answer:
    """One figure as its page shows it under the same filters. Refused to who may not read it."""
    page = page_of(measure)
    if measure not in page.measures_for(reading):
        raise Refused("forbidden", "Ce chiffre n’est pas ouvert à votre rôle.", 403)
    what, fresh = await standing(tx, territory)
    filters = _filters(page, asked, what, reading)
    figure = kept_from(await FIGURES[measure](tx, filters, what), reading.smallest)
    return Answer(filters, what, fresh, [figure])


async def list_behind(
    tx: Tx, measure: str, column: str, key: str, asked: Asked, territory: str
) -> tuple[Answer, list[Listed], str]:
    """The cases behind one number of a figure, and what the number is of; refused when there is no list."""
    answer = await one_figure(tx, measure, asked, territory, Reading())
    [figure] = answer.figures
    keys = figure.behind.get(column, ())
    if measure not in LISTS or key not in keys:
        raise Refused("not_found", "Cette liste n’existe pas ou plus : le chiffre a pu changer.", 404)
    row = figure.rows[keys.index(key)]
    words = [str(cell) for cell, one in zip(row, figure.columns, strict=True) if one.key in ("from", "to")]
    heading = next(one.label for one in figure.columns if one.key == column)
    name = f"{' vers '.join(words) or row[0]} – {heading.lower()}"
    return answer, await LISTS[measure](tx, answer.filters, answer.known, column, key), name


def _filters(page: Page, asked: Asked, what: Known, reading: Reading) -> Filters:
    """The filters of a page; who reads small numbers of nobody but their own has the year only."""
    fields = tuple(name for name in page.fields if name == "annee") if reading.smallest else page.fields
    filters = replace(asked.only(fields).filters(default_year(page, what)), own=reading.own)
    return replace(filters, organisation=reading.own) if reading.own and page.key == "offre" else filters


async def provides(tx: Tx, organisation: UUID, today: date) -> bool:
    """Whether a proposal to the organisation is open, or ended in the last thirty days."""
    return bool(await run(tx, PROVIDES, organisation=organisation, since=today - AFTER_AN_END))


def to_date(filters: Filters, what: Known) -> Filters:
    """The same year, no further than today when it is the current one."""
    return replace(filters, until=what.today) if filters.year == what.today.year else filters
