"""What cases hears, and what its deadlines run."""

from collections.abc import Sequence

from pydantic import SecretStr

from cases.policies import commissions as on
from cases.policies.intake import Intakes
from cases.projections import PROJECTIONS
from cases.store.desk import Desk
from contracts.directory import PersonRecorded
from contracts.event import Fact
from contracts.intake import IntakeSubmitted
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionRescheduled,
    CommissionScheduled,
    PanelMemberNamed,
    PanelMemberRemoved,
    PersonErased,
)
from eventing.subscription import Handler, Policies

SITTINGS: dict[type[Fact], Handler] = {
    CommissionScheduled: on.when_commission_scheduled_make_its_sitting,
    CommissionChanged: on.when_commission_changed_follow,
    CommissionRescheduled: on.when_commission_rescheduled_take_its_agenda_along,
    CommissionCancelled: on.when_commission_cancelled_free_its_cases,
    PanelMemberNamed: on.when_panel_member_named_seat_them,
    PanelMemberRemoved: on.when_panel_member_removed_end_their_sight,
}
"""They hear the whole history: a sitting is made of it."""


def policies_of(desk: Desk, private_keys: Sequence[SecretStr]) -> Policies:
    """The policies, with the keys that they need."""
    intakes = Intakes(desk, private_keys)
    return Policies(
        handlers={IntakeSubmitted: intakes.when_intake_submitted_take_it},
        memory={
            **SITTINGS,
            PersonRecorded: intakes.when_person_recorded_remember_the_referrer,
            PersonErased: intakes.when_person_erased_forget_the_referrer,
        },
    )


POLICIES = Policies(
    handlers={IntakeSubmitted: Intakes.when_intake_submitted_take_it},  # type: ignore[dict-item]  # unbound: never called
    memory={
        **SITTINGS,
        PersonRecorded: Intakes.when_person_recorded_remember_the_referrer,  # type: ignore[dict-item]  # unbound: never called
        PersonErased: Intakes.when_person_erased_forget_the_referrer,  # type: ignore[dict-item]  # unbound: never called
    },
)
"""The same for the catalogue of events, which asks who hears what and calls nothing."""

__all__ = ["POLICIES", "PROJECTIONS", "policies_of"]
