"""Minutes: the main part, an annex per case for who sees it, remarks, approval, proof."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands import minutes as command
from cases.domain.rights import View
from cases.domain.sitting import SittingState
from cases.queries import people
from cases.queries.sittings import Board
from cases.store import minutes as stored
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.web.agenda import LIST, ONE, OnCase, Sittings
from cases.web.wording import DONE
from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import Keyed, add, take
from webui.forms import Text, empty_form
from webui.pages import Pages, see_other

DONE |= {
    "remarque": "Votre remarque est notée.",
    "texte": "Le compte rendu est changé.",
    "approuve": "Le relevé est approuvé. Il ne change plus.",
}
WRITTEN = (SittingState.CLOSED, SittingState.APPROVED)


class RemarkForm(Keyed):
    """What a member remarks."""

    texte: Annotated[str, Text(1000)]


class TextForm(OnCase):
    """The words of the minutes for one case."""

    texte: Annotated[str, Text(2000, empty=True)] = ""
    version: int | None = None


class Approval(Keyed):
    """The minutes that were read."""

    version: int | None = None


def readable(board: Board, annexes: list[stored.Annex]) -> dict[int, stored.Annex]:
    """The annexes of cases whose texts the reader sees, by their place on the agenda."""
    found = {}
    for each in annexes:
        line = board.line(each.case_id)
        if line is not None and View.TEXTS in line.seen:
            found[each.item] = each
    return found


def covered(main: dict[str, Any], board: Board, *, paper: bool) -> dict[str, Any]:
    """The main part as shown: a file protected since (U19), or left by its reader (U44), is reserved."""
    hidden = {
        each.item.item for each in board.lines if each.reserved or each.recused or (paper and each.protected)
    }
    lines = [
        {"item": line["item"], "case_ref": None, "outcome": command.RESERVED}
        if line["item"] in hidden
        else line
        for line in main["lines"]
    ]
    return main | {"lines": lines}


def _protected(board: Board, case_id: UUID) -> bool:
    line = board.line(case_id)
    return line is None or line.protected


class Minutes(Sittings):
    """The minutes of a sitting."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/releve", self.page_of)
        take(router, ONE + "/releve/remarque", self.remark)
        take(router, ONE + "/releve/texte", self.text)
        take(router, ONE + "/releve/approuver", self.approve)
        return router

    async def shown(self, tx: Tx, board: Board, *, paper: bool = False) -> dict[str, Any]:
        """What the page and its document print; on paper a protected file is reserved for everybody."""
        commission_id = board.sitting.commission_id
        last = await stored.latest(tx, commission_id)
        if last is None:
            raise Refused("no_minutes", "Le relevé paraît à la clôture de la séance.", 404)
        last = replace(last, main=covered(last.main, board, paper=paper))
        annexes = readable(board, await stored.annexes(tx, self.desk.vault, commission_id, last.version))
        if paper:
            annexes = {place: each for place, each in annexes.items() if not _protected(board, each.case_id)}
        people_in = [UUID(line["owner_id"]) for line in last.main["lines"] if line.get("owner_id")]
        people_in += [UUID(each) for each in last.main["present"]]
        return {
            "releve": last,
            "annexes": annexes,
            "noms": {str(each): name for each, name in (await people.names(tx, people_in)).items()},
            "lieux": {str(each): name for each, name in board.organisations.items()},
        }

    async def page_of(self, request: Request, commission_id: UUID) -> Response:
        """The minutes for who may read them."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            board = await self.board(tx, user, commission_id)
            shown = await self.shown(tx, board)
            verdict = await command.check_minutes(tx, self.desk, commission_id)
            remarks = await stored.remarks(tx, self.desk.vault, commission_id)
            named = await people.names(tx, (each.person_id for each in remarks))
            for annex in shown["annexes"].values():
                await log_reading(tx, board.viewer, "case", case_id=annex.case_id, purpose="relevé")
        return self.page(
            request,
            "seance_releve.html",
            200,
            board,
            titre=f"Relevé de décisions : {board.title}",
            form=empty_form(),
            remarques=[(each, named.get(each.person_id, "Membre")) for each in remarks],
            verdict=verdict,
            preside=board.viewer.has(Role.CHAIR),
            **shown,
        )

    async def remark(self, request: Request, commission_id: UUID) -> Response:
        """A remark on the draft."""
        user = self.signed_in(request)
        form = await self.checked(request, RemarkForm)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.remark(tx, self.desk, user, commission_id, form.data.texte),
        )
        return self._back(commission_id, "remarque")

    async def text(self, request: Request, commission_id: UUID) -> Response:
        """The words for one case, until approval."""
        user = self.signed_in(request)
        form = await self.checked(request, TextForm)
        data = form.data
        await self.act(
            request,
            user,
            form,
            lambda tx: command.write_text(
                tx, self.desk, user, commission_id, data.situation, data.texte, data.version
            ),
        )
        return self._back(commission_id, "texte")

    async def approve(self, request: Request, commission_id: UUID) -> Response:
        """The chair approves."""
        user = self.signed_in(request)
        form = await self.checked(request, Approval)
        await self.act(
            request,
            user,
            form,
            lambda tx: command.approve_minutes(tx, self.desk, user, commission_id, form.data.version),
        )
        return self._back(commission_id, "approuve")

    def _back(self, commission_id: UUID, done: str) -> Response:
        return see_other(f"{LIST}/{commission_id}/releve", done=done)


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Minutes(desk, pages).routes()
