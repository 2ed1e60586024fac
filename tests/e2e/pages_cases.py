"""Pages of cases: drafts, queues, a case and its acts, an agenda, a sitting, its minutes, what follows."""

import base64
import json
from datetime import date, timedelta
from typing import Any

from cases.domain.drafting import typed_from
from cases.domain.file import Agreement, CaseFile, Information, Number, NumberKind, Person, Social
from contracts.lists import InformedHow, Question, SenioritySource
from seuil_dev.engine import wait_until
from tests.e2e.page import Page, opened, press
from tests.stack.city import API, City, Session, new_id, sign_in, today

CASES = "/cases/api/v1"
CASE = "/cases/dossiers/{case_new}"
FOLLOWED = "/cases/dossiers/{case_followed}"
PANEL, SITTING, DONE = (f"/cases/commissions/{{{name}}}" for name in ("panel", "sitting", "sat"))
ACTS = ("complement", "confier", "equipe", "lier", "anciennete", "proteger", "accord", "numeros")
"""One of each shape; all acts share one template."""
PAGES = [
    Page("cases today, SIAO", "/cases/", "siao_agent"),
    Page("cases today, coordinator", "/cases/", "coordinator"),
    Page("cases today, referrer", "/cases/", "referrer"),
    Page("cases today, member", "/cases/", "member"),
    Page("queue to check", "/cases/dossiers?etape=verifier", "siao_agent", act=opened),
    Page("queue, every case", "/cases/dossiers?etape=toutes", "siao_agent"),
    Page("queue, nothing answers", "/cases/dossiers?etape=toutes&q=personne", "siao_agent"),
    Page("queue of a referrer", "/cases/dossiers?etape=toutes", "referrer"),
    Page("queue, operator", "/cases/dossiers?etape=toutes", "operator"),
    Page("named export", "/cases/dossiers/export-nominatif?etape=toutes", "siao_agent"),
    Page("named export, no purpose", "/cases/dossiers/export-nominatif", "siao_agent", act=press("Exporter")),
    Page("drafts", "/cases/brouillons", "referrer"),
    Page("draft, new", "/cases/brouillons/nouveau", "siao_agent", act=opened),
    Page("draft, begun", "/cases/brouillons/{case_draft}", "referrer"),
    Page(
        "draft, with mistakes",
        "/cases/brouillons/nouveau",
        "referrer",
        act=press("Transmettre", **{"social.adults": "0"}),
    ),
    Page("draft to throw away", "/cases/brouillons/{case_draft}/jeter", "referrer"),
    Page("case to check", CASE, "siao_agent", act=opened),
    Page("case, its referrer", CASE, "referrer"),
    Page("case of others", CASE, "member", status=404),
    Page("case in follow-up", FOLLOWED, "siao_agent", act=opened),
    Page("case in follow-up, referrer", FOLLOWED, "referrer"),
    Page("case, history", FOLLOWED + "/histoire", "coordinator"),
    Page("case, as transmitted", CASE + "/versions/1-submitted", "siao_agent"),
    *(Page(f"case, {name}", f"{CASE}/{name}", "siao_agent") for name in ACTS),
    Page("case, complement without anything", CASE + "/non-recevable", "siao_agent", act=press("Déclarer")),
    Page("case, too late for an act", FOLLOWED + "/recevable", "siao_agent", status=409),
    Page("search", "/cases/recherche", "siao_agent"),
    Page(
        "search, found",
        "/cases/recherche",
        "siao_agent",
        act=press("Chercher", family_name="Wambrechies-Essai"),
    ),
    Page("duplicates", "/cases/doublons", "siao_agent"),
    Page("duplicates, side by side", "/cases/doublons/{pair}", "siao_agent"),
    Page("rules of commissions", "/cases/regles", "coordinator", act=opened),
    Page("files received", "/cases/recus", "siao_agent"),
    Page("sittings", "/cases/commissions", "siao_agent"),
    Page("sittings, member", "/cases/commissions", "member"),
    Page("agenda to prepare", PANEL + "/ordre-du-jour", "siao_agent", act=opened),
    Page("agenda published, member", SITTING + "/ordre-du-jour", "member"),
    Page("sitting, chair", SITTING + "/seance", "chair", act=opened),
    Page("sitting, member", SITTING + "/seance", "member"),
    Page("sitting, projected", SITTING + "/ecran", "chair"),
    Page("minutes to approve", DONE + "/releve", "chair", act=opened),
    Page("minutes, member", DONE + "/releve", "member"),
    Page("proposals", "/cases/propositions", "member"),
    Page("steps", "/cases/demarches", "referrer"),
    Page("to copy into SI SIAO", "/cases/a-reporter", "siao_agent"),
    Page("requests of households", "/cases/donnees", "data_officer"),
    Page("who read what", "/cases/journal", "data_officer"),
]


