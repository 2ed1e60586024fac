"""The page of a case: who must act, the household by right, what was decided, its history and versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.acts import ACTS
from cases.commands.telling import inform_referrer
from cases.domain import seniority, siao, story
from cases.domain.asking import LABELS
from cases.domain.rights import View
from cases.domain.stages import Around, marks, next_step
from cases.domain.story import FIELDS, GOOD, ICONS
from cases.queries.case import CasePage, load, parts_of
from cases.queries.following import follow_up
from cases.store import duplicates, files, requests
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.history import Line
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.draft_form import NUMBERS
from contracts.lists import CaseState
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import add
from webui.identity import User
from webui.pages import Pages

PLACE = "/cases/dossiers/{case_id}"
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Transmis", ("case_submitted",)),
    ("Recevable", ("case_admitted",)),
    ("Inscrit", ("case_scheduled",)),
    ("Examiné", ("case_examined",)),
    ("Avis rendu", ("case_decided",)),
    ("Proposé", ("orientation_proposed",)),
    ("Attribué", ("allocation_recorded",)),
    ("Entré", ("household_housed",)),
)
HERE = {
    CaseState.SUBMITTED: 1,
    CaseState.INCOMPLETE: 1,
    CaseState.ADMISSIBLE: 2,
    CaseState.SCHEDULED: 3,
    CaseState.EXAMINED: 4,
    CaseState.IN_FOLLOW_UP: 5,
    CaseState.PLACED: 7,
    CaseState.HOUSED: 8,
}
KEPT_FOR = {
    "submitted": "transmission",
    "completed": "complément",
    "corrected": "correction",
    "decided": "avis de la commission",
}


@dataclass(frozen=True)
class Cases(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, PLACE, self.page)
        add(router, PLACE + "/histoire", self.history)
        add(router, PLACE + "/versions/{number}", self.version)
        return router

    async def page(self, request: Request, case_id: UUID) -> Response:
        """The case. Its reading is logged; a referrer who opens a decision is informed of it."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            found = await self._read(tx, user, case_id)
            kept = await files.versions(tx, self.desk.vault, case_id) if found.insider else []
            asked = await requests.of_case(tx, self.desk.vault, case_id) if found.insider else []
            near = await duplicates.waiting_of(tx, case_id) if found.siao else 0
            around = Around(
                found.at.now,
                found.at.today,
                duplicate=near > 0,
                organisation_id=found.viewer.organisation_id,
                whole=View.FOLLOW_UP in found.seen,
            )
            following = await follow_up(tx, self.desk, found.case, found.seen, found.viewer, found.at)
            if found.insider:
                await inform_referrer(tx, self.desk, user, case_id)
        return self.pages.render(
            request,
            "situation.html",
            **self._frame(found),
            parcours=journey(found),
            suivi=following,
            signes=marks(found.case, around),
            versions=kept,
            gardee_pour=KEPT_FOR,
            demandes=asked,
            genres_demande=LABELS,
            proches=near,
            anciennete=seniority.explain(found.case, found.at.today),
            jours=seniority.total(found.case, found.at.today),
            criteres=seniority.criteria(found.case, found.at.today),
            lignes=told(found)[:6],
            nombre_lignes=len(found.lines),
            textes=[each for each in found.wordings if each.kind == "note"],
            demande=next((e for e in reversed(found.wordings) if e.kind == "completion"), None),
        )

    async def history(self, request: Request, case_id: UUID) -> Response:
        """Everything that happened, newest first."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            found = await self._read(tx, user, case_id)
        return self.pages.render(
            request,
            "situation_histoire.html",
            **self._frame(found, f"Histoire de la situation {found.case.case_ref}"),
            lignes=told(found),
        )

    async def version(self, request: Request, case_id: UUID, number: str) -> Response:
        """The file as it was known when it was transmitted, completed or decided."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            found = await self._read(tx, user, case_id)
            kept = await files.versions(tx, self.desk.vault, case_id) if found.insider else []
        each = next((v for v in kept if f"{v.version}-{v.kept_for}" == number), None)
        if each is None:
            raise Refused("unknown_version", "Cette version n’existe pas.", 404)
        context = self._frame(found, f"Version {each.version} de la situation {found.case.case_ref}")
        return self.pages.render(
            request,
            "situation_version.html",
            **{**context, "dossier_vu": parts_of(each.file, found.seen)},
            version_vue=each,
            gardee_pour=KEPT_FOR,
        )

    async def _read(self, tx: Tx, user: User, case_id: UUID) -> CasePage:
        viewer = await viewer_of(tx, user, self.desk.territory)
        found = await load(tx, self.desk.vault, viewer, case_id)
        await log_reading(tx, viewer, "case", case_id=case_id)
        return found

    def _frame(self, found: CasePage, title: str = "") -> dict[str, Any]:
        """What every page of a case is given."""
        return {
            "titre": title or f"Situation {found.case.case_ref}",
            "page": found,
            "dossier": found.case,
            "dossier_vu": found.file,
            "ici": f"/cases/dossiers/{found.case.case_id}",
            "version": found.version,
            "suite_a_donner": next_step(found.case),
            "actes": open_acts(found),
            "noms": found.names,
            "organismes": found.organisations,
            "aujourdhui": found.at.today,
            "genres_numero": dict(NUMBERS),
            "codes": {
                "composition": siao.COMPOSITIONS,
                "situation": siao.SITUATIONS,
                "need": siao.NEEDS,
            },
        }


