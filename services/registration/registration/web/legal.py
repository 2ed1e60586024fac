"""What the law and courtesy ask of a public site: accessibility, map, personal data, help, legal notice."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from registration.web.acting import Counter, add
from registration.web.tiles import tiles
from webui.identity import current_user
from webui.navigation import CONFORMITY


class Legal(Counter):
    """Pages of words."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, "/accessibilite", self.accessibility)
        add(router, "/plan", self.map)
        add(router, "/donnees-personnelles", self.personal_data)
        add(router, "/aide", self.help)
        add(router, "/mentions-legales", self.notice)
        return router

    async def accessibility(self, request: Request) -> Response:
        """The declaration of accessibility."""
        return self.pages.render(
            request,
            "accessibilite.html",
            titre="Déclaration d’accessibilité",
            qui=self.desk.imprint,
            etat=CONFORMITY[self.desk.site.accessibility],
        )

    async def map(self, request: Request) -> Response:
        """Every page that this visitor may open."""
        user = current_user(request)
        return self.pages.render(
            request, "plan.html", titre="Plan du site", portes=tiles(user) if user else []
        )

    async def personal_data(self, request: Request) -> Response:
        """What is kept of whom, why, how long."""
        return self.pages.render(
            request,
            "donnees_personnelles.html",
            titre="Données personnelles",
            garde=self.desk.rules.hold,
            qui=self.desk.imprint,
        )

    async def help(self, request: Request) -> Response:
        """Questions people ask, and whom to write to."""
        return self.pages.render(request, "aide.html", titre="Aide et contact", qui=self.desk.imprint)

    async def notice(self, request: Request) -> Response:
        """Who publishes this site."""
        return self.pages.render(
            request, "mentions_legales.html", titre="Mentions légales", qui=self.desk.imprint
        )
