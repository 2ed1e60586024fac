"""Commissions with their figures."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from eventing.db import Tx
from registration.queries.views import CommissionView, PanelMember


async def public_commissions(
    tx: Tx, territory: str, *, past: bool = False, limit: int = 50
) -> list[CommissionView]:
    """Announced, cancelled and held ones of a territory: those to come by date, or the past latest first."""
    raise NotImplementedError


async def commissions(
    tx: Tx, territories: Sequence[str], *, since: datetime | None = None, limit: int = 200
) -> list[CommissionView]:
    """Every commission of these territories, planned ones included, by date; for organisers."""
    raise NotImplementedError


async def commission(tx: Tx, commission_id: UUID) -> CommissionView | None:
    """One commission, whatever its state; a public page shows no planned one."""
    raise NotImplementedError


async def panel(tx: Tx, commission_id: UUID) -> list[PanelMember]:
    """The case panel of a commission; never public."""
    raise NotImplementedError
