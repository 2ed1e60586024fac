"""From an empty installation to a commission that anybody can see."""

from datetime import timedelta
from typing import Any

from seuil_dev.client import Refusal, Session, sign_in, sign_in_mail
from seuil_dev.journey.story import (
    COMMISSIONS,
    ORGANISATIONS,
    Story,
    expect,
    today,
)
from seuil_dev.settings import COORDINATOR, TERRITORY

ORGANISATION = "Maison Parcours"
TITLE = "Commission du parcours"
PLACE = "Salle du parcours"
CAPACITY = 4


async def first_account(story: Story) -> str:
    """The first account signs in by a mailed link: reading it does nothing, its button works once."""
    mail = await sign_in_mail(story.visitor, COORDINATOR)
    story.secrets.append(mail.link.rpartition("/")[2])
    for _ in range(2):
        page = await story.visitor.ask("GET", mail.link)
        expect("a sign-in link that is read", "seuil" in page.cookies, False)
    await story.visitor.submit(mail.link)
    token = story.visitor.client.cookies["seuil"]
    try:
        await story.visitor.submit(mail.link)
    except Refusal as refusal:
        expect("a sign-in link used twice", refusal.status, 410)
    else:
        page = await story.visitor.ask("GET", mail.link)
        expect("a sign-in link used twice", page.status_code, 410)
    story.coordinator = Session(story.visitor, COORDINATOR, token)
    me = await story.coordinator.get("/registration/api/v1/me")
    roles = sorted(grant["role"] for grant in me["roles"])
    expect("roles of the first account", roles, ["coordinator", "data_officer"])
    await story.topics.wait("accounts.account_recorded", person_id=me["account_id"])
    return "lien lu sans effet, ouvert une fois, refusé ensuite"


async def organisations(story: Story) -> str:
    """An organisation and two people with roles; each can sign in and sees what it may."""
    asked = {
        "organisation_id": str(story.organisation_id),
        "name": ORGANISATION,
        "kind": "association",
        "commune": "59350",
    }
    for _ in range(2):
        await story.coordinator.post(ORGANISATIONS, asked)
    await story.topics.wait("accounts.organisation_recorded", organisation_id=story.organisation_id)
    for player, role in zip(story.players[-2:], ("siao_agent", "operator"), strict=True):
        wanted = {
            "person_id": str(player.registration_id),
            "email": player.email,
            "given_name": player.given_name,
            "family_name": player.family_name,
            "organisation_id": str(story.organisation_id),
            "roles": [{"role": role, "territory": TERRITORY}],
        }
        await story.coordinator.post("/registration/api/v1/accounts", wanted)
    agent, _ = story.players[-2:]
    await story.topics.wait("directory.person_recorded", person_id=agent.registration_id)
    other = await sign_in(type(story.visitor)(story.url), agent.email)
    try:
        await other.post(COMMISSIONS, planned(story))
    except Refusal as refusal:
        expect("a SIAO agent who plans a commission", refusal.status, 403)
    else:
        expect("a SIAO agent who plans a commission", "allowed", "refused")
    await other.browser.close()
    return "une structure, deux comptes ; l’agent du SIAO se connecte et ne peut rien publier"


async def plan(story: Story) -> str:
    """Planned, it is nobody's but the organisers'."""
    found = await story.coordinator.post(COMMISSIONS, planned(story))
    expect("state once planned", found["state"], "planned")
    again = await story.coordinator.post(COMMISSIONS, planned(story))
    expect("version once planned twice", again["version"], found["version"])
    expect("what the public sees", await status(story, story.commission), 404)
    expect("facts of a planned commission", story.topics.of("registration.commission_scheduled"), [])
    return "préparée deux fois, une seule existe ; le public ne voit rien, les topics non plus"


async def publish(story: Story) -> str:
    """Published, it is on the public page, on the topics and among the figures."""
    found = await story.seen()
    found = await story.coordinator.post(f"{story.commission}/publish", {"version": found["version"]})
    expect("state once published", found["state"], "published")
    [told] = await story.topics.wait("registration.commission_scheduled", commission_id=story.commission_id)
    expect("capacity on the topic", told.data["capacity"], CAPACITY)
    expect("sequence of the first fact", told.headers["ce_sequence"], "1")
    await story.topics.wait("directory.commission_described", commission_id=story.commission_id)
    expect("what the public sees", await status(story, story.commission), 200)
    page = await story.visitor.ask("GET", f"/registration/commissions/{story.commission_id}")
    expect("the title on the public page", TITLE in page.text, True)
    await story.figures_say("figures of the commission", lambda: counts(story), (0, 0, 0))
    return f"page publique, topics et chiffres : {CAPACITY} places, personne encore"


async def counts(story: Story) -> tuple[Any, ...]:
    """Registered, seated and waiting, by the figures, of the commission of the story."""
    days = await story.seen()
    figure = await story.figure("commissions", annee=int(days["day"][:4]))
    rows = [row for row in figure["rows"] if row[2] == CAPACITY]
    return tuple(rows[0][3:6]) if rows else ()


async def status(story: Story, path: str) -> int:
    """What a visitor without a token is answered."""
    visitor = type(story.visitor)(story.url)
    try:
        return (await visitor.ask("GET", path)).status_code
    except Refusal as refusal:
        return refusal.status
    finally:
        await visitor.close()


def planned(story: Story) -> dict[str, Any]:
    """The commission as it is asked for first: in ten days."""
    day = today() + timedelta(days=10)
    sizes = (2, 4)
    return {
        "commission_id": str(story.commission_id),
        "commission_type": "lda_plenary",
        "territory": TERRITORY,
        "title": TITLE,
        "parts": ["plenary", "workshops"],
        "day": day.isoformat(),
        "starts": "09:30",
        "ends": "12:30",
        "registration_opens_on": (today() - timedelta(days=1)).isoformat(),
        "registration_closes_on": (day - timedelta(days=1)).isoformat(),
        "capacity": CAPACITY,
        "place": PLACE,
        "video_url": "https://visio.example/parcours",
        "contact_email": COORDINATOR,
        "workshops": [
            {"workshop_id": str(which), "title": f"Atelier {number + 1}", "slot": 1, "capacity": size}
            for number, (which, size) in enumerate(zip(story.workshops, sizes, strict=True))
        ],
    }
