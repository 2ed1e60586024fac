"""Who reads which figures: everything of the territory, what is of one organisation, or what is published."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from contracts.lists import Role

WHOLE = (Role.SIAO_AGENT, Role.COORDINATOR)
"""Roles that read every figure of their territory, and open the lists behind."""
SMALLEST_OF_OWN = 5
"""An administrator of an organisation reads no smaller number: staff may know a household by it."""


@dataclass(frozen=True)
class Reading:
    """What somebody may read: everything, or what is of one organisation; nothing under `smallest`."""

    own: UUID | None = None
    smallest: int = 0

    @property
    def whole(self) -> bool:
        """All figures of the territory, with the lists behind them."""
        return self.own is None


def reading_by(roles: Collection[str], organisation: UUID | None, provider: bool = False) -> Reading | None:
    """What these roles, held on the territory, let one read; None: what is published, as everybody.

    `provider`: a proposal to the organisation is open, or ended not long ago. It is a fact and no role.
    """
    if any(role in roles for role in WHOLE):
        return Reading()
    if organisation is None:
        return None
    if Role.REFERRER in roles:
        return Reading(organisation)
    if Role.ORG_ADMIN in roles:
        return Reading(organisation, SMALLEST_OF_OWN)
    return Reading(organisation) if provider and Role.STATE not in roles else None
