"""What a participant does with the personal link: it acts on that one sign-up."""

from uuid import UUID

from eventing.db import Tx
from registration.domain.roster import State
from registration.domain.rules import Rules


async def open_participation(tx: Tx, registration_id: UUID, generation: int) -> UUID:
    """The person behind a participation link that still holds. Raises Refused 404, or 410 `link_revoked`.

    Reads only. `webui.links.read(desk.link_key, token)` gives the id and generation. Actor of what follows:
    `person:<id>`.
    """
    raise NotImplementedError


async def change_participation(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshops: list[UUID]
) -> State:
    """Choose other workshops, the whole new list; a full one is waited for, its slot kept meanwhile."""
    raise NotImplementedError


async def cancel_participation(tx: Tx, rules: Rules, registration_id: UUID, generation: int) -> State:
    """Cancel; late once sign-up has closed. Once cancelled, again changes nothing."""
    raise NotImplementedError


async def accept_offer(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshop_id: UUID | None = None
) -> State:
    """Take the place offered, of the whole or of a workshop. Raises Refused `offer_over`, `no_offer`."""
    raise NotImplementedError


async def decline_offer(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshop_id: UUID | None = None
) -> State:
    """Leave the place offered to the next one; out of that list."""
    raise NotImplementedError
