"""Commands on a commission: plan, publish, change, move, call off, say held; name its panel."""

from datetime import date
from uuid import UUID

from contracts.lists import CancelReason, MemberReason
from eventing.db import Tx
from registration.commands.asked import (
    ChangeCommission,
    NamePanelMember,
    PlanCommission,
    RescheduleCommission,
)
from registration.domain.commission import Commission
from registration.domain.rules import Rules
from webui.identity import User


async def plan_commission(tx: Tx, by: User | None, asked: PlanCommission) -> Commission:
    """Plan a commission, told to nobody yet. The same id again answers the commission as it stands."""
    raise NotImplementedError


async def publish_commission(
    tx: Tx, by: User | None, commission_id: UUID, version: int, occurred_on: date | None = None
) -> Commission:
    """Announce it. One whose day has passed is entered in arrears, by itself or on `occurred_on`."""
    raise NotImplementedError


async def change_commission(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: ChangeCommission
) -> Commission:
    """Change anything but the date. More places are offered at once; fewer than taken are refused."""
    raise NotImplementedError


async def reschedule_commission(
    tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: RescheduleCommission
) -> Commission:
    """Move it. Offers that would run past the new margin are withdrawn, then made again."""
    raise NotImplementedError


async def cancel_commission(
    tx: Tx,
    by: User | None,
    commission_id: UUID,
    version: int,
    reason: CancelReason,
    occurred_on: date | None = None,
) -> Commission:
    """Call it off, with n people registered: sign-ups stay readable, deadlines are dropped."""
    raise NotImplementedError


async def hold_commission(
    tx: Tx, by: User | None, commission_id: UUID, version: int, occurred_on: date | None = None
) -> Commission:
    """Say that it took place, counting attendance as recorded."""
    raise NotImplementedError


async def name_panel_member(tx: Tx, by: User | None, commission_id: UUID, asked: NamePanelMember) -> None:
    """Name a person to the case panel; naming again with the same terms changes nothing."""
    raise NotImplementedError


async def remove_panel_member(
    tx: Tx, by: User | None, commission_id: UUID, person_id: UUID, reason: MemberReason
) -> None:
    """Take a person off the panel: sight of cases ends at once."""
    raise NotImplementedError
