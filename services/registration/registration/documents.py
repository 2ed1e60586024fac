"""Bytes out of commissions: a calendar file for everybody, the list of participants for organisers."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

from starlette.responses import Response

from registration.domain.commission import Commission, CommissionState
from registration.domain.rules import civil_day
from registration.store.views import Participant
from webui.sheets import csv_response, xlsx_response

CALENDAR_TYPE = "text/calendar; charset=utf-8"
FOLD = 73
HEADERS = (
    "Rang d’inscription",
    "Nom",
    "Prénom",
    "Adresse électronique",
    "Organisme",
    "Genre d’organisme",
    "Ateliers",
    "État",
    "Présence",
    "Inscrit par",
    "Inscription reçue le",
    "Inscription faite le",
)
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Paris
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE""".splitlines()


def public_calendar(
    commission: Commission, public_url: str, at: datetime, event: UUID | None = None
) -> Response:
    """An ICS file: same UID for life, SEQUENCE rising with the version, no personal link.

    `event`: the sign-up it is for, whose mails carry the same UID; the commission when nobody's.
    """
    text = "\r\n".join(_folded(line) for line in _calendar(commission, public_url, at, event)) + "\r\n"
    name = f"commission-{commission.day.isoformat()}.ics"
    return Response(
        text.encode(),
        media_type=CALENDAR_TYPE,
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _calendar(of: Commission, public_url: str, at: datetime, event: UUID | None) -> list[str]:
    page = f"{public_url}/registration/commissions/{of.commission_id}"
    place = ", ".join(filter(None, (of.place, of.address)))
    cancelled = of.state is CommissionState.CANCELLED
    day = of.day.strftime("%Y%m%d")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Seuil//Commissions//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *_ZONE,
        "BEGIN:VEVENT",
        f"UID:{event or of.commission_id}@{urlsplit(public_url).hostname}",
        f"SEQUENCE:{of.version}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/Paris:{day}T{of.starts:%H%M%S}",
        f"DTEND;TZID=Europe/Paris:{day}T{of.ends:%H%M%S}",
        f"SUMMARY:{_text(of.title)}",
        f"URL:{page}",
        f"DESCRIPTION:{_text('Programme et inscription : ' + page)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
    ]
    if place:
        lines.append(f"LOCATION:{_text(place)}")
    return [*lines, "END:VEVENT", "END:VCALENDAR"]


def _text(value: str) -> str:
    for mark, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        value = value.replace(mark, written)
    return value


def _folded(line: str) -> str:
    """RFC 5545: at most 75 octets a line, continued by a space, never inside a character."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > FOLD:
            parts.append(part)
            part = ""
        part += character
    return "\r\n ".join([*parts, part])


def participants_csv(rows: Sequence[Sequence[object]], name: str) -> Response:
    """The list as CSV."""
    return csv_response(rows, HEADERS, name)


def participants_xlsx(rows: Sequence[Sequence[object]], name: str) -> Response:
    """The list as a spreadsheet, dates as dates."""
    return xlsx_response(rows, HEADERS, name, "Inscriptions")


def rows(participants: Sequence[Participant], states: Sequence[str]) -> list[list[object]]:
    """One line per sign-up, in the order given; `states` says each state in words."""
    return [
        [
            p.position,
            p.family_name,
            p.given_name,
            p.email,
            p.organisation,
            p.organisation_kind.label,
            ", ".join(w.title for w in p.workshops),
            state,
            p.attendance.label if p.attendance else None,
            p.author or p.by.label,
            p.received_at,
            p.occurred_on or civil_day(p.received_at),
        ]
        for p, state in zip(participants, states, strict=True)
    ]
