"""Documents to print: agendas, minutes, a decision, a household's situation, the blank form."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.drafts import open_draft
from cases.commands.minutes import step_of
from cases.documents import Sheet, household, pdf
from cases.documents import sitting as paper
from cases.documents.sitting import Meeting, Place
from cases.domain.case import Case
from cases.domain.drafting import read_typed
from cases.domain.rights import As, View, sight, unknown_case
from cases.domain.sitting import ItemOutcome
from cases.queries import people
from cases.queries.sittings import Board, title_of
from cases.store import cases, consent, files, history, wordings
from cases.store.access import log_reading
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from cases.web.agenda import ONE
from cases.web.minutes import Minutes
from contracts.refusal import Refused
from eventing.db import Tx
from webui.acting import add, now
from webui.identity import User
from webui.pages import Pages

FOLLOWERS = frozenset({As.REFERRER, As.AGENT, As.COORDINATOR})


class Documents(Minutes):
    """What is printed."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, ONE + "/ordre-du-jour.pdf", self.public_agenda)
        add(router, ONE + "/ordre-du-jour-reserve.pdf", self.reserved_agenda)
        add(router, ONE + "/releve.pdf", self.minutes)
        add(router, "/cases/dossiers/{case_id:uuid}/decision.pdf", self.notification)
        add(router, "/cases/dossiers/{case_id:uuid}/ma-situation.pdf", self.situation)
        add(router, "/cases/brouillons/{case_id:uuid}/ma-situation.pdf", self.draft)
        add(router, "/cases/fiche-de-saisine.pdf", self.blank)
        return router

    def _meeting(self, request: Request, board: Board) -> Meeting:
        return Meeting(
            board.title,
            board.place,
            board.sitting.starts_at,
            now(request),
            self.desk.site.demo,
            board.sitting.quorum_needed,
        )

    async def public_agenda(self, request: Request, commission_id: UUID) -> Response:
        """Hours and lengths, nothing that tells a household."""
        user = self.signed_in(request)
        async with self.desk.database.read() as tx:
            board = await self.board(tx, user, commission_id)
        return await _answer(
            paper.public_agenda(self._meeting(request, board), _places(board)), "ordre-du-jour"
        )

    async def reserved_agenda(self, request: Request, commission_id: UUID) -> Response:
        """References, for members; a protected file is a reserved line for everybody on paper."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            board = await self.board(tx, user, commission_id)
            await log_reading(tx, board.viewer, "print", purpose="ordre du jour")
        made = paper.reserved_agenda(self._meeting(request, board), _places(board))
        return await _answer(made, "ordre-du-jour-reserve")

    async def minutes(self, request: Request, commission_id: UUID) -> Response:
        """The main part, and the annexes that the reader may see."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            board = await self.board(tx, user, commission_id)
            shown = await self.shown(tx, board, paper=True)
            for annex in shown["annexes"].values():
                await log_reading(tx, board.viewer, "print", case_id=annex.case_id, purpose="relevé")
        last = shown["releve"]
        kept = [annex.content for _, annex in sorted(shown["annexes"].items()) if annex.content]
        state = "Approuvé" if last.approved_at is not None else "Projet"
        made = paper.minutes(
            self._meeting(request, board),
            last.main,
            kept,
            shown["noms"],
            shown["lieux"],
            f"{state}, version {last.version}",
            last.root_sha256,
        )
        return await _answer(made, "releve")

    async def notification(self, request: Request, case_id: UUID) -> Response:
        """The decision that stands, for who tells the household."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            case = await self._followed(tx, user, case_id)
            made = await self._notification(tx, request, case)
        return await _answer(made, "decision")

    async def _notification(self, tx: Tx, request: Request, case: Case) -> Sheet:
        decision = case.decision
        if decision is None:
            raise Refused("no_decision", "Aucune décision n’est notée dans ce dossier.", 404)
        step = step_of(await history.of(tx, case.case_id), decision)
        last = next((each for each in case.steps if step and str(each.step_id) == step["step_id"]), None)
        said = await wordings.of_case(tx, self.desk.vault, case.case_id)
        mine = {each.kind: each.text for each in said if each.subject_id == decision.decision_id}
        hidden = mine.get("schemes", "")
        codes = hidden.split(", ") if hidden else [each.value for each in decision.schemes]
        named = await people.names(tx, [last.owner_id] if last else [])
        places = await people.organisations(tx)
        at = await moment(tx, case.territory)
        told = household.Told(
            commission=await title_of(tx, decision.commission_id),
            schemes=[paper.words("scheme", code) for code in codes],
            conditions=mine.get("conditions", ""),
            organisation=places.get(last.organisation_id, "") if last else "",
            owner=named.get(last.owner_id, "") if last and last.owner_id else "",
            contest_until=household.contest_until(decision, at.rules.appeal_days),
            made_at=now(request),
            demo=self.desk.site.demo,
        )
        return household.notification(case, decision, last, told)

    async def situation(self, request: Request, case_id: UUID) -> Response:
        """A household's situation as it will be presented, to read with it."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            case = await self._followed(tx, user, case_id)
            version = await files.latest(tx, self.desk.vault, case.case_id)
            informed = await consent.information(tx, case_id)
        if version is None:
            raise unknown_case()
        made = household.my_situation(version.file, informed, now(request), self.desk.site.demo)
        return await _answer(made, "ma-situation")

    async def draft(self, request: Request, case_id: UUID) -> Response:
        """The same before it is transmitted (users U17)."""
        user = self.signed_in(request)
        async with self.desk.database.transaction(user.actor) as tx:
            found = await open_draft(tx, self.desk, user, case_id)
            if found.completes or found.author_id != user.account_id:
                viewer = await viewer_of(tx, user, self.desk.territory)
                await log_reading(tx, viewer, "print", case_id=case_id, purpose="brouillon")
        reading = read_typed(found.typed)
        if reading.file is None:
            raise Refused(
                "unreadable_draft",
                "Ce brouillon a des réponses à revoir\u00a0: corrigez-les, puis imprimez.",
                409,
            )
        made = household.my_situation(reading.file, reading.information, now(request), self.desk.site.demo)
        return await _answer(made, "ma-situation")

    async def blank(self, request: Request) -> Response:
        """The form to fill by hand (users U53)."""
        self.signed_in(request)
        return await _answer(household.blank_form(now(request), self.desk.site.demo), "fiche-de-saisine")

    async def _followed(self, tx: Tx, user: User, case_id: UUID) -> Case:
        """The case, for its referrer, the SIAO, the coordination; the reading is logged. Raises 404."""
        stored = await cases.load(tx, case_id)
        viewer = await viewer_of(tx, user, self.desk.territory)
        if stored is None:
            raise unknown_case()
        at = await moment(tx, stored.case.territory)
        seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
        if View.IDENTITY not in seen or not seen.capacities & FOLLOWERS:
            raise unknown_case()
        await log_reading(tx, viewer, "print", case_id=case_id)
        return stored.case


def _places(board: Board) -> list[Place]:
    return [
        Place(
            line.starts_at,
            line.item.minutes,
            paper.RESERVED if line.case is None or line.protected else line.case.case_ref,
            "" if line.case is None or line.protected else line.organisation,
            "" if line.case is None or line.protected else line.case.question.label,
        )
        for line in board.lines
        if line.item.outcome is not ItemOutcome.POSTPONED
    ]


async def _answer(sheet: Sheet, name: str) -> Response:
    headers = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(await pdf(sheet), media_type="application/pdf", headers=headers)


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these documents."""
    return Documents(desk, pages).routes()
