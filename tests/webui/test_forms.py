"""Forms: kept as typed, checked once, one French sentence a mistake."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from contracts.refusal import Refused
from tests.webui.showcase import TRAP, make_showcase
from webui.fields import CivilDate, CivilTime, Email, Line, Text, paris_instant
from webui.forms import Form, empty_form

PAGE = "/registration/composants"
GOOD = {
    "courriel": "amina@asso.example",
    "nom": "Amina",
    "jour": "08/12/2026",
    "genre": "siao",
    "atelier": "2",
}
CLIENT = TestClient(make_showcase().app, follow_redirects=False)


def kinds(kind: Any, value: object) -> str:
    """The error type a value gets, or "" when it is accepted."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        return error.errors()[0]["type"]
    return ""


def test_a_good_form_redirects_and_says_so(visitor: TestClient) -> None:
    answer = visitor.post(PAGE, data=GOOD)
    assert answer.status_code == 303
    assert answer.headers["location"] == PAGE + "?fait=inscrite"
    assert "Vous êtes inscrite." in visitor.get(answer.headers["location"]).text
    assert "inconnu" not in visitor.get(PAGE + "?fait=inconnu").text


def test_mistakes_come_back_with_what_was_typed(visitor: TestClient) -> None:
    answer = visitor.post(PAGE, data=GOOD | {"courriel": "amina@", "nom": "", "besoin": TRAP})
    assert answer.status_code == 422
    page = answer.text
    assert "<title>Erreur\u00a0: Composants – Seuil</title>" in page
    assert '<a href="#courriel">Il manque ce qui suit le' in page
    assert '<a href="#nom">Indiquez vos prénom et nom</a>' in page
    assert 'aria-describedby="courriel-aide courriel-faute" aria-invalid="true"' in page
    assert 'value="amina@"' in page
    assert "2 réponses sont à revoir" in page
    assert TRAP not in page
    assert "&lt;script&gt;" in page


def test_a_refusal_of_the_domain_lands_on_its_field(visitor: TestClient) -> None:
    page = visitor.post(PAGE, data=GOOD | {"atelier": "1"}).text
    assert '<a href="#atelier">Cet atelier s’est rempli' in page
    assert "Une réponse est à revoir" in page


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"content": b"{}", "headers": {"content-type": "application/json"}}, 415),
        ({"content": b"x"}, 415),
        ({"content": b"&".join(b"a%d=1" % n for n in range(201)), "headers": {}}, 400),
        ({"content": b"a=" + b"x" * 100_001, "headers": {}}, 413),
        ({"content": b"nom=%FF%FE&courriel=%00", "headers": {}}, 422),
        ({"content": b"nom=a%00b", "headers": {}}, 422),
        ({"content": b"nom=a&nom=b", "headers": {}}, 422),
        ({"content": b"", "headers": {}}, 422),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ({"content": b"--x", "headers": {"content-type": "multipart/form-data; boundary=x"}}, 422),
    ],
)
def test_odd_bodies(visitor: TestClient, data: dict[str, Any], status: int) -> None:
    if "headers" in data:
        data["headers"].setdefault("content-type", "application/x-www-form-urlencoded")
    assert visitor.post(PAGE, **data).status_code == status


