"""Pages of registration: commissions, sign-ups, people, accounts, and what everybody may read."""

from tests.e2e.page import Page, opened, press
from tests.stack.city import API, City, address, new_id, today

COMMISSION = "/registration/commissions/{open}"
MEMBERS = "/registration/commissions/{panel}/membres"
PAGES = [
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
    Page("members", MEMBERS, "coordinator", act=opened),
    Page("members, none", "/registration/commissions/{panel_empty}/membres", "coordinator"),
    Page(
        "members, who stands in", "/registration/commissions/{panel}/membres?remplace={member}", "coordinator"
    ),
    Page(
        "members, without an address",
        MEMBERS,
        "coordinator",
        act=press("Nommer", email=""),
    ),
    Page("members, SIAO", MEMBERS, "siao_agent"),
    Page("sign-ups to examine", "/registration/commissions/{moderated}/a-examiner", "coordinator"),
    Page(
        "sign-ups to examine, none ticked",
        "/registration/commissions/{moderated}/a-examiner",
        "coordinator",
        act=press("Accepter"),
    ),
    Page("nothing to examine", COMMISSION + "/a-examiner", "coordinator"),
    Page("commission that examines sign-ups", "/registration/commissions/{moderated}"),
    Page("own page, examined", "{link_examined}"),
    Page("a panel alone, referrer", "/registration/commissions/{panel_empty}", "referrer"),
    Page("a panel alone, for a visitor", "/registration/commissions/{panel_empty}", status=404),
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
    Page("today, referrer", "/registration/aujourdhui", "referrer"),
    Page("refused to a referrer", "/registration/personnes", "referrer", 403),
    Page("today, SIAO", "/registration/aujourdhui", "siao_agent"),
    Page("registered, SIAO", COMMISSION + "/inscrits", "siao_agent"),
    Page("registered, chair", COMMISSION + "/inscrits", "chair"),
    Page("today, operator", "/registration/aujourdhui", "operator"),
    Page("today, data officer", "/registration/aujourdhui", "data_officer"),
]


def places(city: City) -> dict[str, str]:
    ask = city.coordinator.get
    registrations = ask(f"{API}/commissions/{city.commissions['open']}/registrations")
    confirmed = next(one for one in registrations if one["email"] == city.addresses["confirmed"])
    return {
        **_panels(city),
        **_examined(city),
        **city.commissions,
        **{f"link_{name}": path for name, path in city.links.items()},
        "registration": confirmed["registration_id"],
        "person": confirmed["person_id"],
        "referrer": city.people["referrer"].get(f"{API}/me")["account_id"],
        "organisation": city.organisation_id,
    }


def _panels(city: City) -> dict[str, str]:
    """A commission of plenary and panel with a member, and a panel alone without any."""
    panel = city.publish(title="Commission à deux temps", parts=["plenary", "panel"], workshops=[])
    alone = city.publish(title="Examen de situations", parts=["panel"], workshops=[], talks=[])
    person = {"person_id": new_id(), "email": "membre@essai.example", "given_name": "Léa"}
    city.coordinator.post(f"{API}/people", {**person, "organisation_id": city.organisation_id})
    member = {
        "person_id": person["person_id"],
        "organisation_id": city.organisation_id,
        "seat": "landlord",
        "pack": "landlord",
        "voting": True,
        "undertaking_on": today().isoformat(),
    }
    city.coordinator.post(f"{API}/commissions/{panel}/panel", member)
    return {"panel": panel, "panel_empty": alone, "member": person["person_id"]}


def _examined(city: City) -> dict[str, str]:
    """A commission that examines sign-ups, with one to examine."""
    moderated = city.publish(title="Commission sur acceptation", moderated=True)
    email = address("examen")
    city.sign_up(moderated, email, given_name="Farid", family_name="Delannoy")
    return {"moderated": moderated, "link_examined": city.prove(email)}
