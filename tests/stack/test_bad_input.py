"""Bad input over HTTP on the JSON doors: a clear refusal with a stable code, and nothing half-written."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from tests.stack.city import API, EVENTS, City, address, event, link_of, new_id, planned, today

COMMISSIONS = f"{API}/commissions"
NOBODY = "00000000-0000-4000-8000-000000000000"


def last_sunday(year: int, month: int) -> date:
    """The Sunday on which clocks change in Europe."""
    day = date(year, month, 31)
    return day - timedelta(days=(day.weekday() + 1) % 7)


SPRING = last_sunday(today().year + 1, 3)


@dataclass(frozen=True)
class Bad:
    """Something nobody should send: where, what, and the answer it must get."""

    name: str
    send: Callable[[City], httpx2.Response]
    status: int
    code: str
    pointer: str = ""


def plan(**fields: Any) -> Callable[[City], httpx2.Response]:
    asked = planned(today() + timedelta(days=30)) | fields
    return lambda city: city.coordinator.call("POST", COMMISSIONS, asked)


def sign_up(commission: str = "open", **fields: Any) -> Callable[[City], httpx2.Response]:
    def send(city: City) -> httpx2.Response:
        path = f"{COMMISSIONS}/{city.commissions.get(commission, commission)}/registrations"
        asked = {"registration_id": new_id(), "email": "bad@essai.example", **fields}
        return city.visitor.ask("POST", path, json=asked)

    return send


def raw(path: str, content: bytes, kind: str = "application/json") -> Callable[[City], httpx2.Response]:
    def send(city: City) -> httpx2.Response:
        headers = {**city.coordinator.bearer, "content-type": kind}
        return city.visitor.ask("POST", path, content=content, headers=headers)

    return send


def stale(act: str, **fields: Any) -> Callable[[City], httpx2.Response]:
    def send(city: City) -> httpx2.Response:
        path = f"{COMMISSIONS}/{city.commissions['open']}/{act}"
        return city.coordinator.call("POST", path, {"version": 99, **fields})

    return send


def foreign_workshop(city: City) -> httpx2.Response:
    return sign_up("full", workshops=city.workshops[:1])(city)


def two_of_one_slot(city: City) -> httpx2.Response:
    return sign_up("open", workshops=city.workshops[:2])(city)


def no_such_organisation(city: City) -> httpx2.Response:
    return sign_up("open", organisation_id=NOBODY)(city)


def already(city: City) -> httpx2.Response:
    path = f"{COMMISSIONS}/{city.commissions['open']}/registrations"
    asked = {"registration_id": new_id(), "email": city.addresses["confirmed"], "on_behalf": "coordinator"}
    return city.coordinator.call("POST", path, asked)


def by_a_referrer(city: City) -> httpx2.Response:
    return city.people["referrer"].call("POST", COMMISSIONS, planned(today() + timedelta(days=9)))


def by_link(token: str, path: str = "participation", **fields: Any) -> Callable[[City], httpx2.Response]:
    def send(city: City) -> httpx2.Response:
        text = city.links.get(token, token).rpartition("/")[2]
        return city.visitor.ask("POST", f"{API}/{path}", json={"link": text, **fields})

    return send


MOVED = {
    "day": SPRING.isoformat(),
    "starts": "02:30",
    "ends": "12:00",
    "registration_opens_on": (SPRING - timedelta(days=30)).isoformat(),
    "registration_closes_on": (SPRING - timedelta(days=1)).isoformat(),
}
REGISTRATION = [
    Bad("a number for a title", plan(title=12), 422, "invalid", "/title"),
    Bad("a text for a capacity", plan(capacity="beaucoup"), 422, "invalid", "/capacity"),
    Bad("a capacity of nobody", plan(capacity=0), 422, "invalid", "/capacity"),
    Bad("a field nobody knows", plan(colour="bleu"), 422, "invalid", "/colour"),
    Bad("a day that is none", plan(day="2027-02-30"), 422, "invalid", "/day"),
    Bad("an hour that spring skips", plan(**MOVED), 422, "hour_does_not_exist", "/starts"),
    Bad("ends before it starts", plan(starts="12:00", ends="09:00"), 409, "ends_before_start", "/ends"),
    Bad("a contact with a line break", plan(contact_email="a@essai.example\nBcc: b@x.fr"), 422, "invalid"),
    Bad("a video link that is script", plan(video_url="javascript:alert(1)"), 422, "invalid", "/video_url"),
    Bad("unreadable JSON", raw(COMMISSIONS, b'{"title": '), 400, "unreadable_json"),
    Bad("JSON of another alphabet", raw(COMMISSIONS, b"\xff\xfe{}"), 400, "unreadable_json"),
    Bad("a list for an object", raw(COMMISSIONS, b"[]"), 422, "invalid"),
    Bad("oversize", raw(COMMISSIONS, b" " * (2 * 1024 * 1024 + 1)), 413, "body_too_large"),
    Bad("nested beyond reason", raw(COMMISSIONS, b"[" * 100_000), 400, "unreadable_request"),
    Bad("stale publication", stale("publish"), 409, "stale_version"),
    Bad("stale cancellation", stale("cancel", reason="weather"), 409, "stale_version"),
    Bad(
        "stale move",
        stale("reschedule", **{**MOVED, "starts": "09:00"}, reason="other"),
        409,
        "stale_version",
    ),
    Bad("a commission nobody knows", sign_up(NOBODY), 404, "unknown_commission"),
    Bad("a draft", sign_up("draft"), 404, "unknown_commission"),
    Bad("a commission called off", sign_up("cancelled"), 409, "commission_cancelled"),
    Bad("an id that is none", sign_up("nope"), 422, "invalid"),
    Bad(
        "an address with a line break",
        sign_up(email="a@essai.example\r\nBcc: x@y.fr"),
        422,
        "invalid",
        "/email",
    ),
    Bad("an address without a place", sign_up(email="amina@"), 422, "invalid", "/email"),
    Bad("a name with a line break", sign_up(given_name="A\nB"), 422, "invalid", "/given_name"),
    Bad("a name with a NUL", sign_up(given_name="A\x00"), 422, "invalid", "/given_name"),
    Bad("a name beyond reason", sign_up(family_name="x" * 5000), 422, "invalid", "/family_name"),
    Bad(
        "an id of version 1", sign_up(registration_id="6ba7b810-9dad-11d1-80b4-00c04fd430c8"), 422, "invalid"
    ),
    Bad("a workshop of another commission", foreign_workshop, 409, "unknown_workshop"),
    Bad("two workshops at once", two_of_one_slot, 409, "workshop_clash"),
    Bad(
        "an organisation nobody knows", no_such_organisation, 409, "unknown_organisation", "/organisation_id"
    ),
    Bad("registered already", already, 409, "already_registered"),
    Bad("somebody without the role", by_a_referrer, 403, "forbidden"),
    Bad("a visitor for a colleague of the team", sign_up(on_behalf="coordinator"), 401, "sign_in_needed"),
    Bad("a forged link", by_link("participation.x.1.y"), 404, "unknown_link"),
    Bad("a link for something else", by_link("proof"), 404, "unknown_link"),
    Bad("a proof pressed twice", by_link("used", "proofs"), 410, ""),
    Bad("an offer nobody made", by_link("confirmed", "participation/offer", answer="accept"), 409, ""),
    Bad(
        "an answer that is none",
        by_link("confirmed", "participation/offer", answer="peut-être"),
        422,
        "invalid",
    ),
]


@pytest.mark.parametrize("bad", REGISTRATION, ids=lambda bad: bad.name)
def test_registration_refuses_with_a_code_and_keeps_nothing(city: City, bad: Bad) -> None:
    before = standing(city)
    answer = bad.send(city)
    refused(answer, bad.status, bad.code, bad.pointer)
    assert standing(city) == before


def refused(answer: httpx2.Response, status: int, code: str = "", pointer: str = "") -> None:
    """A problem+json with what a program and a person need."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert {"type", "title", "status", "code", "detail", "instance", "errors"} <= problem.keys()
    assert code in ("", problem["code"]), problem
    assert problem["detail"].endswith((".", "!", "?"))
    pointers = [error["pointer"] for error in problem["errors"]]
    assert not pointer or pointer in pointers, problem


