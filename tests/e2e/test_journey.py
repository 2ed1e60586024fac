"""In a browser: from sign-up to cancellation, a coordinator, two at once, the keyboard alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.stack.city import City, Session, address, link_of, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


@contextmanager
def desk(browser: Browser, city: City, session: Session | None = None) -> Iterator[Page]:
    """A window of somebody, who may be signed in."""
    context = browser.new_context(locale="fr-FR", base_url=city.url)
    if session is not None:
        session.ask("GET", "/registration/session")
        for name, value in session.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": city.url}])
    said: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda m: said.append(m.text) if "Content Security" in m.text else None)
    try:
        yield page
        assert not said, said
    finally:
        context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(name)).first.click()
    page.wait_for_load_state("load")


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_visitor_signs_up_proves_changes_and_cancels(browser: Browser, city: City) -> None:
    email = address("parcours")
    with desk(browser, city) as page:
        page.goto("/")
        page.get_by_role("link", name="Commission de l’arrondissement de Lille").first.click()
        page.get_by_label("Prénom").fill("Célestine")
        page.get_by_label("Adresse électronique").first.fill(email)
        page.get_by_label("Santé et logement").first.check()
        press(page, "M’inscrire")
        expect(page.locator("h1")).to_have_text("Vérifiez votre messagerie")
        page.goto(link_of(city.visitor.mail(email, "confirmez")))
        press(page, "Confirmer mon inscription")
        assert "est confirmée" in heading(page)
        assert "Santé et logement" in page.locator("main").inner_text()
        own = page.url.partition("?")[0]
        city.visitor.mail(email, "confirmée")
        page.get_by_role("link", name="Changer d’atelier").click()
        page.get_by_label("Intermédiation locative").first.check()
        press(page, "Enregistrer")
        assert "Intermédiation locative" in page.locator("main").inner_text()
        page.get_by_role("link", name="Je ne pourrai pas venir").click()
        assert page.url == f"{own}/annuler"
        press(page, "Annuler mon inscription")
        assert "annulée" in heading(page)
        city.visitor.mail(email, "annulée")
        page.goto(own)
        assert "annulée" in heading(page)


def test_a_coordinator_plans_publishes_and_moves(browser: Browser, city: City) -> None:
    title, day = "Commission des essais en fenêtre", today() + timedelta(days=28)
    with desk(browser, city, city.coordinator) as page:
        page.goto("/registration/commissions")
        page.get_by_role("link", name=re.compile("Planifier")).first.click()
        page.get_by_label("Intitulé").first.fill(title)
        for name, text in {
            "day": day.isoformat(),
            "registration_opens_on": today().isoformat(),
            "registration_opens": "00:00",
            "registration_closes_on": (day - timedelta(days=1)).isoformat(),
            "capacity": "12",
            "contact_email": "commission@seuil.example",
        }.items():
            page.fill(f"[name='{name}']", text)
        press(page, "Enregistrer le brouillon")
        assert heading(page).startswith("Publier la commission")
        press(page, "Publier la commission")
        assert title in heading(page)
        assert "publiée" in page.get_by_role("status").first.inner_text()
        commission = page.url.split("/")[-2]
        assert title in city.visitor.page("/").text
        email = address("deplace")
        city.seat(commission, email)
        page.reload()
        page.get_by_role("link", name="Changer la date").click()
        later = day + timedelta(days=7)
        page.fill("[name='day']", later.isoformat())
        page.select_option("[name='reason']", index=1)
        press(page, "Déplacer et prévenir")
        assert "déplacée" in page.get_by_role("status").first.inner_text()
        told = city.visitor.mail(email, "nouvelle date")["text"]
        assert str(later.day) in told
        assert str(day.day) in told


def test_two_at_once_on_one_form_lose_nothing(browser: Browser, city: City) -> None:
    commission = city.publish(title="Commission à deux fenêtres", workshops=[], parts=["plenary"])
    path = f"/registration/commissions/{commission}/modifier"
    with desk(browser, city, city.coordinator) as one, desk(browser, city, city.coordinator) as two:
        one.goto(path)
        two.goto(path)
        one.get_by_label("Intitulé").first.fill("Le titre de la première")
        press(one, "Enregistrer")
        two.get_by_label("Intitulé").first.fill("Le titre de la seconde")
        two.fill("[name='place']", "Salle des essais")
        press(two, "Enregistrer")
        assert "Quelqu’un a modifié" in two.get_by_role("alert").first.inner_text()
        assert "Le titre de la première" in two.locator("main").inner_text()
        assert two.get_by_label("Intitulé").first.input_value() == "Le titre de la seconde"
        assert two.input_value("[name='place']") == "Salle des essais"
        axe.check(two)
        assert city.commission(commission)["title"] == "Le titre de la première"
        press(two, "Enregistrer")
        assert city.commission(commission)["title"] == "Le titre de la seconde"


def tab_to(page: Page, name: str) -> None:
    """Press Tab until that field has the focus, which must be seen."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {name} is not seen"
            return
    raise AssertionError(f"{name} cannot be reached by the keyboard")


def test_one_signs_up_with_the_keyboard_alone(browser: Browser, city: City) -> None:
    email = address("clavier")
    with desk(browser, city) as page:
        page.goto(f"/registration/commissions/{city.commissions['open']}")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "evite"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "contenu"
        tab_to(page, "email")
        page.keyboard.type("clavier@")
        page.keyboard.press("Enter")
        page.wait_for_selector(".resume")
        assert page.evaluate("document.activeElement.className") == "resume"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.name") == "email"
        page.keyboard.press("Control+A")
        page.keyboard.type(email)
        tab_to(page, "atelier_1")
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Vérifiez votre messagerie")
        assert link_of(city.visitor.mail(email, "confirmez"))


def test_one_signs_up_without_script(windows: axe.Windows, city: City) -> None:
    email = address("sans-script")
    path = f"{city.url}/registration/commissions/{city.commissions['open']}"
    with axe.opened(windows, path, width=320, script=False) as page:
        page.fill("[name='email']", "sans-script@")
        press(page, "M’inscrire")
        assert page.title().startswith("Erreur")
        assert page.input_value("[name='email']") == "sans-script@"
        page.fill("[name='email']", email)
        press(page, "M’inscrire")
        assert heading(page) == "Vérifiez votre messagerie"
        page.goto(city.url + link_of(city.visitor.mail(email, "confirmez")))
        press(page, "Confirmer mon inscription")
        assert "est confirmée" in heading(page)
