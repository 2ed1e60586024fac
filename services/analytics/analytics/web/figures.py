"""The pages of internal figures: overview, themes, definitions; and what they show as sheets."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from analytics.domain.asking import Asked
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.domain.pages import PAGES, Page
from analytics.queries.asking import Answer, one_figure, page_figures, standing
from analytics.queries.choices import NAMES, Options, default_year, years
from analytics.queries.headlines import headlines
from analytics.queries.reading import reading_of, required
from analytics.queries.supply import day_of
from analytics.web.frame import frame, period_words
from analytics.web.sheets import sheet
from contracts.refusal import Refused
from eventing.db import Database
from webui.french import date_fr
from webui.identity import current_user
from webui.pages import Pages, with_query

Question = Annotated[Asked, Query()]


def router(database: Database, pages: Pages) -> APIRouter:
    """The routes; who reads nothing internal is sent to what is published."""
    routes = APIRouter(include_in_schema=False)
    territory = pages.site.territory

    @routes.get("/analytics/")
    async def overview(request: Request, asked: Question) -> Response:
        reading = await reading_of(current_user(request), database, territory)
        if reading is None:
            return RedirectResponse("/analytics/publics", 303)
        if not reading.whole:
            return RedirectResponse(with_query("/analytics/parcours", annee=asked.annee), 303)
        async with database.read() as tx:
            known, fresh = await standing(tx, territory)
            filters = Filters(asked.annee or default_year(None, known), asked.mois)
            tiles = await headlines(tx, filters, known)
            year = asked.model_copy(update={"annee": filters.year})
            keys = ("allocations_homeless", "unmet")
            shown = [await one_figure(tx, key, year, territory, reading) for key in keys]
        return pages.render(
            request,
            "vue.html",
            titre="Chiffres",
            tuiles=tiles,
            figures=[figure for answer in shown for figure in answer.figures],
            fraicheur=fresh,
            annees=[(str(one), str(one)) for one in years(known)],
            annee=filters.year,
            periode=period_words(filters),
            question=asked,
            **frame(request, None, asked, reading, drawn=True),
        )

    @routes.get("/analytics/definitions")
    async def definitions(request: Request, asked: Question) -> Response:
        reading = await reading_of(current_user(request), database, territory)
        return pages.render(
            request,
            "definitions.html",
            titre="Définitions des chiffres",
            mesures=[(page, [MEASURES[key] for key in page.measures]) for page in PAGES.values()],
            **frame(request, None, Asked(annee=asked.annee), reading),
        )

    @routes.get("/analytics/exports/{measure}.{kind}")
    async def export(
        request: Request, measure: str, kind: Literal["csv", "xlsx"], asked: Question
    ) -> Response:
        reading = await required(request, database, territory)
        if measure not in MEASURES:
            raise Refused("unknown_measure", "Ce chiffre n’existe pas.", 404)
        async with database.read() as tx:
            answer = await one_figure(tx, measure, asked, territory, reading)
        return sheet(answer.figures[0], kind, f"{MEASURES[measure].title} {_suffix(asked, answer)}")

    @routes.get("/analytics/{theme}")
    async def theme(request: Request, theme: str, asked: Question) -> Response:
        page = PAGES.get(theme)
        if page is None:
            raise Refused("not_found", "Cette adresse ne mène nulle part.", 404)
        reading = await required(request, database, territory)
        if not page.measures_for(reading):
            raise Refused("forbidden", "Ces chiffres ne sont pas ouverts à votre rôle.", 403)
        async with database.read() as tx:
            answer, choices = await page_figures(tx, page, asked, territory, reading)
        fields = ("annee",) if reading.smallest else page.fields
        asked = asked.only(fields)
        return pages.render(
            request,
            "theme.html",
            titre=f"{page.title} – chiffres",
            page=page,
            champs=fields,
            figures=answer.figures,
            fraicheur=answer.freshness,
            choix=choices,
            noms=NAMES,
            question=asked,
            annee=answer.filters.year,
            periode=_when(page, answer),
            puces=_chips(page, asked, choices),
            **frame(request, page, asked, reading, drawn=True),
        )

    return routes


def _when(page: Page, answer: Answer) -> str:
    if not page.stock:
        return period_words(answer.filters)
    return f"au {date_fr(day_of(answer.filters, answer.known), jour=False)}"


def _chips(page: Page, asked: Asked, choices: dict[str, Options]) -> list[tuple[str, str]]:
    """What narrows the page, each with the address without it."""
    given = asked.given
    chips = []
    for name, value in given.items():
        words = dict(choices.get(name, [])).get(value, value)
        rest = {k: v for k, v in given.items() if k != name}
        chips.append((f"{NAMES[name]} : {words}", with_query(page.path, **rest)))
    return chips


def _suffix(asked: Asked, answer: Answer) -> str:
    narrowed = asked.given.keys() - {"annee"}
    return f"{answer.filters.year}{', filtré' if narrowed else ''}"
