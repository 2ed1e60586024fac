"""The coordinator's door in JSON: partners, their keys, their limits, their references."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from contracts.lists import Role
from eventing.db import Database
from integration import queries
from integration.api.own import RecordType, Waiting, waiting
from integration.commands import partners, references
from integration.commands.partners import PartnerTerms
from integration.domain.limits import MAX_BATCH, Rates
from integration.domain.partners import SOURCE, USUAL
from integration.domain.rights import DECIDES, LINKS, REVOKES, SEES, SEES_QUARANTINE
from integration.store import waiting as stored
from webui.fields import Email, Flag, Line, NewId
from webui.identity import User, require
from webui.refusals import PROBLEMS

ANSWERS: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 404, 409, 413, 422, 503)
}
SECURITY: dict[str, Any] = {"security": [{"jeton": []}]}
Rate = Annotated[int, Field(ge=1, le=100_000)]


Who = Callable[[tuple[Role, ...]], Callable[[Request], User]]
"""Gives, for roles, the dependency that lets in nobody else: it runs before the body is looked at."""


class Limits(BaseModel):
    """Events per second, live and backfill; null lifts the limit. `burst`: how many at once."""

    model_config = ConfigDict(extra="forbid")

    events_per_second: Rate | None = 50
    burst: Rate = MAX_BATCH
    backfill_per_second: Rate | None = 200

    @property
    def rates(self) -> Rates:
        """As the rules take them."""
        return Rates(self.events_per_second, self.burst, self.backfill_per_second)


class Terms(BaseModel):
    """What a coordinator decides about a partner."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Line(120)]
    scopes: Annotated[list[RecordType], Field(min_length=1)] = Field(default_factory=lambda: list(USUAL))  # type: ignore[arg-type]
    limits: Limits = Limits()
    open: Flag = True
    organisation_id: UUID | None = None
    dpo_email: Email | None = None

    @property
    def terms(self) -> PartnerTerms:
        """As the command takes them."""
        return PartnerTerms(
            self.name, self.scopes, self.limits.rates, self.open, self.organisation_id, self.dpo_email
        )


class NewPartner(Terms):
    """A partner to open the door to; with `partner_id`, asking twice makes one."""

    partner_id: NewId | None = None
    source: Annotated[str, Field(max_length=200, json_schema_extra={"pattern": f"^{SOURCE.pattern}$"})]


class Partner(BaseModel):
    """A partner, what it sent and what became of it."""

    partner_id: UUID
    name: str
    source: str
    scopes: list[str]
    limits: Limits
    open: bool
    organisation_id: UUID | None
    valid_keys: int
    counts: dict[str, int]
    waiting: int
    last_used_at: str | None
    last_event_at: str | None


class NewKey(BaseModel):
    """A key in clear: shown this once."""

    key_id: UUID
    key: str


class Key(BaseModel):
    """What is known of a key."""

    key_id: UUID
    ending: str
    valid: bool
    created_at: str
    last_used_at: str | None


class OrganisationLink(BaseModel):
    """Whose a reference is."""

    model_config = ConfigDict(extra="forbid")

    organisation_ref: Annotated[str, Field(min_length=1, max_length=64)]
    organisation_id: NewId


class Linked(BaseModel):
    """How many records were told again under the organisation's id."""

    records: int


class OrganisationRef(BaseModel):
    """A partner's reference to an organisation."""

    organisation_ref: str
    organisation_id: UUID
    linked: bool
    name: str | None
    records: int


def told(row: dict[str, Any]) -> Partner:
    """A row of a partner as JSON tells it."""
    return Partner(
        **{name: row[name] for name in ("partner_id", "name", "source", "scopes", "open", "organisation_id")},
        valid_keys=row["valid_keys"],
        waiting=row["waiting"],
        limits=Limits.model_construct(
            events_per_second=row["events_per_second"],
            burst=row["burst"],
            backfill_per_second=row["backfill_per_second"],
        ),
        counts={name: row[name] for name in queries.COUNTS},
        last_used_at=row["last_used_at"].isoformat() if row["last_used_at"] else None,
        last_event_at=row["last_at"].isoformat() if row["last_at"] else None,
    )


def router(database: Database, territory: str) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/integration/api/v1/partners", tags=["Coordination"], responses=ANSWERS)

    def who(roles: tuple[Role, ...]) -> Callable[[Request], User]:
        def allowed(request: Request) -> User:
            return require(request, *roles, territory=territory)

        return allowed

    _partners(routes, database, who)
    _keys(routes, database, who)
    _inside(routes, database, who)
    return routes


