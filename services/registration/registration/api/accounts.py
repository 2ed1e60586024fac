"""Organisations, people, accounts and roles in JSON, for coordinators."""

from enum import Enum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts.lists import Role
from contracts.refusal import Refused
from eventing.db import Tx
from registration import commands, queries
from registration.api.acting import ANSWERS, SIGNED, Key, acting, signed_in
from registration.api.answers import AccountAnswer, MeAnswer, OrganisationAnswer, PersonAnswer
from registration.commands import (
    AddAccount,
    ChangeOrganisation,
    ChangePerson,
    CreateOrganisation,
    CreatePerson,
    Desk,
)
from registration.commands.asked import Asked, RoleAsked, Territory, Version
from registration.commands.rights import allow
from webui.identity import User


class GrantAsked(RoleAsked):
    """A role, on the version of the account that was read."""

    version: Version


class RevokeAsked(Asked):
    """A role to take back."""

    role: Role
    territory: Territory
    version: Version


class AccountVersion(Asked):
    """The version of the account that was read."""

    version: Version


def router(desk: Desk) -> APIRouter:
    """The routes."""
    routes = APIRouter(responses=ANSWERS)
    _organisations(routes, desk)
    _people(routes, desk)
    _accounts(routes, desk)
    _roles(routes, desk)
    return routes


def _organisations(routes: APIRouter, desk: Desk) -> None:
    tags: list[str | Enum] = ["Structures"]

    @routes.get("/organisations", tags=tags, summary="Lister les structures", openapi_extra=SIGNED)
    async def everyone(request: Request) -> list[OrganisationAnswer]:
        allow(signed_in(request), Role.COORDINATOR, Role.SIAO_AGENT, territory=None)
        async with desk.database.read() as tx:
            found = await queries.organisations(tx)
        return [OrganisationAnswer.model_validate(each) for each in found]

    @routes.post(
        "/organisations",
        status_code=201,
        tags=tags,
        summary="Enregistrer une structure",
        openapi_extra=SIGNED,
    )
    async def create(request: Request, asked: CreateOrganisation) -> OrganisationAnswer:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            made = await commands.create_organisation(tx, user, asked)
            return OrganisationAnswer.model_validate(await queries.organisation(tx, made))

    @routes.put(
        "/organisations/{organisation_id}",
        tags=tags,
        summary="Changer une structure",
        openapi_extra=SIGNED,
    )
    async def change(
        request: Request, organisation_id: UUID, asked: ChangeOrganisation, key: Key = None
    ) -> OrganisationAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.change_organisation(tx, user, organisation_id, asked)
            return OrganisationAnswer.model_validate(await queries.organisation(tx, organisation_id))


def _people(routes: APIRouter, desk: Desk) -> None:
    tags: list[str | Enum] = ["Personnes"]

    @routes.get("/people", tags=tags, summary="Chercher des personnes", openapi_extra=SIGNED)
    async def everyone(
        request: Request,
        search: Annotated[str, Query(max_length=100)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 200,
    ) -> list[PersonAnswer]:
        allow(signed_in(request), Role.COORDINATOR, territory=None)
        async with desk.database.read() as tx:
            found = await queries.people(tx, search=search, limit=limit)
        return [PersonAnswer.model_validate(each) for each in found]

    @routes.post(
        "/people", status_code=201, tags=tags, summary="Enregistrer une personne", openapi_extra=SIGNED
    )
    async def create(request: Request, asked: CreatePerson) -> PersonAnswer:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            made = await commands.create_person(tx, user, asked)
            return PersonAnswer.model_validate(await queries.person(tx, made))

    @routes.put("/people/{person_id}", tags=tags, summary="Changer une personne", openapi_extra=SIGNED)
    async def change(request: Request, person_id: UUID, asked: ChangePerson, key: Key = None) -> PersonAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.change_person(tx, user, person_id, asked)
            return PersonAnswer.model_validate(await queries.person(tx, person_id))


def _territories(user: User) -> list[str]:
    return [grant.territory for grant in user.roles if grant.role == Role.COORDINATOR]


async def _account(tx: Tx, person_id: UUID) -> AccountAnswer:
    found = await queries.account(tx, person_id)
    if found is None:
        raise Refused("unknown_account", "Ce compte n’existe pas.", 404)
    return AccountAnswer.model_validate(found)


def _accounts(routes: APIRouter, desk: Desk) -> None:
    tags: list[str | Enum] = ["Comptes"]

    @routes.get("/me", tags=tags, summary="Lire qui je suis", openapi_extra=SIGNED)
    async def me(request: Request) -> MeAnswer:
        return MeAnswer.model_validate(signed_in(request))

    @routes.get("/accounts", tags=tags, summary="Lister les comptes", openapi_extra=SIGNED)
    async def everyone(request: Request) -> list[AccountAnswer]:
        user = allow(signed_in(request), Role.COORDINATOR, territory=None)
        async with desk.database.read() as tx:
            found = await queries.accounts(tx, _territories(user))
        return [AccountAnswer.model_validate(each) for each in found]

    @routes.post("/accounts", status_code=201, tags=tags, summary="Ouvrir un compte", openapi_extra=SIGNED)
    async def add(request: Request, asked: AddAccount) -> AccountAnswer:
        user = signed_in(request)
        async with desk.database.transaction(user.actor) as tx:
            return await _account(tx, await commands.add_account(tx, user, asked))

    @routes.post("/accounts/{person_id}/disable", tags=tags, summary="Fermer un compte", openapi_extra=SIGNED)
    async def disable(
        request: Request, person_id: UUID, asked: AccountVersion, key: Key = None
    ) -> AccountAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.disable_account(tx, user, person_id, asked.version)
            return await _account(tx, person_id)

    @routes.post("/accounts/{person_id}/enable", tags=tags, summary="Rouvrir un compte", openapi_extra=SIGNED)
    async def enable(
        request: Request, person_id: UUID, asked: AccountVersion, key: Key = None
    ) -> AccountAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.enable_account(tx, user, person_id, asked.version)
            return await _account(tx, person_id)


def _roles(routes: APIRouter, desk: Desk) -> None:
    tags: list[str | Enum] = ["Comptes"]

    @routes.post("/accounts/{person_id}/roles", tags=tags, summary="Donner un rôle", openapi_extra=SIGNED)
    async def grant(request: Request, person_id: UUID, asked: GrantAsked, key: Key = None) -> AccountAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.grant_role(tx, user, person_id, asked, asked.version)
            return await _account(tx, person_id)

    @routes.post(
        "/accounts/{person_id}/roles/revoke", tags=tags, summary="Retirer un rôle", openapi_extra=SIGNED
    )
    async def revoke(request: Request, person_id: UUID, asked: RevokeAsked, key: Key = None) -> AccountAnswer:
        user = signed_in(request)
        async with acting(desk, request, key, asked.model_dump(mode="json")) as (tx, todo):
            if todo:
                await commands.revoke_role(tx, user, person_id, asked.role, asked.territory, asked.version)
            return await _account(tx, person_id)
