"""The figures that everyone may read, without an account and without live updates."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from analytics.domain.asking import Empty
from analytics.queries.asking import standing
from analytics.queries.choices import default_year, years
from analytics.queries.publication import publication, whole_months
from analytics.queries.reading import reading_of
from analytics.web.drawing import drawing
from analytics.web.frame import rubrics
from analytics.web.sheets import sheet
from contracts.refusal import Refused
from eventing.db import Database
from webui.french import date_fr
from webui.identity import current_user
from webui.pages import Pages


class AskedYear(BaseModel):
    """The one filter there is."""

    annee: Annotated[int | None, Field(ge=2000, le=2100), Empty] = None


def router(database: Database, pages: Pages) -> APIRouter:
    """The page and its sheets."""
    routes = APIRouter(include_in_schema=False)
    territory = pages.site.territory

    @routes.get("/analytics/publics")
    async def publics(request: Request, asked: Annotated[AskedYear, Query()]) -> Response:
        reading = await reading_of(current_user(request), database, territory)
        async with database.read() as tx:
            known, fresh = await standing(tx, territory)
            year = asked.annee or default_year(None, known)
            figures = await publication(tx, year, known)
        until = whole_months(year, known).until
        return pages.render(
            request,
            "publics.html",
            titre=f"Chiffres publics, {year}",
            annee=year,
            annees=[(str(one), str(one)) for one in years(known)],
            figures=list(figures.values()),
            fraicheur=fresh,
            jusque=f"Mois entiers seulement, jusqu’au {date_fr(until, jour=False)}." if until else "",
            rubriques=rubrics(reading, asked.annee),
            page_courante="publics",
            dessin=drawing,
        )

    @routes.get("/analytics/publics/{measure}.{kind}")
    async def export(
        measure: str, kind: Literal["csv", "xlsx"], asked: Annotated[AskedYear, Query()]
    ) -> Response:
        async with database.read() as tx:
            known, _ = await standing(tx, territory)
            year = asked.annee or default_year(None, known)
            figure = (await publication(tx, year, known)).get(measure)
        if figure is None:
            raise Refused("unknown_measure", "Ce chiffre n’est pas publié.", 404)
        return sheet(figure, kind, f"Chiffres publics, {figure.measure.title} {year}")

    return routes
