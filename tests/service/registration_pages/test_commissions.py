"""The coordinator: plan, publish, change, move, call off, say held; conflicts lose nothing (C25, T5)."""

import pytest

from contracts.lists import Role
from contracts.registration import CommissionRescheduled, CommissionScheduled, RegistrationFact
from tests.service.registration.office import ELSEWHERE, Office
from tests.service.registration_pages.hall import Visitor, seat

LIST = "/registration/commissions"
PLAN = {
    "title": "Plénière de décembre",
    "day": "2026-12-08",
    "starts": "09:00",
    "ends": "12:30",
    "registration_opens_on": "2026-11-01",
    "registration_closes_on": "2026-12-04",
    "contact_email": "coordination@seuil.example",
    "capacity": "80",
    "workshops.0.title": "Dettes locatives",
    "workshops.0.capacity": "30",
    "workshops.0.starts": "10:45",
    "talks.1.title": "La demande en 2026",
    "talks.1.starts": "09:15",
}
TRAP = "<img src=x onerror=alert(1)>"


async def test_a_commission_is_planned_shown_to_nobody_then_published(
    office: Office, coordinator: Visitor, visitor: Visitor
) -> None:
    page = await coordinator.get(LIST + "/nouvelle")
    sent = await page.send("/nouvelle", **PLAN)
    again = await page.send("/nouvelle", **PLAN)
    assert sent.location == again.location
    ask = await sent.follow()
    ask.says("Publier la commission du mardi 8 décembre ?", "Visible que de la coordination".lower())
    public = ask.location or sent.location.partition("/publier")[0]
    assert (await visitor.get(public)).status == 404
    assert await office.facts(RegistrationFact) == []
    done = await (await ask.send("/publier")).follow()
    done.says("La commission est publiée", "Plénière de décembre")
    shown = await visitor.get(public)
    shown.says("9 h 15 La demande en 2026", "10 h 45 Atelier : Dettes locatives", "80 places libres sur 80")
    assert len(await office.facts(CommissionScheduled)) == 1


async def test_mistakes_are_all_said_and_nothing_is_lost(coordinator: Visitor) -> None:
    page = await coordinator.get(LIST + "/nouvelle")
    typed = PLAN | {"title": TRAP, "ends": "08:00", "workshops.0.capacity": "beaucoup", "contact_email": ""}
    wrong = await page.send("/nouvelle", **typed)
    assert wrong.status == 422
    wrong.says("2 réponses sont à revoir", "Ligne 1 : un nombre entier", "Indiquez l’adresse où poser")
    assert TRAP not in wrong.html
    kept = wrong.form("/nouvelle").values
    assert kept["workshops.0.capacity"] == ["beaucoup"]
    assert kept["talks.1.title"] == ["La demande en 2026"]
    reversed_hours = await wrong.send("/nouvelle", **PLAN | {"ends": "08:00"})
    assert reversed_hours.status == 409
    reversed_hours.says("La fin doit venir après le début")


async def test_an_hour_that_does_not_exist_is_refused_with_two_that_do(coordinator: Visitor) -> None:
    page = await coordinator.get(LIST + "/nouvelle")
    spring = {"day": "2027-03-28", "starts": "02:30", "ends": "05:00", "registration_closes_on": "2027-03-20"}
    wrong = await page.send("/nouvelle", **PLAN | spring)
    assert wrong.status == 422
    wrong.says("2 h 30 n’existe pas", "Choisissez 1 h 59 ou 3 h")


async def test_more_rows_are_added_without_script(coordinator: Visitor) -> None:
    page = await coordinator.get(LIST + "/nouvelle")
    more = await page.send("/nouvelle", **PLAN, ajouter="ateliers")
    assert more.status == 200
    values = more.form("/nouvelle").values
    assert "workshops.3.title" in values
    assert values["workshops.0.title"] == ["Dettes locatives"]


async def test_changing_what_somebody_changed_shows_both_and_keeps_what_was_typed(
    office: Office, coordinator: Visitor
) -> None:
    one = await office.published(title="Plénière", place="Salle A")
    page = await coordinator.get(f"{LIST}/{one['commission_id']}/modifier")
    other = await coordinator.get(f"{LIST}/{one['commission_id']}/modifier")
    (await (await other.send("/modifier", place="Salle B")).follow()).says("Les changements sont enregistrés")
    stale = await page.send("/modifier", place="Salle C", title="Plénière d’hiver")
    assert stale.status == 409
    stale.says("Quelqu’un a modifié cette commission pendant votre saisie. Rien n’est perdu.")
    stale.says("Lieu Salle B Salle C", "Intitulé Plénière Plénière d’hiver")
    assert stale.form("/modifier").values["place"] == ["Salle C"]
    assert (await stale.send("/modifier")).status == 303
    (await coordinator.get(f"{LIST}/{one['commission_id']}/modifier")).says("Modifier la commission")
    shown = await coordinator.get(f"{LIST}/{one['commission_id']}/inscrits")
    shown.says("Plénière d’hiver", "Salle C")


async def test_fewer_places_than_taken_is_refused_beside_the_field(
    office: Office, coordinator: Visitor
) -> None:
    one = (await office.published(capacity=5))["commission_id"]
    for email in ("un@org.example", "deux@org.example"):
        await office.joined(one, email)
    wrong = await (await coordinator.get(f"{LIST}/{one}/modifier")).send("/modifier", capacity="1")
    assert wrong.status == 409
    wrong.says("2 places sont déjà prises")
    assert wrong.form("/modifier").values["capacity"] == ["1"]


