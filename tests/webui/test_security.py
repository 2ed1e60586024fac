"""Headers, foreign origins, limits, and what the log keeps."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from webui.security import BODY_LIMIT, CSP, redacted

WHO, ACT = "/registration/qui", "/registration/reserve"


@pytest.mark.parametrize("path", [WHO, "/rien", "/registration/refus/500", "/registration/api/v1/x"])
def test_every_answer_is_protected(visitor: TestClient, path: str) -> None:
    headers = visitor.get(path).headers
    assert headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_a_link_page_gives_no_referrer(visitor: TestClient) -> None:
    assert visitor.get("/registration/lien/abc").headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8000"}, 403),
        ({"origin": "http://127.0.0.1:8000"}, 303),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
        ({}, 403),
    ],
)
def test_a_post_with_cookies_comes_from_here(
    coordinator: TestClient, headers: dict[str, str], status: int
) -> None:
    del coordinator.headers["sec-fetch-site"]
    assert coordinator.post(ACT, headers=headers).status_code == status


def test_a_post_without_cookies_needs_no_origin(visitor: TestClient) -> None:
    assert visitor.post(ACT, headers={"origin": "http://partner.example"}).status_code == 401


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_form_is_stopped_without_cookies_too(visitor: TestClient, site: str) -> None:
    assert visitor.post(ACT, headers={"sec-fetch-site": site}).status_code == 403
    program = {"sec-fetch-site": site, "authorization": "Bearer cle"}
    assert visitor.post(ACT, headers=program).status_code == 401


def test_a_large_body_is_refused_announced_or_not(visitor: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(33):
            yield b"x" * (BODY_LIMIT // 32)

    announced = visitor.post("/registration/api/v1/things", content=b"x" * (BODY_LIMIT + 1))
    streamed = visitor.post("/registration/api/v1/things", content=parts())
    form = {"content-type": "application/x-www-form-urlencoded"}
    typed = visitor.post("/registration/composants", content=parts(), headers=form)
    assert [announced.status_code, streamed.status_code, typed.status_code] == [413, 413, 413]
    assert announced.json()["code"] == "body_too_large"


@pytest.mark.parametrize("path", ["/registration/%00", WHO + "?a=%00"])
def test_a_nul_in_the_address_is_unreadable(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 400


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/registration/lien/place_offer.6a1f.1.mac", "/registration/lien/•••"),
        ("/registration/commissions/6a1f0e2d-0000-4000-8000-000000000001",) * 2,
        ("/x/" + "a" * 40, "/x/•••"),
        ("/x/amina@example.org", "/x/•••"),
    ],
)
def test_the_log_keeps_no_secret_of_a_path(path: str, kept: str) -> None:
    assert redacted(path) == kept


def test_one_line_a_request_without_its_query(visitor: TestClient) -> None:
    with capture_logs() as lines:
        visitor.get(WHO + "?email=amina@example.org")
        visitor.get("/static/rien.css")
    assert [(line["event"], line["path"], line["status"]) for line in lines] == [("request", WHO, 200)]
    assert "amina" not in str(lines)