@settings(max_examples=40)
@given(st.binary(max_size=300))
def test_no_body_breaks_a_form(body: bytes) -> None:
    answer = CLIENT.post(PAGE, content=body, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (303, 400, 413, 422)


def test_the_key_survives_a_mistake(visitor: TestClient) -> None:
    page = visitor.post(PAGE, data=GOOD | {"nom": "", "cle_idempotence": "k-1"}).text
    assert '<input type="hidden" name="cle_idempotence" value="k-1">' in page


def test_an_empty_form_is_not_valid_and_holds_lists() -> None:
    form = empty_form({"a": None, "b": 2, "c": ["x", "y"]})
    assert not form.valid
    assert (form.value("a"), form.value("b"), list(form.all("c"))) == ("", "2", ["x", "y"])


def test_a_refusal_without_a_field_is_for_the_whole_form() -> None:
    class Model(BaseModel):
        a: int

    form = Form({"a": ["1"]}, {}, Model(a=1)).refused(Refused("full", "Complet"))
    assert form.errors == {"": "Complet"}
    assert not form.valid


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        (Annotated[str, Line(5)], " abc ", ""),
        (Annotated[str, Line(5)], "abcdef", "line_too_long"),
        (Annotated[str, Line(5)], "a\nb", "line_break"),
        (Annotated[str, Line(5)], "a\u2028b", "line_break"),
        (Annotated[str, Line(5)], "a\u202eb", "nul"),
        (Annotated[str, Line(5)], "a\x00b", "nul"),
        (Annotated[str, Line(5)], "a\ud800", "nul"),
        (Annotated[str, Line(5)], "   ", "empty_text"),
        (Annotated[str, Line(5)], 3, "string_type"),
        (Annotated[str, Text(9)], "a\r\nb", ""),
        (Annotated[str, Text(9)], "a\x00", "nul"),
        (Email, "amina@asso.example", ""),
        (Email, "amina", "email_no_at"),
        (Email, "amina@", "email_no_domain"),
        (Email, "amina@asso.example\nBcc: x@y.example", "line_break"),
        (Email, "amina@asso.example\r", "line_break"),
        (Email, "a b@asso.example", "email"),
        (Email, "x" * 300 + "@asso.example", "email"),
        (CivilDate, "2026-12-08", ""),
        (CivilDate, "8/12/2026", ""),
        (CivilDate, "2026-02-30", "civil_date"),
        (CivilDate, "30/02/2026", "civil_date"),
        (CivilDate, 20261208, "civil_date"),
        (CivilDate, "hier", "civil_date"),
        (CivilTime, "9 h 30", ""),
        (CivilTime, "09:30", ""),
        (CivilTime, "9h", ""),
        (CivilTime, "25:00", "civil_time"),
        (CivilTime, "9", "civil_time"),
        (CivilTime, 9, "civil_time"),
    ],
)
def test_types(kind: Any, value: object, error: str) -> None:
    assert kinds(kind, value) == error


def test_what_is_kept_is_tidy() -> None:
    assert TypeAdapter(Annotated[str, Line(20)]).validate_python("  Amina   Benali ") == "Amina Benali"
    assert TypeAdapter(Email).validate_python("Amina@ASSO.example") == "amina@asso.example"
    assert TypeAdapter(CivilTime).validate_python("14 h 05") == time(14, 5)


@given(st.text(max_size=60))
def test_no_text_breaks_a_type(text: str) -> None:
    for kind in (Email, CivilDate, CivilTime, Annotated[str, Line(10)]):
        kinds(kind, text)


def test_the_hour_that_does_not_exist_is_refused_with_its_neighbours() -> None:
    with pytest.raises(Refused) as caught:
        paris_instant(date(2027, 3, 28), time(2, 30), "/heure")
    assert caught.value.code == "hour_does_not_exist"
    assert caught.value.status == 422
    assert caught.value.errors[0].pointer == "/heure"
    text = caught.value.text.replace("\u00a0", " ")
    assert "Choisissez 1 h 59 ou 3 h." in text


@pytest.mark.parametrize(
    ("day", "at", "instant"),
    [
        (date(2026, 12, 8), time(9), datetime(2026, 12, 8, 8, tzinfo=UTC)),
        (date(2026, 7, 8), time(9), datetime(2026, 7, 8, 7, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2027, 3, 28), time(3), datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (date(2027, 3, 28), time(1, 59), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)),
    ],
    ids=["winter", "summer", "first of two", "after the gap", "before the gap"],
)
def test_civil_hours_become_instants(day: date, at: time, instant: datetime) -> None:
    assert paris_instant(day, at) == instant


def test_far_years_are_refused() -> None:
    with pytest.raises(Refused, match="date_out_of_range"):
        paris_instant(date(9999, 12, 31), time(9))
