"""Who may do what, for every service: accounts without identity, and organisations. Compacted."""

from contracts.classes import DataClass
from contracts.event import Fact, Nested
from contracts.fields import (
    Code,
    Commune,
    Count,
    Day,
    Each,
    Flag,
    OrganisationId,
    PersonId,
    Revision,
    Siren,
    Wording,
)
from contracts.lists import AccountState, Assurance, OrgKind, Role
from contracts.topics import ACCOUNTS


class AccountsRecord(Fact, topic=ACCOUNTS):
    """A lower `version` than the one known is ignored."""

    version: Revision


class GrantedRole(Nested):
    """A role on a territory, to the end of the day `until` when it ends."""

    role: Role
    territory: Code
    until: Day | None = None


class AccountRecorded(AccountsRecord, key="person_id", data_class=DataClass.P):
    """The latest state of an account was written. A higher `generation` ends older tokens."""

    person_id: PersonId
    generation: Count
    state: AccountState
    organisation_id: OrganisationId | None = None
    roles: Each[GrantedRole]
    assurance: Assurance


class OrganisationRecorded(AccountsRecord, key="organisation_id", data_class=DataClass.N):
    """The latest record of an organisation was written. The name of a sole trader is withheld.

    `secret_location`: neither address nor commune ever leaves registration.
    """

    organisation_id: OrganisationId
    name: Wording
    kind: OrgKind
    siren: Siren | None = None
    commune: Commune | None = None
    secret_location: Flag
    state: AccountState
