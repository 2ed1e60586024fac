"""People, accounts, organisations: by the coordinator, never one's own role."""

import pytest

from contracts.lists import Role
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Visitor, seat

PEOPLE, PLACES = "/registration/personnes", "/registration/organismes"


async def test_somebody_is_given_an_account_and_a_role_with_an_end(
    office: Office, coordinator: Visitor
) -> None:
    page = await coordinator.get(PEOPLE + "/nouvelle")
    wrong = await page.send("/nouvelle", email="sophie@org.example", account="oui")
    assert wrong.status == 422
    wrong.says("Choisissez un premier rôle")
    made = await wrong.send("/nouvelle", role="siao_agent", until="2027-01-31", family_name="Carlier")
    shown = await made.follow()
    shown.says("Le compte est créé", "Carlier", "Agent du SIAO jusqu’au 31 janvier 2027")
    chair = await (await shown.send("/roles", role="chair")).follow()
    chair.says("Le rôle est donné", "Présidence de commission")
    back = await chair.send("/roles/reprendre")
    (await back.follow()).says("Le rôle est repris")
    closed = await (await (await coordinator.get(made.location)).send("/fermer")).follow()
    closed.says("Le compte est fermé", "Rouvrir le compte")
    (await (await closed.send("/rouvrir")).follow()).says("Compte ouvert")


async def test_nobody_gives_a_role_to_oneself(office: Office, coordinator: Visitor) -> None:
    me = (await office.user(Role.COORDINATOR)).account_id
    page = await coordinator.get(f"{PEOPLE}/{me}")
    page.says("C’est votre compte")
    assert "Donner ce rôle" not in page.text
    typed = {"cle_idempotence": str(office.new_id()), "version": "1", "role": "operator"}
    refused = await coordinator.post(f"{PEOPLE}/{me}/roles", typed)
    assert refused.status == 403
    assert "Exploitation sans date" not in (await coordinator.get(f"{PEOPLE}/{me}")).text


async def test_a_record_changed_meanwhile_is_said(office: Office, coordinator: Visitor) -> None:
    made = await (await coordinator.get(PEOPLE + "/nouvelle")).send("/nouvelle", email="a@org.example")
    path = made.location.partition("?")[0]
    page, other = await coordinator.get(path), await coordinator.get(path)
    await other.send(path, family_name="Avant")
    stale = await page.send(path, family_name="Après")
    assert stale.status == 409
    stale.says("Quelqu’un a modifié cette fiche", "Rien n’est perdu")
    assert stale.form(path).values["family_name"] == ["Après"]
    assert (await stale.send(path)).status == 303


async def test_an_organisation_is_kept_and_proposed_unless_secret(
    office: Office, coordinator: Visitor, visitor: Visitor
) -> None:
    page = await coordinator.get(PLACES + "/nouveau")
    wrong = await page.send("/nouveau", name="Lys Habitat", kind="landlord", siren="12")
    assert wrong.status == 422
    wrong.says("Un numéro SIREN a neuf chiffres")
    (await (await wrong.send("/nouveau", siren="")).follow()).says(
        "L’organisme est enregistré", "Lys Habitat"
    )
    hidden = await coordinator.get(PLACES + "/nouveau")
    kept = await hidden.send("/nouveau", name="Abri discret", kind="shelter", secret_location="oui")
    (await kept.follow()).says("Abri discret", "Lieu tenu secret")
    one = (await office.published())["commission_id"]
    public = await visitor.get(f"/registration/commissions/{one}")
    assert 'value="Lys Habitat"' in public.html
    assert "Abri discret" not in public.html


async def test_a_commune_is_said_by_its_name(office: Office, coordinator: Visitor) -> None:
    page = await coordinator.get(PLACES + "/nouveau")
    wrong = await page.send("/nouveau", name="Lys Habitat", kind="landlord", commune="Atlantis")
    assert wrong.status == 422
    wrong.says("Choisissez une commune de la liste")
    assert wrong.form("/nouveau").values["commune"] == ["Atlantis"]
    (await (await wrong.send("/nouveau", commune="wattrelos")).follow()).says("Wattrelos")
    (kept,) = await office.done("GET", "/organisations")
    assert kept["commune"] == "59650"
    path = f"{PLACES}/{kept['organisation_id']}"
    form = await coordinator.get(path)
    assert form.form(path).values["commune"] == ["Wattrelos"]
    assert (await form.send(path, commune="62041")).status == 303
    (await coordinator.get(PLACES)).says("62041")


async def test_an_organisation_changed_meanwhile_shows_both(office: Office, coordinator: Visitor) -> None:
    await (await coordinator.get(PLACES + "/nouveau")).send("/nouveau", name="Lys", kind="landlord")
    path = PLACES + "/" + (await office.done("GET", "/organisations"))[0]["organisation_id"]
    page, other = await coordinator.get(path), await coordinator.get(path)
    await other.send(path, name="Lys Habitat")
    stale = await page.send(path, name="Lys et Deûle")
    assert stale.status == 409
    stale.says("Quelqu’un a modifié cet organisme", "Nom Lys Habitat Lys et Deûle")


@pytest.mark.parametrize("path", [PEOPLE, PEOPLE + "/nouvelle", PLACES, PLACES + "/nouveau"])
async def test_records_are_the_coordinators(office: Office, path: str) -> None:
    for role in (r for r in Role if r is not Role.UNKNOWN):
        page = await (await seat(office, role)).get(path)
        assert page.status == (200 if role is Role.COORDINATOR else 403), role


@pytest.mark.parametrize(
    "path", ["/accessibilite", "/plan", "/donnees-personnelles", "/aide", "/mentions-legales"]
)
async def test_pages_of_words_are_for_everybody(visitor: Visitor, coordinator: Visitor, path: str) -> None:
    for who in (visitor, coordinator):
        page = await who.get(path)
        assert page.status == 200
        page.says("Seuil")
