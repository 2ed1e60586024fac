"""The pages: who sees what, who may do what, and what they say."""

import re

import pytest

from tests.service.integration.door import Door, token
from tests.service.integration.records import example

LIST = "/integration/partenaires"
API = "/integration/api/v1/partners"
FORM = {"content-type": "application/x-www-form-urlencoded"}
ROLES = ("referrer", "chair", "org_admin", "state", "siao_agent", "operator", "data_officer", "coordinator")
SEES = {"siao_agent", "operator", "data_officer", "coordinator"}
NEW = "nom=Maraudes&source=urn:seuil:partner:maraudes&donnees=encounter&rafale=500"


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_sees_and_does_what_the_table_says(door: Door, role: str) -> None:
    who = token(role, at=door.clock)
    one = f"{LIST}/{door.partner_id}"

    async def get(path: str) -> int:
        return (await door.client.get(path, headers=who)).status_code

    async def post(path: str, body: str = "") -> int:
        return (await door.client.post(path, content=body, headers=who | FORM)).status_code

    seen = 200 if role in SEES else 403
    decides = role == "coordinator"
    assert [await get(path) for path in (LIST, one, API, f"{API}/{door.partner_id}")] == [seen] * 4
    assert await get(f"{LIST}/nouveau") == (200 if decides else 403)
    assert await get(f"{one}/modifier") == (200 if decides else 403)
    assert await post(f"{LIST}/nouveau", NEW) == (303 if decides else 403)
    assert await post(f"{one}/modifier", "nom=X&donnees=call&rafale=9&ouvert=oui") == (
        303 if decides else 403
    )
    assert await post(f"{one}/cles") == (200 if decides else 403)
    assert await get(f"{API}/{door.partner_id}/quarantine") == (
        200 if role in {"coordinator", "operator", "siao_agent"} else 403
    )
    waiting = f"quarantine/{door.clock.runtime().new_id()}"
    maps = role in {"coordinator", "siao_agent"}
    assert await get(f"{API}/{door.partner_id}/{waiting}") == (404 if maps else 403)
    assert await post(f"{API}/{door.partner_id}/{waiting}/retry") == (404 if maps else 403)
    assert await get(f"{one}/{waiting.replace('quarantine', 'quarantaine')}") == (404 if maps else 403)
    assert await get(f"{one}/codes") == (200 if maps else 403)
    assert await post(f"{one}/codes", "liste=quota&code=x&valeur=other") == (303 if maps else 403)
    assert await post(f"{one}/cles-d-essai") == (200 if decides else 403)
    [key_id] = [
        row["key_id"] for row in await door.rows("SELECT key_id FROM partner_key ORDER BY created_at LIMIT 1")
    ]
    assert await post(f"{one}/cles/{key_id}/revoquer") == (
        303 if role in {"coordinator", "operator"} else 403
    )
    link = f"reference=r&organisme={door.clock.runtime().new_id()}"
    assert await post(f"{one}/organismes", link) == (303 if role in {"coordinator", "siao_agent"} else 403)


async def test_another_territory_a_visitor_and_a_partner_key_see_nothing(door: Door) -> None:
    elsewhere = token("coordinator", at=door.clock, territory="siao-13-marseille")
    assert (await door.client.get(LIST, headers=elsewhere)).status_code == 403
    visitor = await door.client.get(LIST)
    assert (visitor.status_code, visitor.headers["location"]) == (
        303,
        "/registration/session?next=/integration/partenaires",
    )
    assert (await door.client.get(API)).status_code == 401
    assert (await door.client.get(API, headers=door.authorised())).status_code == 401


