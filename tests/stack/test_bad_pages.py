"""Bad input on the pages: forms come back with words and what was typed; a link acts for one person."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from tests.stack.city import API, LINK, City, Session, address, link_of, new_id, today, tokens_of

NOBODY = "00000000-0000-4000-8000-000000000000"
FORM = "/registration/commissions/{open}/inscription"
NEW = "/registration/commissions/nouvelle"


def said(answer: httpx2.Response) -> str:
    """The words of a page, without its tags."""
    return re.sub(
        r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text.replace("\u202f", " ").replace("\xa0", " "))
    )


def typed_plan(**fields: Any) -> dict[str, Any]:
    """The long form of a commission, filled in well."""
    day = today() + timedelta(days=40)
    return {
        "title": "Commission saisie",
        "parts": ["plenary", "workshops"],
        "commission_type": "lda_plenary",
        "day": day.isoformat(),
        "starts": "09:00",
        "ends": "12:30",
        "capacity": "80",
        "contact_email": "commission@seuil.example",
        "registration_opens_on": today().isoformat(),
        "registration_opens": "00:00",
        "registration_closes_on": (day - timedelta(days=1)).isoformat(),
        "registration_closes": "18:00",
        **fields,
    }


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        (FORM, {}, "Indiquez votre adresse électronique"),
        (FORM, {"email": "amina@"}, "adresse"),
        (FORM, {"email": "a@b.example\r\nBcc: c@d.example"}, "adresse"),
        (FORM, {"email": "a@b.example", "given_name": "x" * 900}, "caractères"),
        (FORM, {"email": "a@b.example", "organisation_kind": "pirates"}, "liste"),
        (FORM, {"email": "a@b.example", "atelier_1": "pas-un-atelier"}, "atelier"),
        (FORM, {"email": "a@b.example", "atelier_1": NOBODY}, "atelier"),
        (FORM, {"email": "a@b.example", "cle_idempotence": "x"}, ""),
        ("/registration/lien-perdu", {"email": "a@b.example", "commission_id": "x"}, "liste"),
        ("/registration/session", {"email": "sans-arobase"}, "@"),
    ],
)
def test_a_visitors_mistake_comes_back_with_words_and_what_was_typed(
    city: City, path: str, fields: dict[str, str], words: str
) -> None:
    answer = city.visitor.form(path.format(**city.commissions), **fields)
    assert answer.status_code in (409, 422), answer.status_code
    assert "text/html" in answer.headers["content-type"]
    assert words in said(answer)
    if "email" in fields and "\r" not in fields["email"] and "atelier" not in words:
        assert f'value="{fields["email"]}"' in answer.text
    assert city.visitor.mails("a@b.example") == []


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "intitulé"),
        ({"day": "31/02/2027"}, "date"),
        ({"starts": "25h"}, "heure"),
        ({"starts": "12:00", "ends": "09:00"}, "fin"),
        ({"capacity": "beaucoup"}, "nombre"),
        ({"video_url": "javascript:alert(1)"}, "https://"),
        ({"parts": []}, "moment"),
        ({"workshops.0.title": "Atelier", "workshops.0.workshop_id": "x"}, "Ligne 1"),
        ({"workshops.0.title": "Atelier", "workshops.0.capacity": "-3"}, "Ligne 1"),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "12:00"}, "n’existe pas"),
    ],
)
def test_an_organisers_mistake_comes_back_with_words_and_what_was_typed(
    city: City, fields: dict[str, Any], words: str
) -> None:
    before = len(city.coordinator.page("/registration/commissions").text)
    answer = city.coordinator.form(NEW, **{**typed_plan(contact_email="gardee@seuil.example"), **fields})
    assert answer.status_code in (409, 422), answer.status_code
    assert words in said(answer)
    assert "gardee@seuil.example" in answer.text
    assert len(city.coordinator.page("/registration/commissions").text) == before


def test_a_page_sent_twice_acts_once(city: City) -> None:
    key = new_id()
    first, second = (city.coordinator.form(NEW, **typed_plan(cle_idempotence=key)) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    assert key in first.headers["location"]


def test_a_stale_page_keeps_what_was_typed(city: City) -> None:
    commission = city.publish(title="Commission à deux mains", workshops=[], parts=["plenary"])
    path = f"/registration/commissions/{commission}/modifier"
    version = city.commission(commission)["version"]
    base = typed_plan(parts=["plenary"], version=str(version), registration_closes_on=today().isoformat())
    assert city.coordinator.form(path, **{**base, "title": "La première"}).status_code == 303
    answer = city.coordinator.form(path, **{**base, "title": "La seconde"})
    assert answer.status_code == 409
    assert "Quelqu’un a modifié" in said(answer)
    assert "La première" in answer.text
    assert 'value="La seconde"' in answer.text
    assert city.commission(commission)["title"] == "La première"


@pytest.mark.parametrize("path", ["/registration/session", NEW, "/integration/partenaires/nouveau"])
def test_a_form_of_another_site_is_refused(city: City, path: str) -> None:
    for headers in ({"origin": "https://ailleurs.example"}, {"sec-fetch-site": "cross-site"}):
        answer = city.coordinator.ask(
            "POST", path, data={"cle_idempotence": new_id(), "email": "x@y.example"}, headers=headers
        )
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [
        ("application/x-www-form-urlencoded", b"email=" + b"a" * (2 * 1024 * 1024 + 1), 413),
        ("application/x-www-form-urlencoded", b"email=%ff%fe", 422),
        ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(5000)), 422),
        ("multipart/form-data", b"rien", 422),
        ("application/json", b"{", 422),
        ("text/plain", b"", 422),
    ],
)
def test_a_body_that_is_no_form_is_refused(city: City, kind: str, content: bytes, status: int) -> None:
    answer = city.visitor.ask(
        "POST", "/registration/session", content=content, headers={"content-type": kind}
    )
    assert 400 <= answer.status_code < 500
    assert status in (answer.status_code, 422)
    assert "text/html" in answer.headers["content-type"]


def test_reading_a_link_changes_nothing(city: City) -> None:
    email = address("lecture")
    city.sign_up(city.commissions["open"], email, workshops=city.workshops[1:])
    proof = link_of(city.visitor.mail(email, "confirmez"))
    last = city.visitor.mails(city.coordinator.email)[-1]["id"]
    city.visitor.form("/registration/session", email=city.coordinator.email)
    signing = link_of(city.visitor.mail(city.coordinator.email, "connexion", after=last))
    before = city.commission(city.commissions["open"])
    for path in (proof, signing, *city.links.values(), f"{city.links['confirmed']}/annuler"):
        for method in ("HEAD", "GET", "OPTIONS", "GET"):
            answer = city.visitor.ask(method, path, follow_redirects=True)
            assert answer.status_code < 500
            assert "set-cookie" not in answer.headers
    assert city.commission(city.commissions["open"]) == before
    assert city.visitor.form(proof).status_code == 303, "a scanner used up the proof"
    assert Session(city.url).form(signing).status_code == 303, "a scanner used up the sign-in"


def test_each_link_acts_on_its_own_participation_only(city: City) -> None:
    commission = city.publish(title="Commission aux liens", workshops=[], parts=["plenary"])
    emails = [address(f"lien-{number}") for number in range(3)]
    seats = [city.sign_up(commission, email) for email in emails]
    links = [city.prove(email) for email in emails]
    pages = [city.visitor.page(link).text for link in links]
    for number, page in enumerate(pages):
        assert [emails[other] in page for other in range(3)] == [other == number for other in range(3)]
        assert tokens_of(page) <= tokens_of(links[number])

    def states() -> list[str]:
        everyone = f"{API}/commissions/{commission}/registrations?everyone=true"
        found = {one["registration_id"]: one["state"] for one in city.coordinator.get(everyone)}
        return [found[seat] for seat in seats]

    for number in (1, 2):
        assert city.visitor.form(links[number], action="annuler").status_code == 303
        assert states() == ["confirmed"] + ["cancelled"] * number + ["confirmed"] * (2 - number)


def broken(path: str) -> list[Callable[[str], str]]:
    """What may happen to a link on its way: cut, lengthened, another purpose, generation or person."""
    purpose, owner, generation, mac = path.removeprefix(LINK).split(".")
    return [
        lambda _: f"{LINK}{purpose}.{owner}.{generation}.{mac[:-1]}",
        lambda _: f"{LINK}{purpose}.{owner}.{generation}.{mac}A",
        lambda _: f"{LINK}{purpose}.{owner}.{int(generation) + 1}.{mac}",
        lambda _: f"{LINK}sign_in.{owner}.{generation}.{mac}",
        lambda _: f"{LINK}{purpose}.{new_id()}.{generation}.{mac}",
        lambda _: f"{LINK}{purpose}.{owner}",
        lambda _: f"{LINK}..//..%2f",
        lambda _: f"{LINK}é.é.é.é",
    ]


@pytest.mark.parametrize("number", range(8))
def test_a_link_that_was_touched_opens_nothing(city: City, number: int) -> None:
    path = broken(city.links["confirmed"])[number]("")
    for answer in (city.visitor.page(path), city.visitor.form(path, action="annuler")):
        assert answer.status_code == 404, (path, answer.status_code)
        assert "lien" in said(answer)
    assert "est confirmée" in said(city.visitor.page(city.links["confirmed"]))


def test_a_link_that_has_served_says_so(city: City) -> None:
    for answer in (city.visitor.page(city.links["used"]), city.visitor.form(city.links["used"])):
        assert answer.status_code == 410
        assert "déjà" in said(answer)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/registration/personnes", "referrer"),
        ("/registration/commissions/nouvelle", "siao_agent"),
        ("/integration/partenaires/nouveau", "operator"),
        ("/notifications/messages", "data_officer"),
        ("/analytics/demande", "operator"),
    ],
)
def test_a_role_opens_its_pages_only(city: City, path: str, role: str) -> None:
    assert city.people[role].page(path).status_code == 403
    visitor = city.visitor.page(path)
    assert visitor.status_code == 303
    assert visitor.headers["location"].startswith("/registration/session?next=")