def a_file(name: str, **social: Any) -> dict[str, list[str]]:
    """A made-up household, typed."""
    given: dict[str, Any] = {
        "composition": "40",
        "adults": 1,
        "minors": 2,
        "situation": "35",
        "need": "217",
        "resources_monthly": 1150,
        "question": Question.WHICH_SCHEME,
        "question_text": "Quel dispositif pour la suite ?",
        "first_transmitted_on": date(2024, 3, 4),
        "seniority_source": SenioritySource.SI_SIAO_PROOF,
    }
    file = CaseFile(
        persons=(Person(given_name="Rosalie", family_name=name, birth_date=date(1991, 5, 17)),),
        numbers=(Number(kind=NumberKind.NUR, value="059099345678901234"),),
        social=Social(**{**given, **social}),
    )
    informed = Information(informed_on=today() - timedelta(days=3), how=InformedHow.IN_PERSON)
    agreed = Agreement(panel=True, landlord=True, given_on=today() - timedelta(days=3))
    return typed_from(file, informed, agreed)


def transmit(city: City, name: str, *, admit: bool = True, **social: Any) -> str:
    """A case typed by the referrer, admitted by the SIAO."""
    case_id, referrer = new_id(), city.people["referrer"]
    draft = f"{CASES}/drafts/{case_id}"
    good(referrer.call("PUT", draft, {"typed": a_file(name, **social)}))
    referrer.post(f"{draft}/submission", {})
    if admit:
        city.people["siao_agent"].post(f"{CASES}/cases/{case_id}/admission", {})
    return case_id


def good(answer: Any) -> None:
    assert answer.status_code < 300, answer.text


def panel(city: City, title: str, day: date, member: str) -> str:
    """A commission with a panel, known to cases, its members seated."""
    commission = city.publish(title=title, day=day, parts=["panel"], workshops=[], talks=[])
    for person, seat, pack in (
        (member, "landlord", "landlord"),
        (person_of(city.people["chair"]), "siao", "full"),
    ):
        named = {
            "person_id": person,
            "organisation_id": city.organisation_id,
            "seat": seat,
            "pack": pack,
            "voting": True,
            "undertaking_on": today().isoformat(),
        }
        city.coordinator.post(f"{API}/commissions/{commission}/panel", named)
    chair = city.people["chair"]
    assert wait_until(lambda: commission in str(chair.get(f"{CASES}/sittings")), 30), (
        "cases hears of no panel"
    )
    return commission


def person_of(session: Session) -> str:
    """Whose token it is."""
    payload = session.token.split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["sub"])


def sit(city: City, commission: str, case_id: str, member: str) -> None:
    """The case on the agenda, the sitting opened."""
    agent, chair = city.people["siao_agent"], city.people["chair"]
    place = f"{CASES}/sittings/{commission}"
    agent.post(f"{place}/cases/{case_id}", {"minutes": 15, "override": "Urgence"})
    agent.post(f"{place}/publication", {})
    chair.post(f"{place}/opening", {"present": [member, person_of(chair)]})


def places(city: City) -> dict[str, str]:
    member = new_id()
    asked = {
        "person_id": member,
        "email": "membre@seuil.example",
        "given_name": "Ferdinand",
        "family_name": "Quesnoy",
        "organisation_id": city.organisation_id,
        "roles": [],
    }
    city.coordinator.post(f"{API}/accounts", asked)
    city.people["member"] = sign_in(city.url, "membre@seuil.example")
    agent, chair, referrer = (city.people[name] for name in ("siao_agent", "chair", "referrer"))
    known = wait_until(lambda: referrer.call("GET", f"{CASES}/drafts").status_code == 200, 30)
    assert known, "cases does not know the referrer"
    draft = new_id()
    good(referrer.call("PUT", f"{CASES}/drafts/{draft}", {"typed": a_file("Brouillon-Essai")}))
    new = transmit(city, "Wambrechies-Essai", admit=False)
    near = transmit(city, "Wambrechies-Essai", admit=False, composition="20", minors=0)
    transmit(city, "Attente-Essai")
    seated, followed = transmit(city, "Seance-Essai"), transmit(city, "Suite-Essai")
    coming = panel(city, "Commission à préparer", today() + timedelta(days=30), member)
    sitting = panel(city, "Commission en séance", today(), member)
    done = panel(city, "Commission tenue", today(), member)
    sit(city, sitting, seated, member)
    sit(city, done, followed, member)
    on_case = f"{CASES}/sittings/{done}/cases/{followed}"
    chair.post(f"{on_case}/examination", {"heard": "not_asked"})
    step = {"organisation_id": city.organisation_id, "due_on": (today() + timedelta(days=9)).isoformat()}
    chair.post(f"{CASES}/sittings/{done}/closing", {})
    decided = {"outcome": "orient", "schemes": ["social_housing"], "step": step}
    city.coordinator.post(f"{on_case}/decision", decided)
    proposed = {
        "orientation_id": new_id(),
        "scheme": "social_housing",
        "organisation_id": city.organisation_id,
    }
    agent.post(f"{CASES}/cases/{followed}/orientations", proposed)
    city.people["referrer"].page(f"/cases/dossiers/{followed}")  # the first opening is an event of its own
    return {
        "case_new": new,
        "case_draft": draft,
        "case_followed": followed,
        "pair": "/".join(sorted((new, near))),
        "panel": coming,
        "sitting": sitting,
        "sat": done,
    }
