"""Requests of 2022 and their answers: invented households that ask night after night.

What was published is kept: compositions of 2019 (men alone 62 %, women alone 13 %, families 19 %), families
of the metropolis asking the SIAO and not 115, one new request in ten met, no place behind 68 % of refusals.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from contracts.lists import Composition, Door, NeedGroup, Scheme, SituationGroup, UnmetOrigin
from seuil_dev.demo.seeding import apportion, dealt, dice, pick
from seuil_dev.demo.sending import Row

PARIS = ZoneInfo("Europe/Paris")
FIRST_DAY, DAYS = date(2022, 1, 1), 365
COMPOSITIONS = {
    Composition.MAN_ALONE: 62.0,
    Composition.WOMAN_ALONE: 13.0,
    Composition.SINGLE_PARENT: 11.0,
    Composition.COUPLE_WITH_CHILDREN: 8.0,
    Composition.COUPLE: 4.0,
    Composition.ADULTS_GROUP: 1.5,
    Composition.CHILDREN_ONLY: 0.5,
}
"""Percent of households; 19 for families."""
FAMILIES = (Composition.SINGLE_PARENT, Composition.COUPLE_WITH_CHILDREN)
DOORS = {Door.CALL_115: 74.0, Door.OUTREACH: 11.0, Door.DAY_CENTRE: 9.0, Door.REFERRER: 4.0, Door.SIAO: 2.0}
FAMILY_DOORS = {Door.SIAO: 72.0, Door.CALL_115: 18.0, Door.REFERRER: 8.0, Door.DAY_CENTRE: 2.0}
SITUATIONS = {
    SituationGroup.STREET: 56.0,
    SituationGroup.THIRD_PARTY: 15.0,
    SituationGroup.HOTEL: 7.0,
    SituationGroup.EMERGENCY_SHELTER: 9.0,
    SituationGroup.NIGHT_SHELTER_OR_WINTER: 5.0,
    SituationGroup.INSTITUTION: 3.0,
    SituationGroup.EVICTION: 2.0,
    SituationGroup.WITHHELD: 3.0,
}
NEEDS = {
    NeedGroup.NO_HOUSING: 52.0,
    NeedGroup.END_OF_STAY: 18.0,
    NeedGroup.FAMILY_CHANGE: 8.0,
    NeedGroup.EVICTION: 5.0,
    NeedGroup.RESOURCES: 6.0,
    NeedGroup.ARRIVAL_OR_MOVE: 5.0,
    NeedGroup.CAMP_CLEARED: 2.0,
    NeedGroup.WITHHELD: 4.0,
}
ORIGINS = {
    UnmetOrigin.NO_PLACE: 68.0,
    UnmetOrigin.NOT_SUITABLE: 9.0,
    UnmetOrigin.HOUSEHOLD: 8.0,
    UnmetOrigin.UNREACHABLE: 7.0,
    UnmetOrigin.OUTSIDE_SCOPE: 5.0,
    UnmetOrigin.CAPACITY_CLOSED: 3.0,
}
REASONS = {
    UnmetOrigin.NO_PLACE: "no_place",
    UnmetOrigin.NOT_SUITABLE: "profile",
    UnmetOrigin.HOUSEHOLD: "household_other",
    UnmetOrigin.UNREACHABLE: "absent_or_unreachable",
    UnmetOrigin.OUTSIDE_SCOPE: "out_of_scope",
    UnmetOrigin.CAPACITY_CLOSED: "no_place",
}
SHELTERS = {Scheme.EMERGENCY_SHELTER: 60.0, Scheme.HOTEL: 30.0, Scheme.STABILISATION: 5.0, Scheme.CHRS: 5.0}
WANTED = {Scheme.CHRS: 40, Scheme.IML_SUBLET: 18, Scheme.PENSION_FAMILLE: 12, Scheme.RESIDENCE_SOCIALE: 14,
          Scheme.SOCIAL_HOUSING: 16}  # fmt: skip
MET_NEW, MET_AGAIN, LATE_YES, WITHDRAWN = 0.10, 0.86, 0.15, 0.02


@dataclass(frozen=True)
class Household:
    """An invented household: a number, a composition, where it asks, how often."""

    ref: str
    composition: Composition
    door: Door
    situation: SituationGroup
    need: NeedGroup
    members: dict[str, int]
    requests: int


def households(total: int) -> list[Household]:
    """Enough of them to ask `total` times, some once, some through the whole year."""
    chance = dice("households")
    count = max(total * 4 // 15, 1)
    compositions = dealt(count, COMPOSITIONS, chance)
    asking = apportion(total - count, {n: min(chance.paretovariate(1.3), 30) for n in range(count)})
    found = []
    for number, composition in enumerate(compositions):
        doors = FAMILY_DOORS if composition in FAMILIES else DOORS
        found.append(
            Household(
                f"m-{number + 1:05d}",
                composition,
                pick(chance, doors),
                pick(chance, SITUATIONS),
                pick(chance, NEEDS),
                members(composition, chance),
                1 + asking[number],
            )
        )
    return found


def members(composition: Composition, chance: Random) -> dict[str, int]:
    """Declared adults, minors and those under three."""
    adults, minors = 1, 0
    if composition in (Composition.COUPLE, Composition.COUPLE_WITH_CHILDREN):
        adults = 2
    elif composition == Composition.ADULTS_GROUP:
        adults = chance.randint(2, 4)
    elif composition == Composition.CHILDREN_ONLY:
        adults, minors = 0, chance.randint(1, 2)
    if composition in FAMILIES:
        minors = pick(chance, {1: 40.0, 2: 32.0, 3: 18.0, 4: 7.0, 5: 3.0})
    under_3 = sum(chance.random() < 0.22 for _ in range(minors)) if composition in FAMILIES else 0
    return {"adults": adults, "minors": minors, "minors_under_3": under_3}


def nights(count: int, chance: Random) -> list[int]:
    """As many different days of the year (0 to 364), in spells of following nights."""
    found: list[int] = []
    while len(found) < count:
        start = chance.choices(range(DAYS), _WINTER)[0]
        spell = min(count - len(found), 1 + int(chance.expovariate(0.35)))
        found += [day for day in range(start, min(start + spell, DAYS)) if day not in found]
    return sorted(found)


_WINTER = [1.35 if day < 90 or day > 304 else 1.0 for day in range(DAYS)]


def emergency(total: int) -> Iterator[list[Row]]:
    """`total` requests for a night, each list a household's, with every answer."""
    origins = iter(dealt(total, ORIGINS, dice("origins")))
    for household in households(total):
        chance = dice("nights", household.ref)
        before, met = -2, False
        rows: list[Row] = []
        for day in nights(household.requests, chance):
            again = met and day == before + 1
            kind = pick(chance, {"renewal": 85, "extension": 15}) if again else "new"
            met = chance.random() < (MET_AGAIN if again else MET_NEW)
            night = FIRST_DAY + timedelta(days=day)
            ref = f"{household.ref}-n{day:03d}"
            rows.append(_request(household, ref, night, kind))
            rows += _answers(household.ref, ref, night, met, next(origins), chance)
            before = day
        yield rows


