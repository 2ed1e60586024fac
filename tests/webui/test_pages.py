"""The frame, the menu, the macros: what every page promises, without a browser."""

import re

import pytest
from fastapi.testclient import TestClient
from jinja2 import UndefinedError
from starlette.requests import Request

from tests.webui.showcase import ACCOUNT, TRAP, Showcase
from webui import navigation
from webui.identity import RoleGrant, User
from webui.pages import Pages, local, see_other, with_query

PAGE = "/registration/composants"


def signed_in(*roles: str) -> User:
    return User(ACCOUNT, 1, None, tuple(RoleGrant(role, "siao-59-lille") for role in roles))


def request_to(path: str = "/registration/x") -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "state": {}}
    )


def test_a_page_has_its_frame(visitor: TestClient) -> None:
    page = visitor.get(PAGE).text
    assert page.lstrip().startswith("<!doctype html>")
    for part in (
        '<html lang="fr">',
        'href="#contenu"',
        '<main id="contenu"',
        "<title>Composants – Seuil</title>",
    ):
        assert part in page
    for address in ("/accessibilite", "/plan", "/donnees-personnelles", "/aide", "/mentions-legales"):
        assert f'<a href="{address}"' in page
    assert "Données de démonstration\u00a0: " in page
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)


def test_identifiers_are_unique(visitor: TestClient) -> None:
    found = re.findall(r'\sid="([^"]+)"', visitor.get(PAGE).text)
    assert sorted(found) == sorted(set(found))


def test_what_users_wrote_is_escaped_and_unchanged(visitor: TestClient) -> None:
    page = visitor.get(PAGE).text
    assert TRAP not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; « Zoé »" in page


def test_the_menu_follows_the_roles() -> None:
    def labels(user: User | None) -> list[str]:
        return [link.label for link in navigation.menu(user)]

    assert labels(None) == ["Commissions", "Chiffres publics", "Aide"]
    assert labels(signed_in()) == ["Aujourd’hui", "Commissions", "Situations", "Chiffres"]
    assert "Messages" in labels(signed_in("coordinator"))
    assert "Partenaires" not in labels(signed_in("referrer"))


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/registration/commissions/1", "Commissions"),
        ("/registration/aujourdhui", "Aujourd’hui"),
        ("/analytics/demande", "Chiffres"),
        ("/registration/personnes/1", "Personnes"),
        ("/registration/mon-compte", None),
    ],
)
def test_the_menu_says_where_we_are(path: str, label: str | None) -> None:
    found = navigation.current(navigation.menu(signed_in("coordinator")), path)
    assert (found.label if found else None) == label


def test_signing_out_is_a_post(coordinator: TestClient) -> None:
    page = coordinator.get(PAGE).text
    assert f'<form method="post" action="{navigation.SIGN_OUT_URL}">' in page
    assert "Se connecter" not in page


def test_a_missing_name_is_an_error_and_not_a_blank(showcase: Showcase) -> None:
    pages = Pages(showcase.site, "tests.webui")
    with pytest.raises(UndefinedError):
        pages.render(request_to(), "base.html")


def test_a_block_alone_is_a_fragment(showcase: Showcase) -> None:
    pages = Pages(showcase.site, "tests.webui")
    found = pages.fragment(request_to(), "fragment.html", "contenu", titre="x", texte=TRAP)
    assert (
        bytes(found.body).decode()
        == "<p>Bonjour\u00a0: &lt;script&gt;alert(1)&lt;/script&gt; &amp; « Zoé »</p>\n"
    )


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("/registration/x?a=1", "/registration/x?a=1"),
        ("//[", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_one_only_comes_back_to_this_site(asked: str, taken: str) -> None:
    assert local(asked) == taken
    assert see_other(asked).headers["location"] == taken


def test_addresses_keep_what_is_not_changed() -> None:
    assert with_query("/x?a=1&page=2#y", page=None, tri="-nom") == "/x?a=1&tri=-nom#y"


def test_live_pages_bring_their_scripts(showcase: Showcase) -> None:
    pages = Pages(showcase.site, "tests.webui")
    found = bytes(pages.render(request_to(), "fragment.html", titre="x", texte="", direct=True).body).decode()
    assert found.count("<script src=") == 3
    assert "includeIndicatorCSS" in found
