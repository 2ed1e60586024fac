"""The commission moves, people are reminded, it is called off."""

from datetime import UTC, datetime, timedelta

from seuil_dev.client import Message, eventually
from seuil_dev.journey.opening import counts
from seuil_dev.journey.places import CANCELLED, field
from seuil_dev.journey.story import DAY_SECONDS, PARIS, PATIENCE, Player, Story, expect, today

MOVED, REMINDER, CALLED_OFF = "nouvelle date", "rappel", "annulée : commission"
SOONEST = 4


def confirmed(story: Story) -> list[Player]:
    """Those who have a place by now."""
    return [story.players[number] for number in (1, 2, 5, 6)]


async def reschedule(story: Story) -> str:
    """It moves to tomorrow, to an hour whose reminder is due in seconds; everybody is told old and new."""
    before = await story.seen()
    start = _start()
    asked = {
        "version": before["version"],
        "reason": "room",
        "day": start.date().isoformat(),
        "starts": f"{start:%H:%M}",
        "ends": f"{start + timedelta(minutes=1):%H:%M}"
        if start.hour == 23
        else f"{start + timedelta(hours=1):%H:%M}",
        "registration_opens_on": (today() - timedelta(days=1)).isoformat(),
        "registration_closes_on": start.date().isoformat(),
        "registration_closes": "00:00",
    }
    await story.coordinator.post(f"{story.commission}/reschedule", asked)
    story.starts_at = start
    [told] = await story.topics.wait("registration.commission_rescheduled")
    expect("the old start on the topic", instant(told.data["old_starts_at"]), instant(before["starts_at"]))
    expect("the new start on the topic", instant(told.data["starts_at"]), start.astimezone(UTC))
    for player in confirmed(story):
        mail = await story.mail(player, MOVED)
        old = story.calendars[player.email]
        _says_both(mail, instant(before["starts_at"]).astimezone(PARIS), start)
        expect("identity of the meeting", field(mail.calendar, "UID"), field(old, "UID"))
        expect("SEQUENCE has risen", _sequence(mail.calendar) > _sequence(old), True)
        expect("the new start in the calendar", f"{start:%Y%m%dT%H%M}00" in mail.calendar or
               f"{start.astimezone(UTC):%Y%m%dT%H%M}00Z" in mail.calendar, True)  # fmt: skip
        story.calendars[player.email] = mail.calendar
    return "quatre messages avec l’ancienne et la nouvelle date ; même UID, SEQUENCE plus haute"


async def reminder(story: Story) -> str:
    """The reminder comes by itself, once each."""
    for player in confirmed(story):
        await story.mail(player, REMINDER, PATIENCE + 45)
    queued = story.topics.of("notifications.message_queued")
    kinds = [told for told in queued if told.data["template"].startswith("reminder")]
    people = [told.data["person_id"] for told in kinds]
    expect("no reminder twice", len({(t.data["person_id"], t.data["template"]) for t in kinds}), len(people))
    for player in confirmed(story):
        expect("reminders had", await story.mails_about(player, REMINDER), people.count(player.person_id))
    return "rappel reçu par les quatre, une fois chacun"


async def call_off(story: Story) -> str:
    """Called off: calendar files are withdrawn, nothing more is timed."""
    seen = await story.seen()
    await story.coordinator.post(
        f"{story.commission}/cancel", {"version": seen["version"], "reason": "organiser"}
    )
    await story.topics.wait("registration.commission_cancelled", commission_id=story.commission_id)
    for player in confirmed(story):
        mail = await story.mail(player, CALLED_OFF)
        old = story.calendars[player.email]
        expect("METHOD", field(mail.calendar, "METHOD"), "CANCEL")
        expect("STATUS", field(mail.calendar, "STATUS"), "CANCELLED")
        expect("identity of the meeting", field(mail.calendar, "UID"), field(old, "UID"))
        expect("SEQUENCE has risen", _sequence(mail.calendar) > _sequence(old), True)
    left = [p for p in story.players[:7] if p not in confirmed(story)]
    for player in left:
        others = await story.mails_about(player, CALLED_OFF) - await story.mails_about(player, CANCELLED)
        expect("mails to who has left", others, 0)
    await story.figures_say("registered, seated, waiting", lambda: counts(story), (4, 4, 0))
    return "quatre messages, METHOD:CANCEL ; rien à qui était parti"


async def no_more_reminder(story: Story) -> str:
    """The last reminder's hour passes: what was called off reminds nobody."""
    due = story.starts_at - timedelta(seconds=DAY_SECONDS)
    had = {player.email: await story.mails_about(player, REMINDER) for player in confirmed(story)}

    async def passed() -> bool | None:
        return True if datetime.now(UTC) > due + timedelta(seconds=SOONEST) else None

    await eventually(passed, DAY_SECONDS)
    for player in confirmed(story):
        expect("reminders had", await story.mails_about(player, REMINDER), had[player.email])
    return f"l’heure du dernier rappel ({due:%H:%M:%S}) est passée, rien n’est parti"


def instant(text: str) -> datetime:
    """An instant as the doors write it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def _start() -> datetime:
    """The first minute of tomorrow whose first or second reminder is due in a few seconds from now."""
    soon = datetime.now(UTC) + timedelta(seconds=DAY_SECONDS + SOONEST)
    whole = soon.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return whole.astimezone(PARIS)


def _says_both(mail: Message, old: datetime, new: datetime) -> None:
    text = " ".join(mail.text.split())
    for moment in (old, new):
        words = f"{moment.hour} h"
        expect(f"« {words} » in the mail", words in text, True)
        expect(f"the day {moment.day} in the mail", f" {moment.day}" in text, True)


def _sequence(calendar: str) -> int:
    return int(field(calendar, "SEQUENCE") or 0)