def _request(household: Household, ref: str, night: date, kind: str) -> Row:
    return Row(
        "request",
        ref,
        night.isoformat(),
        {
            "household_ref": household.ref,
            "door": household.door,
            "branch": "emergency",
            "kind": kind,
            "night_of": night.isoformat(),
            "registered_on": night.isoformat(),
            "composition": household.composition,
            **household.members,
            "situation_group": household.situation,
            "need_group": household.need,
            "schemes": [],
        },
    )


def _answers(
    household: str, request: str, night: date, met: bool, origin: UnmetOrigin, chance: Random
) -> list[Row]:
    """One answer; two where a no of the evening became a yes of the night."""
    evening = datetime.combine(night, time(18), PARIS) + timedelta(minutes=chance.randrange(240))
    said: dict[str, object] = {"household_ref": household, "request_ref": request}
    no = {"answer": "unmet", "unmet_origin": origin, "reason_group": REASONS[origin]}
    if not met:
        what = {"answer": "withdrawn"} if chance.random() < WITHDRAWN else no
        return [_answer(f"{request}-a1", evening, {**said, **what})]
    yes = {"answer": "attributed", "scheme": pick(chance, SHELTERS)}
    if chance.random() >= LATE_YES:
        return [_answer(f"{request}-a1", evening, {**said, **yes})]
    later = evening + timedelta(minutes=60 + chance.randrange(120))
    return [_answer(f"{request}-a1", evening, said | no), _answer(f"{request}-a2", later, said | yes)]


def _answer(ref: str, at: datetime, fields: Mapping[str, object]) -> Row:
    return Row("answer", ref, at.date().isoformat(), {**fields, "answered_at": at.isoformat()})


def lasting(total: int) -> Iterator[list[Row]]:
    """`total` requests for a longer stay or a dwelling, by referrers and the SIAO, with their answers."""
    chance = dice("lasting")
    compositions = dealt(total, COMPOSITIONS, chance)
    for number, composition in enumerate(compositions):
        household = f"d-{number + 1:05d}"
        ref = f"{household}-r1"
        first = FIRST_DAY + timedelta(days=chance.randrange(-200, DAYS - 1))
        registered = max(first, FIRST_DAY) + timedelta(days=chance.randrange(20))
        registered = min(registered, date(2022, 12, 30))
        scheme = pick(chance, WANTED)
        request = {
            "household_ref": household,
            "door": pick(chance, {Door.REFERRER: 68, Door.SIAO: 32}),
            "branch": "housing" if scheme == Scheme.SOCIAL_HOUSING else "insertion",
            "kind": "new",
            "registered_on": registered.isoformat(),
            "first_transmitted_on": first.isoformat(),
            "composition": composition,
            **members(composition, chance),
            "situation_group": pick(chance, SITUATIONS),
            "need_group": pick(chance, NEEDS),
            "schemes": [scheme],
        }
        rows = [Row("request", ref, registered.isoformat(), request)]
        answered = registered + timedelta(days=7 + int(chance.expovariate(0.03)))
        if answered.year == FIRST_DAY.year:
            at = datetime.combine(answered, time(9 + chance.randrange(8)), PARIS)
            fields: dict[str, object] = {"household_ref": household, "request_ref": ref}
            fields |= pick_answer(chance, scheme)
            rows.append(_answer(f"{ref}-a1", at, fields))
        yield rows


def pick_answer(chance: Random, scheme: Scheme) -> dict[str, object]:
    """What became of a request for a longer stay."""
    kind = pick(chance, {"attributed": 34, "unmet": 56, "withdrawn": 10})
    if kind == "attributed":
        return {"answer": kind, "scheme": scheme}
    if kind == "unmet":
        origin = pick(chance, ORIGINS)
        return {"answer": kind, "unmet_origin": origin, "reason_group": REASONS[origin]}
    return {"answer": kind}