def _partners(routes: APIRouter, database: Database, who: Who) -> None:
    @routes.post(
        "",
        status_code=201,
        summary="Ouvrir l’accès à un partenaire",
        openapi_extra=SECURITY,
        responses={200: {"description": "Ce partenaire existait déjà", "model": Partner}},
    )
    async def add(
        user: Annotated[User, Depends(who(DECIDES))], response: Response, wanted: NewPartner
    ) -> Partner:
        async with database.transaction(user.actor) as tx:
            partner_id = wanted.partner_id or tx.new_id()
            if not await partners.add_partner(tx, partner_id, wanted.source, wanted.terms):
                response.status_code = 200
            return told(await queries.partner(tx, partner_id))

    @routes.get("", summary="Lister les partenaires", openapi_extra=SECURITY)
    async def everyone(user: Annotated[User, Depends(who(SEES))]) -> list[Partner]:
        async with database.read() as tx:
            return [told(row) for row in await queries.partners(tx)]

    @routes.get("/{partner_id}", summary="Lire un partenaire", openapi_extra=SECURITY)
    async def one(user: Annotated[User, Depends(who(SEES))], partner_id: UUID) -> Partner:
        async with database.read() as tx:
            return told(await queries.partner(tx, partner_id))

    @routes.put("/{partner_id}", summary="Changer un partenaire", openapi_extra=SECURITY)
    async def change(
        user: Annotated[User, Depends(who(DECIDES))], partner_id: UUID, wanted: Terms
    ) -> Partner:
        async with database.transaction(user.actor) as tx:
            await partners.change_partner(tx, partner_id, wanted.terms)
            return told(await queries.partner(tx, partner_id))


def _keys(routes: APIRouter, database: Database, who: Who) -> None:
    @routes.get("/{partner_id}/keys", summary="Lister les clés", openapi_extra=SECURITY)
    async def keys(user: Annotated[User, Depends(who(REVOKES))], partner_id: UUID) -> list[Key]:
        async with database.read() as tx:
            await queries.partner(tx, partner_id)
            return [
                Key(
                    key_id=row["key_id"],
                    ending=row["ending"],
                    valid=row["valid"],
                    created_at=row["created_at"].isoformat(),
                    last_used_at=row["last_used_at"].isoformat() if row["last_used_at"] else None,
                )
                for row in await queries.keys(tx, partner_id)
            ]

    @routes.post("/{partner_id}/keys", status_code=201, summary="Créer une clé", openapi_extra=SECURITY)
    async def give(
        user: Annotated[User, Depends(who(DECIDES))], partner_id: UUID, test: bool = False
    ) -> NewKey:
        async with database.transaction(user.actor) as tx:
            shown = await partners.give_key(tx, partner_id, test)
        return NewKey(key_id=shown.key_id, key=shown.key)

    @routes.delete("/{partner_id}/keys/{key_id}", status_code=204, summary="Révoquer une clé",
                   openapi_extra=SECURITY, response_class=Response)  # fmt: skip
    async def revoke(user: Annotated[User, Depends(who(REVOKES))], partner_id: UUID, key_id: UUID) -> None:
        async with database.transaction(user.actor) as tx:
            await partners.revoke_key(tx, partner_id, key_id)


def _inside(routes: APIRouter, database: Database, who: Who) -> None:
    @routes.get("/{partner_id}/organisations", summary="Lister les références d’organismes",
                openapi_extra=SECURITY)  # fmt: skip
    async def organisations(
        user: Annotated[User, Depends(who(SEES))], partner_id: UUID
    ) -> list[OrganisationRef]:
        async with database.read() as tx:
            await queries.partner(tx, partner_id)
            return [
                OrganisationRef(
                    organisation_ref=row["ref"],
                    organisation_id=row["id"],
                    linked=row["linked_at"] is not None,
                    name=row["name"],
                    records=row["records"],
                )
                for row in await queries.organisation_refs(tx, partner_id)
            ]

    @routes.post("/{partner_id}/organisations", summary="Rattacher une référence à un organisme",
                 openapi_extra=SECURITY)  # fmt: skip
    async def link(
        user: Annotated[User, Depends(who(LINKS))], partner_id: UUID, wanted: OrganisationLink
    ) -> Linked:
        async with database.transaction(user.actor) as tx:
            records = await references.link_organisation(
                tx, partner_id, wanted.organisation_ref, wanted.organisation_id
            )
        return Linked(records=records)

    @routes.get("/{partner_id}/quarantine", summary="Lire la quarantaine d’un partenaire",
                openapi_extra=SECURITY)  # fmt: skip
    async def quarantine(
        user: Annotated[User, Depends(who(SEES_QUARANTINE))], partner_id: UUID
    ) -> list[Waiting]:
        async with database.read() as tx:
            await queries.partner(tx, partner_id)
            return [waiting(row) for row in await stored.quarantined(tx, partner_id)]
