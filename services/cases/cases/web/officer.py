"""Pages of data protection: what households ask, what is to be erased, who read what."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.asking import answer_request
from cases.commands.erasing import erase_household, propose_erasure
from cases.domain import asking
from cases.domain.asking import Answer, Asking
from cases.domain.reference import read_reference
from cases.queries import officer as read
from cases.store import access
from cases.store import cases as stored_cases
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.wording import DONE
from contracts.lists import EraseGround, Role
from webui.acting import Key, Keyed, add, take
from webui.forms import empty_form, read_form
from webui.identity import User, require
from webui.pages import Pages, see_other

PAGE, JOURNAL = "/cases/donnees", "/cases/journal"
WHO = (Role.DATA_OFFICER, Role.COORDINATOR)
GROUNDS = [(ground.value, ground.label) for ground in EraseGround if ground is not EraseGround.UNKNOWN]
WHAT = {
    "case": "Dossier",
    "numbers": "Numéros démasqués",
    "identity": "Identité",
    "search": "Recherche",
    "export": "Export",
    "print": "Impression",
    "partner": "Dossier, par le logiciel d’un partenaire",
    "journal": "Journal des lectures",
}
DONE |= {
    "repondue": "La réponse est notée.",
    "effacement_propose": "L’effacement est proposé. La protection des données doit l’approuver.",
    "efface": "Le ménage est effacé. Les autres services coupent le lien à leur tour.",
}


class AnswerForm(Keyed):
    """The answer to a request."""

    demande: Key
    reponse: Answer


class HouseholdForm(Keyed):
    """A household to erase, for a ground when it is proposed."""

    menage: Key
    motif: EraseGround = EraseGround.TWO_YEARS


class Officer(Counter):
    """Data protection."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, PAGE, self.page)
        take(router, PAGE + "/reponse", self.answer)
        take(router, PAGE + "/proposer", self.propose)
        add(router, PAGE + "/effacer/{household_id:uuid}", self.ask_erasure)
        take(router, PAGE + "/effacer", self.erase)
        add(router, JOURNAL, self.journal)
        return router

    def _who(self, request: Request) -> User:
        return require(request, *WHO, territory=self.desk.territory)

    def _officer(self, request: Request) -> User:
        return require(request, Role.DATA_OFFICER, territory=self.desk.territory)

    async def page(self, request: Request) -> Response:
        """What waits for an answer, a proposal, an approval."""
        user = self._who(request)
        async with self.desk.database.read() as tx:
            return self.pages.render(
                request,
                "donnees.html",
                titre="Données personnelles",
                demandes=await read.waiting_requests(tx, self.desk.vault, user.account_id),
                effacements=await read.waiting_erasures(tx, user.account_id),
                silencieux=await read.silent_households(tx, user.account_id),
                genres={kind.value: text for kind, text in asking.LABELS.items()},
                reponses=[(answer.value, text) for answer, text in asking.ANSWERS.items()],
                motifs=GROUNDS,
                form=empty_form(),
                officier=user.has(Role.DATA_OFFICER, territory=self.desk.territory),
                coordination=user.has(Role.COORDINATOR, territory=self.desk.territory),
                moi=user.account_id,
                contestation=Asking.CONTEST.value,
            )

    async def answer(self, request: Request) -> Response:
        """Note the answer given to a household."""
        user = self._officer(request)
        form = await read_form(request, AnswerForm)
        if form.valid:
            asked = form.data
            await self.act(
                request,
                user,
                form,
                lambda tx: answer_request(tx, self.desk, user, asked.demande, asked.reponse),
            )
            return see_other(PAGE, done="repondue")
        return see_other(PAGE)

    async def propose(self, request: Request) -> Response:
        """The coordination proposes an erasure, or takes up one that was asked."""
        user = require(request, Role.COORDINATOR, territory=self.desk.territory)
        form = await read_form(request, HouseholdForm)
        if form.valid:
            asked = form.data
            await self.act(
                request,
                user,
                form,
                lambda tx: propose_erasure(tx, self.desk, user, asked.menage, asked.motif),
            )
            return see_other(PAGE, done="effacement_propose")
        return see_other(PAGE)

    async def ask_erasure(self, request: Request, household_id: UUID) -> Response:
        """The question before an erasure: what goes, what stays, and that nothing brings it back."""
        user = self._officer(request)
        async with self.desk.database.read() as tx:
            waiting = await read.waiting_erasures(tx, user.account_id)
            found = [each for each in waiting if each.household_id == household_id]
        if not found:
            return see_other(PAGE)
        return self.pages.render(
            request,
            "effacer.html",
            titre="Effacer ce ménage\u00a0?",
            effacement=found[0],
            form=empty_form({"menage": household_id}),
        )

    async def erase(self, request: Request) -> Response:
        """The data officer approves: it is done."""
        user = self._officer(request)
        form = await read_form(request, HouseholdForm)
        if not form.valid:
            return see_other(PAGE)
        asked = form.data
        await self.act(request, user, form, lambda tx: erase_household(tx, self.desk, user, asked.menage))
        return see_other(PAGE, done="efface")

    async def journal(self, request: Request) -> Response:
        """Who read what: the last month, or all of one case. Reading it is logged too."""
        user = self._officer(request)
        typed = request.query_params.get("reference", "")[:40].strip()
        reference = (read_reference(typed) or typed.upper()) if typed else None
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            case_id = await stored_cases.find(tx, reference) if reference else None
            lines = await read.readings(tx, reference, case_id)
            await access.log_reading(tx, viewer, "journal", case_id=case_id)
        return self.pages.render(
            request,
            "journal.html",
            titre="Journal des lectures",
            lignes=lines,
            reference=typed,
            quoi=WHAT,
            inconnue=reference is not None and case_id is None,
            filtres=empty_form({"reference": typed}),
            jours=read.READ_DAYS,
        )


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Officer(desk, pages).routes()
