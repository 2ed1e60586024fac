"""People and their accounts, by the coordinator: who may sign in, with which roles, until when."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from contracts.lists import AccountState, EmailKind, Role
from contracts.refusal import Refused
from registration import queries
from registration.commands import (
    AddAccount,
    ChangePerson,
    CreatePerson,
    add_account,
    change_person,
    create_person,
    disable_account,
    enable_account,
    grant_role,
    revoke_role,
)
from registration.commands.asked import RoleAsked
from registration.queries import AccountView, OrganisationView, PersonView
from registration.web.acting import Counter, Keyed, Ticked, Versioned, add, replaced, take
from registration.web.public import known
from registration.web.wording import suspended_words
from webui.fields import CivilDate, Email, Line
from webui.forms import Form, empty_form, read_form
from webui.pages import see_other

LIST = "/registration/personnes"
ONE = LIST + "/{person_id:uuid}"
ROLES = [(r.value, r.label) for r in Role if r is not Role.UNKNOWN]
KINDS = [(k.value, k.label) for k in EmailKind if k is not EmailKind.UNKNOWN]
SENTENCES: Mapping[str, str | Mapping[str, str]] = {
    "email": {"missing": "Indiquez l’adresse électronique"},
    "role": "Choisissez un rôle dans la liste",
}


class Names(BaseModel):
    """What a record says of somebody, but the address."""

    given_name: Annotated[str, Line(80)] | None = None
    family_name: Annotated[str, Line(80)] | None = None
    organisation: Annotated[str, Line(300)] | None = None
    email_kind: EmailKind = EmailKind.PERSONAL


class NewPersonForm(Names, Keyed):
    """A new record; with an account and a first role when one is chosen."""

    email: Email
    account: Ticked = False
    role: Role | None = None
    until: CivilDate | None = None


class PersonForm(Names, Versioned):
    """The whole new record."""


class RoleForm(Versioned):
    """A role on this territory."""

    role: Role
    until: CivilDate | None = None


class OneRoleForm(Versioned):
    """A role to take back."""

    role: Role


class People(Counter):
    """Pages of people."""

    def routes(self) -> APIRouter:
        """Their addresses."""
        router = APIRouter()
        add(router, LIST, self.everyone)
        add(router, LIST + "/nouvelle", self.new)
        take(router, LIST + "/nouvelle", self.create)
        add(router, ONE, self.person)
        take(router, ONE, self.change)
        take(router, ONE + "/roles", self.grant)
        take(router, ONE + "/roles/reprendre", self.revoke)
        take(router, ONE + "/compte", self.open_account)
        take(router, ONE + "/fermer", self.disable)
        take(router, ONE + "/rouvrir", self.enable)
        return router

    async def everyone(self, request: Request) -> Response:
        """People by name or address, and who may sign in."""
        self.coordinator(request)
        search = request.query_params.get("q", "")[:200]
        async with self.desk.database.read() as tx:
            people = await queries.people(tx, search=search)
            accounts = {a.person.person_id: a for a in await queries.accounts(tx, [self.territory])}
        only = request.query_params.get("comptes") == "oui"
        return self.pages.render(
            request,
            "personnes.html",
            titre="Personnes",
            gens=[
                (p, accounts.get(p.person_id), suspended_words(p.suspended))
                for p in people
                if not only or p.person_id in accounts
            ],
            q=search,
            comptes_seuls=only,
        )

    async def new(self, request: Request) -> Response:
        """An empty record."""
        self.coordinator(request)
        return await self._new_page(request, empty_form({"email_kind": EmailKind.PERSONAL.value}))

    async def create(self, request: Request) -> Response:
        """Keeps the record, and opens the account when asked."""
        user = self.coordinator(request)
        form = await read_form(request, NewPersonForm, SENTENCES)
        if form.valid and form.data.account and form.data.role is None:
            form = form.with_errors({"role": "Choisissez un premier rôle"})
        form, organisation_id = await self._organisation(form)
        status = 422
        if form.valid:
            data = form.data
            who: dict[str, Any] = {
                "person_id": data.cle_idempotence,
                "email": data.email,
                "given_name": data.given_name,
                "family_name": data.family_name,
                "organisation_id": organisation_id,
            }
            try:
                async with self.desk.database.transaction(user.actor) as tx:
                    if data.account and data.role:
                        role = RoleAsked(role=data.role, territory=self.territory, until=data.until)
                        made = await add_account(tx, user, AddAccount(**who, roles=[role]))
                    else:
                        made = await create_person(tx, user, CreatePerson(**who, email_kind=data.email_kind))
                return see_other(f"{LIST}/{made}", done="compte" if data.account else "personne")
            except Refused as refusal:
                if refusal.status in (403, 404):
                    raise
                status, form = refusal.status, form.refused(refusal)
        return await self._new_page(request, form, status)

    async def person(self, request: Request, person_id: UUID) -> Response:
        """One record, its account, its roles."""
        self.coordinator(request)
        return await self._page(request, person_id)

    async def change(self, request: Request, person_id: UUID) -> Response:
        """Replaces the record but the address."""
        user = self.coordinator(request)
        form = await read_form(request, PersonForm)
        form, organisation_id = await self._organisation(form)
        if not form.valid:
            return await self._page(request, person_id, form, 422)
        data = form.data
        asked = ChangePerson(
            version=data.version,
            email_kind=data.email_kind,
            given_name=data.given_name,
            family_name=data.family_name,
            organisation_id=organisation_id,
        )
        try:
            await self.act(request, user, form, lambda tx: change_person(tx, user, person_id, asked))
        except Refused as refusal:
            if refusal.status in (403, 404):
                raise
            return await self._page(
                request, person_id, form.refused(refusal), refusal.status, refusal.code == "stale_version"
            )
        return see_other(f"{LIST}/{person_id}", done="personne")

    async def open_account(self, request: Request, person_id: UUID) -> Response:
        """Lets a known person sign in, with a first role."""
        user = self.coordinator(request)
        form = await read_form(request, RoleForm, SENTENCES)
        async with self.desk.database.read() as tx:
            found = await queries.person(tx, person_id)
        if found is None:
            raise Refused("unknown_person", "Cette fiche n’existe pas.", 404)
        if not form.valid:
            return await self._page(request, person_id, Form(form.values, form.errors), 422)
        asked = AddAccount(
            person_id=person_id,
            email=found.email,
            given_name=found.given_name,
            family_name=found.family_name,
            organisation_id=found.organisation_id,
            roles=[RoleAsked(role=form.data.role, territory=self.territory, until=form.data.until)],
        )
        return await self._account_act(
            request, person_id, form, lambda tx: add_account(tx, user, asked), "compte"
        )

    async def grant(self, request: Request, person_id: UUID) -> Response:
        """Gives a role; the command refuses it to oneself."""
        user = self.coordinator(request)
        form = await read_form(request, RoleForm, SENTENCES)
        if not form.valid:
            return await self._page(request, person_id, Form(form.values, form.errors), 422)
        data = form.data
        asked = RoleAsked(role=data.role, territory=self.territory, until=data.until)
        return await self._account_act(
            request,
            person_id,
            form,
            lambda tx: grant_role(tx, user, person_id, asked, data.version),
            "role_donne",
        )

    async def revoke(self, request: Request, person_id: UUID) -> Response:
        """Takes a role back."""
        user = self.coordinator(request)
        form = self._filled(await read_form(request, OneRoleForm))
        data = form.data
        return await self._account_act(
            request,
            person_id,
            form,
            lambda tx: revoke_role(tx, user, person_id, data.role, self.territory, data.version),
            "role_repris",
        )

    async def disable(self, request: Request, person_id: UUID) -> Response:
        """Shuts the account: its sessions end."""
        user = self.coordinator(request)
        form = self._filled(await read_form(request, Versioned))
        version = form.data.version
        return await self._account_act(
            request, person_id, form, lambda tx: disable_account(tx, user, person_id, version), "compte_ferme"
        )

    async def enable(self, request: Request, person_id: UUID) -> Response:
        """Opens the account again."""
        user = self.coordinator(request)
        form = self._filled(await read_form(request, Versioned))
        version = form.data.version
        return await self._account_act(
            request, person_id, form, lambda tx: enable_account(tx, user, person_id, version), "compte_ouvert"
        )

    @staticmethod
    def _filled(form: Form[Any]) -> Form[Any]:
        if not form.valid:
            raise Refused("invalid", "La demande reçue est incomplète. Rien n’a été changé.", 422)
        return form

    async def _account_act(
        self, request: Request, person_id: UUID, form: Form[Any], command: Any, done: str
    ) -> Response:
        user = self.coordinator(request)
        try:
            await self.act(request, user, form, command)
        except Refused as refusal:
            if refusal.status == 404:
                raise
            wrong: Form[Any] = Form({}, {"": refusal.text})
            stale = refusal.code == "stale_version"
            return await self._page(request, person_id, wrong, refusal.status, stale)
        return see_other(f"{LIST}/{person_id}#compte-titre", done=done)

    async def _organisation(self, form: Form[Any]) -> tuple[Form[Any], UUID | None]:
        if not form.valid or not form.data.organisation:
            return form, None
        async with self.desk.database.read() as tx:
            found = known(form.data.organisation, await queries.organisations(tx))
        if found is None:
            text = "Cet organisme n’est pas dans la liste : enregistrez-le d’abord, ou laissez vide"
            return form.with_errors({"organisation": text}), None
        return form, found.organisation_id

    async def _new_page(self, request: Request, form: Form[Any], status: int = 200) -> Response:
        async with self.desk.database.read() as tx:
            organisations = await queries.organisations(tx, active_only=True)
        return self.pages.render(
            request,
            "personne_nouvelle.html",
            status,
            titre="Nouvelle personne",
            erreur=bool(form.errors),
            form=form,
            **_lists(organisations),
        )

    async def _page(
        self,
        request: Request,
        person_id: UUID,
        form: Form[Any] | None = None,
        status: int = 200,
        stale: bool = False,
    ) -> Response:
        user = self.coordinator(request)
        async with self.desk.database.read() as tx:
            found = await queries.person(tx, person_id)
            account = await queries.account(tx, person_id)
            organisations = await queries.organisations(tx)
        if found is None:
            raise Refused("unknown_person", "Cette fiche n’existe pas.", 404)
        typed = form if form is not None and "email_kind" in form.values else empty_form(_typed(found))
        if form is not None and typed is not form:
            typed = typed.with_errors(form.errors)
        if stale:
            typed = replaced(typed, version=found.version)
        return self.pages.render(
            request,
            "personne.html",
            status,
            titre=found.name,
            erreur=bool(form is not None and form.errors),
            fiche=found,
            suspendue=suspended_words(found.suspended),
            compte_ouvert=account,
            actif=account is not None and account.state is AccountState.ACTIVE,
            moi=person_id == user.account_id,
            roles_ici=_here(account, self.territory),
            form=typed,
            perime=stale,
            **_lists(organisations),
        )


def _typed(found: PersonView) -> dict[str, object]:
    return {
        "version": found.version,
        "given_name": found.given_name,
        "family_name": found.family_name,
        "organisation": found.organisation,
        "email_kind": found.email_kind.value,
    }


def _here(account: AccountView | None, territory: str) -> list[Any]:
    return [g for g in account.roles if g.territory == territory] if account else []


def _lists(organisations: list[OrganisationView]) -> dict[str, Any]:
    return {"organismes": [o.name for o in organisations], "roles": ROLES, "genres_adresse": KINDS}
