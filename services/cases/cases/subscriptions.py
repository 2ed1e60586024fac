"""What cases hears, and what its deadlines run."""

from cases.policies import commissions as on
from cases.projections import PROJECTIONS
from contracts.registration import (
    CommissionCancelled,
    CommissionChanged,
    CommissionRescheduled,
    CommissionScheduled,
    PanelMemberNamed,
    PanelMemberRemoved,
)
from eventing.subscription import Policies

POLICIES = Policies(
    handlers={},
    memory={
        CommissionScheduled: on.when_commission_scheduled_make_its_sitting,
        CommissionChanged: on.when_commission_changed_follow,
        CommissionRescheduled: on.when_commission_rescheduled_take_its_agenda_along,
        CommissionCancelled: on.when_commission_cancelled_free_its_cases,
        PanelMemberNamed: on.when_panel_member_named_seat_them,
        PanelMemberRemoved: on.when_panel_member_removed_end_their_sight,
    },
)

__all__ = ["POLICIES", "PROJECTIONS"]
