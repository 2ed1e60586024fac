"""Six people for four places: proofs, a waiting list, a lapse, offers that expire and that are taken."""

import asyncio

from seuil_dev.client import Refusal
from seuil_dev.journey.opening import CAPACITY, counts
from seuil_dev.journey.story import HOLD_SECONDS, OFFER_SECONDS, PATIENCE, Player, Story, expect

SIX = 6
PROOF, CONFIRMED, WAITING = "confirmez votre adresse", "inscription confirmée", "liste d’attente"
OFFERED, TOO_LATE, CANCELLED = "une place vous est proposée", "délai de réponse", "inscription annulée"
WORKSHOPS = "vos ateliers ont changé"


async def sign_up(story: Story, player: Player, workshop: int) -> None:
    """As a visitor: an address, a name, a workshop."""
    asked = {
        "registration_id": str(player.registration_id),
        "email": player.email,
        "given_name": player.given_name,
        "family_name": player.family_name,
        "organisation_id": str(story.organisation_id),
        "workshops": [str(story.workshops[workshop])],
    }
    told = await story.visitor.ask("POST", f"{story.commission}/registrations", content=asked)
    expect("what a visitor is told", told.json()["state"], None)


async def six_sign_ups(story: Story) -> str:
    """Six visitors in order; each gets one mail, four seats are held."""
    for number, player in enumerate(story.players[:SIX]):
        await sign_up(story, player, number % 2)
    received = await story.topics.wait(
        "registration.registration_received", SIX, commission_id=story.commission_id, verified=False
    )
    expect("positions on the topic", [told.data["position"] for told in received], [1, 2, 3, 4, 5, 6])
    for player, told in zip(story.players, received, strict=False):
        expect("order of acceptance", told.data["registration_id"], str(player.registration_id))
        player.person_id = told.data["person_id"]
    seen = await story.seen()
    expect("seats held, left, confirmed", (seen["held_seats"], seen["left"], seen["confirmed"]), (4, 0, 0))
    again = await story.visitor.ask(
        "POST",
        f"{story.commission}/registrations",
        content={"registration_id": str(story.players[0].registration_id), "email": story.players[0].email},
    )
    expect("a sign-up sent twice", again.json()["state"], None)
    expect("sign-ups after a repeat", len(story.topics.of("registration.registration_received")), SIX)
    return "positions 1 à 6 ; quatre places tenues, aucune confirmée ; une répétition ne change rien"


async def proofs(story: Story) -> str:
    """All but the fourth prove, the sixth before the fifth: three are seated, two wait by order."""
    one, two, three, four, five, six = story.players[:SIX]
    mails = await asyncio.gather(*(story.mail(player, PROOF) for player in story.players[:SIX]))
    links = {player.email: mail.link for player, mail in zip(story.players, mails, strict=False)}
    for player in (one, two, three, six, five):
        await story.visitor.submit(links[player.email])
    try:
        await story.visitor.submit(links[one.email])
    except Refusal as refusal:
        expect("a proof used twice", refusal.status, 410)
    states = [(await story.state_of(player))["state"] for player in story.players[:SIX]]
    expect("where they stand", states, ["confirmed"] * 3 + ["pending_proof"] + ["waitlisted"] * 2)
    ranks = [(await story.state_of(player))["rank"] for player in (five, six)]
    expect("ranks of the fifth and of the sixth, who proved first", ranks, [1, 2])
    for player in (one, two, three):
        mail = await story.mail(player, CONFIRMED)
        player.page = mail.link
        story.calendars[player.email] = mail.calendar
        expect("the calendar file of a confirmation", "METHOD:REQUEST" in mail.calendar, True)
    for player in (five, six):
        player.page = (await story.mail(player, WAITING)).link
    await story.topics.wait("registration.registration_confirmed", 3, cause="direct")
    await story.topics.wait("registration.registration_waitlisted", 2)
    await story.figures_say("registered, seated, waiting", lambda: counts(story), (5, 3, 2))
    expect("a confirmation for who has not proven", await story.mails_about(four, CONFIRMED), 0)
    return "trois confirmées avec leur fichier d’agenda ; en attente par ordre d’inscription, non de preuve"


