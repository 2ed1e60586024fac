"""Every page and state that is looked at in a browser: errors, empty lists and refusals included.

A new page gets its line here. Addresses are filled in from the city: `{open}` is its open commission,
`{link_confirmed}` the path of a personal link, `{message}` a message of the log.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page as Tab

from tests.stack.city import API, City

State = Callable[[Tab], None]
COMMISSION = "/registration/commissions/{open}"


@dataclass(frozen=True)
class Page:
    """A page as somebody sees it; `act` leads from its address to the state that is looked at."""

    name: str
    path: str
    role: str = ""
    status: int = 200
    act: State | None = None


def press(button: str, **fields: str) -> State:
    """Fill fields by their name, then press a button."""

    def act(tab: Tab) -> None:
        for name, text in fields.items():
            tab.fill(f"[name='{name}']", text)
        tab.get_by_role("button", name=button).first.click()
        tab.wait_for_load_state("load")

    return act


def opened(tab: Tab) -> None:
    """Everything that folds is unfolded."""
    tab.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true; })")


VISITOR = [
    Page("home", "/"),
    Page("commission open", COMMISSION),
    Page("commission full", "/registration/commissions/{full}"),
    Page("commission cancelled", "/registration/commissions/{cancelled}"),
    Page("commission held", "/registration/commissions/{held}"),
    Page("commission not published", "/registration/commissions/{draft}", status=404),
    Page("commission unknown", "/registration/commissions/00000000-0000-4000-8000-000000000000", status=404),
    Page("sign-up without an address", COMMISSION, act=press("M’inscrire")),
    Page("sign-up with half an address", COMMISSION, act=press("M’inscrire", email="amina@")),
    Page("sign-up received", COMMISSION, act=press("M’inscrire", email="page@essai.example")),
    Page("link lost", "/registration/lien-perdu"),
    Page("link lost, without an address", "/registration/lien-perdu", act=press("Recevoir")),
    Page("sign-in", "/registration/session"),
    Page("sign-in, half an address", "/registration/session", act=press("Recevoir", email="amina@")),
    Page("sign-in, sent", "/registration/session", act=press("Recevoir", email="nul@essai.example")),
    Page("link to prove", "{link_proof}"),
    Page("link used", "{link_used}", status=410),
    Page("link forged", "{link_confirmed}x", status=404),
    Page("own page", "{link_confirmed}", act=opened),
    Page("own page, waiting", "{link_waiting}", act=opened),
    Page("own page, cancelled", "{link_cancelled}"),
    Page("own workshops", "{link_confirmed}/ateliers"),
    Page("own cancellation", "{link_confirmed}/annuler"),
    Page("nothing there", "/rien", status=404),
    Page("help", "/aide"),
    Page("accessibility", "/accessibilite"),
    Page("site map", "/plan"),
    Page("personal data", "/donnees-personnelles"),
    Page("legal notice", "/mentions-legales"),
    Page("figures for everybody", "/analytics/publics?annee=2022", act=opened),
    Page("figures for everybody, a year without any", "/analytics/publics?annee=2001"),
    Page("definitions", "/analytics/definitions"),
    Page("figures, nothing there", "/analytics/rien", status=404),
    Page("contract for partners", "/integration/"),
    Page("partners, nothing there", "/integration/rien", status=404),
    Page("messages, nothing there", "/notifications/rien", status=404),
    Page("mails of this machine", "/dev/mail"),
    Page("a mail", "/dev/mail/{mail}"),
]
COORDINATOR = [
    Page("home, signed in", "/", "coordinator"),
    Page("today", "/registration/aujourdhui", "coordinator"),
    Page("commissions", "/registration/commissions", "coordinator"),
    Page("commission, signed in", COMMISSION, "coordinator"),
    Page("plan", "/registration/commissions/nouvelle", "coordinator"),
    Page(
        "plan, with mistakes",
        "/registration/commissions/nouvelle",
        "coordinator",
        act=press("Enregistrer", title="", contact_email="commission@"),
    ),
    Page("publish", "/registration/commissions/{draft}/publier", "coordinator"),
    Page("draft", "/registration/commissions/{draft}/inscrits", "coordinator"),
    Page("change", COMMISSION + "/modifier", "coordinator"),
    Page("move", COMMISSION + "/deplacer", "coordinator"),
    Page("call off", COMMISSION + "/annuler", "coordinator"),
    Page("called off", "/registration/commissions/{cancelled}/inscrits", "coordinator"),
    Page("say held, too early", COMMISSION + "/tenir", "coordinator"),
    Page("registered", COMMISSION + "/inscrits", "coordinator"),
    Page("registered, nobody found", COMMISSION + "/inscrits?q=personne+du+tout", "coordinator"),
    Page("waiting list", "/registration/commissions/{full}/attente", "coordinator"),
    Page("waiting list, empty", COMMISSION + "/attente", "coordinator"),
    Page("workshops", COMMISSION + "/ateliers", "coordinator"),
    Page("attendance", "/registration/commissions/{held}/emargement", "coordinator"),
    Page("attendance, too early", COMMISSION + "/emargement", "coordinator"),
    Page("came without", "/registration/commissions/{held}/venue", "coordinator"),
    Page("sheet to sign", COMMISSION + "/feuille", "coordinator"),
    Page("register somebody", COMMISSION + "/inscrire", "coordinator"),
    Page(
        "register somebody, without an address",
        COMMISSION + "/inscrire",
        "coordinator",
        act=press("Inscrire", email=""),
    ),
    Page("a sign-up", COMMISSION + "/inscrits/{registration}", "coordinator"),
    Page("cancel a sign-up", COMMISSION + "/inscrits/{registration}/annuler", "coordinator"),
    Page("people", "/registration/personnes", "coordinator"),
    Page("people, nobody found", "/registration/personnes?q=personne+du+tout", "coordinator"),
    Page("new person", "/registration/personnes/nouvelle", "coordinator"),
    Page(
        "new person, without an address",
        "/registration/personnes/nouvelle",
        "coordinator",
        act=press("Enregistrer", email=""),
    ),
    Page("a person with an account", "/registration/personnes/{referrer}", "coordinator"),
    Page("a person without", "/registration/personnes/{person}", "coordinator"),
    Page("organisations", "/registration/organismes", "coordinator"),
    Page("new organisation", "/registration/organismes/nouveau", "coordinator"),
    Page("an organisation", "/registration/organismes/{organisation}", "coordinator"),
    Page("my account", "/registration/mon-compte", "coordinator"),
    Page("my names", "/registration/mon-compte/noms", "coordinator"),
    Page("messages", "/notifications/messages", "coordinator"),
    Page("messages, none", "/notifications/messages?etat=failed", "coordinator"),
    Page("a message", "/notifications/messages/{message}", "coordinator"),
    Page(
        "no such message",
        "/notifications/messages/00000000-0000-4000-8000-000000000000",
        "coordinator",
        404,
    ),
    Page("partners", "/integration/partenaires", "coordinator"),
    Page("new partner", "/integration/partenaires/nouveau", "coordinator"),
    Page(
        "new partner, without a name",
        "/integration/partenaires/nouveau",
        "coordinator",
        act=press("Ouvrir", nom="", source="x"),
    ),
    Page("a partner", "/integration/partenaires/{partner}", "coordinator", act=opened),
    Page("a partner's settings", "/integration/partenaires/{partner}/modifier", "coordinator"),
    Page("revoke a key", "/integration/partenaires/{partner}/cles/{key}/revoquer", "coordinator"),
    Page("figures", "/analytics/?annee=2022", "coordinator", act=opened),
    *[
        Page(f"figures, {theme}", f"/analytics/{theme}?annee=2022", "coordinator", act=opened)
        for theme in ("demande", "reponses", "offre", "attributions", "commissions")
    ],
    Page("figures, a year without any", "/analytics/demande?annee=2001", "coordinator", act=opened),
    Page("figures, bad year", "/analytics/demande?annee=douze", "coordinator", 422),
]
OTHERS = [
    Page("today, referrer", "/registration/aujourdhui", "referrer"),
    Page("refused to a referrer", "/registration/personnes", "referrer", 403),
    Page("messages, referrer", "/notifications/messages", "referrer", 403),
    Page("figures, referrer", "/analytics/demande?annee=2022", "referrer", act=opened),
    Page("today, SIAO", "/registration/aujourdhui", "siao_agent"),
    Page("registered, SIAO", COMMISSION + "/inscrits", "siao_agent"),
    Page("registered, chair", COMMISSION + "/inscrits", "chair"),
    Page("today, operator", "/registration/aujourdhui", "operator"),
    Page("messages, operator", "/notifications/messages", "operator"),
    Page("partner, operator", "/integration/partenaires/{partner}", "operator", act=opened),
    Page("today, data officer", "/registration/aujourdhui", "data_officer"),
    Page("partner, data officer", "/integration/partenaires/{partner}", "data_officer", act=opened),
]
PAGES = [*VISITOR, *COORDINATOR, *OTHERS]


def places(city: City) -> dict[str, str]:
    """What the braces in the addresses stand for."""
    ask = city.coordinator.get
    registrations = ask(f"{API}/commissions/{city.commissions['open']}/registrations")
    confirmed = next(one for one in registrations if one["email"] == city.addresses["confirmed"])
    partner = f"/integration/api/v1/partners/{city.partner_id}"
    return {
        **city.commissions,
        **{f"link_{name}": path for name, path in city.links.items()},
        "registration": confirmed["registration_id"],
        "person": confirmed["person_id"],
        "referrer": city.people["referrer"].get(f"{API}/me")["account_id"],
        "organisation": city.organisation_id,
        "message": ask("/notifications/api/v1/messages")["messages"][0]["message_id"],
        "partner": city.partner_id,
        "key": ask(f"{partner}/keys")[0]["key_id"],
        "mail": city.visitor.mails(city.addresses["confirmed"])[-1]["id"],
    }
