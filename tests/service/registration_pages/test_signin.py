"""Signing in by link, keeping the session, leaving here and everywhere."""

from datetime import timedelta

from contracts.lists import LinkPurpose, Role
from tests.service.registration.office import Office
from tests.service.registration_pages.hall import Visitor, seat

SESSION = "/registration/session"
LINK = "/registration/lien/"
EMAIL = "coordinator@siao-59-lille.example"


async def signed_in(office: Office, visitor: Visitor, path: str = "") -> Visitor:
    await office.user(Role.COORDINATOR)
    page = await visitor.get(SESSION + (f"?next={path}" if path else ""))
    await page.send(SESSION, email=EMAIL)
    token = await office.last_link(LinkPurpose.SIGN_IN)
    shown = await visitor.get(LINK + token)
    shown.says("Me connecter", EMAIL)
    names = await (await shown.send(token)).follow()
    names.says("Vos prénom et nom")
    home = await (await names.send("/noms", given_name="Claire", family_name="Vasseur")).follow()
    assert home.status == 200
    return visitor


async def test_the_whole_way_in_and_the_link_serves_once(office: Office, visitor: Visitor) -> None:
    await signed_in(office, visitor)
    assert visitor.cookies.keys() == {"seuil", "seuil-session"}
    (await visitor.get("/")).says("Bonjour Claire", "Planifier, publier")
    token = await office.last_link(LinkPurpose.SIGN_IN)
    used = await Visitor(office).get(LINK + token)
    assert used.status == 410
    used.says("ne sert qu’une fois", "Recevoir un nouveau lien")


async def test_reading_a_sign_in_link_signs_nobody_in(office: Office, visitor: Visitor) -> None:
    """T9."""
    await office.user(Role.COORDINATOR)
    await (await visitor.get(SESSION)).send(SESSION, email=EMAIL)
    token = await office.last_link(LinkPurpose.SIGN_IN)
    for method in ("HEAD", "GET"):
        page = await visitor.get(LINK + token, method)
        assert "set-cookie" not in page.answer.headers
    assert (await (await visitor.get(LINK + token)).send(token)).status == 303


async def test_an_unknown_address_gets_the_same_answer(office: Office, visitor: Visitor) -> None:
    await office.user(Role.COORDINATOR)
    known = await (await visitor.get(SESSION)).send(SESSION, email=EMAIL)
    other = await (await visitor.get(SESSION)).send(SESSION, email="personne@org.example")
    assert known.text.replace(EMAIL, "personne@org.example") == other.text
    wrong = await (await visitor.get(SESSION)).send(SESSION, email="rien")
    assert wrong.status == 422
    assert wrong.form(SESSION).values["email"] == ["rien"]


async def test_a_page_asked_without_session_is_come_back_to(office: Office, visitor: Visitor) -> None:
    asked = await visitor.get("/registration/commissions?x=1")
    assert asked.location == f"{SESSION}?next=/registration/commissions%3Fx%3D1"
    await signed_in(office, visitor, "/registration/commissions")


async def test_the_next_page_stays_on_this_site(office: Office, visitor: Visitor) -> None:
    page = await visitor.get(SESSION + "?next=https://ailleurs.example/")
    assert page.form(SESSION).values["next"] == ["/registration/aujourdhui"]
    await signed_in(office, visitor)
    renewed = await visitor.get(SESSION + "?next=//ailleurs.example")
    assert renewed.location == "/registration/aujourdhui"


async def test_the_session_renews_the_token_silently_until_it_is_over(
    office: Office, visitor: Visitor
) -> None:
    await signed_in(office, visitor)
    office.clock.advance(minutes=16)
    sent = await visitor.get("/registration/aujourdhui")
    assert sent.location == f"{SESSION}?next=/registration/aujourdhui"
    back = await sent.follow()
    assert back.location == "/registration/aujourdhui"
    assert (await back.follow()).status == 200
    office.clock.at += timedelta(minutes=45)
    over = await (await visitor.get("/registration/aujourdhui")).follow()
    over.says("Votre session est terminée", "Recevoir mon lien")


async def test_leaving_here_ends_this_session(office: Office, visitor: Visitor) -> None:
    await signed_in(office, visitor)
    page = await visitor.get("/registration/mon-compte")
    page.says("Claire Vasseur", EMAIL, "Coordination")
    session = visitor.cookies["seuil-session"]
    (await (await page.send("/session/fin")).follow()).says("Votre session est fermée")
    assert visitor.cookies == {}
    visitor.cookies["seuil-session"] = session
    assert (await visitor.get(SESSION)).status == 200


async def test_leaving_everywhere_ends_every_token_at_once(office: Office, visitor: Visitor) -> None:
    await signed_in(office, visitor)
    elsewhere = await seat(office, Role.COORDINATOR)
    assert (await elsewhere.get("/registration/aujourdhui")).status == 200
    await (await visitor.get("/registration/mon-compte")).send("/fermer-partout")
    ended = await elsewhere.get("/registration/aujourdhui")
    assert ended.status == 303
    assert ended.location.startswith(SESSION)


async def test_names_may_not_be_empty(office: Office, coordinator: Visitor) -> None:
    page = await coordinator.get("/registration/mon-compte/noms")
    wrong = await page.send("/noms", given_name=" ", family_name="Vasseur")
    assert wrong.status == 422
    wrong.says("Indiquez votre prénom")
    assert wrong.form("/noms").values["family_name"] == ["Vasseur"]


async def test_a_link_asked_before_leaving_everywhere_signs_nobody_in(
    office: Office, visitor: Visitor
) -> None:
    await signed_in(office, visitor)
    ask = Visitor(office)
    await (await ask.get(SESSION)).send(SESSION, email=EMAIL)
    before = await office.last_link(LinkPurpose.SIGN_IN)
    office.clock.advance(seconds=1)
    await (await visitor.get("/registration/mon-compte")).send("/fermer-partout")
    assert (await ask.get(LINK + before)).status == 410
    pressed = await ask.post(LINK + before, {"cle_idempotence": str(office.new_id())})
    assert pressed.status == 410
    await (await ask.get(SESSION)).send(SESSION, email=EMAIL)
    after = await office.last_link(LinkPurpose.SIGN_IN)
    assert (await (await ask.get(LINK + after)).send(after)).status == 303


async def test_a_link_asked_before_an_account_was_closed_signs_nobody_in(office: Office) -> None:
    agent = await office.user(Role.SIAO_AGENT)
    ask = Visitor(office)
    await (await ask.get(SESSION)).send(SESSION, email="siao-agent@siao-59-lille.example")
    asked = await office.last_link(LinkPurpose.SIGN_IN)
    for version, step in enumerate(("disable", "enable"), 1):
        path = f"/accounts/{agent.account_id}/{step}"
        await office.done("POST", path, {"version": version})
    assert (await ask.post(LINK + asked, {"cle_idempotence": str(office.new_id())})).status == 410
