"""What people do to a case, each on its own page: what it will do is said, then it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from cases.commands.acts import ACTS, Act
from cases.commands.notes import unmask
from cases.domain import rights
from cases.queries.case import CasePage, load
from cases.queries.people import Referrer, colleagues, referrers
from cases.store.desk import Desk
from cases.store.viewers import viewer_of
from cases.web.acting import Counter
from cases.web.action_forms import FORMS, ActionForm, Ask
from cases.web.draft_form import NUMBERS
from cases.web.wording import DONE
from contracts.refusal import Refused
from webui.acting import Keyed, add, now, take
from webui.fields import Text
from webui.forms import Form, empty_form, read_form
from webui.identity import User
from webui.messages import message_for
from webui.pages import Pages, see_other

PLACE = "/cases/dossiers/{case_id}/"
DONE["demande"] = "La demande du ménage est notée. La personne déléguée aux données la reçoit."
SENTENCES = {"missing": "Cette réponse manque", "too_short": "Cochez au moins une réponse"}


class Reasoned(Keyed):
    """Why the numbers are shown."""

    reason: Annotated[str, Text(300)]


@dataclass(frozen=True)
class Actions(Counter):
    """The pages."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, PLACE + "numeros", self.ask_numbers)
        take(router, PLACE + "numeros", self.numbers)
        for name in FORMS:
            self._both(router, name)
        return router

    def _both(self, router: APIRouter, name: str) -> None:
        async def ask(request: Request, case_id: UUID) -> Response:
            return await self.ask(request, case_id, FORMS[name], name)

        async def do(request: Request, case_id: UUID) -> Response:
            return await self.do(request, case_id, FORMS[name], name)

        add(router, PLACE + name, ask)
        take(router, PLACE + name, do)

    async def ask(self, request: Request, case_id: UUID, action: ActionForm, name: str) -> Response:
        """The question, with what follows from it."""
        user = self.signed_in(request)
        found, people = await self._found(user, case_id, ACTS[action.act])
        if not ACTS[action.act].open_to(found.case, found.seen):
            raise _shut(found)
        return self._page(request, found, action, name, empty_form(action.starts(found)), people)

    async def do(self, request: Request, case_id: UUID, action: ActionForm, name: str) -> Response:
        """Done once, on the version that was read; a refusal keeps what was typed."""
        user = self.signed_in(request)
        act = ACTS[action.act]
        form: Form[Any] = await read_form(request, Keyed)
        found, people = await self._found(user, case_id, act)
        asked = action.fields(found, people)
        checked, errors = _checked(act, action, asked, form)
        if "cle_idempotence" in form.errors:
            raise Refused("invalid", "Ce formulaire est incomplet. Rouvrez la page.", 422)
        if checked is not None:
            try:
                await self.act(
                    request,
                    user,
                    form,
                    lambda tx: act.run(tx, self.desk, user, case_id, checked),
                    f"/cases/dossiers/{case_id}",
                )
                return see_other(f"/cases/dossiers/{case_id}", action.done)
            except Refused as refusal:
                if refusal.status not in (409, 422):
                    raise
                found, people = await self._found(user, case_id, act)
                refused = _renamed(form.refused(refusal))
                return self._page(request, found, action, name, refused, people, 409)
        return self._page(request, found, action, name, form.with_errors(errors), people, 422)

    def _page(
        self,
        request: Request,
        found: CasePage,
        action: ActionForm,
        name: str,
        form: Form[Any],
        people: Sequence[Referrer],
        status: int = 200,
    ) -> Response:
        return self.pages.render(
            request,
            "action.html",
            status,
            titre=action.title,
            erreur=bool(form.errors),
            form=form,
            action=action,
            questions=action.fields(found, people),
            dossier=found.case,
            version=found.version,
            nom=name,
            aujourdhui=now(request).date(),
        )

    async def _found(self, user: User, case_id: UUID, act: Act) -> tuple[CasePage, list[Referrer]]:
        async with self.desk.database.read() as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            found = await load(tx, self.desk.vault, viewer, case_id)
            rights.require(found.seen, act.right)
            everybody = act.right == "protect"
            people = await (colleagues(tx) if everybody else referrers(tx, self.desk.territory))
        return found, people

    async def ask_numbers(self, request: Request, case_id: UUID) -> Response:
        """Showing numbers asks for a reason."""
        user = self.signed_in(request)
        found = await self._numbered(user, case_id)
        return self._numbers(request, found, empty_form())

    async def numbers(self, request: Request, case_id: UUID) -> Response:
        """The numbers, on this page only, for the reason that the log keeps."""
        user = self.signed_in(request)
        form = await read_form(request, Reasoned)
        found = await self._numbered(user, case_id)
        if not form.valid:
            return self._numbers(request, found, form, 422)
        async with self.desk.database.transaction(user.actor) as tx:
            shown = await unmask(tx, self.desk, user, case_id, form.data.reason)
        return self._numbers(request, found, form, shown=[(dict(NUMBERS)[n.kind], n.value) for n in shown])

    async def _numbered(self, user: User, case_id: UUID) -> CasePage:
        async with self.desk.database.read() as tx:
            viewer = await viewer_of(tx, user, self.desk.territory)
            found = await load(tx, self.desk.vault, viewer, case_id)
        rights.require(found.seen, "unmask")
        return found

    def _numbers(
        self,
        request: Request,
        found: CasePage,
        form: Form[Any],
        status: int = 200,
        shown: Sequence[tuple[str, str]] | None = None,
    ) -> Response:
        return self.pages.render(
            request,
            "numeros.html",
            status,
            titre="Numéros entiers",
            erreur=bool(form.errors),
            form=form,
            dossier=found.case,
            numeros=shown,
        )


