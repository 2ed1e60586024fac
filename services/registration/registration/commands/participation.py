"""What a participant does with the personal link: it acts on that one sign-up."""

from collections.abc import Callable
from uuid import UUID

from contracts.lists import ByWhom
from contracts.refusal import Refused
from eventing.db import Tx
from eventing.outbox import append
from registration.commands.moments import lock, moment, roster_of, unknown_registration
from registration.domain import offers, registration
from registration.domain.book import Change, Moment
from registration.domain.roster import Roster, State
from registration.domain.rules import Rules
from registration.store import rosters
from registration.store.rosters import Whereabouts


async def open_participation(tx: Tx, registration_id: UUID, generation: int) -> UUID:
    """The person behind a participation link that still holds. Raises Refused 404, or 410 `link_revoked`.

    Reads only. `webui.links.read(desk.link_key, token)` gives the id and generation. Actor of what follows:
    `person:<id>`.
    """
    return (await _opened(tx, registration_id, generation)).person_id


async def _opened(tx: Tx, registration_id: UUID, generation: int) -> Whereabouts:
    where = await rosters.find(tx, registration_id)
    if where is None:
        raise unknown_registration()
    if where.link_generation != generation:
        raise Refused("link_revoked", "Ce lien a été remplacé : utilisez celui du dernier message reçu.", 410)
    return where


async def change_participation(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshops: list[UUID]
) -> State:
    """Choose other workshops, the whole new list; a full one is waited for, its slot kept meanwhile."""

    def change(roster: Roster, now: Moment) -> Change:
        return registration.change_workshops(roster, registration_id, workshops, now)

    return await _act(tx, rules, registration_id, generation, change)


async def cancel_participation(tx: Tx, rules: Rules, registration_id: UUID, generation: int) -> State:
    """Cancel; late once sign-up has closed. Once cancelled, again changes nothing."""

    def change(roster: Roster, now: Moment) -> Change:
        return registration.cancel(roster, registration_id, ByWhom.SELF, now)

    return await _act(tx, rules, registration_id, generation, change)


async def accept_offer(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshop_id: UUID | None = None
) -> State:
    """Take the place offered, of the whole or of a workshop. Raises Refused `offer_over`, `no_offer`."""

    def change(roster: Roster, now: Moment) -> Change:
        return offers.accept(roster, registration_id, workshop_id, now)

    return await _act(tx, rules, registration_id, generation, change)


async def decline_offer(
    tx: Tx, rules: Rules, registration_id: UUID, generation: int, workshop_id: UUID | None = None
) -> State:
    """Leave the place offered to the next one; out of that list."""

    def change(roster: Roster, now: Moment) -> Change:
        return offers.decline(roster, registration_id, workshop_id, now)

    return await _act(tx, rules, registration_id, generation, change)


async def _act(
    tx: Tx,
    rules: Rules,
    registration_id: UUID,
    generation: int,
    change: Callable[[Roster, Moment], Change],
) -> State:
    where = await _opened(tx, registration_id, generation)
    tx.actor = f"person:{where.person_id}"
    await lock(tx, where.commission_id)
    roster = await roster_of(tx, where.commission_id)
    changed = change(roster, moment(tx, rules))
    await rosters.save(tx, roster, changed.roster)
    await append(tx, *changed.facts)
    return changed.roster.entry(registration_id).state
