"""The year 2022 as the partner's software would have told it, from calls to allocations.

Sizes come from what was published of the territory; every number that was published is met exactly, the rest
is invented and seeded. `share` 20 makes a twentieth of the year, for tests.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain

from contracts.lists import Composition, OrgKind, Quota, Scheme, SituationGroup
from seuil_dev.demo.demand import DAYS, FIRST_DAY, emergency, lasting, members
from seuil_dev.demo.seeding import apportion, dealt, dice, pick
from seuil_dev.demo.sending import Row
from seuil_dev.demo.territory import CELLS, Organisation, of_kind

CALLS_OFFERED, WORST_DAY, WORST_DAY_CALLS = 219_000, date(2022, 12, 13), 1_015
NIGHT_REQUESTS, LASTING_REQUESTS, ENCOUNTERS = 27_000, 3_000, 5_000
HOMELESS_OR_SHELTERED = 2_951
"""Allocations published for 2022: households in shelter or without a home."""
HOMELESS = {
    SituationGroup.EMERGENCY_SHELTER: 34.0,
    SituationGroup.SHELTER: 30.0,
    SituationGroup.STREET: 17.0,
    SituationGroup.HOTEL: 14.0,
    SituationGroup.NIGHT_SHELTER_OR_WINTER: 5.0,
}
NOT_HOMELESS: dict[SituationGroup, float] = {
    SituationGroup.TENANT_OR_OWNER: 1_420,
    SituationGroup.THIRD_PARTY: 940,
    SituationGroup.SUPPORTED_HOUSING: 310,
    SituationGroup.STATE_RECEPTION: 265,
    SituationGroup.EVICTION: 140,
    SituationGroup.INSTITUTION: 95,
    SituationGroup.OTHER: 60,
    SituationGroup.WITHHELD: 45,
}
OTHER_SCHEMES = {
    Scheme.IML_SUBLET: 410,
    Scheme.RESIDENCE_SOCIALE: 360,
    Scheme.FJT_RHJ: 220,
    Scheme.PENSION_FAMILLE: 95,
    Scheme.IML_MANDATE: 70,
    Scheme.SLIDING_LEASE: 55,
    Scheme.RESIDENCE_ACCUEIL: 25,
}
LEASED_LATER = 120
"""Decided in 2022, signed in 2023: no allocation of 2022 by the date that counts."""
COMPOSITIONS = {
    Composition.MAN_ALONE: 38.0,
    Composition.SINGLE_PARENT: 24.0,
    Composition.COUPLE_WITH_CHILDREN: 17.0,
    Composition.WOMAN_ALONE: 14.0,
    Composition.COUPLE: 6.0,
    Composition.ADULTS_GROUP: 1.0,
}
QUOTAS = {Quota.PREFECT: 46, Quota.LANDLORD: 24, Quota.ACTION_LOGEMENT: 18, Quota.LOCAL_AUTHORITY: 12}
REGISTERS = {"sne": 78, "landlord": 14, "syplo": 8}
PLACES: tuple[tuple[Scheme, int, tuple[OrgKind, ...]], ...] = (
    (Scheme.EMERGENCY_SHELTER, 1_480, (OrgKind.SHELTER,)),
    (Scheme.HOTEL, 640, (OrgKind.SIAO,)),
    (Scheme.CHRS, 620, (OrgKind.SHELTER,)),
    (Scheme.STABILISATION, 160, (OrgKind.SHELTER,)),
    (Scheme.ALT, 100, (OrgKind.SHELTER, OrgKind.ASSOCIATION)),
    (Scheme.IML_SUBLET, 880, (OrgKind.IML_OPERATOR,)),
    (Scheme.IML_MANDATE, 120, (OrgKind.IML_OPERATOR,)),
    (Scheme.PENSION_FAMILLE, 310, (OrgKind.SUPPORTED_HOUSING,)),
    (Scheme.RESIDENCE_SOCIALE, 1_150, (OrgKind.SUPPORTED_HOUSING,)),
    (Scheme.FJT_RHJ, 640, (OrgKind.SUPPORTED_HOUSING,)),
)
"""Places by scheme; the first five are the metropolis's three thousand places of shelter."""
HOLDERS = {scheme: kinds for scheme, _, kinds in PLACES} | {
    Scheme.SLIDING_LEASE: (OrgKind.IML_OPERATOR,),
    Scheme.RESIDENCE_ACCUEIL: (OrgKind.SUPPORTED_HOUSING,),
}
COVERED = ("call_count", "encounter", "request", "answer", "supply", "allocation")
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)


@dataclass(frozen=True)
class Part:
    """One kind of record: what it is called on screen, how many rows, and the rows themselves."""

    title: str
    count: int
    rows: Callable[[], Iterator[Row]]


def part(title: str, make: Callable[[], Iterator[Row]]) -> Part:
    """A part counted by making it once: the seed makes it the same again."""
    return Part(title, sum(1 for _ in make()), make)


def year(share: int = 1) -> list[Part]:
    """Everything the partner tells of 2022, in the order it is sent."""
    return [
        part("Appels, jour par jour", calls),
        part("Places", lambda: supply(share)),
        part("Attributions", lambda: allocations(share)),
        part("Demandes et réponses", lambda: requests(share)),
        part("Rencontres de maraude", lambda: encounters(share)),
    ]


