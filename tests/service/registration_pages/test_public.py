"""Anybody: the home, a commission, signing up (R1, R2), the calendar file (T27)."""

import re

from contracts.lists import LinkPurpose
from contracts.registration import LinkRequested, RegistrationReceived
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Page, Visitor

ONE = "/registration/commissions/"
TRAP = "<script>alert(1)</script>"


async def signed_up(visitor: Visitor, commission: str, email: str, **typed: str) -> Page:
    page = await visitor.get(ONE + commission)
    return await page.send("/inscription", email=email, **typed)


async def test_the_home_shows_what_is_announced_and_no_draft(office: Office, visitor: Visitor) -> None:
    await office.published(title="Plénière de décembre", capacity=90)
    await office.done("POST", "/commissions", office.plan(title="Brouillon secret"))
    page = await visitor.get("/")
    page.says("Plénière de décembre", "Inscriptions ouvertes", "90 places sur 90")
    assert "Brouillon secret" not in page.text
    assert "visio.example" not in page.html


async def test_an_address_is_enough_and_a_known_one_gets_the_same_page(
    office: Office, visitor: Visitor
) -> None:
    """R1: sign up by e-mail only; the answer tells nothing of who is known."""
    one = (await office.published(capacity=80))["commission_id"]
    first = await signed_up(visitor, one, "amina@org.example")
    assert first.status == 200
    first.says("Vérifiez votre messagerie", "amina@org.example", "Confirmez dans les 30 minutes")
    again = await signed_up(visitor, one, "amina@org.example")
    assert again.text == first.text
    assert len(await office.facts(RegistrationReceived)) == 1


async def test_a_form_sent_twice_signs_up_once_and_gives_the_same_page(
    office: Office, visitor: Visitor
) -> None:
    one = (await office.published(capacity=1))["commission_id"]
    page = await visitor.get(ONE + one)
    first = await page.send("/inscription", email="amina@org.example")
    second = await page.send("/inscription", email="amina@org.example")
    assert (first.status, second.status, second.text) == (200, 200, first.text)
    assert len(await office.facts(RegistrationReceived)) == 1


async def test_what_was_typed_is_kept_and_each_mistake_is_linked(office: Office, visitor: Visitor) -> None:
    one = (await office.published())["commission_id"]
    page = await visitor.get(ONE + one)
    wrong = await page.send("/inscription", email="amina@", family_name=TRAP, organisation="Lys Habitat")
    assert wrong.status == 422
    wrong.says("Une réponse est à revoir", "Il manque ce qui suit le « @ »", "Rien n’est perdu")
    assert "<title>Erreur" in wrong.html
    assert '<a href="#email">' in wrong.html
    assert TRAP not in wrong.html
    kept = wrong.form("/inscription").values
    assert (kept["email"], kept["family_name"], kept["organisation"]) == (["amina@"], [TRAP], ["Lys Habitat"])


async def test_a_line_break_in_an_address_is_refused(office: Office, visitor: Visitor) -> None:
    one = (await office.published())["commission_id"]
    page = await visitor.get(ONE + one)
    wrong = await page.send("/inscription", email="a@b.example\nBcc: x@y.example")
    assert wrong.status == 422


async def test_a_workshop_filled_meanwhile_is_said_once_then_waited_for(
    office: Office, visitor: Visitor
) -> None:
    shop = str(office.new_id())
    workshop = {"workshop_id": shop, "title": "Dettes locatives", "capacity": 1}
    one = (await office.published(capacity=10, parts=["workshops"], workshops=[workshop]))["commission_id"]
    mine = await visitor.get(ONE + one)
    await office.joined(one, "premier@org.example", workshops=[shop])
    wrong = await mine.send("/inscription", email="amina@org.example", atelier_1=shop)
    assert wrong.status == 422
    wrong.says("« Dettes locatives » s’est rempli pendant votre saisie")
    assert wrong.form("/inscription").values["atelier_1"] == [shop]
    kept = await wrong.send("/inscription")
    kept.says("Vérifiez votre messagerie")


async def test_a_workshop_of_another_commission_is_refused(office: Office, visitor: Visitor) -> None:
    workshop = {"workshop_id": str(office.new_id()), "title": "Ailleurs"}
    await office.published(parts=["workshops"], workshops=[workshop])
    one = (await office.published())["commission_id"]
    page = await visitor.get(ONE + one)
    wrong = await page.send("/inscription", email="a@org.example", atelier_1=workshop["workshop_id"])
    assert wrong.status == 409
    wrong.says("ne fait pas partie de cette commission")
    garbled = await page.send("/inscription", email="a@org.example", atelier_1="rien")
    assert garbled.status == 422


async def test_a_full_commission_says_waiting_list(office: Office, visitor: Visitor) -> None:
    one = (await office.published(capacity=1))["commission_id"]
    await office.joined(one, "premier@org.example")
    page = await visitor.get(ONE + one)
    page.says("Complet", "Entrer en liste d’attente")
    (await page.send("/inscription", email="amina@org.example")).says("Vérifiez votre messagerie")