def _shut(found: CasePage) -> Refused:
    return Refused(
        "wrong_state",
        f"Ce dossier est «\u00a0{found.case.state.label}\u00a0»\u00a0: cette action n’est pas possible ici. "
        "Rien n’a été changé.",
    )


def _checked(
    act: Act, action: ActionForm, asked: Sequence[Ask], form: Form[Any]
) -> tuple[Any, dict[str, str]]:
    """What was asked, in the shape that programs use too; or one sentence by field."""
    raw: dict[str, Any] = dict(action.fixed)
    version = form.value("version")
    if version.isascii() and version.isdigit() and 0 < int(version) < 2**31:
        raw["version"] = int(version)
    for each in asked:
        answers = [text for text in form.all(each.name) if text.strip()]
        if each.kind == "choices":
            raw[each.name] = answers
        elif each.flag:
            if answers or each.kind == "box":
                raw[each.name] = answers[:1] == ["oui"]
        elif each.name == "to":
            person, _, organisation = form.value("to").partition(" ")
            raw |= {"referrer_id": person, "organisation_id": organisation}
        elif answers:
            raw[each.name] = answers[0]
    if action.act == "requests":
        raw["request_id"] = form.key
    try:
        return act.shape.model_validate(raw), {}
    except ValidationError as error:
        return None, _sentences(error)


def _sentences(error: ValidationError) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in error.errors(include_url=False, include_input=False):
        name = str(item["loc"][0])
        place = "to" if name in ("referrer_id", "organisation_id") else name
        kind = item["type"]
        words = SENTENCES.get("missing" if place == "to" else kind) or message_for(kind, item.get("ctx"))
        found.setdefault(place, words)
    return found


def _renamed(form: Form[Any]) -> Form[Any]:
    errors = {("to" if n in ("referrer_id", "organisation_id") else n): t for n, t in form.errors.items()}
    return Form(form.values, errors)


def router(desk: Desk, pages: Pages) -> APIRouter:
    """The routes."""
    return Actions(desk, pages).routes()