def standing(city: City) -> tuple[Any, ...]:
    """What the commissions of the city say of themselves."""
    return tuple(city.commission(each) for each in city.commissions.values())


def test_a_sign_up_sent_twice_is_one(city: City) -> None:
    email, other_email = address("deux-fois"), address("autre")
    asked = {"registration_id": new_id(), "email": email}
    path = f"{COMMISSIONS}/{city.commissions['open']}/registrations"
    first, second = (city.visitor.ask("POST", path, json=asked) for _ in range(2))
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    other = city.visitor.ask("POST", path, json={**asked, "email": other_email})
    refused(other, 409, "id_taken")
    link_of(city.visitor.mail(email, "confirmez"))
    assert len(city.visitor.mails(email)) == 1
    assert city.visitor.mails(other_email) == []


def test_a_key_of_idempotence_acts_once_and_for_one_content(city: City) -> None:
    made = city.coordinator.post(COMMISSIONS, planned(today() + timedelta(days=60)))
    path, key = f"{COMMISSIONS}/{made['commission_id']}/publish", {"idempotency-key": new_id()}
    asked = {"version": made["version"]}
    first, second = (city.coordinator.call("POST", path, asked, **key) for _ in range(2))
    assert first.status_code == second.status_code == 200
    assert first.json()["version"] == second.json()["version"]
    refused(city.coordinator.call("POST", path, {"version": 7}, **key), 409, "idempotency_key_reused")


