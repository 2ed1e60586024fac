"""Who was there: noted, corrected, counted; whoever came unannounced."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from contracts import registration as say
from contracts.lists import (
    Attendance,
    SeatCause,
    Via,
)
from contracts.refusal import Refused
from registration.domain.book import Book, Change, Moment, Newcomer
from registration.domain.commission import Commission, CommissionState, Held
from registration.domain.roster import OPEN, Entry, Roster, State


def walk_in(roster: Roster, newcomer: Newcomer, moment: Moment) -> Change:
    """Somebody who came: seated beside the count of places, and present."""
    _from_the_day(roster.commission, moment)
    if newcomer.registration_id in roster.entries:
        raise Refused("id_taken", "Cet identifiant d’inscription a déjà servi.")
    if roster.open_of(newcomer.person_id):
        raise Refused("already_registered", "Cette personne est déjà inscrite : notez sa présence.")
    book = Book(roster, moment)
    entry = book.put(
        Entry(
            registration_id=newcomer.registration_id,
            person_id=newcomer.person_id,
            state=State.CONFIRMED,
            position=roster.next_position,
            by=newcomer.by,
            organisation_kind=newcomer.organisation_kind,
            verified=True,
            seated=True,
            walk_in=True,
            attendance=Attendance.PRESENT,
        )
    )
    book.facts.append(
        say.RegistrationReceived(
            **book.said(entry),
            organisation_kind=entry.organisation_kind,
            by=entry.by,
            verified=True,
            workshops=(),
            position=entry.position,
            link_generation=entry.link_generation,
        )
    )
    book.confirmed(entry, SeatCause.WALK_IN)
    book.facts.append(
        say.AttendanceRecorded(**book.said(entry), status=Attendance.PRESENT, recorded_via=Via.DESK)
    )
    return book.change()


def record_attendance(
    roster: Roster,
    registration_id: UUID,
    status: Attendance,
    via: Via,
    workshop_id: UUID | None,
    moment: Moment,
) -> Change:
    """Say who was there; the latest value wins, also after the commission was said held."""
    entry = roster.entry(registration_id)
    _from_the_day(roster.commission, moment)
    if status is Attendance.UNKNOWN:
        raise Refused("unknown_status", "Choisissez une des réponses proposées.", 409)
    if entry.state not in (State.CONFIRMED, State.WAITLISTED, State.OFFERED):
        raise Refused("not_registered", "Cette inscription n’est plus en cours : aucune présence à noter.")
    if workshop_id is not None:
        roster.commission.workshop(workshop_id)
    book = Book(roster, moment)
    if workshop_id is None:
        entry = book.put(replace(entry, attendance=status))
    book.facts.append(
        say.AttendanceRecorded(**book.said(entry), workshop_id=workshop_id, status=status, recorded_via=via)
    )
    return book.change()


def count(roster: Roster, held_on: date) -> Held:
    """Attendance in people: `registered` are neither cancelled, lapsed nor gone from the list."""
    counted = [e for e in roster.entries.values() if e.state in OPEN and e.state is not State.IN_REVIEW]
    return Held(
        held_on=held_on,
        registered=sum(not e.walk_in for e in counted),
        present=sum(e.attendance is Attendance.PRESENT for e in counted),
        represented=sum(e.attendance is Attendance.REPRESENTED for e in counted),
        walk_ins=sum(e.walk_in for e in counted),
    )


def _from_the_day(commission: Commission, moment: Moment) -> None:
    if commission.state not in (CommissionState.PUBLISHED, CommissionState.HELD):
        raise Refused("commission_cancelled", "Cette commission n’est pas publiée, ou elle est annulée.")
    if moment.on < commission.day:
        raise Refused("before_the_day", "La présence se note à partir du jour de la commission.")
