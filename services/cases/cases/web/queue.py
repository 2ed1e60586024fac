"""The queues: one for each stage, filtered by the address, taken away as shown, filters kept for the team."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from cases.commands.filters import drop_filter, keep_filter
from cases.domain.rights import View, Viewer
from cases.domain.stages import MARKS, STAGES, Mark, Stage
from cases.queries import queue
from cases.queries.exports import HEADERS, NAMED_HEADERS, line, named_line
from cases.queries.filters import SavedFilter, kept_filters
from cases.queries.queue import PAGE, Filter, Queue, Row
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.wording import options
from contracts.lists import ClosedList, Composition, Priority, Question, Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import Keyed, Ticked, add, now, take
from webui.forms import empty_form, read_form
from webui.identity import User
from webui.pages import Pages, see_other, with_query
from webui.sheets import csv_response, xlsx_response

Code = TypeVar("Code", bound=StrEnum)
HERE = "/cases/dossiers"
PURPOSES = (
    ("seance", "Préparer une séance"),
    ("instruction", "Instruire une demande de logement ou d’hébergement"),
    ("dalo", "Instruire un recours DALO ou DAHO"),
)


class Kept(Keyed):
    """A filter to keep, under a name."""

    name: str = Field(min_length=1, max_length=60)
    query: str = Field(default="", max_length=400)
    shared: Ticked = False


class NamedExport(Keyed):
    """Names go out for a purpose, which is written down."""

    purpose: str = Field(pattern="^(" + "|".join(code for code, _ in PURPOSES) + ")$")
    query: str = Field(default="", max_length=400)


@dataclass(frozen=True)
class Queues(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, HERE, self.page)
        add(router, HERE + "/export.{kind}", self.export)
        add(router, HERE + "/export-nominatif", self.ask_names)
        take(router, HERE + "/export-nominatif", self.export_names)
        take(router, HERE + "/filtres", self.keep)
        take(router, HERE + "/filtres/{filter_id}/retirer", self.drop)
        return router

    async def page(self, request: Request) -> Response:
        """A queue: its lines, its count, the counts of the others."""
        user = self.signed_in(request)
        wanted = filter_of(request.query_params)
        async with self.desk.database.read() as tx:
            viewer, found = await self._load(tx, user)
            kept = await kept_filters(tx, viewer)
        whole = wanted.stage is None and "etape" not in request.query_params and not wanted.active
        if whole and found.counts:
            first = next(stage for stage in Stage if found.counts.get(stage))
            return RedirectResponse(f"{HERE}?etape={first.value}", 303)
        return self._shown(request, viewer, wanted, found, kept)

    def _shown(
        self, request: Request, viewer: Viewer, wanted: Filter, found: Queue, kept: list[SavedFilter]
    ) -> Response:
        rows = found.kept(wanted)
        number = _page_number(request)
        shown = rows[(number - 1) * PAGE : number * PAGE]
        in_stage = [row for row in found.rows if wanted.stage in (None, row.stage)]
        last = max(1, -(-len(rows) // PAGE))
        stay = "" if wanted.stage else "etape=toutes&"
        here = f"{HERE}?{stay}{query_of(wanted)}"
        return self.pages.render(
            request,
            "situations.html",
            titre="Situations",
            etape=wanted.stage,
            onglets=_tabs(found, wanted),
            signes=[(m, MARKS[m], found.mark_counts[m]) for m in Mark if found.mark_counts.get(m)],
            lignes=shown,
            nombre=len(rows),
            dans_etape=len(in_stage),
            total=len(found.rows),
            puces=_chips(wanted, found, here),
            filtre=wanted,
            organismes=_places(in_stage),
            compositions=options(Composition),
            questions=options(Question),
            priorites=options(Priority),
            filtres_gardes=kept,
            requete=query_of(wanted),
            precedente=with_query(here, page=number - 1) if number > 1 else "",
            suivante=with_query(here, page=number + 1) if number < last else "",
            page_sur=f"Page {number} sur {last}",
            aujourdhui=now(request).date(),
            ecrit=viewer.has(Role.REFERRER, Role.SIAO_AGENT, Role.COORDINATOR),
            siao=viewer.has(Role.SIAO_AGENT, Role.COORDINATOR),
            moi=viewer.account_id,
        )

    async def export(self, request: Request, kind: str) -> Response:
        """The lines of the filter, all pages: references only."""
        user = self.signed_in(request)
        wanted = filter_of(request.query_params)
        async with self.desk.database.transaction(user.actor) as tx:
            viewer, found = await self._load(tx, user)
            await log_reading(tx, viewer, "export")
        rows = [line(row, now(request).date()) for row in found.kept(wanted)]
        if kind == "csv":
            return csv_response(rows, HEADERS, "situations")
        if kind == "xlsx":
            return xlsx_response(rows, HEADERS, "situations")
        raise Refused("unknown_format", "Ce format n’existe pas.", 404)

    async def ask_names(self, request: Request) -> Response:
        """What a named export is for is said first."""
        user = self.siao(request)
        wanted = filter_of(request.query_params)
        async with self.desk.database.read() as tx:
            _, found = await self._load(tx, user)
        return self._ask(request, wanted, _exportable(found.kept(wanted)))

    def _ask(self, request: Request, wanted: Filter, rows: list[Row], status: int = 200) -> Response:
        return self.pages.render(
            request,
            "export_nominatif.html",
            status,
            titre="Exporter avec les noms",
            form=empty_form(),
            erreur=status != 200,
            nombre=len(rows),
            finalites=[{"valeur": code, "libelle": text} for code, text in PURPOSES],
            requete=query_of(wanted),
        )

    async def export_names(self, request: Request) -> Response:
        """A spreadsheet with names, for a purpose, written in the log case by case; no protected file."""
        user = self.siao(request)
        form = await read_form(request, NamedExport)
        wanted = filter_of(_parsed(form.value("query")))
        async with self.desk.database.transaction(user.actor) as tx:
            viewer, found = await self._load(tx, user)
            rows = _exportable(found.kept(wanted))
            if not form.valid:
                return self._ask(request, wanted, rows, 422)
            lines = []
            for row in rows:
                await log_reading(tx, viewer, "export", case_id=row.case.case_id, purpose=form.data.purpose)
                lines.append(await named_line(tx, self.desk.vault, row, now(request).date()))
        purpose = dict(PURPOSES)[form.data.purpose]
        mark = f"Exporté par {user.account_id} le {now(request):%d/%m/%Y}, pour\u00a0: {purpose}"
        return xlsx_response([*lines, (), (mark,)], NAMED_HEADERS, "situations-nominatif")

    async def keep(self, request: Request) -> Response:
        """A filter under a name, for oneself or for the team."""
        user = self.signed_in(request)
        form = await read_form(request, Kept)
        query = query_of(filter_of(_parsed(form.value("query"))))
        if form.valid:
            asked = form.data
            await self.act(
                request,
                user,
                form,
                lambda tx: keep_filter(tx, self.desk, user, asked.name, query, asked.shared),
            )
        return see_other(f"{HERE}?{query}", "filtre" if form.valid else "")

    async def drop(self, request: Request, filter_id: UUID) -> Response:
        """Its owner keeps it no longer."""
        user = self.signed_in(request)
        form = await read_form(request, Keyed)
        await self.act(request, user, form, lambda tx: drop_filter(tx, user, filter_id))
        return see_other(HERE, "filtre-retire")

    async def _load(self, tx: Tx, user: User) -> tuple[Viewer, Queue]:
        viewer = await viewer_of(tx, user, self.desk.territory)
        return viewer, await queue.load(tx, viewer, await moment(tx, self.desk.territory))


def _exportable(rows: list[Row]) -> list[Row]:
    return [row for row in rows if not row.guard.protected and View.IDENTITY in row.seen]


def filter_of(said: Mapping[str, str]) -> Filter:
    """What an address says to show; what it says wrong is not said."""
    return Filter(
        stage=_one(Stage, said.get("etape", "")),
        q=said.get("q", "").strip()[:60],
        composition=_value(Composition, said.get("composition", "")),
        question=_value(Question, said.get("question", "")),
        organisation=said.get("organisme", "")[:36],
        priority=_value(Priority, said.get("priorite", "")),
        mark=_one(Mark, said.get("signe", "")),
    )


WORDS = {
    "stage": "etape",
    "q": "q",
    "composition": "composition",
    "question": "question",
    "organisation": "organisme",
    "priority": "priorite",
    "mark": "signe",
}
"""How the parts of a filter are called in an address."""


def query_of(wanted: Filter) -> str:
    """The address of a filter."""
    return urlencode({WORDS[name]: str(value) for name, value in asdict(wanted).items() if value})


def _parsed(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def _one(kind: type[Code], text: str) -> Code | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _value(kind: type[ClosedList], text: str) -> str:
    found = _one(kind, text)
    return found.value if found is not None else ""


def _page_number(request: Request) -> int:
    text = request.query_params.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _tabs(found: Queue, wanted: Filter) -> list[tuple[str, str, int, bool]]:
    tabs = [
        (STAGES[stage], f"{HERE}?etape={stage.value}", found.counts.get(stage, 0), wanted.stage is stage)
        for stage in Stage
    ]
    everything = ("Toutes", f"{HERE}?etape=toutes", len(found.rows), wanted.stage is None)
    return [tab for tab in tabs if tab[2] or tab[3]] + [everything]


def _chips(wanted: Filter, found: Queue, here: str) -> list[tuple[str, str]]:
    said = {
        "q": f"«\u202f{wanted.q}\u202f»",
        "composition": Composition(wanted.composition).label if wanted.composition else "",
        "question": Question(wanted.question).label if wanted.question else "",
        "organisation": _organisation(wanted.organisation, found),
        "priority": Priority(wanted.priority).label if wanted.priority else "",
        "mark": MARKS[wanted.mark] if wanted.mark else "",
    }
    return [
        (text, with_query(here, **{WORDS[name]: None}))
        for name, text in said.items()
        if getattr(wanted, name)
    ]


def _organisation(text: str, found: Queue) -> str:
    return next((name for key, name in found.organisations.items() if str(key) == text), "Autre structure")


def _places(rows: list[Row]) -> list[tuple[str, str]]:
    found = {str(row.case.organisation_id): row.organisation for row in rows if row.organisation}
    return sorted(found.items(), key=lambda each: each[1])


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Queues(desk, pages).routes()