def calls() -> Iterator[Row]:
    """A day's calls, 365 times; the worst day is the one the press told."""
    chance = dice("calls")
    days = [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]
    weights = {day: _press(day) * (0.85 + 0.3 * chance.random()) for day in days if day != WORST_DAY}
    offered = apportion(CALLS_OFFERED - WORST_DAY_CALLS, weights) | {WORST_DAY: WORST_DAY_CALLS}
    for day in days:
        answered = round(offered[day] * (0.36 + 0.16 * chance.random()))
        fields = {
            "day": day.isoformat(),
            "line": "115",
            "offered": offered[day],
            "answered": answered,
            "abandoned": offered[day] - answered,
            "median_wait_s": 240 + chance.randrange(420),
        }
        yield Row("call_count", f"appels-{day.isoformat()}", day.isoformat(), fields)


def _press(day: date) -> float:
    """Winter, and the first days of the week, weigh more."""
    return (1.25 if day.month in (1, 2, 11, 12) else 1.0) * (1.1 if day.weekday() < 2 else 1.0)


def requests(share: int = 1) -> Iterator[Row]:
    """About thirty thousand requests with their answers."""
    lists = chain(emergency(NIGHT_REQUESTS // share), lasting(LASTING_REQUESTS // share))
    return chain.from_iterable(lists)


def encounters(share: int = 1) -> Iterator[Row]:
    """People met by three outreach teams, one night in every number."""
    chance, total = dice("encounters"), ENCOUNTERS // share
    cells = dealt(total, {cell: weight for cell, weight in CELLS.items() if weight >= 2.5}, chance)
    for number, cell in enumerate(cells):
        night = (FIRST_DAY + timedelta(days=number * DAYS // total)).isoformat()
        fields: dict[str, object] = {
            "night_of": night,
            "team_ref": f"maraude-{number % 3 + 1}",
            "persons": pick(chance, {1: 66, 2: 22, 3: 8, 4: 4}),
            "territory_cell": cell,
            "outcome": pick(chance, {"met": 84, "refused": 7, "not_found": 6, "reported_only": 3}),
        }
        if chance.random() < 0.3:
            fields["household_ref"] = f"m-{chance.randrange(1, max(NIGHT_REQUESTS // share // 4, 2)):05d}"
        yield Row("encounter", f"e-{number + 1:05d}", night, fields)


def supply(share: int = 1) -> Iterator[Row]:
    """Places at the end of each month (of the year only, in a share of it), structure by structure."""
    chance = dice("supply")
    months = range(1, 13) if share == 1 else (12,)
    for scheme, places, kinds in PLACES:
        holders = of_kind(*kinds)
        shares = apportion(places, {holder: 1.0 + chance.random() for holder in holders})
        for holder, count in shares.items():
            for month in months:
                day = date(2022 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                closed = chance.randrange(max(count // 25, 1) + 1)
                yield _places(holder, scheme, day, count, round((count - closed) * 0.97), closed)


def _places(
    holder: Organisation, scheme: Scheme, day: date, places: int, occupied: int, out_of_use: int
) -> Row:
    fields = {
        "organisation_ref": holder.ref,
        "scheme": scheme,
        "territory_cell": holder.commune,
        "day": day.isoformat(),
        "places": places,
        "occupied": occupied,
        "out_of_use": out_of_use,
    }
    return Row("supply", f"p-{holder.ref}-{scheme}-{day.isoformat()}", day.isoformat(), fields)


def allocations(share: int = 1) -> Iterator[Row]:
    """The 2,951 that were published, then those that are not of that number: each for a reason of its own."""
    number = 0
    kinds: list[tuple[int, Mapping[SituationGroup, float], Scheme, bool]] = [
        (HOMELESS_OR_SHELTERED, HOMELESS, Scheme.SOCIAL_HOUSING, False),
        (round(sum(NOT_HOMELESS.values())), NOT_HOMELESS, Scheme.SOCIAL_HOUSING, False),
        *((n, HOMELESS, scheme, False) for scheme, n in OTHER_SCHEMES.items()),
        (LEASED_LATER, HOMELESS, Scheme.SOCIAL_HOUSING, True),
    ]
    for count, situations, scheme, later in kinds:
        total = round(count / share)
        chance = dice("allocations", scheme, later, number == 0)
        found = dealt(total, situations, chance)
        places = dealt(total, CELLS, chance)
        for situation, cell in zip(found, places, strict=True):
            number += 1
            yield _allocation(number, scheme, situation, cell, later)


def _allocation(number: int, scheme: Scheme, situation: SituationGroup, cell: str, later: bool) -> Row:
    chance = dice("allocation", number)
    composition = pick(chance, COMPOSITIONS)
    holders = of_kind(*HOLDERS.get(scheme, (OrgKind.LANDLORD,)))
    lease = (date(2023, 1, 2) if later else FIRST_DAY) + timedelta(
        days=chance.randrange(28 if later else DAYS)
    )
    decided = lease - timedelta(days=14 + chance.randrange(26))
    entered = lease + timedelta(days=chance.randrange(15))
    fields: dict[str, object] = {
        "household_ref": f"a-{number:05d}",
        "register": pick(chance, REGISTERS) if scheme == Scheme.SOCIAL_HOUSING else "siao",
        "scheme": scheme,
        "organisation_ref": chance.choice(holders).ref,
        "quota": pick(chance, QUOTAS) if scheme == Scheme.SOCIAL_HOUSING else Quota.NONE,
        "territory_cell": cell,
        "situation_at_request": situation,
        "composition": composition,
        "persons": sum(members(composition, chance)[name] for name in ("adults", "minors")),
        "decided_on": decided.isoformat(),
        "lease_signed_on": lease.isoformat(),
        "entered_on": entered.isoformat(),
    }
    return Row("allocation", f"att-{number:05d}", lease.isoformat(), fields)