async def test_each_state_has_its_page_and_only_the_open_one_a_form(office: Office, visitor: Visitor) -> None:
    later = await office.published(registration_opens_on="2026-11-20")
    closed = await office.published(registration_closes_on="2026-11-02")
    called_off = await office.published()
    path = f"/commissions/{called_off['commission_id']}/cancel"
    await office.done("POST", path, {"version": called_off["version"], "reason": "weather"})
    past = await office.published(
        day="2026-10-06", registration_opens_on="2026-09-01", registration_closes_on="2026-10-02"
    )
    for commission, said in (
        (later, "Les inscriptions ouvrent le vendredi 20 novembre 2026 à 8 h"),
        (closed, "Les inscriptions sont closes"),
        (called_off, "Cette commission est annulée. Motif : intempéries"),
        (past, "Cette commission est terminée"),
    ):
        page = await visitor.get(ONE + commission["commission_id"])
        assert page.status == 200
        page.says(said)
        assert "/inscription" not in page.html


async def test_signing_up_after_the_close_keeps_what_was_typed(office: Office, visitor: Visitor) -> None:
    one = (await office.published())["commission_id"]
    page = await visitor.get(ONE + one)
    office.clock.advance(days=32)
    late = await page.send("/inscription", email="amina@org.example")
    assert late.status == 409
    late.says("Une réponse est à revoir")


async def test_drafts_foreign_and_unknown_commissions_are_not_found(office: Office, visitor: Visitor) -> None:
    draft = await office.done("POST", "/commissions", office.plan())
    for path in (ONE + draft["commission_id"], ONE + str(office.new_id()), ONE + "rien"):
        page = await visitor.get(path)
        assert page.status == 404
        page.says("Page introuvable")


async def test_the_calendar_file_has_one_uid_a_rising_sequence_and_no_link(
    office: Office, visitor: Visitor
) -> None:
    """T27: updates keep UID and raise SEQUENCE; no personal link inside."""
    one = await office.published(title="Plénière; avec, ponctuation " + "é" * 60)
    path = f"{ONE}{one['commission_id']}/calendrier.ics"
    before = (await visitor.get(path)).answer
    assert before.headers["content-type"].startswith("text/calendar")
    asked = {"version": one["version"], "reason": "weather"}
    await office.done("POST", f"/commissions/{one['commission_id']}/cancel", asked)
    after = (await visitor.get(path)).answer

    def value(text: str, name: str) -> str:
        return re.search(rf"^{name}:(.*)\r$", text, re.MULTILINE)[1]  # type: ignore[index]  # the line is there

    assert value(before.text, "UID") == value(after.text, "UID")
    assert int(value(before.text, "SEQUENCE")) < int(value(after.text, "SEQUENCE"))
    assert value(after.text, "STATUS") == "CANCELLED"
    assert "DTSTART;TZID=Europe/Paris:20261208T090000" in before.text
    assert "/lien/" not in before.text
    assert "visio.example" not in before.text
    assert all(len(line.encode()) <= 75 for line in before.text.split("\r\n"))


async def test_a_lost_link_is_mailed_again_without_telling_who_is_registered(
    office: Office, visitor: Visitor
) -> None:
    one = (await office.published())["commission_id"]
    joined = await office.joined(one, "amina@org.example")
    page = await visitor.get(f"/registration/lien-perdu?commission={one}")
    known = await page.send("/lien-perdu", email="amina@org.example")
    other = await (await visitor.get("/registration/lien-perdu")).send(
        "/lien-perdu", email="nulle@org.example"
    )
    assert known.text.replace("amina", "nulle") == other.text
    link = await office.last_link(LinkPurpose.PARTICIPATION)
    assert link.split(".")[1] == joined["registration_id"]
    mailed = len(await office.facts(LinkRequested))
    assert (await page.send("/lien-perdu", email="amina@org.example")).text == known.text
    assert len(await office.facts(LinkRequested)) == mailed, "the same form sent twice mails once"


async def test_somebody_signed_in_is_registered_at_once_and_a_colleague_is_asked(
    office: Office, coordinator: Visitor
) -> None:
    """R1: on behalf of a colleague, the colleague proves the address."""
    one = (await office.published(capacity=80))["commission_id"]
    page = await coordinator.get(ONE + one)
    own = await (await page.send("/inscription")).follow()
    own.says("L’inscription est enregistrée", "Votre place du mardi 8 décembre est confirmée")
    other = await coordinator.get(ONE + one)
    asked = await other.send("/inscription", email="zoe@org.example", for_colleague="oui")
    asked.says("Vérifiez votre messagerie", "zoe@org.example")
    assert (await office.states(one))["zoe@org.example"] == "pending_proof"
