"""An app that shows every component, for tests and for eyes; it is in no service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from contracts.refusal import FieldError, Refused
from eventing.runtime import Runtime
from webui.charts import Serie, barres, barres_groupees, courbe
from webui.fields import CivilDate, CivilTime, Email, Line, Text
from webui.forms import Form, empty_form, read_form
from webui.identity import FindAccount, RoleGrant, User, current_user, issue_token, require
from webui.keys import KeyPair, Signer, new_key_pair
from webui.pages import Pages, see_other
from webui.refusals import PROBLEMS
from webui.site import Site, install

START = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
ACCOUNT = UUID("6a1f0e2d-0000-4000-8000-000000000001")
MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct."]
TRAP = "<script>alert(1)</script> & « Zoé »"


class SignUp(BaseModel):
    courriel: Email
    nom: Annotated[str, Line(80)]
    jour: CivilDate
    heure: CivilTime | None = None
    genre: Annotated[str, Line(20)]
    atelier: int
    jours: list[str] = []
    besoin: Annotated[str, Text(500, empty=True)] = ""
    liste: bool = False


class Body(BaseModel):
    name: Annotated[str, Line(20)]
    days: list[CivilDate]
    count: Annotated[int, Field(strict=True)] = 1
    email: Email | None = None
    at: CivilTime | None = None
    note: Annotated[str, Text(50, empty=True)] = ""


@dataclass
class Clock:
    now: datetime = START
    drawn: int = 0

    def advance(self, by: timedelta) -> None:
        self.now += by

    def new_id(self) -> UUID:
        self.drawn += 1
        return UUID(int=self.drawn, version=4)

    def runtime(self) -> Runtime:
        async def sleep(_: float) -> None: ...

        return Runtime(lambda: self.now, self.new_id, self.new_id, sleep)


@dataclass
class Showcase:
    app: FastAPI
    site: Site
    clock: Clock
    keys: KeyPair

    def token(self, *roles: str, generation: int = 1, until: date | None = None) -> str:
        grants = tuple(RoleGrant(role, "siao-59-lille", until) for role in roles)
        return issue_token(
            Signer(self.keys.private), User(ACCOUNT, generation, None, grants, "mail_link"), self.clock.now
        )


def make_showcase(
    public_url: str = "http://127.0.0.1:8000", accounts: FindAccount | None = None, clock: Clock | None = None
) -> Showcase:
    keys, clock = new_key_pair(), clock or Clock()
    site = Site("registration", public_url, "production", True, "siao-59-lille", {keys.kid: keys.public})
    pages = Pages(site, "tests.webui", done={"inscrite": "Vous êtes inscrite."})
    app = FastAPI(openapi_url="/registration/openapi.json", docs_url=None, redoc_url=None)
    app.include_router(_web(pages))
    app.include_router(_doors(pages))
    app.include_router(_api())
    install(app, site, pages, runtime=clock.runtime(), accounts=accounts)
    return Showcase(app, site, clock, keys)


def _page(pages: Pages, request: Request, form: Form[Any], status: int = 200) -> Response:
    context = {"titre": "Composants", "erreur": bool(form.errors), "form": form, **_shown()}
    return pages.render(request, "composants_vus.html", status, **context)


def _web(pages: Pages) -> APIRouter:
    web = APIRouter(include_in_schema=False)

    @web.get("/registration/composants")
    async def show(request: Request) -> Response:
        return _page(pages, request, empty_form({"nom": "Amina Benali", "atelier": 2, "jours": ["a"]}))

    @web.post("/registration/composants")
    async def send(request: Request) -> Response:
        form = await read_form(request, SignUp, {"nom": "Indiquez vos prénom et nom"})
        if form.valid and form.data.atelier == 1:
            text = "Cet atelier s'est rempli : choisissez-en un autre"
            full = [FieldError("/atelier", "workshop_full", text)]
            form = form.refused(Refused("workshop_full", "Complet", errors=full))
        if form.valid:
            return see_other("/registration/composants", done="inscrite")
        return _page(pages, request, form, 422)

    return web


def _doors(pages: Pages) -> APIRouter:
    web = APIRouter(include_in_schema=False)

    @web.get("/registration/reserve")
    async def reserved(request: Request) -> Response:
        require(request, "coordinator", territory="siao-59-lille")
        return _page(pages, request, empty_form())

    @web.post("/registration/reserve")
    async def act(request: Request) -> Response:
        require(request, "coordinator")
        return see_other("/registration/composants")

    @web.get("/registration/qui")
    async def who(request: Request) -> Response:
        user = current_user(request)
        return Response(user.actor if user else "personne", media_type="text/plain")

    @web.get("/registration/refus/{status}")
    async def refuse(status: int) -> Response:
        if status == 500:
            raise RuntimeError("secret de famille")
        if status == 503:
            raise ConnectionRefusedError
        raise Refused("test", "La commission a changé à 10 h 40. Rien n'est perdu.", status)

    return web


def _api() -> APIRouter:
    api = APIRouter(prefix="/registration/api/v1", responses=PROBLEMS)

    @api.post("/things", status_code=201)
    async def create(request: Request, body: Body) -> Mapping[str, str]:
        require(request, "coordinator")
        return {"name": body.name}

    @api.get("/things/{number}")
    async def read(request: Request, number: int, limit: int = 10) -> Mapping[str, int]:
        return {"number": number, "limit": limit}

    return api


def _shown() -> dict[str, Any]:
    numbers = [412, 380, 455, 402, 371, 390, 420, 433, 401, 455]
    return {
        "piege": TRAP,
        "une_date": date(2026, 12, 8),
        "graphique_barres": barres(
            "b", "Demandes par porte", ["115", "Équipes mobiles de rue", TRAP], [12345, None, 40], "demandes"
        ),
        "graphique_groupe": barres_groupees(
            "m",
            "Demandes par mois",
            MONTHS,
            [
                Serie("2026", numbers),
                Serie("2025", [n - 30 for n in numbers]),
                Serie("2024", [None, *numbers[1:]]),
            ],
            "ménages",
            courts=[m[0].upper() for m in MONTHS],
        ),
        "graphique_courbe": courbe(
            "c",
            "Attributions par an",
            [str(y) for y in range(2018, 2026)],
            [
                Serie("attributions", [2412, 2487, 2309, 2690, 2951, None, 3012, 3105]),
                Serie("objectif", [2400 + 80 * n for n in range(8)], trait=True),
            ],
            "ménages",
            zero=False,
        ),
    }
