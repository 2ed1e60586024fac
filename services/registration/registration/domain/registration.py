"""Sign-ups: who gets a place, decided on the whole roster under the commission's lock.

Every rule takes the roster and the moment, and gives the roster after and what is to be said. A seat freed by
any of them is offered before the rule returns, so no seat is ever free while somebody eligible waits for it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from contracts import registration as say
from contracts.lists import (
    ByWhom,
    DeclinedHow,
    FreedBy,
)
from contracts.refusal import FieldError, Refused
from registration.domain.book import Book, Change, Moment, Newcomer, in_progress, still_open
from registration.domain.commission import Commission, CommissionState
from registration.domain.roster import Choice, ChoiceState, Entry, Roster, State
from registration.domain.rules import civil_day


def sign_up(roster: Roster, newcomer: Newcomer, moment: Moment) -> Change:
    """Accept a sign-up: its position is taken now, its seat held until the address is proven."""
    _check_sign_up(roster, newcomer, moment)
    book = Book(roster, moment)
    position = roster.next_position
    workshops = slots_of(roster.commission, newcomer.workshops)
    moderated = roster.commission.moderated and newcomer.by not in (ByWhom.COORDINATOR, ByWhom.IMPORT)
    seated = book.free() and not roster.waiting() and not moderated
    entry = book.put(
        Entry(
            registration_id=newcomer.registration_id,
            person_id=newcomer.person_id,
            state=State.PENDING_PROOF,
            position=position,
            by=newcomer.by,
            organisation_kind=newcomer.organisation_kind,
            verified=newcomer.verified,
            seated=seated,
            hold_until=None if newcomer.verified else moment.now + moment.rules.hold,
        )
    )
    for workshop_id, slot in workshops:
        choice = Choice(workshop_id, slot, ChoiceState.WISHED, position)
        if seated:
            choice = book.seat_or_wait(choice, entry)
        entry = book.put(entry.with_choice(choice))
    book.facts.append(
        say.RegistrationReceived(
            **book.said(entry),
            organisation_kind=entry.organisation_kind,
            by=entry.by,
            verified=entry.verified,
            workshops=tuple(workshop_id for workshop_id, _ in workshops),
            position=entry.position,
            link_generation=entry.link_generation,
        )
    )
    if newcomer.verified:
        _settle(book, entry)
    return book.change()


def _settle(book: Book, entry: Entry) -> None:
    """A proven sign-up gets its place or its rank, unless the coordinator decides on it first."""
    vouched = entry.by in (ByWhom.COORDINATOR, ByWhom.IMPORT)
    if book.commission.moderated and not entry.seated and not vouched:
        book.put(replace(entry, state=State.IN_REVIEW, hold_until=None))
    else:
        book.settle_proven(entry)


def _check_sign_up(roster: Roster, newcomer: Newcomer, moment: Moment) -> None:
    commission = roster.commission
    if newcomer.registration_id in roster.entries:
        raise Refused("id_taken", "Cet identifiant d’inscription a déjà servi.")
    vouched = newcomer.by in (ByWhom.COORDINATOR, ByWhom.IMPORT)
    if commission.state is CommissionState.PLANNED or not (vouched or commission.public):
        raise Refused("unknown_commission", "Cette commission n’existe pas.", 404)
    if commission.state is CommissionState.CANCELLED:
        raise Refused("commission_cancelled", "Cette commission est annulée.")
    if not vouched:
        _check_window(commission, moment)
    if roster.open_of(newcomer.person_id):
        raise Refused("already_registered", "Cette personne est déjà inscrite à cette commission.")
    if vouched:
        over = commission.state is CommissionState.HELD or moment.on > commission.day
        if over or (not moment.in_arrears and moment.now >= commission.ends_at):
            raise Refused("commission_over", "Cette commission a déjà eu lieu.")


def _check_window(commission: Commission, moment: Moment) -> None:
    """First for a visitor: outside the window, nothing is told of who is registered."""
    if commission.state is CommissionState.HELD or moment.now >= commission.registration_closes_at:
        raise Refused("registration_closed", "Les inscriptions à cette commission sont closes.")
    if moment.now < commission.registration_opens_at:
        raise Refused("registration_not_open", "Les inscriptions ne sont pas encore ouvertes.")


def slots_of(commission: Commission, wanted: Iterable[UUID]) -> list[tuple[UUID, int]]:
    """The workshops asked for with their slots. Refused: of another commission, or two at the same time."""
    chosen: dict[int, UUID] = {}
    for workshop_id in dict.fromkeys(wanted):
        workshop = commission.workshop(workshop_id)
        if workshop.slot in chosen:
            text = "Deux ateliers choisis ont lieu en même temps : gardez-en un."
            raise Refused("workshop_clash", text, 409, [FieldError("/workshops", "workshop_clash", text)])
        chosen[workshop.slot] = workshop_id
    return [(workshop_id, slot) for slot, workshop_id in chosen.items()]


def prove(roster: Roster, registration_id: UUID, moment: Moment) -> Change:
    """The address is proven: confirmed if a seat is held or free, else on the list at its position."""
    entry = roster.entry(registration_id)
    if entry.state is not State.PENDING_PROOF:
        raise Refused("not_pending", "Cette adresse est déjà confirmée, ou l’inscription n’existe plus.")
    if entry.hold_until is not None and moment.now >= entry.hold_until:
        raise Refused("link_expired", "Ce lien n’est plus valable : inscrivez-vous à nouveau.", 410)
    in_progress(roster.commission)
    book = Book(roster, moment)
    _settle(book, book.put(replace(entry, verified=True)))
    return book.change()


def lapse(roster: Roster, registration_id: UUID, moment: Moment) -> Change:
    """The address was not proven in time: the seat goes to the next. Nothing if it was."""
    entry = roster.entry(registration_id)
    due = entry.hold_until is not None and moment.now >= entry.hold_until
    if entry.state is not State.PENDING_PROOF or not due:
        return Change(roster)
    book = Book(roster, moment)
    book.put(replace(entry, state=State.LAPSED, seated=False, hold_until=None, choices=()))
    book.facts.append(say.RegistrationLapsed(**book.said(entry)))
    return book.change(FreedBy.LAPSED)


def change_workshops(roster: Roster, registration_id: UUID, wanted: Sequence[UUID], moment: Moment) -> Change:
    """Choose other workshops, the whole new list. A full one is waited for, its slot's seat kept."""
    entry = roster.entry(registration_id)
    in_progress(roster.commission)
    still_open(entry)
    chosen = slots_of(roster.commission, wanted)
    book = Book(roster, moment)
    before = entry
    asked = {workshop_id for workshop_id, _ in chosen}
    position = roster.next_position
    entry, waits = _choose(book, entry, chosen, position)
    kept_slots = {
        c.slot for c in entry.choices if c.workshop_id in asked and c.state is not ChoiceState.SEATED
    }
    gone = [
        c.workshop_id
        for c in entry.choices
        if c.workshop_id not in asked and not (c.state is ChoiceState.SEATED and c.slot in kept_slots)
    ]
    for choice in entry.choices:
        if choice.workshop_id in gone and choice.state is ChoiceState.OFFERED:
            book.decline(entry, DeclinedHow.REFUSED, choice.workshop_id)
    entry = book.put(entry.without(gone))
    settled = entry.state not in (State.PENDING_PROOF, State.IN_REVIEW)
    if settled and _told(before) != _told(entry):
        told = entry.seats if entry.state is State.CONFIRMED else tuple(c.workshop_id for c in entry.choices)
        book.facts.append(say.RegistrationChanged(**book.said(entry), workshops=told))
    for choice in waits:
        book.waitlisted(entry, choice)
    return book.change(FreedBy.SECOND_LEAVE)


