"""Three commissions that examine situations: two sit the day the demonstration is loaded, one is to come."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts.lists import CommissionType, Pack, Part, Seat
from seuil_dev.client import Session
from seuil_dev.demo.commissions import ADDRESS, COMMISSIONS, PLACE, next_day, plan
from seuil_dev.demo.people import READY, Ready
from seuil_dev.demo.seeding import identifier
from seuil_dev.demo.territory import organisations
from seuil_dev.settings import COORDINATOR, TERRITORY

PARIS = ZoneInfo("Europe/Paris")
MINUTES = 180
AGENT, CHAIR = "agent@siao.example", "presidence@metropole.example"
LANDLORD, OTHER_LANDLORD = "attributions@deux-lys.example", "gestion@canal.example"
IML, PENSION, STATE = "captation@passerelle.example", "accueil@voisinage.example", "hebergement@etat.example"
SEATS: tuple[tuple[str, Seat, Pack, bool], ...] = (
    (AGENT, Seat.SIAO, Pack.FULL, True),
    (CHAIR, Seat.LOCAL_AUTHORITY, Pack.SOCIAL, True),
    (STATE, Seat.STATE, Pack.SOCIAL, True),
    (LANDLORD, Seat.LANDLORD, Pack.LANDLORD, True),
    (IML, Seat.IML, Pack.SOCIAL, True),
)
"""Who sits, for whom, with which part of the files, with a voice."""


@dataclass(frozen=True)
class Panel:
    """A commission that examines situations, on a civil day of Paris between two hours."""

    name: str
    title: str
    starts: str
    ends: str

    @property
    def commission_id(self) -> UUID:
        """Its id, always the same."""
        return identifier("commission", self.name)


MORNING = Panel("panel-1", "Commission Logement d’abord : examen de situations (1)", "09:00", "12:00")
AFTERNOON = Panel("panel-2", "Commission Logement d’abord : examen de situations (2)", "14:00", "17:00")
COMING = Panel("panel-3", "Commission Logement d’abord : examen de situations (3)", "09:00", "12:00")


async def announce(
    coordinator: Session, panel: Panel, day: date, people: dict[str, str], today: date
) -> None:
    """Plan and publish a commission, and name its members; what is there already is left as it is."""
    await plan(coordinator, _wanted(panel, day))
    for email, seat, pack, voting in SEATS:
        asked = {
            "person_id": people[email],
            "organisation_id": str(organisation_of(email)),
            "seat": seat,
            "pack": pack,
            "voting": voting,
            "undertaking_on": today.isoformat(),
        }
        await coordinator.post(f"{COMMISSIONS}/{panel.commission_id}/panel", asked)


def someone(email: str) -> Ready:
    """Who has that address."""
    return next(person for person in READY if person.email == email)


def organisation_of(email: str) -> UUID:
    """For whom somebody works."""
    ref = someone(email).organisation
    return next(each.organisation_id for each in organisations() if each.ref == ref)


def coming_day(today: date) -> date:
    """When the third one sits: after the plenary to come."""
    return next_day(today + timedelta(days=7))


def _wanted(panel: Panel, day: date) -> dict[str, Any]:
    return {
        "commission_id": str(panel.commission_id),
        "commission_type": CommissionType.LDA_PANEL,
        "territory": TERRITORY,
        "title": panel.title,
        "parts": [Part.PANEL],
        "day": day.isoformat(),
        "starts": panel.starts,
        "ends": panel.ends,
        "registration_opens_on": (day - timedelta(days=20)).isoformat(),
        "registration_closes_on": (day - timedelta(days=1)).isoformat(),
        "minutes_for_cases": MINUTES,
        "place": PLACE,
        "address": ADDRESS,
        "contact_email": COORDINATOR,
    }
