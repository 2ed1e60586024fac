"""« Situations »: who must act today and since when, by what one does; every count opens its list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.domain.rights import Viewer
from cases.domain.sitting import SittingState
from cases.domain.stages import Mark, Stage
from cases.queries import drafts, queue, sittings
from cases.queries.following import proposals_to
from cases.queries.queue import Queue
from cases.queries.reporting import to_copy
from cases.queries.sittings import Listed
from cases.queries.steps import steps_of
from cases.store import duplicates
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from contracts.lists import Role
from webui.acting import add, now
from webui.french import date_fr
from webui.pages import Pages

LIST = "/cases/dossiers"


@dataclass(frozen=True)
class Task:
    """Something to do: how many, what, why now, and where its list is. The list has the same number."""

    count: int
    title: str
    text: str
    url: str
    action: str


@dataclass(frozen=True)
class Today(Counter):
    """The page."""

    def routes(self) -> APIRouter:
        """Its address."""
        router = APIRouter()
        add(router, "/cases/", self.page)
        add(router, "/cases", self.page)
        return router

    async def page(self, request: Request) -> Response:
        """Tasks by what one does; the next sittings for whoever sits."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            at = await moment(tx, self.desk.territory)
            found = await queue.load(tx, viewer, at)
            asked = await proposals_to(tx, viewer, at)
            given = await steps_of(tx, self.desk, viewer, at)
            held = await sittings.listed(tx, viewer, now(request))
            writes = viewer.has(Role.REFERRER, Role.SIAO_AGENT, Role.COORDINATOR)
            begun = await drafts.drafts(tx, self.desk.vault, viewer) if writes else []
            siao = viewer.has(Role.SIAO_AGENT, Role.COORDINATOR)
            pairs = await duplicates.all_pairs(tx, self.desk.territory) if siao else []
            copies = await to_copy(tx, self.desk, viewer, at) if siao else []
        waiting = [
            p for p in pairs if p.verdict is None and not {p.case_id, p.other_case_id} & viewer.recused
        ]
        left = sum(each.copied_at is None for each in copies)
        parts = siao_tasks(found, len(waiting), left) if siao else follower_tasks(viewer, found, len(begun))
        parts += own_tasks(len(asked), len(given), always=not parts)
        return self.pages.render(
            request,
            "situations_aujourdhui.html",
            titre="Situations à suivre",
            parties=parts,
            seances=coming(held),
            ecrit=writes,
            siao=siao,
            coordonne=viewer.has(Role.COORDINATOR),
            total=len(found.rows),
        )


Parts = list[tuple[str, str, bool, list[Task]]]
NOTHING = "Personne n’attend pour cette raison."


def siao_tasks(found: Queue, pairs: int, copies: int) -> Parts:
    """For the SIAO and the coordination: people who wait first, then what prepares, then what is followed."""
    waiting = [
        marked(found, Mark.ANSWER_LATE, "Réponses de structures en retard", "Le délai de réponse est passé."),
        marked(found, Mark.APPEAL, "Recours à trancher", "Un recours attend une réponse."),
        marked(found, Mark.REFUSAL, "Refus de ménages à juger", "Une personne juge chaque refus."),
        marked(found, Mark.UNTOLD, "Ménages à informer d’un avis", "L’avis est rendu, le ménage l’ignore."),
        marked(found, Mark.NO_REFERRER, "Situations sans référent", "Le compte du référent est fermé."),
    ]
    prepare = [
        staged(found, Stage.TO_CHECK, "Dossiers à vérifier", "Vérifier"),
        staged(found, Stage.TO_SCHEDULE, "Situations à inscrire", "Choisir"),
    ]
    follow = [
        marked(found, Mark.COMPLETION_LATE, "Compléments en retard", "La date demandée est passée."),
        marked(found, Mark.STEP_LATE, "Démarches en retard", "L’échéance est passée."),
        staged(found, Stage.TO_FOLLOW, "Suites à donner", "Suivre"),
        Task(
            copies,
            "Avis à reporter dans le SI SIAO",
            "Un bloc prêt à coller par avis." if copies else "Tout est reporté.",
            "/cases/a-reporter",
            "Reporter",
        ),
        Task(
            pairs,
            "Doublons possibles",
            "Deux dossiers se ressemblent." if pairs else "Aucun rapprochement à juger.",
            "/cases/doublons",
            "Comparer",
        ),
    ]
    return [
        ("attendent", "Des personnes attendent une réponse", any(t.count for t in waiting), waiting),
        ("preparer", "À préparer", False, prepare),
        ("suivre", "À suivre", False, follow),
    ]


def follower_tasks(viewer: Viewer, found: Queue, begun: int) -> Parts:
    """For referrers: their own."""
    parts: Parts = []
    if viewer.has(Role.REFERRER):
        own = [
            staged(found, Stage.TO_COMPLETE, "Dossiers à compléter", "Compléter"),
            marked(
                found, Mark.UNTOLD, "Ménages à informer d’un avis", "L’avis est rendu, le ménage l’ignore."
            ),
            marked(found, Mark.NEW, "Situations qui vous sont confiées", "Confiées ces sept derniers jours."),
            marked(found, Mark.STEP_LATE, "Démarches en retard", "L’échéance est passée."),
            Task(
                begun,
                "Brouillons à finir",
                "Rien n’est transmis tant que vous ne l’avez pas demandé.",
                "/cases/brouillons",
                "Continuer",
            ),
        ]
        parts.append(("miennes", "Vos situations", any(t.count for t in own[:1]), own))
    return parts


def own_tasks(proposals: int, steps: int, *, always: bool) -> Parts:
    """What waits for oneself or one's organisation, whatever else one does."""
    tasks = [
        Task(
            proposals,
            "Propositions à votre structure",
            "Une réponse est attendue sous 72 heures ouvrées." if proposals else "Rien ne vous est proposé.",
            "/cases/propositions",
            "Répondre",
        ),
        Task(
            steps,
            "Démarches qui vous sont confiées",
            "Chacune a son échéance." if steps else "Aucune démarche ne vous attend.",
            "/cases/demarches",
            "Voir",
        ),
    ]
    shown = [task for task in tasks if task.count or always]
    return [("confiees", "Pour vous et votre structure", proposals > 0, shown)] if shown else []


def marked(found: Queue, mark: Mark, title: str, text: str) -> Task:
    """The cases of a mark."""
    count = found.mark_counts.get(mark, 0)
    since = _oldest(found, mark) if count else None
    more = f" La plus ancienne demande est du {date_fr(since, jour=False)}." if since else ""
    return Task(
        count, title, text + more if count else NOTHING, f"{LIST}?etape=toutes&signe={mark.value}", "Voir"
    )


def staged(found: Queue, stage: Stage, title: str, action: str) -> Task:
    """The cases of a queue."""
    rows = [row for row in found.rows if row.stage is stage]
    first = min((row.case.submitted_on for row in rows), default=None)
    said = (
        f"La première transmise l’a été le {date_fr(first, jour=False)}."
        if first
        else "Rien dans cette file."
    )
    return Task(len(rows), title, said, f"{LIST}?etape={stage.value}", action)


def _oldest(found: Queue, mark: Mark) -> date | None:
    return min((row.age for row in found.rows if mark in row.marks), default=None)


def coming(held: list[Listed]) -> list[Listed]:
    """Sittings that are not over, the nearest first."""
    over: Mapping[SittingState, bool] = {SittingState.APPROVED: True, SittingState.CANCELLED: True}
    left = [each for each in held if each.sitting.state not in over]
    return sorted(left, key=lambda each: each.sitting.starts_at)[:4]


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Today(desk, pages).routes()
