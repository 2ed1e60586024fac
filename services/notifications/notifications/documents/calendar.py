"""The calendar file of a seat: one identity for life, a number that rises, never a personal link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

PARIS = ZoneInfo("Europe/Paris")
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
END:DAYLIGHT
END:VTIMEZONE
"""


@dataclass(frozen=True)
class Appointment:
    """A seat at a commission, as a calendar shows it. `attendee` is the only person named."""

    registration_id: UUID
    sequence: int
    host: str
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    page: str
    organiser: str
    attendee: str
    workshops: tuple[str, ...]
    video: str | None
    written_at: datetime


def calendar_file(method: Literal["REQUEST", "CANCEL"], seat: Appointment) -> bytes:
    """One event: its UID is the seat's, its SEQUENCE that of the fact that causes it."""
    event = Event()
    event.add("uid", f"{seat.registration_id}@{seat.host}")
    event.add("sequence", seat.sequence)
    event.add("dtstamp", seat.written_at.replace(microsecond=0))
    event.add("dtstart", seat.starts_at.astimezone(PARIS))
    event.add("dtend", seat.ends_at.astimezone(PARIS))
    event.add("summary", seat.title)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if method == "CANCEL" else "OPAQUE")
    event.add("url", seat.page)
    if seat.place:
        event.add("location", seat.place)
    lines = [*seat.workshops, *([f"En visioconférence : {seat.video}"] if seat.video else []), seat.page]
    event.add("description", "\n".join(lines))
    organiser = vCalAddress(f"mailto:{seat.organiser}")
    event.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{seat.attendee}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee, encode=False)
    calendar = Calendar()
    calendar.add("prodid", "-//Seuil//Commission Logement d’Abord//FR")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_ical(_ZONE))
    calendar.add_component(event)
    return bytes(calendar.to_ical())
