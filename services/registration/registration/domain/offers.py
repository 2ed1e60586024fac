"""Offers of freed places: taken, refused, run out, or made again when the commission changes."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.lists import (
    DeclinedHow,
    FreedBy,
    SeatCause,
)
from contracts.refusal import Refused
from registration.domain.book import Book, Change, Moment, in_progress
from registration.domain.commission import Commission, CommissionState
from registration.domain.roster import ChoiceState, Entry, Roster, State


def accept(roster: Roster, registration_id: UUID, workshop_id: UUID | None, moment: Moment) -> Change:
    """Take the place offered; a workshop of the same slot held until then is released."""
    entry = roster.entry(registration_id)
    in_progress(roster.commission)
    _running_offer(entry, workshop_id, moment.now)
    book = Book(roster, moment)
    if workshop_id is None:
        book.confirm(entry, SeatCause.OFFER_ACCEPTED)
        return book.change(FreedBy.SECOND_LEAVE)
    choice = entry.choice(workshop_id)
    assert choice is not None, "checked with the offer"
    rivals = [
        c.workshop_id
        for c in entry.choices
        if c.slot == choice.slot and c.workshop_id != workshop_id and c.state is ChoiceState.SEATED
    ]
    seated = replace(choice, state=ChoiceState.SEATED, offer_until=None, freed_by=None)
    book.confirmed(book.put(entry.without(rivals).with_choice(seated)), SeatCause.OFFER_ACCEPTED)
    return book.change(FreedBy.SECOND_LEAVE)


def decline(roster: Roster, registration_id: UUID, workshop_id: UUID | None, moment: Moment) -> Change:
    """Refuse the place offered: out of that list, the place goes on."""
    entry = roster.entry(registration_id)
    in_progress(roster.commission)
    _running_offer(entry, workshop_id, moment.now)
    return _leave_offer(roster, entry, workshop_id, DeclinedHow.REFUSED, FreedBy.CANCELLATION, moment)


def expire(roster: Roster, registration_id: UUID, workshop_id: UUID | None, moment: Moment) -> Change:
    """The offer ran out: out of that list, the place goes on. Nothing if it was answered or moved."""
    entry = roster.entry(registration_id)
    until = offer_until(entry, workshop_id)
    if until is None or moment.now < until or roster.commission.state is not CommissionState.PUBLISHED:
        return Change(roster)
    return _leave_offer(roster, entry, workshop_id, DeclinedHow.EXPIRED, FreedBy.EXPIRY, moment)


def _leave_offer(
    roster: Roster,
    entry: Entry,
    workshop_id: UUID | None,
    how: DeclinedHow,
    freed_by: FreedBy,
    moment: Moment,
) -> Change:
    book = Book(roster, moment)
    if workshop_id is None:
        book.put(replace(entry, state=State.DECLINED, offer_until=None, freed_by=None, choices=()))
    else:
        book.put(entry.without([workshop_id]))
    book.decline(entry, how, workshop_id)
    return book.change(freed_by)


def offer_until(entry: Entry, workshop_id: UUID | None) -> datetime | None:
    if workshop_id is None:
        return entry.offer_until if entry.state is State.OFFERED else None
    choice = entry.choice(workshop_id)
    running = entry.state is State.CONFIRMED and choice is not None and choice.state is ChoiceState.OFFERED
    return choice.offer_until if running and choice else None


def _running_offer(entry: Entry, workshop_id: UUID | None, now: datetime) -> None:
    until = offer_until(entry, workshop_id)
    if until is None:
        raise Refused("no_offer", "Aucune place n’est proposée ici, ou la réponse a déjà été donnée.")
    if now >= until:
        raise Refused(
            "offer_over", "Le délai pour répondre est passé : la place est proposée à quelqu’un d’autre."
        )


def refit(roster: Roster, commission: Commission, moment: Moment) -> Change:
    """The commission has changed: places added are offered, offers that would run too late are made again."""
    book = Book(Roster(commission, roster.entries), moment)
    latest = commission.starts_at - moment.rules.offer_margin
    for entry in list(book.entries.values()):
        if (until := offer_until(entry, None)) and until > latest:
            withdrawn = replace(entry, state=State.WAITLISTED, offer_until=None, freed_by=None)
            book.put(withdrawn)
            book.decline(entry, DeclinedHow.WITHDRAWN)
        for choice in entry.choices:
            if (until := offer_until(entry, choice.workshop_id)) and until > latest:
                waiting = replace(choice, state=ChoiceState.WAITING, offer_until=None, freed_by=None)
                book.put(book.entries[entry.registration_id].with_choice(waiting))
                book.decline(entry, DeclinedHow.WITHDRAWN, choice.workshop_id)
    return book.change(FreedBy.CAPACITY_RAISED)