def test_html_in_a_name_is_text_everywhere(city: City) -> None:
    name = "<b>Zoé</b><script>"
    commission = city.publish(title="Commission <img src=x>")
    email = address("zoe")
    seat = city.seat(commission, email, given_name=name)
    for path in (
        f"/registration/commissions/{commission}",
        f"/registration/commissions/{commission}/inscrits",
    ):
        text = city.coordinator.page(path).text
        assert "<img" not in text
        assert "<script>" not in text
    assert (
        "&lt;b&gt;Zoé"
        in city.coordinator.page(f"/registration/commissions/{commission}/inscrits/{seat}").text
    )
    mail = city.visitor.mail(email, "inscription")
    assert "<img" not in mail["html"]
    assert "<script>" not in mail["html"]


PARTNER = [
    ("an unknown type", {"type": "seuil.partner.weather.v1"}, 422, "unknown_type"),
    ("a version of tomorrow", {"type": "seuil.partner.call.v9"}, 422, "unknown_type"),
    ("the source of another", {"source": "urn:seuil:partner:autre"}, 403, "source_not_yours"),
    ("a time that is none", {"time": "hier"}, 422, "invalid_envelope"),
    ("a time to come", {"time": "2099-01-01T00:00:00Z"}, 422, "clock"),
    ("no id", {"id": None}, 422, "invalid_envelope"),
    ("a known type that does not parse", {"data": {"record_ref": "x"}}, 422, "invalid_field"),
    ("a text for data", {"data": "bonjour"}, 422, "invalid_field"),
    (
        "a person for a reference",
        {"data": {"record_ref": "amina@essai.example"}},
        422,
        "identifying_reference",
    ),
    ("a subject", {"subject": "menage-1"}, 422, "subject_forbidden"),
]


@pytest.mark.parametrize(("changed", "status", "code"), [p[1:] for p in PARTNER], ids=[p[0] for p in PARTNER])
def test_the_partners_door_refuses_with_a_code(
    city: City, changed: dict[str, Any], status: int, code: str
) -> None:
    told = {name: value for name, value in {**event("call", new_id()[:8]), **changed}.items() if value}
    answer = httpx2.post(
        f"{city.url}{EVENTS}",
        content=json.dumps(told),
        headers={"authorization": f"Bearer {city.key}", "content-type": "application/cloudevents+json"},
    )
    refused(answer, status, code)


@pytest.mark.parametrize(
    ("kind", "content", "status", "code"),
    [
        ("application/cloudevents+json", b"{", 400, "unreadable_json"),
        ("application/cloudevents+json", b"[]", 400, "event_expected"),
        ("application/cloudevents-batch+json", b"{}", 400, "batch_expected"),
        ("application/cloudevents-batch+json", b"[" + b"{}," * 600 + b"{}]", 413, "batch_too_long"),
        ("application/cloudevents+json", b" " * (2 * 1024 * 1024 + 1), 413, "body_too_large"),
        ("text/plain", b"bonjour", 415, "unsupported_media_type"),
        ("application/json", b"{}", 400, "event_expected"),
    ],
)
def test_the_partners_door_reads_only_events(
    city: City, kind: str, content: bytes, status: int, code: str
) -> None:
    headers = {"authorization": f"Bearer {city.key}", "content-type": kind}
    refused(httpx2.post(f"{city.url}{EVENTS}", content=content, headers=headers), status, code)


@pytest.mark.parametrize("key", ["x", "seuil_", "seuil_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "é"])
def test_no_event_enters_without_a_key(city: City, key: str) -> None:
    headers = {"authorization": f"Bearer {key}".encode(), "content-type": "application/json"}
    answer = httpx2.post(f"{city.url}{EVENTS}", content=b"{}", headers=headers)  # type: ignore[arg-type]
    refused(answer, 401, "invalid_key")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/notifications/api/v1/messages?state=perdu", 422, "invalid"),
        ("/notifications/api/v1/messages?template=poulet", 422, "unknown_template"),
        ("/notifications/api/v1/messages?limit=0", 422, "invalid"),
        ("/notifications/api/v1/messages/rien", 422, "invalid"),
        (f"/notifications/api/v1/messages/{NOBODY}", 404, ""),
        ("/analytics/api/v1/figures/rien", 404, "unknown_measure"),
        ("/analytics/api/v1/figures/unmet?annee=douze", 422, "invalid"),
        ("/analytics/api/v1/rien", 404, "not_found"),
        (f"/integration/api/v1/partners/{NOBODY}", 404, ""),
        (f"{COMMISSIONS}/{NOBODY}", 404, "unknown_commission"),
        (f"{COMMISSIONS}?limit=beaucoup", 422, "invalid"),
        (f"{COMMISSIONS}?limit=%00", 400, "unreadable_request"),
    ],
)
def test_a_question_nobody_can_answer_is_refused(city: City, path: str, status: int, code: str) -> None:
    refused(city.coordinator.call("GET", path), status, code)
