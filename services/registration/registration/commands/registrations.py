"""Commands on sign-ups, by visitors, signed-in people and coordinators."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.lists import Attendance, ByWhom, Via
from eventing.db import Tx
from registration.commands.asked import SignUp, WalkIn
from registration.domain.roster import State
from registration.domain.rules import Rules
from webui.identity import User


@dataclass(frozen=True)
class SignedUp:
    """What may be answered. `state` is None for a visitor: the answer tells nothing of who is known.

    The page then says: a message has been sent to that address; it holds what to do next.
    """

    registration_id: UUID
    state: State | None


@dataclass(frozen=True)
class Proved:
    """An address proven: where the sign-up stands, and what its personal link is made of."""

    registration_id: UUID
    commission_id: UUID
    state: State
    link_generation: int


async def sign_up(
    tx: Tx,
    rules: Rules,
    by: User | None,
    commission_id: UUID,
    asked: SignUp,
    *,
    on_behalf: ByWhom | None = None,
) -> SignedUp:
    """Sign somebody up.

    A visitor (`by` None) or a colleague: the address has to be proven within the hold, and a known address gets
    the same answer. Oneself, signed in: proven already. `on_behalf` COORDINATOR or IMPORT (coordinator of the
    territory only): on the coordinator's word, window or not, in arrears if `asked.occurred_on` says so.
    Raises Refused `registration_not_open`, `registration_closed`, `commission_cancelled`, `unknown_workshop`,
    `workshop_clash`, `already_registered` (coordinator only), 404 `unknown_commission`, 429 `too_many_mails`.
    """
    raise NotImplementedError


async def prove(tx: Tx, rules: Rules, link_id: UUID, generation: int) -> Proved:
    """Prove an address with a `prove_address` link, once. Raises Refused 410 `link_used` or `link_expired`."""
    raise NotImplementedError


async def send_participation_link(tx: Tx, rules: Rules, commission_id: UUID, email: str) -> None:
    """Mail the personal link again, if that address is registered; silent otherwise and over the limit."""
    raise NotImplementedError


async def change_registration(
    tx: Tx,
    rules: Rules,
    by: User | None,
    registration_id: UUID,
    workshops: list[UUID],
    occurred_on: date | None = None,
) -> State:
    """Choose other workshops, as coordinator: the whole new list."""
    raise NotImplementedError


async def cancel_registration(
    tx: Tx, rules: Rules, by: User | None, registration_id: UUID, occurred_on: date | None = None
) -> State:
    """Cancel somebody's sign-up, as coordinator. Once cancelled, again changes nothing."""
    raise NotImplementedError


async def walk_in(tx: Tx, rules: Rules, by: User | None, commission_id: UUID, asked: WalkIn) -> SignedUp:
    """Register somebody at the desk, present; no place is counted. From the commission's day on."""
    raise NotImplementedError


async def record_attendance(
    tx: Tx,
    by: User | None,
    registration_id: UUID,
    status: Attendance,
    *,
    via: Via = Via.SHEET,
    workshop_id: UUID | None = None,
    occurred_on: date | None = None,
) -> None:
    """Say who was there (coordinator, SIAO agent), from the commission's day on. The latest value wins."""
    raise NotImplementedError