async def test_moving_says_how_many_people_are_told_and_why_is_asked(
    office: Office, coordinator: Visitor
) -> None:
    one = (await office.published(capacity=5))["commission_id"]
    for email in ("un@org.example", "deux@org.example"):
        await office.joined(one, email)
    page = await coordinator.get(f"{LIST}/{one}/deplacer")
    page.says("Date annoncée mardi 8 décembre 2026, de 9 h à 12 h 30", "Déplacer et prévenir 2 personnes")
    wrong = await page.send("/deplacer", day="2026-12-10")
    assert wrong.status == 422
    wrong.says("Choisissez un motif dans la liste")
    moved = await wrong.send("/deplacer", reason="room")
    again = await wrong.send("/deplacer", reason="room")
    assert (moved.status, again.status) == (303, 303)
    (await moved.follow()).says("La commission est déplacée", "Jeudi 10 décembre 2026")
    assert len(await office.facts(CommissionRescheduled)) == 1


async def test_moving_to_the_same_date_or_a_stale_page_changes_nothing(
    office: Office, coordinator: Visitor
) -> None:
    one = (await office.published())["commission_id"]
    page = await coordinator.get(f"{LIST}/{one}/deplacer")
    same = await page.send("/deplacer", reason="room")
    assert same.status == 409
    same.says("La date et les heures sont les mêmes")
    await (await coordinator.get(f"{LIST}/{one}/modifier")).send("/modifier", place="Ailleurs")
    stale = await page.send("/deplacer", day="2026-12-10", reason="room")
    assert stale.status == 409
    stale.says("Quelqu’un a modifié cette commission", "Jour 2026-12-08 2026-12-10")
    assert (await stale.send("/deplacer")).status == 303


async def test_calling_off_asks_why_and_tells_everybody(office: Office, coordinator: Visitor) -> None:
    """T5: the list stays readable."""
    one = (await office.published(capacity=5))["commission_id"]
    for email in ("un@org.example", "deux@org.example", "trois@org.example"):
        await office.joined(one, email)
    page = await coordinator.get(f"{LIST}/{one}/annuler")
    page.says("Annuler la commission du mardi 8 décembre ?", "Annuler et prévenir 3 personnes")
    assert (await page.send("/annuler")).status == 422
    done = await (await page.send("/annuler", reason="weather")).follow()
    done.says("La commission est annulée", "un@org.example", "trois@org.example")


async def test_a_past_commission_is_entered_in_arrears_then_said_held(
    office: Office, coordinator: Visitor
) -> None:
    page = await coordinator.get(LIST + "/nouvelle")
    past = {
        "day": "2026-10-06",
        "registration_opens_on": "2026-09-01",
        "registration_closes_on": "2026-10-02",
    }
    ask = await (await page.send("/nouvelle", **PLAN | past)).follow()
    ask.says("Cette date est passée")
    console = await (await ask.send("/publier")).follow()
    one = console.answer.url.path.split("/")[3]
    added = await (await coordinator.get(f"{LIST}/{one}/inscrire")).send(
        "/inscrire", email="amina@org.example", occurred_on="2026-09-10"
    )
    (await added.follow()).says("L’inscription est enregistrée", "amina@org.example", "Confirmée")
    sheet = await coordinator.get(f"{LIST}/{one}/emargement")
    field = next(n for n in sheet.html.split('"') if n.startswith("presence_"))
    (await (await sheet.send("/emargement", **{field: "present"})).follow()).says("Présent : 1")
    hold = await coordinator.get(f"{LIST}/{one}/tenir")
    hold.says("Noter la commission du mardi 6 octobre comme tenue ?", "Présents 1")
    (await (await hold.send("/tenir")).follow()).says("A eu lieu", "1 personne présente")


async def test_a_commission_to_come_cannot_be_said_held(office: Office, coordinator: Visitor) -> None:
    one = await office.published()
    page = await coordinator.get(f"{LIST}/{one['commission_id']}/tenir")
    page.says("Ce n’est pas possible maintenant")
    forced = {"cle_idempotence": str(office.new_id()), "version": str(one["version"])}
    refused = await coordinator.post(f"{LIST}/{one['commission_id']}/tenir", forced)
    assert refused.status == 409
    refused.says("n’est pas terminée")


@pytest.mark.parametrize("tail", ["modifier", "publier", "deplacer", "annuler", "tenir", "inscrire"])
async def test_only_the_coordinator_of_the_territory_plans(office: Office, tail: str) -> None:
    one = (await office.published())["commission_id"]
    path = f"{LIST}/{one}/{tail}"
    assert (await (await seat(office, Role.COORDINATOR)).get(path)).status == 200
    assert (await (await seat(office, None)).get(path)).status == 303
    for role, where in ((Role.SIAO_AGENT, "siao-59-lille"), (Role.COORDINATOR, ELSEWHERE)):
        who = await seat(office, role, where)
        typed = {"cle_idempotence": str(office.new_id()), "version": "2"}
        assert (await who.get(path)).status == 403
        assert (await who.post(path, typed)).status == 403
    assert (await (await seat(office, None)).post(path, {"version": "2"})).status == 401
