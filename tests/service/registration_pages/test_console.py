"""Organisers: the list, its filters and its exports (R3, A6), attendance, who may see what (T6)."""

import csv
import io

import pytest

from contracts.lists import Failure, Role
from contracts.notifications import AddressSuspended
from contracts.registration import AttendanceRecorded
from tests.service.registration.office import ELSEWHERE, Office, hear
from tests.service.registration_pages.hall import Visitor, seat

LIST = "/registration/commissions"
TRAP = "<script>alert(1)</script>"
SEEN_BY = {
    "inscrits": (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    "attente": (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    "ateliers": (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    "emargement": (Role.COORDINATOR, Role.SIAO_AGENT),
    "membres": (Role.COORDINATOR, Role.SIAO_AGENT, Role.CHAIR),
    "feuille": (Role.COORDINATOR, Role.SIAO_AGENT),
    "venue": (Role.COORDINATOR, Role.SIAO_AGENT),
    "inscrits.csv": (Role.COORDINATOR, Role.SIAO_AGENT),
    "inscrits.xlsx": (Role.COORDINATOR, Role.SIAO_AGENT),
}


@pytest.mark.parametrize("tail", list(SEEN_BY))
async def test_who_sees_the_list(office: Office, tail: str) -> None:
    path = f"{LIST}/{(await office.published(parts=['plenary', 'panel']))['commission_id']}/{tail}"
    for role in (r for r in Role if r is not Role.UNKNOWN):
        answer = await (await seat(office, role)).get(path)
        assert answer.status == (200 if role in SEEN_BY[tail] else 403), role
    assert (await (await seat(office, Role.COORDINATOR, ELSEWHERE)).get(path)).status == 403
    assert (await (await seat(office, None)).get(path)).status == 303


async def filled(office: Office) -> str:
    shop = {"workshop_id": str(office.new_id()), "title": "Dettes locatives", "capacity": 1}
    one: str = (await office.published(capacity=2, parts=["workshops"], workshops=[shop]))["commission_id"]
    people = [("amina", "=CMD()", "landlord"), ("bruno", TRAP, "shelter"), ("chloe", "Castel", "landlord")]
    for given, family, kind in people:
        await office.joined(
            one,
            f"{given}@org.example",
            given_name=given.title(),
            family_name=family,
            organisation_name=f"Maison {kind}",
            organisation_kind=kind,
            workshops=[shop["workshop_id"]],
        )
    return one


async def test_filters_live_in_the_address_and_the_export_is_what_is_seen(
    office: Office, coordinator: Visitor
) -> None:
    one = await filled(office)
    page = await coordinator.get(f"{LIST}/{one}/inscrits")
    page.says("3 inscriptions", "2 sur 2", "Complet", "En attente, 1er", TRAP)
    assert TRAP not in page.html
    for query, count in (
        ("organisme=landlord", 2),
        ("etat=places", 2),
        ("etat=waitlisted", 1),
        ("q=castel", 1),
        ("etat=inscrites&organisme=shelter", 1),
        ("q=zzz", 0),
    ):
        seen = await coordinator.get(f"{LIST}/{one}/inscrits?{query}")
        seen.says(f"{count} inscription{'s' if count > 1 else ''} sur 3")
        answer = (await coordinator.get(f"{LIST}/{one}/inscrits.csv?{query}")).answer
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
        assert len(rows) == count + 1
    (await coordinator.get(f"{LIST}/{one}/inscrits?q=zzz")).says("Aucune inscription ne répond", "cachent 3")


async def test_exports_carry_no_formula(office: Office, coordinator: Visitor) -> None:
    one = await filled(office)
    answer = (await coordinator.get(f"{LIST}/{one}/inscrits.csv?tri=nom")).answer
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert "'=CMD()" in answer.content.decode()
    sheet = (await coordinator.get(f"{LIST}/{one}/inscrits.xlsx")).answer
    assert sheet.content[:2] == b"PK"


async def test_every_place_of_the_tiles_opens_as_many_lines(office: Office, coordinator: Visitor) -> None:
    one = await filled(office)
    view = await office.done("GET", f"/commissions/{one}")
    shop = view["workshops"][0]["workshop_id"]
    (await coordinator.get(f"{LIST}/{one}/inscrits?etat=places")).says("2 inscriptions sur 3")
    (await coordinator.get(f"{LIST}/{one}/inscrits?etat=places&atelier={shop}")).says("1 inscription sur 3")


async def test_waiting_lists_and_workshops_name_who_is_in_them(office: Office, coordinator: Visitor) -> None:
    one = await filled(office)
    (await coordinator.get(f"{LIST}/{one}/attente")).says(
        "La commission (1)", "Chloe Castel", "Attend une place"
    )
    (await coordinator.get(f"{LIST}/{one}/ateliers")).says("Dettes locatives", "1 sur 1", "Amina =CMD()")


async def test_a_sign_up_is_changed_and_cancelled_by_the_coordinator_only(
    office: Office, coordinator: Visitor
) -> None:
    one = await filled(office)
    amina = next(r for r in await office.registrations(one) if r["email"] == "amina@org.example")
    path = f"{LIST}/{one}/inscrits/{amina['registration_id']}"
    page = await coordinator.get(path)
    page.says("Amina =CMD()", "Confirmée")
    (await (await page.send("/ateliers", atelier_1="")).follow()).says(
        "Les choix d’ateliers sont enregistrés"
    )
    agent = await seat(office, Role.SIAO_AGENT)
    assert (await agent.get(path)).status == 200
    assert (await agent.get(path + "/annuler")).status == 403
    assert (await agent.post(path + "/annuler", {"cle_idempotence": str(office.new_id())})).status == 403
    ask = await coordinator.get(path + "/annuler")
    ask.says("Annuler l’inscription de Amina")
    (await (await ask.send("/annuler")).follow()).says("L’inscription est annulée")
    assert (await office.states(one))["amina@org.example"] == "cancelled"
    other = (await office.published())["commission_id"]
    assert (await coordinator.get(f"{LIST}/{other}/inscrits/{amina['registration_id']}")).status == 404


async def test_somebody_is_registered_by_the_coordinator_once(office: Office, coordinator: Visitor) -> None:
    """T6: one person added, one sign-up."""
    one = (await office.published(capacity=5))["commission_id"]
    page = await coordinator.get(f"{LIST}/{one}/inscrire")
    wrong = await page.send("/inscrire", email="rien")
    assert wrong.status == 422
    for _ in range(2):
        sent = await wrong.send("/inscrire", email="amina@org.example", family_name="Benali")
        assert sent.status == 303
    assert await office.states(one) == {"amina@org.example": "confirmed"}
    twice = await (await coordinator.get(f"{LIST}/{one}/inscrire")).send(
        "/inscrire", email="amina@org.example"
    )
    assert twice.status == 409


async def test_attendance_records_only_what_changed(office: Office, coordinator: Visitor) -> None:
    one = await filled(office)
    early = await coordinator.get(f"{LIST}/{one}/emargement")
    early.says("L’émargement s’ouvre le jour de la commission")
    office.clock.advance(days=35)
    agent = await seat(office, Role.SIAO_AGENT)
    page = await agent.get(f"{LIST}/{one}/emargement")
    stale = await agent.get(f"{LIST}/{one}/emargement")
    ids = {r["email"]: f"presence_{r['registration_id']}" for r in await office.registrations(one, False)}
    sent = await page.send("/emargement", **{ids["amina@org.example"]: "present"})
    (await sent.follow()).says("Les présences sont enregistrées", "Présent : 1")
    await stale.send("/emargement", **{ids["bruno@org.example"]: "excused"})
    told = await office.facts(AttendanceRecorded)
    assert [f.status.value for f in told] == ["present", "excused"]
    again = await (await agent.get(f"{LIST}/{one}/emargement")).send("/emargement")
    (await again.follow()).says("Rien n’avait changé", "Présent : 1", "Excusé : 1")
    garbled = {"cle_idempotence": str(office.new_id()), ids["amina@org.example"]: "dansant"}
    assert (await agent.post(f"{LIST}/{one}/emargement", garbled)).status == 422


async def test_somebody_who_came_is_added_present_and_takes_no_place(
    office: Office, coordinator: Visitor
) -> None:
    one = await filled(office)
    office.clock.advance(days=35)
    agent = await seat(office, Role.SIAO_AGENT)
    page = await agent.get(f"{LIST}/{one}/venue")
    assert (await page.send("/venue", email="")).status == 422
    done = await (await page.send("/venue", email="zoe@org.example", given_name="Zoé")).follow()
    done.says("La personne est ajoutée, présente", "Zoé", "Présent : 1")
    sheet = await agent.get(f"{LIST}/{one}/feuille")
    sheet.says("Feuille d’émargement", "Maison landlord", "Sans inscription : nom, prénom")
    assert TRAP not in sheet.html


async def test_a_workshop_offered_to_somebody_confirmed_is_counted_and_listed(
    office: Office, coordinator: Visitor
) -> None:
    """T16: the task of today has as many people as its list has lines."""
    shop = {"workshop_id": str(office.new_id()), "title": "Dettes locatives", "capacity": 1}
    one = (await office.published(capacity=9, parts=["workshops"], workshops=[shop]))["commission_id"]
    first = await office.joined(one, "amina@org.example", workshops=[shop["workshop_id"]])
    await office.joined(one, "bruno@org.example", family_name="Bodart", workshops=[shop["workshop_id"]])
    today = "/registration/aujourdhui"
    (await coordinator.get(today)).says("0 : Places proposées, sans réponse encore")
    await office.done("PUT", f"/registrations/{first['registration_id']}/workshops", {"workshops": []})
    page = await coordinator.get(today)
    page.says("1 : Places proposées, sans réponse encore", "Première réponse attendue avant le")
    assert f"{LIST}/{one}/inscrits?etat=offered" in page.html
    listed = await coordinator.get(f"{LIST}/{one}/inscrits?etat=offered")
    listed.says("1 inscription sur 2", "Bodart", "place proposée")


async def test_who_receives_nothing_is_counted_and_listed_the_same(
    office: Office, coordinator: Visitor
) -> None:
    one = await filled(office)
    rows = await office.registrations(one)
    for row, cause in zip(rows[:2], (Failure.UNKNOWN_ADDRESS, Failure.COMPLAINT), strict=True):
        told = AddressSuspended(person_id=row["person_id"], suspended=True, cause=cause)
        async with office.database.transaction() as tx:
            await hear(tx, told)
    (await coordinator.get("/registration/aujourdhui")).says(
        "2 : Personnes que nos messages n’atteignent pas", "2 personnes n’ont pas reçu leur dernier message"
    )
    listed = await coordinator.get(f"{LIST}/{one}/inscrits?message=failed&etat=inscrites")
    listed.says("2 inscriptions sur 3", "Adresse suspendue", Failure.UNKNOWN_ADDRESS.label)
    person = f"/registration/personnes/{rows[0]['person_id']}"
    (await coordinator.get(person)).says("Plus aucun message ne part vers cette adresse")
    (await coordinator.get("/registration/personnes?q=amina")).says("Adresse suspendue")


async def test_the_day_of_a_sign_up_in_arrears_is_shown_everywhere(
    office: Office, coordinator: Visitor
) -> None:
    one = (await office.published())["commission_id"]
    page = await coordinator.get(f"{LIST}/{one}/inscrire")
    await page.send("/inscrire", email="amina@org.example", occurred_on="2026-10-21")
    await (await coordinator.get(f"{LIST}/{one}/inscrire")).send("/inscrire", email="bruno@org.example")
    listed = await coordinator.get(f"{LIST}/{one}/inscrits")
    assert listed.text.count("faite le") == 1
    listed.says("faite le 21 octobre")
    ids = {r["email"]: r["registration_id"] for r in await office.registrations(one)}
    sheet = await coordinator.get(f"{LIST}/{one}/inscrits/{ids['amina@org.example']}")
    sheet.says("Inscription faite le mercredi 21 octobre")
    assert "faite le" not in (await coordinator.get(f"{LIST}/{one}/inscrits/{ids['bruno@org.example']}")).text
    answer = (await coordinator.get(f"{LIST}/{one}/inscrits.csv?tri=rang")).answer
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Inscription faite le"][:10] for row in rows] == ["21/10/2026", "03/11/2026"]


async def test_nobody_is_confirmed_nor_full_in_a_called_off_commission(
    office: Office, coordinator: Visitor
) -> None:
    one = await filled(office)
    version = (await office.done("GET", f"/commissions/{one}"))["version"]
    await office.done("POST", f"/commissions/{one}/cancel", {"version": version, "reason": "organiser"})
    page = await coordinator.get(f"{LIST}/{one}/inscrits")
    table = page.text.partition("Liste des inscriptions")[2].partition("Dernier message")[2]
    assert page.text.count("Commission annulée") == 5  # two tiles, three lines
    assert "Complet" not in page.text
    assert "Confirmée" not in table.partition("Tableau des inscriptions")[2]
    waiting = await coordinator.get(f"{LIST}/{one}/attente")
    waiting.says("Commission annulée")
    assert "Attend une place" not in waiting.text
    exported = (await coordinator.get(f"{LIST}/{one}/inscrits.csv")).answer.content.decode()
    assert "Confirmée" not in exported


async def test_today_counts_what_its_lists_show(office: Office, coordinator: Visitor) -> None:
    await filled(office)
    await office.done("POST", "/commissions", office.plan())
    page = await coordinator.get("/registration/aujourdhui")
    page.says("1 : Personnes en liste d’attente", "1 : Commissions à publier", "Prochaine commission")
    referrer = await (await seat(office, Role.REFERRER)).get("/registration/aujourdhui")
    referrer.says("Où voulez-vous aller")
    assert "liste d’attente" not in referrer.text
