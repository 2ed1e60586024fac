"""What is left when the story is over: attendance, the log of messages, and what must be nowhere."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from seuil_dev.client import Message, eventually
from seuil_dev.demo.households import HOUSEHOLDS, Household
from seuil_dev.demo.people import READY
from seuil_dev.journey.opening import planned
from seuil_dev.journey.partners import HOUSEHOLD
from seuil_dev.journey.story import COMMISSIONS, PATIENCE, REGISTRATIONS, Story, expect, today

IN_ARREARS = {"present": 3, "represented": 1, "absent": 1}
PAST_CAPACITY = 9
MESSAGES = "/notifications/api/v1/messages"
ANSWERED_FIRST = {"orientation_proposed"}
"""A proposal answered before its mail leaves is not mailed."""


async def attendance(story: Story) -> str:
    """A commission of last month, entered in arrears: attendance counts, nobody is written to."""
    day = today() - timedelta(days=30)
    asked = planned(story) | {
        "commission_id": str(story.past_id),
        "day": day.isoformat(),
        "registration_opens_on": (day - timedelta(days=40)).isoformat(),
        "registration_closes_on": (day - timedelta(days=2)).isoformat(),
        "capacity": PAST_CAPACITY,
        "workshops": [],
        "parts": ["plenary"],
    }
    path = f"{COMMISSIONS}/{story.past_id}"
    found = await story.coordinator.post(COMMISSIONS, asked)
    await story.coordinator.post(f"{path}/publish", {"version": found["version"]})
    before = {player.email: len(await story.visitor.mails(player.email)) for player in story.players}
    statuses = [status for status, count in IN_ARREARS.items() for _ in range(count)]
    for status, player in zip(statuses, story.players, strict=False):
        registration = str(uuid4())
        signed = {
            "registration_id": registration,
            "email": player.email,
            "on_behalf": "coordinator",
            "occurred_on": (day - timedelta(days=10)).isoformat(),
        }
        told = await story.coordinator.post(f"{path}/registrations", signed)
        expect("a sign-up on the coordinator's word", told["state"], "confirmed")
        await story.coordinator.post(f"{REGISTRATIONS}/{registration}/attendance", {"status": status})
    guest = {"registration_id": str(uuid4()), "email": story.players[6].email}
    await story.coordinator.post(f"{path}/walk-ins", guest)
    found = await story.coordinator.get(path)
    held = await story.coordinator.post(f"{path}/hold", {"version": found["version"]})
    counted = {name: held["held"][name] for name in ("registered", "present", "represented", "walk_ins")}
    expect("held", counted, {"registered": 5, "present": 4, "represented": 1, "walk_ins": 1})
    [told_held] = await story.topics.wait("registration.commission_held")
    expect("held, on the topic", told_held.data["present"], 4)
    await story.figures_say("state, seated, present, represented", lambda: _past(story), ["Tenue", 6, 4, 1])
    after = {player.email: len(await story.visitor.mails(player.email)) for player in story.players}
    expect("mails about a commission entered in arrears", after, before)
    return "cinq inscrites, quatre présentes dont une venue sans inscription, une représentée ; aucun message"


async def _past(story: Story) -> list[Any]:
    day = today() - timedelta(days=30)
    rows = (await story.figure("commissions", annee=day.year))["rows"]
    found = [row for row in rows if row[2] == PAST_CAPACITY]
    return [found[0][1], found[0][4], found[0][6], found[0][7]] if found else []


async def messages(story: Story) -> str:
    """Every message left once; the log shows its words without its link."""
    log, mails = await _settled(story)
    expect("messages in the log and mails caught", len(log), len(mails))
    expect("states", Counter(each["state"] for each in log), Counter({"sent": len(mails)}))
    links = [each for each in log if any(secret in (each["text"] or "") for secret in story.secrets)]
    expect("links in the log of messages", len(links), 0)
    await story.topics.wait("notifications.message_sent", len(mails))
    causes = Counter((t.data["about"], t.data["person_id"], t.data["template"]) for t in
                     story.topics.of("notifications.message_queued"))  # fmt: skip
    expect("the most often that one cause wrote to one person", max(causes.values()), 1)
    return f"{len(mails)} messages, tous partis, un par cause et par personne ; liens cachés dans le journal"


async def _settled(story: Story) -> tuple[list[Any], list[Message]]:
    """The log without what was kept back on purpose, and the mails, once everything has left."""

    async def all_left() -> tuple[list[Any], list[Message]] | None:
        written = (await story.coordinator.get(MESSAGES, limit=200))["messages"]
        kept_back = {each["template"] for each in written if each["state"] == "dropped"}
        expect("messages kept back", kept_back - ANSWERED_FIRST, set())
        log = [each for each in written if each["state"] != "dropped"]
        waiting = any(each["state"] in ("queued", "sending") for each in log)
        return None if waiting else (log, await story.visitor.mails())

    return await eventually(all_left, PATIENCE)


async def nowhere(story: Story) -> str:
    """Names and addresses are on the directory's topic alone; links, keys and references on none."""
    people = [word.lower() for player in story.players for word in (player.family_name, player.email)]
    people += [word.lower() for person in READY for word in (person.family_name, person.email)]
    households = [household.name.lower() for household in HOUSEHOLDS]
    hidden = [*map(str.lower, story.secrets), HOUSEHOLD, "bail-parcours", *households]
    for told in story.topics.told:
        line = told.line.lower()
        if not told.fact.startswith("directory."):
            expect(f"people in {told.fact}", [word for word in people if word in line], [])
        expect(f"secrets in {told.fact}", [word for word in hidden if word in line], [])
    return f"{len(story.topics.told)} faits lus : identités dans l’annuaire seul, liens et clés nulle part"


async def logs(story: Story) -> str:
    """The log of the whole journey holds none of its names, addresses, links, keys or references."""
    files = [file for pattern in story.logs for file in pattern.parent.glob(pattern.name)]
    text = "".join(file.read_text(errors="replace") for file in files).lower()
    words = [story.coordinator.email, HOUSEHOLD, "bail-parcours", *story.secrets]
    words += [word for household in HOUSEHOLDS for word in (household.name, *_numbers(household))]
    words += [person.email for person in READY]
    for player in story.players:
        words += [player.given_name, player.family_name, player.email]
    expect("words of the story in the log", [word for word in words if word.lower() in text], [])
    lines = text.count("\n")
    expect("the journal of services is among them", story.logs[0] in files, True)
    return f"{len(words)} noms, adresses, liens et clés cherchés dans {lines} lignes de {len(files)} fichiers"


def _numbers(household: Household) -> list[str]:
    return [str(each["value"]) for each in household.numbers()]