async def test_a_partner_is_opened_from_the_page_and_its_key_is_shown_once(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    empty = await door.client.get(f"{LIST}/nouveau", headers=boss)
    assert "Ouvrir un accès partenaire" in empty.text
    wrong = await door.client.post(f"{LIST}/nouveau", content="nom=&source=cmao", headers=boss | FORM)
    assert wrong.status_code == 422
    assert "Donnez un nom" in wrong.text
    unlisted = await door.client.post(
        f"{LIST}/nouveau", content="nom=A&source=cmao&donnees=call", headers=boss | FORM
    )
    assert (unlisted.status_code, "La source est une URN" in unlisted.text) == (422, True)
    made = await door.client.post(f"{LIST}/nouveau", content=NEW, headers=boss | FORM)
    page = made.headers["location"].partition("?")[0]
    body = f"cle_idempotence={door.clock.runtime().new_id()}"
    shown = await door.client.post(f"{page}/cles", content=body, headers=boss | FORM)
    [key] = re.findall(r"<code>(sk_live_[\w-]+)</code>", shown.text)
    again = await door.client.post(f"{page}/cles", content=body, headers=boss | FORM)
    assert key not in again.text
    assert "la clé a été montrée" in again.text
    assert key not in (await door.client.get(page, headers=boss)).text
    door.key = key
    sent = await door.say("encounter", example("encounter"), source="urn:seuil:partner:maraudes")
    assert sent.status_code == 202


async def test_the_page_of_a_partner_shows_pointers_and_no_value(door: Door) -> None:
    await door.say("allocation", example("allocation", persons="quatre personnes", quota="mairie-inconnue"))
    await door.say("allocation", example("allocation", quota="mairie-inconnue"))
    await door.say("supply", example("supply"))
    page = await door.client.get(f"{LIST}/{door.partner_id}", headers=token("coordinator", at=door.clock))
    assert page.status_code == 200
    assert "/data/persons" in page.text
    for hidden in ("quatre personnes", "mairie-inconnue", "menage-1", door.key):
        assert hidden not in page.text
    assert "552100554" in page.text
    officer = await door.client.get(f"{LIST}/{door.partner_id}", headers=token("data_officer", at=door.clock))
    assert "/data/persons" not in officer.text


async def test_unknown_things_are_not_found_in_words(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    nobody = door.clock.runtime().new_id()
    for path in (f"{LIST}/{nobody}", f"{LIST}/{door.partner_id}/cles/{nobody}/revoquer", f"{API}/{nobody}"):
        assert (await door.client.get(path, headers=boss)).status_code == 404
    assert (await door.client.get(f"{LIST}/pas-un-uuid", headers=boss)).status_code == 422
    gone = await door.client.delete(f"{API}/{door.partner_id}/keys/{nobody}", headers=boss)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_key")


async def test_the_developer_page_names_every_record(door: Door) -> None:
    page = await door.client.get("/integration/")
    assert page.status_code == 200
    for record in ("call_count", "call", "encounter", "request", "answer", "supply", "allocation", "figures"):
        assert f"seuil.partner.{record}.v1" in page.text


async def test_the_openapi_document_tells_refusals_and_records(door: Door) -> None:
    document = (await door.client.get("/integration/openapi.json")).json()
    operation = document["paths"]["/integration/api/v1/events"]["post"]
    assert {"200", "202", "400", "401", "403", "409", "413", "415", "422", "429", "503"} <= operation[
        "responses"
    ].keys()
    assert "register" in document["components"]["schemas"]["data_allocation"]["required"]
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            assert {"401", "422"} <= told["responses"].keys(), (path, method)


async def test_a_partner_speaks_for_an_organisation_and_has_somebody_to_write_to(door: Door) -> None:
    boss = token("coordinator", at=door.clock)
    page = f"{LIST}/{door.partner_id}/modifier"
    whose = str(door.clock.runtime().new_id())
    body = f"nom=CMAO&donnees=case&rafale=9&ouvert=oui&organisme={whose}&dpo=dpo%40asso.example"
    assert (await door.client.post(page, content=body, headers=boss | FORM)).status_code == 303
    kept = await door.rows("SELECT organisation_id, dpo_email FROM partner")
    assert [(str(row["organisation_id"]), row["dpo_email"]) for row in kept] == [(whose, "dpo@asso.example")]
    emptied = "nom=CMAO&donnees=case&rafale=9&ouvert=oui&organisme=&dpo="
    assert (await door.client.post(page, content=emptied, headers=boss | FORM)).status_code == 303
    kept = await door.rows("SELECT organisation_id, dpo_email FROM partner")
    assert [tuple(row) for row in kept] == [(None, None)]
