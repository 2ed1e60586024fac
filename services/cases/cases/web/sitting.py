"""The sitting, case by case: who is there, the case in hand, its decision, the running order, the screen."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from cases.commands import sitting as command
from cases.commands.agenda import postpone_case
from cases.domain.panel import consultative
from cases.domain.sitting import ItemOutcome, SittingState
from cases.queries import people
from cases.queries import sittings as read
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.web.agenda import LIST, ONE, OnCase, Sittings
from cases.web.deciding import SENTENCES, Conclusion, choices, conclude, first_values
from cases.web.wording import DONE, options
from contracts.lists import DecisionOutcome, Heard, PostponeCause
from contracts.refusal import Refused
from webui.acting import Key, Keyed, Ticked, Versioned, add, take
from webui.forms import Form, Text, empty_form, read_form
from webui.pages import Pages, see_other

DONE |= {
    "ouverte": "La séance est ouverte.",
    "presences": "Les présences sont notées.",
    "suppleance": "La personne siège pour la journée.",
    "examinee": "L’examen est noté.",
    "decidee": "La décision est enregistrée. Voici la situation suivante.",
    "reportee": "La situation est reportée. Elle garde son rang.",
    "avis": "Votre avis est noté. Vous pouvez le changer jusqu’à la décision.",
    "cloturee": "La séance est close. Le relevé est en projet.",
}
CAUSE = "cause_"
LEFT = (PostponeCause.NO_TIME, PostponeCause.REFERRER_ABSENT, PostponeCause.NO_QUORUM)


class Presence(Versioned):
    """Who is there."""

    present: list[Key] = Field(default_factory=list)


class Substitution(Keyed):
    """Somebody sits for a member."""

    absent: Key
    suppleant: str
    engagement: Ticked = False


class Examination(OnCase):
    """A case examined, and whether the household was heard."""

    heard: Heard = Heard.NOT_ASKED


class OpinionForm(OnCase):
    """What a member thinks."""

    outcome: DecisionOutcome
    texte: Annotated[str, Text(600, empty=True)] = ""
    confidentiel: Ticked = False


class Room(Sittings):
    """The sitting and its screens."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/seance", self.seance)
        add(router, ONE + "/ecran", self.screen)
        take(router, ONE + "/seance/ouvrir", self.open)
        take(router, ONE + "/seance/presences", self.tick)
        take(router, ONE + "/seance/suppleance", self.substitute)
        take(router, ONE + "/seance/appeler", self.call)
        take(router, ONE + "/seance/examiner", self.examine)
        take(router, ONE + "/seance/decider", self.decide)
        take(router, ONE + "/seance/reporter", self.postpone)
        take(router, ONE + "/seance/avis", self.opinion)
        take(router, ONE + "/seance/cloturer", self.close)
        return router

    async def seance(self, request: Request, commission_id: UUID) -> Response:
        """The sitting for whoever sits or serves it; an open page whose right has ended is emptied."""
        try:
            return await self._page(request, commission_id, None)
        except Refused as refusal:
            if refusal.status != 404 or "hx-request" not in request.headers:
                raise
            return self.pages.render(request, "seance_fin.html", titre="Séance")

    async def _page(
        self, request: Request, commission_id: UUID, form: Form[Any] | None, status: int = 200
    ) -> Response:
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            board = await self.board(tx, user, commission_id)
            line = board.current
            if board.sitting.state is SittingState.CLOSED:
                waiting = [each for each in board.lines if each.item.outcome is ItemOutcome.EXAMINED]
                line = waiting[0] if waiting and board.chairs else None
            hand = None
            if line is not None:
                hand = await read.in_hand(tx, self.desk.vault, board, line)
                if hand is not None:
                    await log_reading(tx, board.viewer, "case", case_id=line.item.case_id, purpose="séance")
            workers = await people.referrers(tx, self.desk.territory) if board.staff else []
            colleagues = await people.colleagues(tx) if board.staff else []
        given = first_values(line)
        return self.page(
            request,
            "seance.html",
            status,
            board,
            titre=f"Séance : {board.title}",
            direct=True,
            erreur=form is not None and bool(form.errors),
            form=form or empty_form(given),
            courante=line,
            main=hand,
            consultative=line is not None and consultative(board.sitting, line.item.case_id),
            avis=options(DecisionOutcome),
            suppleants=colleagues,
            causes=[(each.value, each.label) for each in LEFT],
            **choices(board, workers),
        )

    async def screen(self, request: Request, commission_id: UUID) -> Response:
        """The projected screen: references, never a name, never a protected file."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            board = await self.board(tx, user, commission_id)
        if not board.staff:
            raise Refused("forbidden", "L’écran projeté est ouvert par qui tient la séance.", 403)
        return self.page(
            request, "seance_ecran.html", 200, board, titre=f"Écran projeté : {board.title}", direct=True
        )

    async def open(self, request: Request, commission_id: UUID) -> Response:
        """Opens it with the members ticked."""
        user = self.signed_in(request)
        form = await self.checked(request, Presence)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.open_sitting(tx, self.desk, user, commission_id, data.present, data.version),
        )
        return self._back(commission_id, "ouverte")

    async def tick(self, request: Request, commission_id: UUID) -> Response:
        """Notes who is there."""
        user = self.signed_in(request)
        form = await self.checked(request, Presence)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.tick_members(tx, self.desk, user, commission_id, form.data.present),
        )
        return self._back(commission_id, "presences")

    async def substitute(self, request: Request, commission_id: UUID) -> Response:
        """Names somebody who sits that day."""
        user = self.signed_in(request)
        form = await self.checked(request, Substitution)
        data = form.data
        person, _, organisation = data.suppleant.partition(":")
        try:
            who = UUID(person), UUID(organisation)
        except ValueError as error:
            raise Refused("invalid", "Choisissez qui siège. Rien n’a été changé.", 422) from error
        if not data.engagement:
            raise Refused("no_undertaking", "La personne doit signer l’engagement de confidentialité.", 409)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.name_substitute(tx, self.desk, user, commission_id, data.absent, *who),
        )
        return self._back(commission_id, "suppleance")

    async def call(self, request: Request, commission_id: UUID) -> Response:
        """Comes to a case."""
        user = self.signed_in(request)
        form = await self.checked(request, OnCase)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.call_case(tx, self.desk, user, commission_id, form.data.situation),
        )
        return self._back(commission_id)

    async def examine(self, request: Request, commission_id: UUID) -> Response:
        """Notes the examination alone: the panel advises."""
        user = self.signed_in(request)
        form = await self.checked(request, Examination)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.examine_case(tx, self.desk, user, commission_id, data.situation, data.heard),
        )
        return self._back(commission_id, "examinee")

    async def decide(self, request: Request, commission_id: UUID) -> Response:
        """The decision, entered live."""
        user = self.signed_in(request)
        form = await read_form(request, Conclusion, SENTENCES)
        status = 422
        if form.valid:
            try:
                await self.act(
                    request, user, form, lambda tx: conclude(tx, self.desk, user, commission_id, form)
                )
                return self._back(commission_id, "decidee")
            except Refused as refusal:
                if refusal.status in (403, 404) or not refusal.errors:
                    raise
                status, form = refusal.status, form.refused(refusal)
        return await self._page(request, commission_id, form, status)

    async def postpone(self, request: Request, commission_id: UUID) -> Response:
        """Another day."""
        user = self.signed_in(request)
        form = await self.checked(request, OnCase)
        await self.act(
            request,
            user,
            form,
            lambda tx: postpone_case(
                tx, self.desk, user, commission_id, form.data.situation, PostponeCause.REFERRER_ABSENT
            ),
        )
        return self._back(commission_id, "reportee")

    async def opinion(self, request: Request, commission_id: UUID) -> Response:
        """A member's opinion."""
        user = self.signed_in(request)
        form = await self.checked(request, OpinionForm)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.give_opinion(
                tx,
                self.desk,
                user,
                commission_id,
                data.situation,
                data.outcome,
                data.texte,
                confidential=data.confidentiel,
            ),
        )
        return self._back(commission_id, "avis")

    async def close(self, request: Request, commission_id: UUID) -> Response:
        """Ends it: cases left are postponed, each with its cause."""
        user = self.signed_in(request)
        form = await self.checked(request, Versioned)
        causes = _causes(form)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.close_sitting(tx, self.desk, user, commission_id, causes, form.data.version),
        )
        return see_other(f"{LIST}/{commission_id}/releve", done="cloturee")

    def _back(self, commission_id: UUID, done: str = "") -> Response:
        return see_other(f"{LIST}/{commission_id}/seance", done=done)


def _causes(form: Form[Any]) -> dict[UUID, PostponeCause]:
    try:
        return {
            UUID(name.removeprefix(CAUSE)): PostponeCause(form.value(name))
            for name in form.values
            if name.startswith(CAUSE) and form.value(name)
        }
    except ValueError as error:
        raise Refused("invalid", "La demande reçue est illisible. Rien n’a été changé.", 422) from error


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Room(desk, pages).routes()
