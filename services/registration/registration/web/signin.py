"""Signing in by a mailed link, keeping the session alive, one's own names, signing out here or everywhere."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import RedirectResponse, Response

from contracts.refusal import Refused
from registration import queries
from registration.commands import (
    Desk,
    OpenedSession,
    end_all_sessions,
    end_session,
    record_own_names,
    renew_session,
    request_sign_in,
)
from registration.web.acting import Counter, Keyed, add, now, take
from webui.fields import Email, Line
from webui.forms import Form, empty_form, read_form
from webui.identity import clear_token_cookie, current_user, issue_token, require, set_token_cookie
from webui.pages import local, see_other, with_query

HOME = "/registration/aujourdhui"
NAMES = "/registration/mon-compte/noms"
ACCOUNT = "/registration/mon-compte"


class SignInForm(BaseModel):
    """Where to send the link, and where to go afterwards."""

    email: Email
    next: str = ""


class NamesForm(Keyed):
    """One's own names."""

    given_name: Annotated[str, Line(80)]
    family_name: Annotated[str, Line(80)]
    next: str = ""


def give_session(desk: Desk, opened: OpenedSession, at: datetime) -> Response:
    """Signed in: both cookies, then the page that was wanted, or the names if they are missing."""
    wanted = local(opened.next or HOME, HOME)
    response = RedirectResponse(with_query(NAMES, next=wanted) if opened.names_missing else wanted, 303)
    response.set_cookie(
        desk.session_cookie,
        opened.secret,
        max_age=int((opened.until - at).total_seconds()),
        path="/",
        secure=desk.site.secure,
        httponly=True,
        samesite="lax",
    )
    set_token_cookie(response, desk.site, issue_token(desk.signer, opened.user, at))
    return response


class SignIn(Counter):
    """Pages of the account."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, "/registration/session", self.ask)
        take(router, "/registration/session", self.send)
        take(router, "/registration/session/fin", self.leave)
        add(router, ACCOUNT, self.account)
        add(router, NAMES, self.names)
        take(router, NAMES, self.record)
        take(router, "/registration/mon-compte/fermer-partout", self.leave_everywhere)
        return router

    async def ask(self, request: Request) -> Response:
        """Renews the token of a session that lives, without a word; else asks for an address."""
        wanted = local(request.query_params.get("next", ""), HOME)
        secret = request.cookies.get(self.desk.session_cookie)
        if secret and request.method == "GET":
            async with self.desk.database.transaction() as tx:
                user = await renew_session(tx, self.desk.rules, secret)
            if user is not None:
                response = RedirectResponse(wanted, 303)
                set_token_cookie(response, self.desk.site, issue_token(self.desk.signer, user, now(request)))
                return response
        ended = "next" in request.query_params and secret is not None
        page = self._form(request, empty_form({"next": wanted}), ended=ended)
        if secret:
            self._forget(page)
        return page

    async def send(self, request: Request) -> Response:
        """Mails a link; the answer is the same whether the account exists."""
        form = await read_form(
            request, SignInForm, {"email": {"missing": "Indiquez votre adresse électronique"}}
        )
        if not form.valid:
            return self._form(request, form, 422)
        async with self.desk.database.transaction() as tx:
            await request_sign_in(tx, self.desk.rules, form.data.email, local(form.data.next, ""))
        return self.pages.render(
            request,
            "connexion_envoyee.html",
            titre="Vérifiez votre messagerie",
            adresse_saisie=form.data.email,
            delai=self.desk.rules.sign_in_link,
        )

    async def leave(self, request: Request) -> Response:
        """Signs out here."""
        secret = request.cookies.get(self.desk.session_cookie)
        if secret:
            async with self.desk.database.transaction() as tx:
                await end_session(tx, secret)
        return self._out("deconnecte")

    async def account(self, request: Request) -> Response:
        """One's own names, roles and sessions."""
        user = require(request)
        async with self.desk.database.read() as tx:
            account = await queries.account(tx, user.account_id)
        if account is None:
            raise Refused("unknown_account", "Ce compte n’existe plus.", 404)
        return self.pages.render(request, "compte.html", titre="Mon compte", moi=account)

    async def names(self, request: Request) -> Response:
        """Asks for the names, the first time or again."""
        user = require(request)
        async with self.desk.database.read() as tx:
            person = await queries.person(tx, user.account_id)
        wanted = local(request.query_params.get("next", ""), ACCOUNT)
        known = {"given_name": person.given_name, "family_name": person.family_name} if person else {}
        return self._names(request, empty_form({**known, "next": wanted}))

    async def record(self, request: Request) -> Response:
        """Keeps the names."""
        user = require(request)
        form = await read_form(
            request,
            NamesForm,
            {
                "given_name": {"missing": "Indiquez votre prénom"},
                "family_name": {"missing": "Indiquez votre nom"},
            },
        )
        if not form.valid:
            return self._names(request, form, 422)
        data = form.data
        await self.act(
            request, user, form, lambda tx: record_own_names(tx, user, data.given_name, data.family_name)
        )
        return see_other(local(data.next, ACCOUNT), done="noms")

    async def leave_everywhere(self, request: Request) -> Response:
        """Ends every session of this account, this one included."""
        user = require(request)
        form = await read_form(request, Keyed)
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        await self.act(request, user, form, lambda tx: end_all_sessions(tx, user))
        return self._out("deconnecte_partout")

    def _form(
        self, request: Request, form: Form[SignInForm], status: int = 200, ended: bool = False
    ) -> Response:
        return self.pages.render(
            request,
            "connexion.html",
            status,
            titre="Se connecter",
            erreur=status != 200,
            form=form,
            terminee=ended,
            deja=current_user(request) is not None,
            delai=self.desk.rules.sign_in_link,
        )

    def _names(self, request: Request, form: Form[NamesForm], status: int = 200) -> Response:
        return self.pages.render(
            request, "noms.html", status, titre="Vos prénom et nom", erreur=status != 200, form=form
        )

    def _out(self, done: str) -> Response:
        response = see_other("/", done=done)
        clear_token_cookie(response, self.desk.site)
        self._forget(response)
        return response

    def _forget(self, response: Response) -> None:
        response.delete_cookie(
            self.desk.session_cookie, path="/", secure=self.desk.site.secure, httponly=True, samesite="lax"
        )
