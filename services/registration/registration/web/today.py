"""« À faire aujourd’hui »: what waits for an answer, the next commission, what did not go out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from contracts.lists import Role
from eventing.db import Tx
from registration import queries
from registration.domain.commission import CommissionState
from registration.domain.roster import State
from registration.queries import Participant
from registration.web.acting import Counter, add, now
from registration.web.tiles import tiles
from registration.web.wording import Shown
from webui.french import date_fr, heure_fr
from webui.identity import require


@dataclass(frozen=True)
class Task:
    """Something to do: how many, what, why now, and where its list is. The list has the same number."""

    count: int
    title: str
    text: str
    url: str
    action: str


Roster = Mapping[UUID, Sequence[Participant]]


class Today(Counter):
    """The first page after signing in."""

    def routes(self) -> APIRouter:
        """Its address."""
        router = APIRouter()
        add(router, "/registration/aujourdhui", self.page)
        return router

    async def page(self, request: Request) -> Response:
        """Tasks for organisers; the next commissions and doors for everybody else."""
        user = require(request)
        organises = user.has(Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR, territory=self.territory)
        coordinates = user.has(Role.COORDINATOR, territory=self.territory)
        async with self.desk.database.read() as tx:
            found = await queries.commissions(tx, [self.territory])
            shown = [Shown(view, now(request)) for view in found]
            coming = [v for v in shown if v.to_come]
            people = await self._people(tx, coming) if organises else {}
        failed = _counted(coming, people, lambda p: p.unreached)
        return self.pages.render(
            request,
            "aujourdhui.html",
            titre="À faire aujourd’hui" if organises else "Aujourd’hui",
            attendent=waiting_tasks(coming, people) if organises else [],
            preparer=preparing_tasks(shown) if coordinates else [],
            suivre=following_tasks(coming, people) if organises else [],
            prochaine=coming[0] if coming else None,
            a_venir=[] if organises else coming,
            en_echec=failed,
            portes=[t for t in tiles(user) if t.url != "/registration/aujourdhui"],
            organise=organises,
            coordonne=coordinates,
        )

    async def _people(self, tx: Tx, coming: Sequence[Shown]) -> Roster:
        ids = [v.commission.commission_id for v in coming]
        return {one: await queries.participants(tx, one) for one in ids}


def waiting_tasks(coming: Sequence[Shown], people: Roster) -> list[Task]:
    """People who wait because of us, by commission: those not told, those to whom a place is offered."""
    if not coming:
        return []
    unreached = "Personnes que nos messages n’atteignent pas"
    offers = "Places proposées, sans réponse encore"
    failed = [
        Task(
            count,
            unreached,
            f"Commission du {_day(v)} : il reste à corriger l’adresse ou à téléphoner.",
            f"{_lists(v)}/inscrits?message=failed&etat=inscrites",
            "Voir qui",
        )
        for v, count in _counted(coming, people, lambda p: p.unreached)
    ]
    offered = [
        Task(
            count,
            offers,
            f"Commission du {_day(v)}. {_until(people[v.commission.commission_id])}",
            f"{_lists(v)}/inscrits?etat=offered",
            "Voir",
        )
        for v, count in _counted(coming, people, lambda p: bool(p.offers))
    ]
    review = [
        Task(
            v.view.in_review,
            "Inscriptions à examiner",
            f"Commission du {_day(v)}. La réponse part par courriel.",
            f"{_lists(v)}/a-examiner",
            "Examiner",
        )
        for v in coming
        if v.view.in_review
    ]
    sent = "Tous les messages connus des commissions à venir sont partis."
    by_itself = "Une place libérée est proposée d’elle-même à la première personne de la liste."
    first = f"{_lists(coming[0])}/inscrits"
    nobody = [Task(0, unreached, sent, f"{first}?message=failed&etat=inscrites", "Voir qui")]
    nothing = [Task(0, offers, by_itself, f"{first}?etat=offered", "Voir")]
    return (failed or nobody) + review + (offered or nothing)


def _counted(
    coming: Sequence[Shown], people: Roster, wanted: Callable[[Participant], bool]
) -> list[tuple[Shown, int]]:
    """The commissions where somebody is wanted, and how many."""
    counts = [(v, sum(map(wanted, people.get(v.commission.commission_id, ())))) for v in coming]
    return [(v, count) for v, count in counts if count]


def _until(people: Sequence[Participant]) -> str:
    first = min((until for p in people for until in p.offers), default=None)
    return f"Première réponse attendue avant le {date_fr(first)}, {heure_fr(first)}." if first else ""


def preparing_tasks(shown: Sequence[Shown]) -> list[Task]:
    """What only the coordinator can do: publish drafts, say what was held."""
    drafts = [v for v in shown if v.commission.state is CommissionState.PLANNED]
    over = [
        v for v in shown if v.commission.state is CommissionState.PUBLISHED and v.now >= v.commission.ends_at
    ]
    return [
        Task(
            len(drafts),
            "Commissions à publier",
            f"La plus proche est le {date_fr(min(v.commission.day for v in drafts))}."
            if drafts
            else "Aucun brouillon : tout ce qui est planifié est publié.",
            "/registration/commissions#brouillons",
            "Relire",
        ),
        Task(
            len(over),
            "Commissions terminées à clore",
            "Vérifiez l’émargement, puis notez la commission comme tenue."
            if over
            else "Les commissions passées sont toutes closes.",
            "/registration/commissions#passees" if len(over) != 1 else _hold(over[0]),
            "Clore",
        ),
    ]


def _hold(vue: Shown) -> str:
    return f"/registration/commissions/{vue.commission.commission_id}/tenir"


def following_tasks(coming: Sequence[Shown], people: Roster) -> list[Task]:
    """How the commissions to come fill up: each count is that of the list behind it."""
    tasks = [
        Task(
            v.view.waiting,
            "Personnes en liste d’attente",
            f"Commission du {_day(v)}. Ajouter des places les leur propose aussitôt.",
            f"{_lists(v)}/attente",
            "Voir la liste",
        )
        for v in coming
        if v.view.waiting
    ][:5]
    if not tasks:
        nobody = "Personne n’attend de place."
        tasks.append(Task(0, "Personnes en liste d’attente", nobody, "/registration/commissions", "Voir"))
    unproven = [
        Task(
            count,
            "Adresses en cours de confirmation",
            f"Commission du {_day(v)}. Leurs places sont gardées trente minutes, puis rendues d’elles-mêmes.",
            f"{_lists(v)}/inscrits?etat=pending_proof",
            "Voir",
        )
        for v, count in _counted(coming, people, lambda p: p.state is State.PENDING_PROOF)
    ]
    return tasks + unproven


def _day(vue: Shown) -> str:
    return date_fr(vue.commission.day, jour=False, annee=False)


def _lists(vue: Shown) -> str:
    return f"/registration/commissions/{vue.commission.commission_id}"
