"""Sign-ups: the organisers' list and one's own page."""

from uuid import UUID

from contracts.lists import LinkPurpose
from eventing.db import Tx
from registration.queries.views import LinkView, Participant, Participation


async def participants(tx: Tx, commission_id: UUID, *, everyone: bool = False) -> list[Participant]:
    """Sign-ups in order of position, those that still count; `everyone` adds cancelled and lapsed ones."""
    raise NotImplementedError


async def participation(tx: Tx, registration_id: UUID) -> Participation | None:
    """One sign-up, for the page behind its link; check `open_participation` first."""
    raise NotImplementedError


async def registration_commission(tx: Tx, registration_id: UUID) -> UUID | None:
    """The commission of a sign-up."""
    raise NotImplementedError


async def link(tx: Tx, purpose: LinkPurpose, link_id: UUID, generation: int) -> LinkView | None:
    """What stands behind a sign-in or proof link; None when there is none."""
    raise NotImplementedError
