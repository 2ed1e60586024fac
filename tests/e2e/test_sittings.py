"""In a browser: two sittings with five people signed in at once, from the draft to the keys.

A referrer writes, an agent of the SIAO checks and decides, a chair opens and closes, a landlord sits, steps
back, is proposed a household and houses it. Each has their own window; what one does shows in the others.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import axe
from tests.e2e.test_journey import desk, heading, press
from tests.stack.city import API, City, Session, new_id, sign_in, today

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SIAO, CHAIR, LANDLORD, STATE = "siao_agent", "chair", "landlord", "state_seat"
SEATS = {
    SIAO: ("siao", "full"),
    CHAIR: ("local_authority", "social"),
    LANDLORD: ("landlord", "landlord"),
    STATE: ("state", "social"),
}
FIRST, SECOND = "Delobelle-Essai", "Wattrin-Essai"


class Panel:
    """The people of the two sittings, with a window each."""

    def __init__(self, browser: Browser, city: City, windows: ExitStack) -> None:
        self.city = city
        people = {name: city.people[name] for name in (SIAO, CHAIR, "referrer", "coordinator")}
        self.landlord_id, people[LANDLORD] = _newcomer(city, "Essai Habitat", "landlord", "bailleur")
        _, people[STATE] = _newcomer(city, "Direction d’essai", "state", "etat")
        self.people = people
        self.windows = {
            name: windows.enter_context(desk(browser, city, session)) for name, session in people.items()
        }

    def __getitem__(self, name: str) -> Page:
        return self.windows[name]

    def commission(self, title: str) -> str:
        """A commission of today with a panel of four voters: the address of its pages."""
        commission = self.city.publish(
            title=title,
            day=today(),
            commission_type="lda_panel",
            parts=["panel"],
            workshops=[],
            talks=[],
            minutes_for_cases=120,
        )
        for name, (seat, pack) in SEATS.items():
            account = self.people[name].get(f"{API}/me")
            self.city.coordinator.post(
                f"{API}/commissions/{commission}/panel",
                {
                    "person_id": account["account_id"],
                    "organisation_id": account["organisation_id"],
                    "seat": seat,
                    "pack": pack,
                    "voting": True,
                    "undertaking_on": today().isoformat(),
                },
            )
        return f"/cases/commissions/{commission}"


def _newcomer(city: City, organisation: str, kind: str, name: str) -> tuple[str, Session]:
    """Somebody without a role, of an organisation of their own: the organisation, and their session."""
    organisation_id, email = new_id(), f"{name}-{new_id()[:6]}@essai.example"
    city.coordinator.post(
        f"{API}/organisations", {"organisation_id": organisation_id, "name": organisation, "kind": kind}
    )
    city.coordinator.post(
        f"{API}/accounts",
        {
            "person_id": new_id(),
            "email": email,
            "given_name": "Côme",
            "family_name": organisation.split()[0],
            "organisation_id": organisation_id,
            "roles": [],
        },
    )
    return organisation_id, sign_in(city.url, email)


@contextmanager
def panel_of(browser: Browser, city: City) -> Iterator[Panel]:
    with ExitStack() as windows:
        yield Panel(browser, city, windows)


def write(page: Page, family: str) -> str:
    """The referrer's draft, transmitted: the address of the case."""
    page.goto("/cases/brouillons/nouveau")
    assert heading(page) == "Nouvelle situation", page.locator("body").inner_text()
    for name, text in {
        "social.composition": "40",
        "social.adults": "1",
        "social.minors": "1",
        "persons.0.given_name": "Rosalie",
        "persons.0.family_name": family,
        "persons.0.birth_date": "1990-02-03",
        "social.situation": "35",
        "social.need": "217",
        "social.resources_monthly": "1100",
        "social.attempts": "Deux demandes restées sans suite",
        "social.question_text": "Vers quel logement ?",
        "social.first_transmitted_on": (today() - timedelta(days=400)).isoformat(),
    }.items():
        page.fill(f"[name='{name}']", text)
    page.select_option("[name='social.question']", "which_scheme")
    page.select_option("[name='social.seniority_source']", "si_siao_proof")
    press(page, "Transmettre au SIAO")
    assert page.title().startswith("Erreur"), "a file goes without the household being informed"
    assert page.input_value("[name='persons.0.family_name']") == family, "what was typed is lost"
    page.fill("[name='information.informed_on']", today().isoformat())
    page.select_option("[name='information.how']", "in_person")
    page.locator("[name='agreement.panel'][value='oui']").check()
    page.fill("[name='agreement.given_on']", today().isoformat())
    page.locator("[name='agreement.landlord']").check()
    press(page, "Transmettre au SIAO")
    assert heading(page).startswith("Situation "), heading(page)
    return page.url.partition("?")[0]


def reference(page: Page) -> str:
    return heading(page).removeprefix("Situation ").strip()


def admit(page: Page, case: str) -> None:
    page.goto(case)
    page.get_by_role("link", name="Déclarer recevable").click()
    press(page, "recevable")
    assert "Recevable" in page.locator("main").inner_text()


def schedule(page: Page, place: str, *references: str) -> None:
    page.goto(f"{place}/ordre-du-jour")
    for ref in references:
        late = page.locator("li", has_text=ref).locator("[name='motif']")
        late.fill("Une situation urgente")
        press(page, f"^Ajouter {ref}")
    press(page, "Publier l’ordre du jour")
    for ref in references:
        assert ref in page.locator("main").inner_text()


