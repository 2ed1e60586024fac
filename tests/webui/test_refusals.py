"""How no is said: a page or a problem, a stable code, a pointer, never the value and never a trace."""

from typing import Any

import asyncpg
import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from tests.webui.showcase import Showcase
from webui.refusals import _refusal

THINGS = "/registration/api/v1/things"
MEMBERS = {"type", "title", "status", "code", "detail", "instance", "errors"}


def problem(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(body) == MEMBERS
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:seuil:refus:{body['code']}"
    return body


@pytest.mark.parametrize("status", [403, 404, 409, 410, 422, 429, 503])
def test_a_refusal_is_a_page_for_people(visitor: TestClient, status: int) -> None:
    answer = visitor.get(f"/registration/refus/{status}")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text
    assert "bouton" in answer.text


@pytest.mark.parametrize("accept", ["application/json", "application/problem+json, application/json"])
def test_a_refusal_is_a_problem_for_programs(visitor: TestClient, accept: str) -> None:
    body = problem(visitor.get("/registration/refus/409", headers={"accept": accept}))
    assert body["code"] == "test"
    assert body["detail"] == "La commission a changé à 10\u00a0h 40. Rien n’est perdu."


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/registration/api/v1/nothing", 404, "not_found"),
        ("DELETE", THINGS, 405, "method_not_allowed"),
        ("POST", THINGS, 401, "sign_in_needed"),
    ],
)
def test_the_api_always_answers_problems(
    visitor: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = visitor.request(method, path, json={"name": "a", "days": []})
    assert answer.status_code == status
    assert problem(answer)["code"] == code


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b'{"name": ' + b"9" * 5000 + b"}", b""])
def test_unreadable_json_has_a_stable_answer(visitor: TestClient, body: bytes) -> None:
    answer = visitor.post(THINGS, content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert problem(answer)["code"] in ("unreadable_json", "unreadable_request", "invalid")


def test_each_mistake_has_its_pointer_and_no_value(visitor: TestClient) -> None:
    sent = {"name": "Amina\nBenali", "days": ["2026-02-30", "08/12/2026"], "count": "Roubaix"}
    answer = visitor.post(THINGS, json=sent)
    body = problem(answer)
    assert answer.status_code == 422
    assert [(e["pointer"], e["code"]) for e in body["errors"]] == [
        ("/name", "line_break"),
        ("/days/0", "civil_date"),
        ("/count", "int_type"),
    ]
    assert not any(word in answer.text for word in ("Amina", "02-30", "Roubaix"))


def test_parameters_have_pointers_too(visitor: TestClient) -> None:
    body = problem(visitor.get(THINGS + "/abc?limit=x"))
    assert [e["pointer"] for e in body["errors"]] == ["path/number", "query/limit"]


def test_the_unforeseen_shows_nothing_and_is_logged(visitor: TestClient) -> None:
    with capture_logs() as lines:
        page = visitor.get("/registration/refus/500")
    assert page.status_code == 500
    assert "secret" not in page.text
    assert "Traceback" not in page.text
    logged = next(line for line in lines if line["event"] == "unforeseen")
    assert logged["error"] == "RuntimeError"
    assert "secret" not in str(lines)
    assert str(logged["request_id"]) in page.text


def test_a_database_away_is_503_with_a_delay(visitor: TestClient) -> None:
    page = visitor.get("/registration/refus/503")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "5"
    body = problem(visitor.get("/registration/refus/503", headers={"accept": "application/json"}))
    assert body["code"] == "unavailable"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ConnectionRefusedError(), 503),
        (TimeoutError(), 503),
        (asyncpg.CannotConnectNowError("starting"), 503),
        (asyncpg.ConnectionDoesNotExistError("gone"), 503),
        (asyncpg.TooManyConnectionsError("full"), 503),
        (asyncpg.SerializationError("again"), 503),
        (asyncpg.InterfaceError("pool is closing"), 503),
        (asyncpg.CharacterNotInRepertoireError("0x00"), 422),
        (asyncpg.UniqueViolationError("twice"), 500),
        (KeyError("x"), 500),
    ],
)
def test_what_each_failure_becomes(error: Exception, status: int) -> None:
    assert _refusal(error)[0].status == status


def test_the_schema_of_problems_is_declared(showcase: Showcase) -> None:
    answers = showcase.app.openapi()["paths"][THINGS]["post"]["responses"]
    assert {"400", "401", "403", "404", "409", "413", "422", "429", "503"} <= set(answers)
    assert all(
        "application/problem+json" in answer["content"] for code, answer in answers.items() if code != "201"
    )
