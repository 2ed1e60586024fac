"""The pages for people of the house: overview, five themes, definitions; and what they show as sheets."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from analytics.domain.asking import Asked
from analytics.domain.filters import Filters
from analytics.domain.measures import MEASURES
from analytics.domain.pages import PAGES, Page
from analytics.domain.rights import INSIDERS
from analytics.queries.asking import Answer, one_figure, page_figures, standing
from analytics.queries.choices import NAMES, Options, default_year, years
from analytics.queries.headlines import headlines
from analytics.web.drawing import drawing
from analytics.web.sheets import sheet
from contracts.refusal import Refused
from eventing.db import Database
from webui.french import MONTHS
from webui.identity import current_user, require
from webui.pages import Pages, with_query

Question = Annotated[Asked, Query()]


def router(database: Database, pages: Pages) -> APIRouter:
    """The routes; `state` and `data_officer` read what is published, `operator` has no figures of its own."""
    routes = APIRouter(include_in_schema=False)
    territory = pages.site.territory

    @routes.get("/analytics/")
    async def overview(request: Request, asked: Question) -> Response:
        user = current_user(request)
        if user is None or not user.has(*INSIDERS, territory=territory):
            return RedirectResponse("/analytics/publics", 303)
        async with database.read() as tx:
            known, fresh = await standing(tx)
            filters = Filters(asked.annee or default_year(None, known), asked.mois)
            tiles = await headlines(tx, filters, known)
            year = asked.model_copy(update={"annee": filters.year})
            shown = [await one_figure(tx, key, year) for key in ("allocations_homeless", "unmet")]
        return pages.render(
            request,
            "vue.html",
            titre="Chiffres",
            tuiles=tiles,
            figures=[figure for answer in shown for figure in answer.figures],
            fraicheur=fresh,
            annees=[(str(one), str(one)) for one in years(known)],
            annee=filters.year,
            periode=_period(filters),
            question=asked,
            **_frame(request, None, asked, drawn=True),
        )

    @routes.get("/analytics/definitions")
    async def definitions(request: Request) -> Response:
        return pages.render(
            request,
            "definitions.html",
            titre="Définitions des chiffres",
            mesures=[(page, [MEASURES[key] for key in page.measures]) for page in PAGES.values()],
            **_frame(request, None, Asked()),
        )

    @routes.get("/analytics/exports/{measure}.{kind}")
    async def export(
        request: Request, measure: str, kind: Literal["csv", "xlsx"], asked: Question
    ) -> Response:
        require(request, *INSIDERS, territory=territory)
        if measure not in MEASURES:
            raise Refused("unknown_measure", "Ce chiffre n’existe pas.", 404)
        async with database.read() as tx:
            answer = await one_figure(tx, measure, asked)
        return sheet(answer.figures[0], kind, f"{MEASURES[measure].title} {_suffix(asked, answer)}")

    @routes.get("/analytics/{theme}")
    async def theme(request: Request, theme: str, asked: Question) -> Response:
        page = PAGES.get(theme)
        if page is None:
            raise Refused("not_found", "Cette adresse ne mène nulle part.", 404)
        require(request, *INSIDERS, territory=territory)
        async with database.read() as tx:
            answer, choices = await page_figures(tx, page, asked)
        asked = asked.only(page.fields)
        return pages.render(
            request,
            "theme.html",
            titre=f"{page.title} – chiffres",
            page=page,
            figures=answer.figures,
            fraicheur=answer.freshness,
            choix=choices,
            noms=NAMES,
            question=asked,
            annee=answer.filters.year,
            periode=_period(answer.filters),
            puces=_chips(page, asked, choices),
            **_frame(request, page, asked, drawn=True),
        )

    return routes


def _frame(request: Request, page: Page | None, asked: Asked, drawn: bool = False) -> dict[str, Any]:
    live = drawn and request.query_params.get("direct") != "non"
    return {
        "themes": list(PAGES.values()),
        "page_courante": page.key if page else request.url.path.rpartition("/")[2],
        "dessin": drawing,
        "direct": live,
        "en_direct": live,
        "lien_direct": with_query(request.url.path, **asked.given, direct="non" if live else None),
        "ici": with_query(request.url.path, **asked.given),
        "filtres_donnes": asked.given,
    }


def _period(filters: Filters) -> str:
    return f"{MONTHS[filters.month - 1]} {filters.year}" if filters.month else f"année {filters.year}"


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