def _choose(
    book: Book, entry: Entry, chosen: list[tuple[UUID, int]], position: int
) -> tuple[Entry, list[Choice]]:
    """Add the choices that are new; the ones to be waited for by somebody seated come back to be told."""
    waits: list[Choice] = []
    for workshop_id, slot in chosen:
        if entry.choice(workshop_id) is not None:
            continue
        choice = Choice(workshop_id, slot, ChoiceState.WISHED, position)
        if entry.state is State.CONFIRMED or (entry.state is State.PENDING_PROOF and entry.seated):
            choice = book.seat_or_wait(choice, entry)
        entry = book.put(entry.with_choice(choice))
        if entry.state is State.CONFIRMED and choice.state is ChoiceState.WAITING:
            waits.append(choice)
    return entry, waits


def _told(entry: Entry) -> tuple[UUID, ...]:
    if entry.state is State.CONFIRMED:
        return entry.seats
    return tuple(sorted(c.workshop_id for c in entry.choices))


def cancel(roster: Roster, registration_id: UUID, by: ByWhom, moment: Moment) -> Change:
    """Cancel a sign-up; late once the window has closed. Cancelled already: nothing."""
    entry = roster.entry(registration_id)
    if entry.state is State.CANCELLED:
        return Change(roster)
    in_progress(roster.commission)
    still_open(entry)
    if not moment.in_arrears and moment.now >= roster.commission.ends_at:
        raise Refused("commission_over", "Cette commission a déjà eu lieu.")
    closed_on = civil_day(roster.commission.registration_closes_at)
    late = (
        moment.on > closed_on if moment.in_arrears else moment.now > roster.commission.registration_closes_at
    )
    book = Book(roster, moment)
    book.put(
        replace(
            entry,
            state=State.CANCELLED,
            seated=False,
            hold_until=None,
            offer_until=None,
            freed_by=None,
            cancelled_by=by,
            late=late,
            choices=(),
        )
    )
    book.facts.append(say.RegistrationCancelled(**book.said(entry), by=by, late=late))
    return book.change(FreedBy.CANCELLATION)