def open_acts(found: CasePage) -> frozenset[str]:
    """The acts that a page may offer now."""
    return frozenset(name for name, act in ACTS.items() if act.open_to(found.case, found.seen))


@dataclass(frozen=True)
class Step:
    """A step of the journey: when it was done, or that it is to come."""

    name: str
    done: bool
    current: bool
    on: Any = None


def journey(found: CasePage) -> list[Step]:
    """Where the case stands between its transmission and the keys, with the days its facts say."""
    case = found.case
    place = HERE.get(case.state, 0)
    if place == 5 and case.open_orientations:
        place = 6
    when = {line.kind: line.at for line in reversed(found.lines)}
    ended = case.state in (CaseState.CLOSED, CaseState.CANCELLED, CaseState.REJECTED)
    steps = []
    for number, (name, kinds) in enumerate(STEPS, start=1):
        on = next((when[kind] for kind in kinds if kind in when), None)
        done = on is not None if ended else number <= place
        steps.append(Step(name, done, not ended and number == place + 1, on if done else None))
    return steps


@dataclass(frozen=True)
class Told:
    """A line of the history as a page shows it."""

    title: str
    detail: str
    author: str
    on_behalf_of: str
    at: Any
    icon: str
    good: bool
    changes: list[tuple[str, str, str]]


def told(found: CasePage) -> list[Told]:
    """The history in words, newest first; names where they are known."""
    known = {str(key): name for key, name in [*found.names.items(), *found.organisations.items()]}
    return [_told(line, known) for line in found.lines]


def _told(line: Line, known: Mapping[str, str]) -> Told:
    changes = [
        (
            FIELDS[change["field"]][0],
            story.changed(change["field"], change.get("from"), known),
            story.changed(change["field"], change.get("to"), known),
        )
        for change in line.changes
        if change.get("field") in FIELDS and FIELDS[change["field"]][1] != "hidden"
    ]
    kind, _, who = line.actor.partition(":")
    author = {"system": "Seuil, par une règle", "partner": "Un logiciel partenaire"}.get(kind, "")
    return Told(
        story.title(line.kind),
        story.detail(line.kind, line.fact),
        author or known.get(who, "Une personne dont le nom n’est plus connu"),
        known.get(line.on_behalf_of or "", ""),
        line.at,
        ICONS.get(line.kind, "crayon"),
        line.kind in GOOD,
        [] if line.kind == "case_submitted" else changes,
    )


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Cases(desk, pages).routes()
