"""Files that may be of one household, for the SIAO: side by side, then linked or put aside, with a reason."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.duplicates import judge_pair, undo_judgement
from cases.queries.case import load
from cases.store import duplicates
from cases.store.access import log_reading
from cases.store.cases import load as load_case
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.draft_form import NUMBERS
from contracts.refusal import Refused
from webui.acting import Keyed, add, take
from webui.fields import Text
from webui.forms import Form, empty_form, read_form
from webui.pages import Pages, see_other

HERE = "/cases/doublons"
PAIR = HERE + "/{case_id}/{other_id}"
SIGNS = {
    "name_birth": "même nom et même date de naissance",
    "phone": "même téléphone",
    "nur": "même numéro unique",
    "syplo": "même numéro SYPLO",
    "dalo": "même numéro DALO",
    "daho": "même numéro DAHO",
}


class Judged(Keyed):
    """What a person judges."""

    verdict: str
    reason: Annotated[str, Text(300)]


@dataclass(frozen=True)
class Duplicates(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, HERE, self.listing)
        add(router, PAIR, self.compare)
        take(router, PAIR, self.judge)
        take(router, PAIR + "/reprendre", self.undo)
        return router

    async def listing(self, request: Request) -> Response:
        """Pairs to judge, and those judged."""
        user = self.siao(request)
        async with self.desk.database.read() as tx:
            pairs = await duplicates.all_pairs(tx, self.desk.territory)
            known = {}
            for each in {i for p in pairs for i in (p.case_id, p.other_case_id)}:
                stored = await load_case(tx, each)
                known[each] = stored.case.case_ref if stored else "dossier effacé"
            viewer = await viewer_of(tx, user, self.desk.territory)
        shown = [p for p in pairs if not {p.case_id, p.other_case_id} & viewer.recused]
        return self.pages.render(
            request,
            "doublons.html",
            titre="Doublons possibles",
            a_juger=[p for p in shown if p.verdict is None],
            juges=[p for p in shown if p.verdict is not None],
            refs=known,
            signes_mots=SIGNS,
        )

    async def compare(self, request: Request, case_id: UUID, other_id: UUID) -> Response:
        """Both files side by side."""
        return await self._page(request, case_id, other_id, empty_form())

    async def _page(
        self, request: Request, case_id: UUID, other_id: UUID, form: Form[Judged], status: int = 200
    ) -> Response:
        user = self.siao(request)
        async with self.desk.database.transaction(user.actor) as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            pair = await duplicates.pair(tx, case_id, other_id)
            if pair is None:
                raise Refused("unknown_pair", "Ces deux dossiers n’ont pas été rapprochés.", 404)
            both = [await load(tx, self.desk.vault, viewer, each) for each in (case_id, other_id)]
            for each in (case_id, other_id):
                await log_reading(tx, viewer, "case", case_id=each, purpose="duplicate")
        return self.pages.render(
            request,
            "doublon.html",
            status,
            titre="Est-ce le même ménage ?",
            erreur=bool(form.errors),
            form=form,
            paire=pair,
            deux=both,
            signes_mots=SIGNS,
            genres_numero=dict(NUMBERS),
        )

    async def judge(self, request: Request, case_id: UUID, other_id: UUID) -> Response:
        """Linked, or put aside."""
        user = self.siao(request)
        form = await read_form(request, Judged)
        if not form.valid:
            return await self._page(request, case_id, other_id, form, 422)
        same = form.data.verdict == "meme"
        reason = form.data.reason
        await self.act(
            request,
            user,
            form,
            lambda tx: judge_pair(tx, self.desk, user, case_id, other_id, same, reason),
        )
        return see_other(HERE, "lie" if same else "ecarte")

    async def undo(self, request: Request, case_id: UUID, other_id: UUID) -> Response:
        """To be judged again."""
        user = self.siao(request)
        form = await read_form(request, Keyed)
        await self.act(request, user, form, lambda tx: undo_judgement(tx, self.desk, user, case_id, other_id))
        return see_other(HERE, "rouvert-doublon")


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Duplicates(desk, pages).routes()
