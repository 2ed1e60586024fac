"""What can be read of registration. Each query works inside `async with desk.database.read() as tx`."""

from registration.queries.accounts import (
    account,
    accounts,
    accounts_of,
    organisation,
    organisations,
    people,
    person,
    person_by_email,
)
from registration.queries.commissions import commission, commissions, panel, public_commissions
from registration.queries.registrations import (
    link,
    participants,
    participation,
    registration_commission,
    registration_state,
)
from registration.store.views import (
    AccountView,
    ChosenWorkshop,
    CommissionView,
    LinkView,
    MessageStatus,
    OrganisationView,
    PanelMember,
    Participant,
    Participation,
    PersonView,
    WorkshopPlaces,
)

__all__ = [
    "AccountView",
    "ChosenWorkshop",
    "CommissionView",
    "LinkView",
    "MessageStatus",
    "OrganisationView",
    "PanelMember",
    "Participant",
    "Participation",
    "PersonView",
    "WorkshopPlaces",
    "account",
    "accounts",
    "accounts_of",
    "commission",
    "commissions",
    "link",
    "organisation",
    "organisations",
    "panel",
    "participants",
    "participation",
    "people",
    "person",
    "person_by_email",
    "public_commissions",
    "registration_commission",
    "registration_state",
]