async def lapse_and_expiry(story: Story) -> str:
    """The fourth does not prove: the seat is offered to the fifth, who lets it expire, then to the sixth."""
    four, five, six = story.players[3:SIX]
    await story.become(four, "lapsed", HOLD_SECONDS + PATIENCE)
    [lapsed] = await story.topics.wait("registration.registration_lapsed")
    expect("who lapsed", lapsed.data["registration_id"], str(four.registration_id))
    [offer] = await story.topics.wait("registration.place_offered", freed_by="lapsed")
    expect("to whom it is offered", offer.data["registration_id"], str(five.registration_id))
    await story.mail(five, OFFERED)
    await story.become(five, "declined", OFFER_SECONDS + PATIENCE)
    [declined] = await story.topics.wait("registration.place_declined", how="expired")
    expect("whose offer expired", declined.data["registration_id"], str(five.registration_id))
    await story.mail(five, TOO_LATE)
    [next_offer] = await story.topics.wait("registration.place_offered", freed_by="expiry")
    expect("to whom it is offered next", next_offer.data["registration_id"], str(six.registration_id))
    return f"abandon à {HOLD_SECONDS} s ; proposée à la 5e, expirée à {OFFER_SECONDS} s ; puis à la 6e"


async def offer_taken(story: Story) -> str:
    """The sixth takes it from the personal page."""
    six = story.players[5]
    page = (await story.mail(six, OFFERED)).link
    await story.visitor.submit(page, action="prendre")
    await story.become(six, "confirmed")
    [taken] = await story.topics.wait("registration.registration_confirmed", cause="offer_accepted")
    expect("who is seated", taken.data["registration_id"], str(six.registration_id))
    mail = await story.mail(six, CONFIRMED)
    story.calendars[six.email] = mail.calendar
    six.page = mail.link
    seen = await story.seen()
    expect("confirmed, left, waiting", (seen["confirmed"], seen["left"], seen["waiting"]), (CAPACITY, 0, 0))
    return "place prise, confirmée par message ; quatre places, quatre personnes"


async def cancellation(story: Story) -> str:
    """A seventh waits; the first cancels; the seat is offered to the seventh, who takes it."""
    one, late = story.players[0], story.players[SIX]
    await sign_up(story, late, 0)
    await story.visitor.submit((await story.mail(late, PROOF)).link)
    line = await story.become(late, "waitlisted")
    expect("rank of the latecomer", line["rank"], 1)
    late.person_id = line["person_id"]
    await story.visitor.submit(one.page, action="annuler")
    mail = await story.mail(one, CANCELLED)
    expect("the calendar file of a cancellation", "METHOD:CANCEL" in mail.calendar, True)
    expect("its identity", field(mail.calendar, "UID"), field(story.calendars[one.email], "UID"))
    [offer] = await story.topics.wait("registration.place_offered", freed_by="cancellation")
    expect("to whom it is offered", offer.data["registration_id"], str(late.registration_id))
    await story.visitor.submit((await story.mail(late, OFFERED)).link, action="prendre")
    confirmed = await story.mail(late, CONFIRMED)
    late.page = confirmed.link
    story.calendars[late.email] = confirmed.calendar
    await story.topics.wait("registration.registration_confirmed", 2, cause="offer_accepted")
    await story.topics.wait("registration.registration_cancelled", by="self", late=False)
    await story.figures_say("registered, seated, waiting", lambda: counts(story), (4, 4, 0))
    return "annulation, fichier d’agenda retiré ; place proposée à la 7e et prise"


async def other_workshop(story: Story) -> str:
    """The third changes workshop by the personal link."""
    three, other = story.players[2], str(story.workshops[1])
    path = "/registration/api/v1/participation/workshops"
    asked = {"link": three.token, "workshops": [other]}
    await story.visitor.ask("POST", path, content=asked)
    await story.topics.wait(
        "registration.registration_changed",
        registration_id=three.registration_id,
        workshops=[other],
    )
    await story.mail(three, WORKSHOPS)
    return "autre atelier choisi, dit par message et sur le topic"


def field(calendar: str, name: str) -> str:
    """The value of a line of a calendar file."""
    found = [line for line in calendar.splitlines() if line.split(":")[0].split(";")[0] == name]
    return found[0].partition(":")[2] if found else ""
