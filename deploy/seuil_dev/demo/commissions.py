"""Three commissions: those of 14 March and 10 October 2023, entered in arrears; one to come, open."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from contracts.lists import Attendance
from seuil_dev.client import Browser, Session
from seuil_dev.demo.seeding import apportion, dice, identifier
from seuil_dev.demo.territory import Person, people
from seuil_dev.settings import COORDINATOR, TERRITORY

COMMISSIONS = "/registration/api/v1/commissions"
REGISTRATIONS = "/registration/api/v1/registrations"
PLACE, ADDRESS = "Maison des associations (démonstration)", "1 place Imaginaire, Lille"
AHEAD = timedelta(days=21)
MAIL_SECONDS = 90
Done = Callable[[int], None]


@dataclass(frozen=True)
class Held:
    """A commission that took place: who signed up, who came."""

    name: str
    title: str
    day: date
    opens: date
    closes: date
    capacity: int
    workshops: tuple[tuple[str, int], ...]
    sign_ups: int
    attendance: dict[Attendance, int]
    walk_ins: int

    @property
    def commission_id(self) -> UUID:
        """Its id, always the same."""
        return identifier("commission", self.name)

    @property
    def steps(self) -> int:
        """How many requests its loading takes, about."""
        return self.sign_ups + 2 * sum(self.attendance.values()) + self.walk_ins


MARCH = Held(
    "2023-03",
    "Commission Logement d’abord : mieux connaître les missions de chacun",
    date(2023, 3, 14),
    date(2023, 2, 1),
    date(2023, 3, 10),
    80,
    (("Intermédiation locative", 30), ("Logement accompagné", 25), ("Accès au logement social", 30)),
    84,
    {Attendance.PRESENT: 79, Attendance.REPRESENTED: 1},
    2,
)
OCTOBER = Held(
    "2023-10",
    "Commission Logement d’abord : du premier accueil au bail",
    date(2023, 10, 10),
    date(2023, 9, 4),
    date(2023, 10, 6),
    90,
    (("Préparer une demande de logement", 40), ("Accompagner l’entrée dans les lieux", 40)),
    67,
    {Attendance.PRESENT: 57, Attendance.REPRESENTED: 3, Attendance.EXCUSED: 4, Attendance.ABSENT: 3},
    1,
)
HELD = (MARCH, OCTOBER)
NEXT = identifier("commission", "next")
NEXT_CAPACITY, VOUCHED, PROVEN, WAITING = 40, 37, 3, 3
NEXT_WORKSHOPS = (("Situations sans solution", 20), ("Bail glissant et sous-location", 20))


async def plan(coordinator: Session, wanted: dict[str, Any]) -> dict[str, Any]:
    """Plan and publish; a commission that is there already is left as it is."""
    found: dict[str, Any] = await coordinator.post(COMMISSIONS, wanted)
    if found["state"] == "planned":
        path = f"{COMMISSIONS}/{found['commission_id']}/publish"
        found = await coordinator.post(path, {"version": found["version"]})
    return found


async def load_held(coordinator: Session, held: Held, done: Done) -> None:
    """Enter one that took place: sign-ups on the coordinator's word, workshops, attendance, held."""
    found = await plan(coordinator, _wanted_held(held))
    if found["state"] == "held":
        done(held.steps)
        return
    came = [status for status, count in held.attendance.items() for _ in range(count)]
    dice(held.name, "attendance").shuffle(came)
    chosen = await _sign_ups(coordinator, held, done)
    for number, status in enumerate(came):
        await _attend(coordinator, held, number, status, chosen[number])
        done(2)
    for number, person in enumerate(guests(held)):
        walk_in = _who(person) | {"registration_id": str(identifier(held.name, "walk-in", number))}
        await coordinator.post(f"{COMMISSIONS}/{held.commission_id}/walk-ins", walk_in)
        done(1)
    found = await coordinator.get(f"{COMMISSIONS}/{held.commission_id}")
    await coordinator.post(f"{COMMISSIONS}/{held.commission_id}/hold", {"version": found["version"]})


def participants(held: Held) -> list[Person]:
    """Those who signed up, in order."""
    return dice(held.name, "people").sample(people(), held.sign_ups + held.walk_ins)[: held.sign_ups]


def guests(held: Held) -> list[Person]:
    """Those who came without having signed up."""
    return dice(held.name, "people").sample(people(), held.sign_ups + held.walk_ins)[held.sign_ups :]


