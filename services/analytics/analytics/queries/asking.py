"""One question, answered whole: figures with their freshness, in one snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analytics.domain.asking import Asked
from analytics.domain.figures import Figure
from analytics.domain.filters import Filters
from analytics.domain.pages import Page, page_of
from analytics.queries import FIGURES
from analytics.queries.choices import Options, default_year, options
from analytics.queries.coverage import Freshness, Known, freshness, known
from eventing.db import Tx
from webui.french import PARIS


@dataclass(frozen=True)
class Answer:
    """Figures and what they were asked with."""

    filters: Filters
    known: Known
    freshness: Freshness
    figures: Sequence[Figure]


async def standing(tx: Tx) -> tuple[Known, Freshness]:
    """What is known at this instant, and how fresh it is."""
    return await known(tx, tx.now.astimezone(PARIS).date()), await freshness(tx)


async def page_figures(tx: Tx, page: Page, asked: Asked) -> tuple[Answer, dict[str, Options]]:
    """Every figure of a page, and the choices of its filters."""
    what, fresh = await standing(tx)
    filters = asked.only(page.fields).filters(default_year(page, what))
    figures = [await FIGURES[key](tx, filters, what) for key in page.measures]
    return Answer(filters, what, fresh, figures), await options(tx, page, what)


async def one_figure(tx: Tx, measure: str, asked: Asked) -> Answer:
    """One figure as its page shows it under the same filters."""
    page = page_of(measure)
    what, fresh = await standing(tx)
    filters = asked.only(page.fields).filters(default_year(page, what))
    return Answer(filters, what, fresh, [await FIGURES[measure](tx, filters, what)])


def to_date(filters: Filters, what: Known) -> Filters:
    """The same year, no further than today when it is the current one."""
    return replace(filters, until=what.today) if filters.year == what.today.year else filters
