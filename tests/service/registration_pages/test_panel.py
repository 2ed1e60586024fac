"""The page of the panel: who sits, named in one form; whoever stands in, in two clicks (U1, U54)."""

from datetime import date

from contracts.cases import AgendaPublished
from contracts.lists import Role
from contracts.registration import PanelMemberNamed, PanelMemberRemoved
from tests.service.registration.office import Office, hear
from tests.service.registration_pages.hall import Page, Visitor, seat

LIST = "/registration/commissions"
LEA = {
    "email": "lea@lys.example",
    "given_name": "Léa",
    "family_name": "Carpentier",
    "organisation": "Lys Habitat",
    "seat": "landlord",
    "pack": "landlord",
    "undertaking_on": "2026-11-02",
    "undertaking": "oui",
}


async def opened(office: Office, coordinator: Visitor) -> str:
    """The page of the members of a commission, with an organisation to choose."""
    organisation = {"organisation_id": str(office.new_id()), "name": "Lys Habitat", "kind": "landlord"}
    await office.done("POST", "/organisations", organisation)
    one = (await office.published(parts=["plenary", "panel"]))["commission_id"]
    (await coordinator.get(f"{LIST}/{one}/inscrits")).says("Membres")
    return f"{LIST}/{one}/membres"


async def named(coordinator: Visitor, path: str) -> Page:
    return await (await (await coordinator.get(path)).send("/membres", **LEA)).follow()


async def test_a_member_is_named_and_removed(office: Office, coordinator: Visitor) -> None:
    path = await opened(office, coordinator)
    (await coordinator.get(path)).says("Personne n’est encore nommé")
    page = await named(coordinator, path)
    page.says("La personne est nommée", "Léa Carpentier", "Bailleur social", "Délibérative", "2 novembre")
    assert "Ne peut pas se connecter" not in page.text
    (fact,) = await office.facts(PanelMemberNamed)
    assert (fact.voting, fact.undertaking_on) == (True, date(2026, 11, 2))
    gone = await (await page.send("/retirer", reason="left_organisation")).follow()
    gone.says("La personne ne siège plus", "Personne n’est encore nommé")
    assert [f.reason.value for f in await office.facts(PanelMemberRemoved)] == ["left_organisation"]


async def test_who_stands_in_takes_the_seat_in_two_clicks(office: Office, coordinator: Visitor) -> None:
    path = await opened(office, coordinator)
    page = await named(coordinator, path)
    (lea,) = await office.facts(PanelMemberNamed)
    assert f"{path}?remplace={lea.person_id}#nommer" in page.html
    form = await coordinator.get(f"{path}?remplace={lea.person_id}")
    form.says("Nommer qui remplace")
    done = await form.send("/membres", email="omar@lys.example", given_name="Omar", undertaking="oui")
    (await done.follow()).says("Omar", "à la place de Léa Carpentier")
    omar = (await office.facts(PanelMemberNamed))[-1]
    assert (omar.seat, omar.pack, omar.substitute_of) == (lea.seat, lea.pack, lea.person_id)
    assert omar.undertaking_on == date(2026, 11, 3)


async def test_without_an_undertaking_nobody_sits(office: Office, coordinator: Visitor) -> None:
    path = await opened(office, coordinator)
    page = await coordinator.get(path)
    unsigned = {name: typed for name, typed in LEA.items() if name != "undertaking"}
    wrong = await page.send("/membres", **unsigned)
    assert wrong.status == 422
    wrong.says("Sans engagement de confidentialité signé, personne ne siège")
    assert wrong.form("/membres").values["email"] == ["lea@lys.example"]
    tomorrow = await page.send("/membres", **LEA | {"undertaking_on": "2026-11-04"})
    assert tomorrow.status == 409
    nowhere = await page.send("/membres", **LEA | {"organisation": ""})
    assert nowhere.status == 409
    nowhere.says("Choisissez l’organisme que cette personne représente")
    assert await office.facts(PanelMemberNamed) == []


async def test_others_see_who_sits_and_name_nobody(office: Office, coordinator: Visitor) -> None:
    path = await opened(office, coordinator)
    await named(coordinator, path)
    agent = await seat(office, Role.SIAO_AGENT)
    page = await agent.get(path)
    page.says("Léa Carpentier")
    assert "Nommer" not in page.html
    assert "Retirer" not in page.html
    sent = await agent.post(path, LEA | {"cle_idempotence": str(office.new_id())})
    assert sent.status == 403
    assert (await (await seat(office, None)).get(path)).status == 303
    plain = (await office.published())["commission_id"]
    assert (await coordinator.get(f"{LIST}/{plain}/membres")).status == 404


async def test_the_public_page_tells_nothing_of_the_panel(
    office: Office, coordinator: Visitor, visitor: Visitor
) -> None:
    path = await opened(office, coordinator)
    await named(coordinator, path)
    one = path.split("/")[3]
    told = AgendaPublished(commission_id=one, version=1, cases=12, minutes=180)
    async with office.database.transaction() as tx:
        await hear(tx, told)
    console = await coordinator.get(f"{LIST}/{one}/inscrits")
    console.says("L’ordre du jour est publié depuis le 3 novembre", "12 situations")
    assert f"/cases/commissions/{one}" in console.html
    public = await visitor.get(f"{LIST}/{one}")
    assert public.status == 200
    for word in ("Carpentier", "/cases/", "ordre du jour", "situations", "Membres"):
        assert word not in public.text.replace("on y examine les situations", "")
    alone = (await office.published(parts=["panel"], title="Examen du mois"))["commission_id"]
    assert (await visitor.get(f"{LIST}/{alone}")).status == 404
    assert (await visitor.get(f"{LIST}/{alone}/calendrier.ics")).status == 404
    assert "Examen du mois" not in (await visitor.get("/")).text
    referrer = await seat(office, Role.REFERRER)
    page = await referrer.get(f"{LIST}/{alone}")
    page.says("Cette commission examine des situations")
    assert "M’inscrire" not in page.text