def open_sitting(page: Page, place: str) -> None:
    page.goto(f"{place}/seance")
    for box in page.locator("[name='present']").all():
        box.check()
    press(page, "Ouvrir la séance")
    assert "Quorum atteint" in page.locator("main").inner_text()


def close_and_approve(page: Page, place: str) -> None:
    page.goto(f"{place}/seance")
    page.get_by_text("Clore la séance", exact=True).first.click()
    press(page, "^Clore la séance")
    page.goto(f"{place}/releve")
    press(page, "Approuver le relevé")
    assert "Approuvé" in page.locator("main").inner_text()


def decide(page: Page, outcome: str, **choices: str) -> None:
    page.locator(f"[name='outcome'][value='{outcome}']").check()
    for name in ("scheme", "owner"):
        if name in choices:
            page.select_option(f"[name='{name}']", choices[name])
    page.fill("[name='due_on']", (today() + timedelta(days=14)).isoformat())
    press(page, "Enregistrer la décision")
    assert "La décision est enregistrée" in page.locator("main").inner_text(), page.locator(
        "main"
    ).inner_text()


def test_two_sittings_lead_a_household_from_its_draft_to_the_keys(browser: Browser, city: City) -> None:
    with panel_of(browser, city) as panel:
        referrer, agent = panel["referrer"], panel[SIAO]
        first, second = write(referrer, FIRST), write(referrer, SECOND)
        references = []
        for case in (first, second):
            admit(agent, case)
            references.append(reference(agent))
        morning = panel.commission("Panel d’essai, premier")
        evening = panel.commission("Panel d’essai, second")
        one_sitting(panel, morning, first, second, references)
        agent.goto(second)
        assert "Recevable" in agent.locator("main").inner_text(), "a case not examined keeps its rank"
        schedule(agent, evening, references[1])
        open_sitting(panel[CHAIR], evening)
        agent.goto(f"{evening}/seance")
        decide(agent, "support_only")
        close_and_approve(panel[CHAIR], evening)
        keys(panel, first, references[0])


def one_sitting(panel: Panel, place: str, first: str, second: str, references: list[str]) -> None:
    """The first case decided before everybody; the landlord steps back from the second, left for later."""
    agent, chair, landlord = panel[SIAO], panel[CHAIR], panel[LANDLORD]
    one, two = references
    landlord.goto(first)
    assert one not in heading(landlord), "seen before the agenda is published"
    schedule(agent, place, one, two)
    landlord.goto(first)
    assert one in heading(landlord)
    assert FIRST not in landlord.content(), "a landlord's pack holds no name"
    open_sitting(chair, place)
    landlord.goto(f"{place}/seance")
    agent.goto(f"{place}/seance")
    assert one in agent.locator("main").inner_text()
    axe.check(agent)
    decide(agent, "orient", scheme="social_housing")
    expect(landlord.locator("#ordre")).to_contain_text("Décid", timeout=20_000)
    landlord.goto(f"{place}/ordre-du-jour")
    row = landlord.locator("tr", has_text=two)
    row.get_by_text("Me retirer").first.click()
    row.get_by_role("button", name=re.compile("Me retirer de cette situation")).click()
    landlord.wait_for_load_state("load")
    landlord.goto(second)
    assert two not in heading(landlord), "somebody recused still sees the case"
    close_and_approve(chair, place)
    landlord.goto(first)
    assert one not in heading(landlord), "sight ends with the minutes"


def keys(panel: Panel, case: str, ref: str) -> None:
    """Two proposals, one accepted and housed: the other ends at once; the referrer follows it all."""
    agent, landlord, referrer = panel[SIAO], panel[LANDLORD], panel["referrer"]
    referrer.goto(case)
    assert "Orientation" in referrer.locator("main").inner_text()
    here, day = f"/cases/api/v1/cases/{case.rsplit('/', 1)[1]}", today().isoformat()
    siao, provider = panel.people[SIAO], panel.people[LANDLORD]
    proposal, other = new_id(), new_id()
    for orientation, organisation in ((proposal, panel.landlord_id), (other, panel.city.organisation_id)):
        asked = {"orientation_id": orientation, "scheme": "social_housing", "organisation_id": organisation}
        siao.post(f"{here}/orientations", asked)
    landlord.goto("/cases/propositions")
    assert ref in landlord.locator("main").inner_text()
    landlord.goto(f"{case}/propositions/{proposal}/accepter")
    press(landlord, "Noter l’acceptation")
    provider.post(f"{here}/orientations/{proposal}/committee", {"outcome": "a", "decided_on": day})
    allocation = new_id()
    placed = {
        "allocation_id": allocation,
        "orientation_id": proposal,
        "quota": "prefect",
        "territory_cell": "59350",
        "dwelling_size": "T3",
        "decided_on": day,
        "reported_by": "landlord",
    }
    provider.post(f"{here}/allocations", placed)
    agent.goto(case)
    assert "Une autre proposition a abouti" in agent.locator("main").inner_text()
    provider.post(f"{here}/allocations/{allocation}/answer", {"answer": "accepted", "answered_on": day})
    provider.post(f"{here}/allocations/{allocation}/lease", {"lease_kind": "lease", "signed_on": day})
    provider.post(f"{here}/allocations/{allocation}/entry", {"entered_on": day})
    referrer.goto(case)
    assert "Entré" in referrer.locator("main").inner_text()
    axe.check(referrer)
