"""Files of partners that wait for the SIAO: unreadable ones, and versions older than our words."""

from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from cases.commands.receiving import compared, draft_from_file, leave_proposed, take_proposed
from cases.queries import officer as read
from cases.store.desk import Desk
from cases.web.acting import Counter
from cases.web.wording import DONE
from webui.acting import Keyed, add, take
from webui.forms import empty_form, read_form
from webui.pages import Pages, see_other

PAGE = "/cases/recus"
ONE = PAGE + "/{record_id:uuid}"
DONE |= {
    "version_prise": "La version du partenaire est devenue celle du dossier.",
    "version_laissee": "La version du dossier est gardée.",
}


class Received(Counter):
    """Partners' files."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, PAGE, self.everything)
        take(router, ONE + "/brouillon", self.draft)
        add(router, ONE, self.compare)
        take(router, ONE + "/prendre", self.take)
        take(router, ONE + "/garder", self.leave)
        return router

    async def everything(self, request: Request) -> Response:
        """What waits, the oldest first."""
        self.siao(request)
        async with self.desk.database.read() as tx:
            found = await read.received(tx)
        return self.pages.render(
            request,
            "recus.html",
            titre="Fichiers reçus des partenaires",
            illisibles=[each for each in found if each.state == "waiting"],
            proposes=[each for each in found if each.state == "proposed"],
            form=empty_form(),
        )

    async def draft(self, request: Request, record_id: UUID) -> Response:
        """Makes a draft of an unreadable file, and opens it."""
        user = self.siao(request)
        form = await read_form(request, Keyed)
        async with self.desk.database.transaction(user.actor) as tx:
            made = await draft_from_file(tx, self.desk, user, record_id)
        assert form is not None
        return see_other(f"/cases/brouillons/{made.case_id}")

    async def compare(self, request: Request, record_id: UUID) -> Response:
        """Both versions, where they differ."""
        user = self.siao(request)
        async with self.desk.database.transaction(user.actor) as tx:
            known, lines = await compared(tx, self.desk, user, record_id)
        return self.pages.render(
            request,
            "recu.html",
            titre="Deux versions d’un dossier",
            recu=known,
            lignes=lines,
            form=empty_form(),
        )

    async def take(self, request: Request, record_id: UUID) -> Response:
        """Theirs becomes the file."""
        user = self.siao(request)
        form = await read_form(request, Keyed)
        await self.act(request, user, form, lambda tx: take_proposed(tx, self.desk, user, record_id))
        return see_other(PAGE, done="version_prise")

    async def leave(self, request: Request, record_id: UUID) -> Response:
        """Ours stays."""
        user = self.siao(request)
        form = await read_form(request, Keyed)
        await self.act(request, user, form, lambda tx: leave_proposed(tx, self.desk, user, record_id))
        return see_other(PAGE, done="version_laissee")


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes of these pages."""
    return Received(desk, pages).routes()
