"""Who is asking: token, accounts table, expiry, grace, roles that end."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date, timedelta
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.webui.showcase import ACCOUNT, START, Showcase, make_showcase
from webui.identity import InvalidToken, RoleGrant, Standing, User, issue_token, verify_token
from webui.keys import Keyring, Signer, new_key_pair
from webui.site import Site

PAGE, ACT, WHO = "/registration/reserve", "/registration/reserve", "/registration/qui"
TERRITORY = "siao-59-lille"


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_a_token_says_who_and_what_and_no_name() -> None:
    keys = new_key_pair()
    grants = (RoleGrant("coordinator", TERRITORY), RoleGrant("chair", TERRITORY, date(2026, 12, 31)))
    user = User(ACCOUNT, 4, UUID(int=7), grants, "mail_link")
    text = issue_token(Signer(keys.private), user, START)
    token = verify_token(Keyring({keys.kid: keys.public}), text)
    assert token.user == user
    assert token.expires_at - token.issued_at == timedelta(minutes=15)
    claims = urlsafe_b64decode(text.split(".")[1] + "==")
    assert set(json.loads(claims)) == {"sub", "gen", "org", "roles", "assurance", "iat", "exp"}


def test_a_token_of_another_key_is_refused_even_under_a_known_kid() -> None:
    ours, other = new_key_pair(), new_key_pair()
    text = issue_token(Signer(other.private), User(ACCOUNT, 1), START)
    with pytest.raises(InvalidToken):
        verify_token(Keyring({ours.kid: ours.public}), text)
    with pytest.raises(InvalidToken):
        verify_token(Keyring({other.kid: ours.public}), text)


def test_another_algorithm_is_refused() -> None:
    keys = new_key_pair()
    header = {"alg": "HS256", "kid": keys.kid}
    forged = jwt.encode(header, {"sub": str(ACCOUNT)}, OctKey.import_key(keys.public), algorithms=["HS256"])
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=") + ".e30."
    for text in (forged, unsigned):
        with pytest.raises(InvalidToken):
            verify_token(Keyring({keys.kid: keys.public}), text)


@given(st.text(max_size=80))
def test_any_text_is_at_worst_an_invalid_token(text: str) -> None:
    with pytest.raises(InvalidToken):
        verify_token(Keyring({}), text)


def test_a_visitor_is_sent_to_sign_in_and_back(visitor: TestClient) -> None:
    answer = visitor.get(PAGE + "?tri=nom")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/registration/session?next=/registration/reserve%3Ftri%3Dnom"


def test_a_visitor_who_posts_is_told(visitor: TestClient) -> None:
    answer = visitor.post(ACT)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "Se connecter" in answer.text


def test_the_cookie_and_the_bearer_open_alike(visitor: TestClient, showcase: Showcase) -> None:
    token = showcase.token("coordinator")
    assert visitor.get(PAGE, headers=bearer(token)).status_code == 200
    visitor.cookies.set("seuil", token)
    assert visitor.get(PAGE).status_code == 200


def test_another_role_and_another_territory_are_refused(visitor: TestClient, showcase: Showcase) -> None:
    assert visitor.get(PAGE, headers=bearer(showcase.token("operator"))).status_code == 403
    elsewhere = User(ACCOUNT, 1, None, (RoleGrant("coordinator", "siao-62"),))
    token = issue_token(Signer(showcase.keys.private), elsewhere, showcase.clock.now)
    assert visitor.get(PAGE, headers=bearer(token)).status_code == 403


@pytest.mark.parametrize(("until", "status"), [(date(2026, 11, 23), 200), (date(2026, 11, 22), 403)])
def test_a_role_holds_to_the_end_of_its_last_day(
    visitor: TestClient, showcase: Showcase, until: date, status: int
) -> None:
    token = showcase.token("coordinator", until=until)
    assert visitor.get(PAGE, headers=bearer(token)).status_code == status


@pytest.mark.parametrize(
    ("heard", "who"),
    [
        (None, f"person:{ACCOUNT}"),
        (Standing(1, True), f"person:{ACCOUNT}"),
        (Standing(1, False), "personne"),
        (Standing(2, True), "personne"),
        (Standing(0, False), f"person:{ACCOUNT}"),
    ],
    ids=["unheard", "active", "disabled", "higher generation", "table behind"],
)
def test_the_higher_of_token_and_table_wins(
    coordinator: TestClient, standings: dict[UUID, Standing], heard: Standing | None, who: str
) -> None:
    if heard:
        standings[ACCOUNT] = heard
    assert coordinator.get(WHO).text == who


def test_an_expired_page_is_renewed_and_the_cookie_taken_back(
    coordinator: TestClient, showcase: Showcase
) -> None:
    showcase.clock.advance(timedelta(minutes=16))
    answer = coordinator.get(PAGE)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/registration/session?next=/registration/reserve"
    assert 'seuil=""' in answer.headers["set-cookie"]


@pytest.mark.parametrize(("minutes", "status"), [(14, 303), (16, 303), (29, 303), (31, 401)])
def test_a_post_passes_fifteen_minutes_past_expiry(
    coordinator: TestClient, showcase: Showcase, minutes: int, status: int
) -> None:
    showcase.clock.advance(timedelta(minutes=minutes))
    assert coordinator.post(ACT).status_code == status


def test_no_grace_once_the_generation_moved(
    coordinator: TestClient, showcase: Showcase, standings: dict[UUID, Standing]
) -> None:
    standings[ACCOUNT] = Standing(2, True)
    showcase.clock.advance(timedelta(minutes=16))
    answer = coordinator.post(ACT)
    assert answer.status_code == 401
    assert "session est terminée" in answer.text


def test_no_grace_for_the_api(visitor: TestClient, showcase: Showcase) -> None:
    token = showcase.token("coordinator")
    showcase.clock.advance(timedelta(minutes=16))
    body = {"name": "a", "days": []}
    answer = visitor.post("/registration/api/v1/things", json=body, headers=bearer(token))
    assert answer.status_code == 401
    assert answer.json()["code"] == "session_ended"


def test_a_broken_token_is_a_visitor(visitor: TestClient) -> None:
    visitor.cookies.set("seuil", "a.b.c")
    assert visitor.get(WHO).text == "personne"
    assert visitor.get(PAGE).status_code == 303


@pytest.mark.parametrize("url", ["http://seuil.example", "http://10.0.0.1", "ftp://seuil.example", "seuil"])
def test_http_is_refused_elsewhere_than_here(url: str) -> None:
    with pytest.raises(ValueError, match="http"):
        Site("registration", url)


def test_cookies_take_their_prefix_on_https() -> None:
    assert Site("registration", "https://seuil.example").token_cookie == "__Host-seuil"
    for local in ("http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000"):
        assert Site("registration", local).token_cookie == "seuil"


def test_https_sends_strict_transport() -> None:
    showcase = make_showcase("https://seuil.example")
    with TestClient(showcase.app, base_url="https://seuil.example") as client:
        assert "strict-transport-security" in client.get(WHO).headers
