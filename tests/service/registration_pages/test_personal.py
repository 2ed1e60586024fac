"""Behind a mailed link: reading changes nothing (T9), each link acts on its own sign-up only (T8)."""

import pytest

from contracts.lists import LinkPurpose
from contracts.registration import RegistrationFact
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Visitor

LINK = "/registration/lien/"
ONE = "/registration/commissions/"


async def proof(office: Office, **commission: object) -> tuple[str, str]:
    one = (await office.published(**commission))["commission_id"]
    await office.sign_up(one, "amina@org.example", given_name="Amina", family_name="<b>Benali</b>")
    return one, await office.last_link(LinkPurpose.PROVE_ADDRESS)


async def test_reading_links_changes_nothing_and_leaks_nothing(office: Office, visitor: Visitor) -> None:
    """T9: HEAD and GET, by a mail scanner as by a person."""
    one, token = await proof(office)
    own = office.participation((await office.joined(one, "karim@org.example"))["registration_id"])
    before, states = len(await office.facts(RegistrationFact)), await office.states(one)
    for path in (token, own, own + "/annuler", own + "/ateliers", own + "/calendrier.ics"):
        for method in ("HEAD", "GET", "GET"):
            page = await visitor.get(LINK + path, method)
            assert page.status == 200
            assert page.answer.headers["referrer-policy"] == "no-referrer"
            assert "no-store" in page.answer.headers["cache-control"]
    assert len(await office.facts(RegistrationFact)) == before
    assert await office.states(one) == states


async def test_the_button_proves_the_address_then_shows_ones_own_page(
    office: Office, visitor: Visitor
) -> None:
    _, token = await proof(office)
    page = await visitor.get(LINK + token)
    page.says("Confirmer votre inscription", "amina@org.example")
    done = await (await page.send(token)).follow()
    done.says("Votre adresse est confirmée", "Votre place du mardi 8 décembre est confirmée", "Amina")
    assert "<b>Benali</b>" not in done.html
    assert "visio.example" in done.html
    used = await visitor.get(LINK + token)
    assert used.status == 410
    used.says("Votre adresse est déjà confirmée", "Recevoir mon lien personnel")
    again = await visitor.post(LINK + token, {"x": "1"})
    assert again.status == 410


async def test_a_proof_that_comes_too_late_says_what_to_do(office: Office, visitor: Visitor) -> None:
    one, token = await proof(office)
    office.clock.advance(minutes=31)
    late = await visitor.get(LINK + token)
    assert late.status == 410
    late.says("Le délai pour confirmer s’est terminé", "S’inscrire à nouveau")
    assert ONE + one in late.html


@pytest.mark.parametrize("token", ["rien", "a.b.c.d", "participation.x.1.y", "é"])
async def test_a_forged_or_cut_link_is_not_found(visitor: Visitor, token: str) -> None:
    for page in (await visitor.get(LINK + token), await visitor.post(LINK + token, {"action": "annuler"})):
        assert page.status == 404
        page.says("Ce lien est incomplet ou n’est plus valable")


async def test_each_link_acts_on_its_own_sign_up_only(office: Office, visitor: Visitor) -> None:
    """T8: for the second and the last as for the first."""
    one = (await office.published(capacity=10))["commission_id"]
    emails = [f"{n}@org.example" for n in ("un", "deux", "trois")]
    joined = [await office.joined(one, email) for email in emails]
    for email, mine in list(zip(emails, joined, strict=True))[::-1]:
        token = office.participation(mine["registration_id"])
        page = await visitor.get(LINK + token)
        page.says(f"Participation de {email}")
        ask = await visitor.get(LINK + token + "/annuler")
        ask.says("Annuler votre inscription du mardi 8 décembre ?")
        (await (await ask.send(token)).follow()).says("Votre inscription est annulée")
        states = await office.states(one)
        assert states.pop(email) == "cancelled"
        assert {e for e, s in states.items() if s == "confirmed"} == set(emails[: emails.index(email)])


async def test_a_place_is_offered_taken_and_the_offer_is_over_afterwards(
    office: Office, visitor: Visitor
) -> None:
    one = (await office.published(capacity=1))["commission_id"]
    first = await office.joined(one, "premier@org.example")
    second = await office.joined(one, "seconde@org.example")
    third = await office.joined(one, "troisieme@org.example")
    waiting = await visitor.get(LINK + office.participation(third["registration_id"]))
    waiting.says("Vous êtes en liste d’attente", "En attente, 2e", "2e vous")
    leave = office.participation(first["registration_id"])
    await (await visitor.get(LINK + leave + "/annuler")).send(leave)
    token = office.participation(second["registration_id"])
    offered = await visitor.get(LINK + token)
    offered.says("Une place vous est proposée", "mercredi 4 novembre 2026 à 10 h", "Prendre la place")
    taken = await offered.send(token, action="prendre")
    (await taken.follow()).says("La place est à vous", "Votre place du mardi 8 décembre est confirmée")
    again = await offered.send(token, action="prendre")
    assert again.status == 303
    assert (await office.states(one))["seconde@org.example"] == "confirmed"


async def test_a_place_left_goes_to_the_next_and_cannot_be_taken_any_more(
    office: Office, visitor: Visitor
) -> None:
    one = (await office.published(capacity=1))["commission_id"]
    first = await office.joined(one, "premier@org.example")
    second = await office.joined(one, "seconde@org.example")
    third = await office.joined(one, "troisieme@org.example")
    leave = office.participation(first["registration_id"])
    await (await visitor.get(LINK + leave + "/annuler")).send(leave)
    token = office.participation(second["registration_id"])
    offered = await visitor.get(LINK + token)
    other = await visitor.get(LINK + token)
    (await (await offered.send(token, action="laisser")).follow()).says("laissée à la personne suivante")
    late = await other.send(token, action="prendre")
    assert late.status == 409
    late.says("Rien n’a été changé")
    assert (await office.states(one))["troisieme@org.example"] == "offered"
    assert third


async def test_workshops_are_changed_and_a_foreign_one_is_refused(office: Office, visitor: Visitor) -> None:
    ids = [str(office.new_id()) for _ in range(2)]
    shops = [{"workshop_id": i, "title": f"Atelier {n}", "capacity": 5} for n, i in enumerate(ids)]
    one = (await office.published(parts=["workshops"], workshops=shops))["commission_id"]
    mine = await office.joined(one, "amina@org.example", workshops=[ids[0]])
    token = office.participation(mine["registration_id"])
    page = await visitor.get(LINK + token + "/ateliers")
    assert page.form(token).values["atelier_1"] == [ids[0]]
    (await (await page.send(token, atelier_1=ids[1])).follow()).says(
        "Vos choix sont enregistrés", "Atelier 1"
    )
    wrong = await (await visitor.get(LINK + token + "/ateliers")).send(token, atelier_1=str(office.new_id()))
    assert wrong.status == 409
    wrong.says("Une réponse est à revoir")


async def test_an_incomplete_action_is_refused(office: Office, visitor: Visitor) -> None:
    one = (await office.published())["commission_id"]
    token = office.participation((await office.joined(one, "amina@org.example"))["registration_id"])
    for typed in ({}, {"action": "tout"}, {"action": "annuler"}):
        assert (await visitor.post(LINK + token, {"x": "1", **typed})).status == 422
    assert (await office.states(one))["amina@org.example"] == "confirmed"
