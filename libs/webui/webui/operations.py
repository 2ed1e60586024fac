"""How a service works, for its operators: what failed and what to do about it, who is behind, who did what.

The same pages in every service, under `/<service>/exploitation`. An operator sees causes, counts and ages;
of an event, only what names nobody.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.requests import once, settle
from operating import failed
from operating.failed_acts import Action, Choice, ask, resume
from operating.failed_showing import mark, shown
from operating.lag import Lag, measure
from operating.service import ACTS, Service
from webui.acting import Key, Ticked, add, content_of, now, take
from webui.forms import Form, Line, empty_form, read_form
from webui.identity import User, require
from webui.navigation import OPERATIONS, OPERATIONS_TABS
from webui.pages import Pages, see_other

WORDS = {
    "replay": "Rejouer",
    "archive": "Mettre de côté",
    "restore": "Reprendre",
    "discard": "Abandonner",
    "resume": "Relancer la lecture",
}
DONE = {
    "replay": ("rejoué", "rejoués"),
    "archive": ("mis de côté", "mis de côté"),
    "restore": ("repris", "repris"),
    "discard": ("abandonné", "abandonnés"),
}
OUTCOMES = {
    None: ("att", "À faire"),
    "done": ("ok", "Fait"),
    "failed": ("err", "A échoué de nouveau"),
    "behind": ("att", "Attend derrière un autre"),
    "gone": ("info", "Déjà traité"),
}
CAUSES = {
    "ValidationError": "Contenu non conforme au contrat",
    "UnreadableEnvelopeError": "Enveloppe illisible",
    "UnknownMajorError": "Version que ce service ne lit pas encore",
    "GapError": "Un événement manque avant celui-ci",
    "Refused": "Refusé par les règles du service",
}
"""The error's class, said to whoever reads it first; the fingerprint under it is for the technician."""
MESSAGES = {
    "raison": "Dites pourquoi, en une ligne.",
    "certain": "Cochez la case pour abandonner pour de bon.",
    "evenement": "Cochez au moins un événement.",
    "action": "Choisissez ce qu’il faut faire.",
}


class ActForm(BaseModel):
    """What to do, about what, and why."""

    cle_idempotence: Key
    action: Action
    groupe: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = None
    mis_de_cote: Ticked = False
    portee: Literal["tout", "choix"] = "choix"
    evenement: list[int] = []
    raison: Annotated[str, Line(300)]
    certain: Ticked = False

    def choice(self) -> Choice:
        """What it is about."""
        if self.portee == "tout" and self.groupe:
            return Choice(group_id=self.groupe, archived=self.mis_de_cote)
        return Choice(self.evenement)

    def missing(self) -> dict[str, str]:
        """What must be said besides, by field."""
        found = {}
        if self.portee == "choix" and not self.evenement:
            found["evenement"] = MESSAGES["evenement"]
        if self.action is Action.DISCARD and not self.certain:
            found["certain"] = MESSAGES["certain"]
        return found


class ResumeForm(BaseModel):
    """Which stopped consumer may try again, and why."""

    cle_idempotence: Key
    lecture: Annotated[str, Line(100)]
    raison: Annotated[str, Line(300)]


def router(service: Service, pages: Pages) -> APIRouter:
    """`/<service>/exploitation` and what is under it."""
    routes = APIRouter(prefix=f"/{service.name}/exploitation")
    _Pages(service, pages).add_to(routes)
    return routes