async def _sign_ups(coordinator: Session, held: Held, done: Done) -> list[UUID]:
    """Sign everybody up, a place in a workshop for each who is seated; the workshop of each."""
    workshops = [workshop_id(held.name, number) for number in range(len(held.workshops))]
    sizes = dict(zip(workshops, (size for _, size in held.workshops), strict=True))
    chance = dice(held.name, "workshops")
    seated = min(held.sign_ups, held.capacity)
    cards = [which for which, count in apportion(seated, sizes).items() for _ in range(count)]
    chance.shuffle(cards)
    chosen = cards + [chance.choice(workshops) for _ in range(held.sign_ups - seated)]
    span = (held.closes - held.opens).days
    for number, person in enumerate(participants(held)):
        day = held.opens + timedelta(days=number * span // held.sign_ups)
        asked = _who(person) | {
            "registration_id": str(identifier(held.name, "registration", number)),
            "workshops": [str(chosen[number])],
            "on_behalf": "coordinator",
            "occurred_on": day.isoformat(),
        }
        await coordinator.post(f"{COMMISSIONS}/{held.commission_id}/registrations", asked)
        done(1)
    return chosen


async def _attend(coordinator: Session, held: Held, number: int, status: Attendance, workshop: UUID) -> None:
    path = f"{REGISTRATIONS}/{identifier(held.name, 'registration', number)}/attendance"
    key = identifier(held.name, "attendance", number)
    await coordinator.post(path, {"status": status}, key=key)
    if status == Attendance.PRESENT:
        there = {"status": status, "workshop_id": str(workshop)}
        await coordinator.post(path, there, key=identifier(held.name, "workshop attendance", number))


def next_day(today: date) -> date:
    """Three weeks ahead, on a working day."""
    day = today + AHEAD
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


async def load_next(coordinator: Session, visitor: Browser, today: date, done: Done) -> None:
    """Open the one to come: full, a waiting list, a few by the public page, one address not proven."""
    path = f"{COMMISSIONS}/{NEXT}/registrations"
    await plan(coordinator, _wanted_next(next_day(today)))
    everyone = dice("next", "people").sample(people(), VOUCHED + PROVEN + WAITING + 1)
    known = {each["registration_id"]: each for each in await coordinator.get(path, everyone=True)}
    for number, person in enumerate(everyone):
        asked = _who(person) | {
            "registration_id": str(identifier("next", "registration", number)),
            "workshops": [str(workshop_id("next", number % len(NEXT_WORKSHOPS)))],
        }
        by_page = VOUCHED <= number < VOUCHED + PROVEN or number == len(everyone) - 1
        if asked["registration_id"] not in known:
            if by_page:
                await _by_page(visitor, path, asked, proves=number < len(everyone) - 1)
            else:
                await coordinator.post(path, asked | {"on_behalf": "coordinator"})
        done(1)


async def _by_page(visitor: Browser, path: str, asked: dict[str, Any], *, proves: bool) -> None:
    """As a visitor does: sign up, then press the button of the mailed link."""
    await visitor.ask("POST", path, content=asked)
    if proves:
        mail = await visitor.mail(asked["email"], "confirmez votre adresse", within=MAIL_SECONDS)
        await visitor.submit(mail.link)


NEXT_STEPS = VOUCHED + PROVEN + WAITING + 1


def workshop_id(commission: str, number: int) -> UUID:
    """The id of a workshop."""
    return identifier(commission, "workshop", number)


def _who(person: Person) -> dict[str, Any]:
    return {
        "email": person.email,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "organisation_id": str(person.organisation.organisation_id),
    }


def _workshops(name: str, workshops: tuple[tuple[str, int], ...]) -> list[dict[str, Any]]:
    return [
        {
            "workshop_id": str(workshop_id(name, number)),
            "title": title,
            "slot": 1,
            "capacity": capacity,
            "room": f"Salle {number + 1}",
            "starts": "14:00",
            "ends": "15:30",
        }
        for number, (title, capacity) in enumerate(workshops)
    ]


def _wanted_held(held: Held) -> dict[str, Any]:
    return _common() | {
        "commission_id": str(held.commission_id),
        "title": held.title,
        "day": held.day.isoformat(),
        "registration_opens_on": held.opens.isoformat(),
        "registration_closes_on": held.closes.isoformat(),
        "capacity": held.capacity,
        "workshops": _workshops(held.name, held.workshops),
    }


def _wanted_next(day: date) -> dict[str, Any]:
    return _common() | {
        "commission_id": str(NEXT),
        "title": "Commission Logement d’abord : les situations sans solution",
        "day": day.isoformat(),
        "registration_opens_on": (day - 2 * AHEAD).isoformat(),
        "registration_closes_on": (day - timedelta(days=2)).isoformat(),
        "capacity": NEXT_CAPACITY,
        "video_url": "https://visio.example/commission-demonstration",
        "workshops": _workshops("next", NEXT_WORKSHOPS),
        "talks": [
            {"title": "Où en est-on depuis la dernière fois", "starts": "09:30", "minutes": 30},
            {"title": "Ce que disent les chiffres", "starts": "10:00", "minutes": 45},
        ],
    }


def _common() -> dict[str, Any]:
    return {
        "commission_type": "lda_plenary",
        "territory": TERRITORY,
        "parts": ["plenary", "workshops"],
        "starts": "09:00",
        "ends": "17:00",
        "place": PLACE,
        "address": ADDRESS,
        "contact_email": COORDINATOR,
    }
