"""Pages that prepare a sitting: the list, the agenda that the office builds and members read, recusals."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from cases.commands import agenda as command
from cases.commands.panels import unknown_sitting
from cases.domain.sitting import ItemOutcome, SittingState
from cases.queries import people
from cases.queries import sittings as read
from cases.queries.sittings import Board
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.wording import DONE
from contracts.lists import PostponeCause
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import Key, Keyed, Versioned, add, now, take
from webui.forms import Form, Line, empty_form, read_form
from webui.identity import User
from webui.pages import Pages, see_other

LIST = "/cases/commissions"
ONE = LIST + "/{commission_id:uuid}"
DONE |= {
    "ajoutee": "La situation est à l’ordre du jour.",
    "retiree": "La situation quitte l’ordre du jour. Elle garde son rang.",
    "ordre": "L’ordre est changé.",
    "duree": "La ligne est changée.",
    "publie": "L’ordre du jour est publié. Les membres sont prévenus, par un lien seulement.",
    "deport": "Votre retrait est noté. Vous ne voyez plus cette situation.",
}
STATES = {
    SittingState.ANNOUNCED: ("att", "À préparer", "crayon"),
    SittingState.PUBLISHED: ("info", "Ordre du jour publié", "valide"),
    SittingState.OPENED: ("ok", "Séance en cours", "pouls"),
    SittingState.CLOSED: ("att", "Relevé à approuver", "crayon"),
    SittingState.APPROVED: ("ok", "Relevé approuvé", "valide"),
    SittingState.CANCELLED: ("err", "Annulée", "fermer"),
}
OUTCOMES = {
    ItemOutcome.SCHEDULED: ("", "À examiner"),
    ItemOutcome.EXAMINED: ("att", "Examinée, décision attendue"),
    ItemOutcome.DECIDED: ("ok", "Décidée"),
    ItemOutcome.ADJOURNED: ("info", "Complément demandé"),
    ItemOutcome.POSTPONED: ("", "Reportée"),
}
SHOWN = 50
"""Candidates shown at once: the oldest rights first."""
LEAVING = (PostponeCause.COORDINATOR, PostponeCause.REFERRER_ABSENT, PostponeCause.NO_TIME)


class Addition(Keyed):
    """A case put on the agenda."""

    situation: Key
    minutes: int | None = None
    presentateur: Key | None = None
    motif: Annotated[str, Line(300, empty=True)] = ""


class OnCase(Keyed):
    """An act on one case of the agenda."""

    situation: Key


class Leaving(OnCase):
    """A case taken off."""

    cause: PostponeCause = PostponeCause.COORDINATOR
    texte: Annotated[str, Line(300, empty=True)] = ""


class Place(OnCase):
    """One place up or down."""

    sens: str


class Arrangement(OnCase):
    """Minutes and presenter of a line."""

    minutes: int
    presentateur: Key | None = None


class Withdrawal(OnCase):
    """A recusal, with its ground if the person wants to say it."""

    motif: Annotated[str, Line(300, empty=True)] = ""


class Sittings(Counter):
    """What pages of a sitting share: the board of one commission."""

    async def board(self, tx: Tx, user: User, commission_id: UUID) -> Board:
        """The sitting for that user. Raises Refused 404."""
        viewer = await viewer_of(tx, user, self.desk.territory)
        at = await moment(tx, self.desk.territory)
        found = await read.board(tx, viewer, commission_id, at)
        if found is None:
            raise unknown_sitting()
        return found

    def page(self, request: Request, template: str, status: int, board: Board, **more: Any) -> Response:
        """One page of a sitting."""
        return self.pages.render(
            request,
            template,
            status,
            vue=board,
            ici=f"{LIST}/{board.sitting.commission_id}",
            etats=STATES,
            issues=OUTCOMES,
            **more,
        )

    async def checked(self, request: Request, model: type[Any]) -> Form[Any]:
        """A form whose mistakes can only come from outside the page. Raises Refused 422."""
        form = await read_form(request, model)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        return form


class Agendas(Sittings):
    """The list and the agenda."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, LIST, self.list)
        add(router, ONE, self.one)
        add(router, ONE + "/ordre-du-jour", self.agenda)
        take(router, ONE + "/ordre-du-jour/ajouter", self.schedule)
        take(router, ONE + "/ordre-du-jour/retirer", self.postpone)
        take(router, ONE + "/ordre-du-jour/deplacer", self.move)
        take(router, ONE + "/ordre-du-jour/modifier", self.arrange)
        take(router, ONE + "/ordre-du-jour/publier", self.publish)
        take(router, ONE + "/deport", self.recuse)
        return router

    async def list(self, request: Request) -> Response:
        """The sittings of this territory that somebody may open."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            found = await read.listed(tx, viewer, now(request))
        return self.pages.render(
            request, "seances.html", titre="Commissions", seances=found, etats=STATES, base=LIST
        )

    async def one(self, request: Request, commission_id: UUID) -> Response:
        """Goes where the sitting is."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            board = await self.board(tx, user, commission_id)
        where = {
            SittingState.OPENED: "seance",
            SittingState.CLOSED: "releve",
            SittingState.APPROVED: "releve",
        }.get(board.sitting.state, "ordre-du-jour")
        return RedirectResponse(f"{LIST}/{commission_id}/{where}", 303)

    async def agenda(self, request: Request, commission_id: UUID) -> Response:
        """The agenda; the office builds it here."""
        return await self._page(request, commission_id, empty_form())

    async def _page(
        self, request: Request, commission_id: UUID, form: Form[Any], status: int = 200
    ) -> Response:
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            board = await self.board(tx, user, commission_id)
            builds = board.office and board.sitting.state in (
                SittingState.ANNOUNCED,
                SittingState.PUBLISHED,
            )
            at = await moment(tx, self.desk.territory, board.sitting.commission_type)
            found = await read.candidates(tx, board.viewer, board.sitting, at) if builds else []
            workers = await people.referrers(tx, self.desk.territory) if builds else []
            await log_reading(tx, board.viewer, "agenda")
        taken = {each.item.case_id for each in board.lines if each.item.outcome is not ItemOutcome.POSTPONED}
        left = [(row, why) for row, why in found if row.case.case_id not in taken]
        return self.page(
            request,
            "seance_ordre.html",
            status,
            board,
            titre=f"Ordre du jour : {board.title}",
            erreur=bool(form.errors),
            form=form,
            construit=builds,
            candidates=left[:SHOWN],
            autres=max(len(left) - SHOWN, 0),
            tard=board.sitting.case_deadline_on is not None and at.today > board.sitting.case_deadline_on,
            minutes=at.rules.minutes_per_case,
            presentateurs=workers,
            causes=[(each.value, each.label) for each in LEAVING],
        )

    async def schedule(self, request: Request, commission_id: UUID) -> Response:
        """Puts a case on the agenda."""
        user = self.signed_in(request)
        form = await read_form(request, Addition)
        if not form.valid:
            return await self._page(request, commission_id, form, 422)
        data = form.data
        try:
            await self.act(
                request,
                user,
                form,
                lambda tx: command.schedule_case(
                    tx,
                    self.desk,
                    user,
                    commission_id,
                    data.situation,
                    data.minutes,
                    data.presentateur,
                    data.motif,
                ),
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._page(request, commission_id, form.refused(refusal), refusal.status)
        return self._back(commission_id, "ajoutee")

    async def postpone(self, request: Request, commission_id: UUID) -> Response:
        """Takes one off."""
        user = self.signed_in(request)
        form = await self.checked(request, Leaving)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.postpone_case(
                tx, self.desk, user, commission_id, data.situation, data.cause, data.texte
            ),
        )
        return self._back(commission_id, "retiree")

    async def move(self, request: Request, commission_id: UUID) -> Response:
        """One place up or down."""
        user = self.signed_in(request)
        form = await self.checked(request, Place)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.move_case(
                tx, self.desk, user, commission_id, data.situation, up=data.sens == "haut"
            ),
        )
        return self._back(commission_id, "ordre")

    async def arrange(self, request: Request, commission_id: UUID) -> Response:
        """Minutes and presenter."""
        user = self.signed_in(request)
        form = await read_form(request, Arrangement)
        if not form.valid:
            return await self._page(request, commission_id, form, 422)
        data = form.data
        try:
            await self.act(
                request,
                user,
                form,
                lambda tx: command.arrange_case(
                    tx, self.desk, user, commission_id, data.situation, data.minutes, data.presentateur
                ),
            )
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._page(request, commission_id, form.refused(refusal), refusal.status)
        return self._back(commission_id, "duree")

    async def publish(self, request: Request, commission_id: UUID) -> Response:
        """Freezes the order and tells members."""
        user = self.signed_in(request)
        form = await self.checked(request, Versioned)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.publish_agenda(tx, self.desk, user, commission_id, form.data.version),
        )
        return self._back(commission_id, "publie")

    async def recuse(self, request: Request, commission_id: UUID) -> Response:
        """Declares one's own recusal."""
        user = self.signed_in(request)
        form = await self.checked(request, Withdrawal)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.recuse(tx, self.desk, user, commission_id, data.situation, data.motif),
        )
        return see_other(f"{LIST}/{commission_id}", done="deport")

    def _back(self, commission_id: UUID, done: str) -> Response:
        return see_other(f"{LIST}/{commission_id}/ordre-du-jour", done=done)


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Agendas(desk, pages).routes()
