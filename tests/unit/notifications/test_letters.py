"""Every letter, in both forms, from every state of what is known: nothing missing, nothing that tracks."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from icalendar import Calendar

from notifications.documents import LINK_HERE, Letter, Sender, Writer, build, shown
from notifications.domain import TEMPLATES

NOW = datetime(2026, 12, 7, 9, tzinfo=UTC)
START = datetime(2026, 12, 8, 8, tzinfo=UTC)
CASES = "/cases/dossiers"
SENDER = Sender("Commission Logement d’Abord <commission@seuil.example>", "", "seuil.example")
DETAILS = {
    "rank": 1,
    "at": "then",
    "place": "a",
    "how": "expired",
    "cause": "direct",
    "changed": ["place"],
    "reason": "weather",
    "invited": True,
    "old_starts_at": "2026-12-01T08:00:00+00:00",
    "old_ends_at": "2026-12-01T11:30:00+00:00",
    "until": "2026-12-07T16:00:00+00:00",
    "on": "2026-12-20",
    "by": "2026-12-11T16:00:00+00:00",
}
FULL: dict[str, Any] = {
    "address": "amina@bailleur.example",
    "contact_email": "commission@seuil.example",
    "details": DETAILS,
    "given_name": "Amina",
    "family_name": "Benali",
    "workshops": [
        {"workshop_id": "a", "title": "Louer", "room": "salle 2", "starts_at": "2026-12-08T09:45:00Z"},
        {"workshop_id": "b", "title": "Dettes"},
    ],
    "waits": {"b": {"rank": 4, "at": "then"}, "a": {"rank": 9, "at": "before"}},
    "chosen": ["a"],
    "registration_state": "confirmed",
    "expires_at": NOW + timedelta(hours=7),
    "title": "Commission du bassin",
    "place": "Maison des associations",
    "street": "27 rue des Tilleuls, Lille",
    "video_url": "https://visio.example/lda",
    "starts_at": START,
    "ends_at": START + timedelta(hours=3.5),
    "about_commission": UUID(int=9, version=4),
    "sequence": 7,
    "registration_id": UUID(int=4, version=4),
}
BARE: dict[str, Any] = FULL | {
    "given_name": None,
    "family_name": None,
    "workshops": [],
    "waits": {},
    "chosen": [],
    "place": None,
    "street": None,
    "video_url": None,
    "registration_state": "waitlisted",
    "details": DETAILS | {"place": "whole", "how": "withdrawn", "cause": "offer_accepted", "reason": "other"}
    | {"changed": ["place", "video", "workshops"], "invited": False, "rank": 3},
}  # fmt: skip
ALONE = {"title": None, "starts_at": None, "ends_at": None, "contact_email": None, "workshops": None}

ABOUT_CASES = [code for code, template in TEMPLATES.items() if (template.page or "").startswith(CASES)]


def write(code: str, row: dict[str, Any], *, demo: bool = False) -> Letter:
    alone = ALONE if code in ("sign_in", "prove_address", *ABOUT_CASES) else {}
    return Writer("https://seuil.example", demo=demo).write({**row, **alone, "template": code}, NOW)


@pytest.mark.parametrize("row", [FULL, BARE], ids=["full", "bare"])
@pytest.mark.parametrize("code", TEMPLATES)
def test_every_letter_is_whole_in_both_forms(code: str, row: dict[str, Any]) -> None:
    letter = write(code, row)
    assert letter.subject
    assert "\n" not in letter.subject
    assert len(letter.subject) < 120
    assert letter.text.startswith("Bonjour Amina Benali,\n" if row is FULL else "Bonjour,\n")
    for form in (letter.text, letter.html):
        assert "{{" not in form
        assert "None" not in form
        assert "'" not in re.sub(r"<[^>]*>|<style.*?</style>", "", form, flags=re.DOTALL)
    expected = 1 if TEMPLATES[code].link or TEMPLATES[code].page else 0
    assert letter.text.count(LINK_HERE) == expected
    assert letter.html.count(LINK_HERE) == expected * 2
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("code", TEMPLATES)
def test_html_is_inlined_and_follows_nobody(code: str) -> None:
    html = write(code, FULL).html
    assert re.search(r'<div class="lettre"[^>]*style="[^"]*max-width: ?552px', html)
    assert "<img" not in html
    assert "<link" not in html
    assert "<script" not in html
    assert "@media (prefers-color-scheme:dark)" in html
    addresses = set(re.findall(r'(?:href|src)="([^"]*)"', html)) - {LINK_HERE}
    assert all(
        address.startswith(("https://seuil.example/", "https://visio.example/")) for address in addresses
    )


def test_the_demonstration_says_so_on_every_letter() -> None:
    for code in TEMPLATES:
        letter = write(code, FULL, demo=True)
        assert "Données de démonstration" in letter.text
        assert "Données de démonstration" in letter.html
        assert "démonstration" not in write(code, FULL).text


def test_the_video_link_is_for_seated_people() -> None:
    for code in TEMPLATES:
        letter = write(code, FULL | {"registration_state": "waitlisted"})
        assert "visio.example" not in letter.text + letter.html + str(letter.calendar)


def test_calendar_files_carry_no_personal_link_and_parse() -> None:
    with_calendar = {code for code in TEMPLATES if write(code, FULL).calendar}
    assert with_calendar == {code for code, template in TEMPLATES.items() if template.calendar}
    for code in with_calendar:
        raw = write(code, FULL).calendar
        assert raw is not None
        assert LINK_HERE.encode() not in raw
        assert b"/lien/" not in raw
        assert max(len(line) for line in raw.split(b"\r\n")) <= 75
        calendar = Calendar.from_ical(raw)
        assert calendar["method"] == TEMPLATES[code].calendar
        [zone] = calendar.walk("VTIMEZONE")
        assert str(zone["tzid"]) == "Europe/Paris"
        [event] = calendar.walk("VEVENT")
        assert event.decoded("dtstart") == START
        assert str(event["uid"]) == f"{FULL['registration_id']}@seuil.example"
        assert str(event["attendee"]) == "mailto:amina@bailleur.example"


def test_a_message_is_the_same_bytes_for_the_same_arguments() -> None:
    letter = write("registration_confirmed", FULL)
    asked: dict[str, Any] = {
        "message_id": UUID(int=3, version=4),
        "written_at": NOW,
        "link": "https://x.example/l",
    }
    first, again = (build(SENDER, letter, **asked).as_bytes() for _ in range(2))
    assert first == again
    assert LINK_HERE.encode() not in first
    assert b"List-Unsubscribe" not in first
    assert max(len(line) for line in first.split(b"\r\n")) <= 998


def test_shown_words_hide_the_link() -> None:
    assert shown(f"a {LINK_HERE} b") == "a ••• b"


@pytest.mark.parametrize("code", ABOUT_CASES)
def test_a_mail_about_a_case_says_nothing_of_it(code: str) -> None:
    """U23: no reference, no outcome, no scheme, no name of anybody else, in the subject or below."""
    told = {"outcome": "refused", "case_ref": "K7M-42P", "case_id": "3f1c", "scheme": "social_housing"}
    letter = write(code, FULL | {"details": DETAILS | told})
    for form in (letter.subject, letter.text, letter.html):
        for secret in ("K7M-42P", "3f1c", "social_housing", "refused", "ccord", "avorable", "ttribu"):
            assert secret not in form
    assert "après connexion" in " ".join(letter.text.split())
    assert "n’en dit rien" in letter.text or "ne dit rien du dossier" in letter.text


def test_a_missing_date_leaves_a_whole_sentence() -> None:
    for code in ("completion_requested", "case_rejected", "step_assigned", "orientation_proposed"):
        letter = write(code, FULL | {"details": {}})
        assert "avant le" not in letter.text + letter.subject
        assert "None" not in letter.text
