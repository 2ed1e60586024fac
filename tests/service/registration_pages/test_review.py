"""Sign-ups to examine: counted today, decided several at once, told on one's own page (R6, T16)."""

from contracts.lists import LinkPurpose, Role
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Visitor, seat

LIST = "/registration/commissions"


async def test_those_ticked_are_decided_together(
    office: Office, coordinator: Visitor, visitor: Visitor
) -> None:
    one = (await office.published(moderated=True, capacity=9))["commission_id"]
    (await visitor.get(f"{LIST}/{one}")).says("La coordination confirme chaque inscription")
    for name in ("amina", "bruno", "chloe"):
        await office.joined(one, f"{name}@org.example", given_name=name.title())
    ids = {r["email"].partition("@")[0]: r["registration_id"] for r in await office.registrations(one)}
    today = await coordinator.get("/registration/aujourdhui")
    today.says("3 : Inscriptions à examiner")
    path = f"{LIST}/{one}/a-examiner"
    assert path in today.html
    page = await coordinator.get(path)
    page.says("Inscriptions à examiner (3)", "Amina", "Bruno", "Chloe")
    nobody = await page.send("/a-examiner", decision="accepter")
    assert nobody.status == 422
    nobody.says("Cochez au moins une inscription")
    both = [ids["amina"], ids["chloe"]]
    done = await page.send("/a-examiner", decision="accepter", inscription=both)
    (await done.follow()).says("Les inscriptions sont acceptées", "Inscriptions à examiner (1)", "Bruno")
    last = await (await coordinator.get(path)).send(
        "/a-examiner", decision="refuser", inscription=[ids["bruno"]]
    )
    (await last.follow()).says("Aucune inscription n’attend de décision")
    (await coordinator.get(f"{LIST}/{one}/inscrits?etat=refused")).says("1 inscription sur 3", "Refusée")
    own = await visitor.get(f"/registration/lien/{office.participation(ids['bruno'])}")
    own.says("n’a pas été retenue")
    assert "M’inscrire à nouveau" not in own.text


async def test_ones_own_page_says_that_it_is_examined(office: Office, visitor: Visitor) -> None:
    one = (await office.published(moderated=True))["commission_id"]
    await office.sign_up(one, "amina@org.example")
    token = await office.last_link(LinkPurpose.PROVE_ADDRESS)
    page = await (await (await visitor.get(f"/registration/lien/{token}")).send(token)).follow()
    page.says("est en cours d’examen", "La coordination examine votre inscription")


async def test_others_see_and_do_not_decide(office: Office) -> None:
    one = (await office.published(moderated=True))["commission_id"]
    await office.joined(one, "amina@org.example")
    path = f"{LIST}/{one}/a-examiner"
    agent = await seat(office, Role.SIAO_AGENT)
    page = await agent.get(path)
    page.says("amina@org.example")
    assert "Accepter" not in page.text
    assert (await agent.post(path, {"decision": "accepter"})).status == 403
    assert (await (await seat(office, Role.REFERRER)).get(path)).status == 403


async def test_the_form_keeps_the_choice_and_the_minutes(office: Office, coordinator: Visitor) -> None:
    plan = office.plan(moderated=True, parts=["plenary", "panel"], minutes_for_cases=90)
    one = (await office.done("POST", "/commissions", plan))["commission_id"]
    form = await coordinator.get(f"{LIST}/{one}/modifier")
    assert (await form.send("/modifier", title="Autre titre")).status == 303
    kept = await office.done("GET", f"/commissions/{one}")
    assert (kept["moderated"], kept["minutes_for_cases"], kept["title"]) == (True, 90, "Autre titre")