class _Pages:
    def __init__(self, service: Service, pages: Pages) -> None:
        self._service = service
        self._pages = pages
        self._home = f"/{service.name}/exploitation"

    def add_to(self, routes: APIRouter) -> None:
        add(routes, "", self.board)
        add(routes, "/groupes/{group_id}", self.group)
        add(routes, "/evenements/{number:int}", self.event)
        add(routes, "/actes/{act_id:uuid}", self.act)
        take(routes, "/actes", self.ask)
        take(routes, "/lectures", self.resume)

    def _operator(self, request: Request) -> User:
        return require(request, Role.OPERATOR, territory=self._pages.site.territory)

    def _render(self, request: Request, template: str, status: int = 200, **context: Any) -> Response:
        return self._pages.render(
            request,
            template,
            status,
            accueil=self._home,
            rubrique=OPERATIONS,
            services=[(label, url, url == self._home) for label, url in OPERATIONS_TABS],
            gestes=WORDS,
            issues=OUTCOMES,
            marque=mark,
            cause_dite=lambda error: CAUSES.get(error, "Erreur dans le service"),
            qui=_who(self._operator(request)),
            duree=lambda since: duration((now(request) - since).total_seconds()),
            **context,
        )

    async def board(self, request: Request) -> Response:
        """What is to be settled, and how everything goes."""
        self._operator(request)
        return await self._board(request, empty_form())

    async def _board(self, request: Request, form: Form[Any], status: int = 200) -> Response:
        async with self._service.database.read() as tx:
            groups = await failed.groups(tx)
            stopped = await failed.stopped(tx)
            acts = await failed.acts(tx, 10)
        there = [group for group in groups if not group.archived]
        return self._render(
            request,
            "exploitation.html",
            status,
            titre="Fonctionnement",
            groupes=there,
            de_cote=[group for group in groups if group.archived],
            arrets=stopped,
            boucles=self._service.failing,
            actes=acts,
            retards=await self._lag(),
            affaires=len(there) + len(stopped),
            form=form,
        )

    async def _lag(self) -> Sequence[Lag] | None:
        """What was measured seconds ago, else measured now; None when Kafka does not answer."""
        try:
            return self._service.lag or await measure(self._service)
        except ConnectionError:
            return None

    async def group(self, request: Request, group_id: str, mis_de_cote: str = "") -> Response:
        """The events of one cause, and what can be done about them."""
        self._operator(request)
        archived = mis_de_cote == "oui"
        form = empty_form({"portee": "tout"})
        async with self._service.database.read() as tx:
            return await self._group(request, tx, group_id, archived, form)

    async def _group(
        self, request: Request, tx: Tx, group_id: str, archived: bool, form: Form[Any], status: int = 200
    ) -> Response:
        found = await failed.group(tx, group_id, archived)
        return self._render(
            request,
            "exploitation_groupe.html",
            status,
            titre="Événements mis de côté" if archived else "Événements en échec",
            erreur=bool(form.errors),
            groupe=found,
            evenements=await failed.events_of(tx, group_id, archived),
            choix=set(form.all("evenement")),
            form=form,
        )

    async def event(self, request: Request, number: int) -> Response:
        """One event: envelope, fields that name nobody, tries, acts."""
        user = self._operator(request)
        async with self._service.database.read() as tx:
            row = await failed.one(tx, number)
            acts = await failed.acts_on(tx, number)
        return self._render(
            request,
            "exploitation_evenement.html",
            titre=f"Événement {number}",
            e=row,
            vu=shown(row, *(grant.role for grant in user.roles)),
            actes=acts,
        )

    async def act(self, request: Request, act_id: UUID) -> Response:
        """How far an act is; it goes on whether this page is open or not."""
        self._operator(request)
        async with self._service.database.read() as tx:
            row = await failed.act(tx, act_id)
            events = await failed.events_of_act(tx, act_id)
        return self._render(
            request,
            "exploitation_acte.html",
            titre=f"{WORDS[row['action']]} : {row['asked']} événement{'s' if row['asked'] > 1 else ''}",
            a=row,
            faits=DONE.get(row["action"], ("fait", "faits")),
            evenements=events,
        )

    async def ask(self, request: Request) -> Response:
        """Takes an act: once per form, on what is there now."""
        user = self._operator(request)
        form = await read_form(request, ActForm, MESSAGES)
        if form.valid:
            form = form.with_errors(form.data.missing())
        if not form.valid:
            return await self._again(request, form)
        async with self._service.database.transaction(user.actor) as tx:
            done = await once(tx, form.key, request.url.path, content_of(form))
            if done is None:
                act_id = await ask(tx, form.data.action, form.data.choice(), form.data.raison)
                path = f"{self._home}/actes/{act_id}"
                await settle(tx, tx.actor, form.key, form.data.action.value, path)
            else:
                path = done.resource
        self._service.hint(ACTS)
        return see_other(path)

    async def _again(self, request: Request, form: Form[ActForm]) -> Response:
        """The page that the form came from, with what is to be corrected."""
        group_id, archived = form.value("groupe"), form.value("mis_de_cote") == "oui"
        if not group_id:
            raise Refused("act_incomplete", next(iter(form.errors.values())), 422)
        async with self._service.database.read() as tx:
            return await self._group(request, tx, group_id, archived, form, 422)

    async def resume(self, request: Request) -> Response:
        """Lets a reader that has stopped try again now."""
        user = self._operator(request)
        form = await read_form(request, ResumeForm, MESSAGES)
        if not form.valid:
            return await self._board(request, form, 422)
        async with self._service.database.transaction(user.actor) as tx:
            if await once(tx, form.key, request.url.path, content_of(form)) is None:
                await resume(tx, form.data.lecture, form.data.raison)
                await settle(tx, tx.actor, form.key, "resume", self._home)
        return see_other(self._home)


def _who(user: User) -> Any:
    """Who did an act, said to this user; an account's name is not known in every service."""

    def said(actor: str) -> str:
        kind, _, name = actor.partition(":")
        if actor == user.actor:
            return "vous"
        if kind == "person":
            return f"compte {name[:8]}"
        return f"{name} (en ligne de commande)" if kind == "cli" else "le système"

    return said


def duration(seconds: float) -> str:
    """`12 s`, `4 min`, `2 h`, `3 j`: the largest unit that is not zero."""
    for size, unit in ((86_400, "j"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)}\u00a0{unit}"
    return f"{max(int(seconds), 0)}\u00a0s"
