"""What cases says, short to write in a test: ids from a word, everything else with a plain default."""

from datetime import date
from typing import Any
from uuid import UUID

from contracts.cases import (
    AllocationCancelled,
    AllocationRecorded,
    CaseAdjourned,
    CaseAdmitted,
    CaseClosed,
    CaseDecided,
    CaseExamined,
    CasePostponed,
    CaseScheduled,
    CaseSubmitted,
    HouseholdErased,
    HouseholdHoused,
    HouseholdInformed,
    LeaseSigned,
    OrientationAccepted,
    OrientationProposed,
    OrientationRefused,
    ReferrerInformed,
    SittingClosed,
)
from contracts.integration import AllocationsMatched, HouseholdsLinked, RequestChanged
from tests.service.analytics.facts import PARTNER, an_id, at
from tests.service.analytics.house import TERRITORY

SHELTER, LANDLORD = an_id("organisation shelter"), an_id("organisation landlord")
PANEL = an_id("panel")


def case_id(word: str) -> UUID:
    return an_id(f"case {word}")


def home_id(word: str) -> UUID:
    """The household that `facts.request(home=…)` speaks of too."""
    return an_id(f"home {word}")


def submitted(word: str, day: date, *, home: str = "", **said: Any) -> CaseSubmitted:
    fields: dict[str, Any] = {
        "case_ref": "K7Q-4MX",
        "territory": TERRITORY,
        "door": "siao",
        "composition": "single_parent",
        "adults": 1,
        "minors": 2,
        "minors_under_3": 1,
        "situation_group": "hotel",
        "need_group": "end_of_stay",
        "priority": ("syplo",),
        "referrer_id": an_id("referrer"),
        "organisation_id": SHELTER,
        "question": "which_scheme",
        "informed_on": day,
        "version": 1,
    }
    household = home_id(home or word)
    return CaseSubmitted(case_id=case_id(word), household_id=household, submitted_on=day, **(fields | said))


def admitted(word: str) -> CaseAdmitted:
    return CaseAdmitted(case_id=case_id(word), cause="complete")


def scheduled(word: str, panel: UUID = PANEL) -> CaseScheduled:
    return CaseScheduled(case_id=case_id(word), commission_id=panel, item=1, minutes=15)


def postponed(word: str, panel: UUID = PANEL) -> CasePostponed:
    return CasePostponed(case_id=case_id(word), commission_id=panel, cause="no_time")


def examined(word: str, passage: int = 1, panel: UUID = PANEL) -> CaseExamined:
    return CaseExamined(case_id=case_id(word), commission_id=panel, heard="written", passage=passage)


def adjourned(word: str, until: date, panel: UUID = PANEL) -> CaseAdjourned:
    missing = ("resources",)
    return CaseAdjourned(case_id=case_id(word), commission_id=panel, missing=missing, not_before_on=until)


def decided(word: str, day: date, outcome: str = "orient", panel: UUID = PANEL, **said: Any) -> CaseDecided:
    return CaseDecided(
        decision_id=an_id(f"decision {said.pop('name', word)}"),
        case_id=case_id(word),
        commission_id=panel,
        outcome=outcome,
        schemes=("iml_sublet",),
        measures=(),
        decision_priority="normal",
        decided_on=day,
        **said,
    )


def referrer_told(word: str, about: UUID, day: date) -> ReferrerInformed:
    return ReferrerInformed(case_id=case_id(word), about=about, informed_on=day)


def household_told(word: str, about: UUID, day: date, how: str = "in_person") -> HouseholdInformed:
    return HouseholdInformed(case_id=case_id(word), about=about, how=how, informed_on=day)


def proposed(word: str, name: str = "", to: UUID = LANDLORD, **said: Any) -> OrientationProposed:
    fields = {"scheme": "social_housing", "answer_due_at": at(date(2023, 12, 1), 12), "origin": "commission"}
    orientation = an_id(f"orientation {name or word}")
    return OrientationProposed(
        orientation_id=orientation, case_id=case_id(word), organisation_id=to, **(fields | said)
    )


def accepted(word: str, day: date, name: str = "") -> OrientationAccepted:
    orientation = an_id(f"orientation {name or word}")
    return OrientationAccepted(orientation_id=orientation, case_id=case_id(word), answered_on=day)


def refused(word: str, day: date, name: str = "", by: str = "provider") -> OrientationRefused:
    return OrientationRefused(
        orientation_id=an_id(f"orientation {name or word}"),
        case_id=case_id(word),
        by=by,
        reason_group="no_place",
        after_acceptance=False,
        answered_on=day,
    )


def allocated(word: str, day: date, *, home: str = "", name: str = "", **said: Any) -> AllocationRecorded:
    fields: dict[str, Any] = {
        "scheme": "social_housing",
        "organisation_id": LANDLORD,
        "quota": "prefect",
        "territory_cell": "59350",
        "situation_at_request": "hotel",
        "composition": "single_parent",
        "persons": 3,
        "reported_by": "landlord",
    }
    return AllocationRecorded(
        allocation_id=an_id(f"allocation {name or word}"),
        case_id=case_id(word),
        household_id=home_id(home or word),
        decided_on=day,
        **(fields | said),
    )


def leased(word: str, day: date, name: str = "") -> LeaseSigned:
    allocation = an_id(f"allocation {name or word}")
    return LeaseSigned(allocation_id=allocation, case_id=case_id(word), signed_on=day, lease_kind="lease")


def housed(word: str, day: date, name: str = "") -> HouseholdHoused:
    allocation = an_id(f"allocation {name or word}")
    return HouseholdHoused(allocation_id=allocation, case_id=case_id(word), entered_on=day)


def cancelled(word: str, day: date, name: str = "") -> AllocationCancelled:
    allocation = an_id(f"allocation {name or word}")
    return AllocationCancelled(
        allocation_id=allocation, case_id=case_id(word), cause="household_refused", cancelled_on=day
    )


def closed(word: str, day: date, result: str = "housed") -> CaseClosed:
    return CaseClosed(case_id=case_id(word), result=result, closed_on=day)


def sitting_closed(
    examined: int, decided: int, adjourned: int = 0, postponed: int = 0, panel: UUID = PANEL
) -> SittingClosed:
    return SittingClosed(
        commission_id=panel,
        quorum=True,
        examined=examined,
        decided=decided,
        adjourned=adjourned,
        postponed=postponed,
    )


def erased(home: str, *cases: str, day: date) -> HouseholdErased:
    ids = tuple(sorted((case_id(word) for word in cases), key=str))
    return HouseholdErased(household_id=home_id(home), case_ids=ids, ground="request", erased_on=day)


def _record(word: str, revision: int, void: bool) -> dict[str, Any]:
    common = {"record_id": an_id(word), "revision": revision, "void": void, "partner_id": PARTNER}
    return common | {"backfill": False}


def matched(word: str, one: UUID, *others: UUID, revision: int = 1, void: bool = False) -> AllocationsMatched:
    common = _record(word, revision, void)
    if void:
        return AllocationsMatched(**common, allocation_id=one)
    return AllocationsMatched(
        **common, allocation_id=one, same_as=tuple(sorted(others, key=str)), how="confirmed_by_person"
    )


def linked(word: str, one: str, *into: str, revision: int = 1, void: bool = False) -> HouseholdsLinked:
    common = _record(word, revision, void)
    if void:
        return HouseholdsLinked(**common, household_id=home_id(one))
    others = tuple(sorted((home_id(other) for other in into), key=str))
    return HouseholdsLinked(**common, household_id=home_id(one), into=others, how="merged")


def changed(word: str, to: str, change: str, day: date, *, home: str = "", **said: Any) -> RequestChanged:
    return RequestChanged(
        **_record(word, said.get("revision", 1), False),
        household_id=home_id(home or to),
        request_record_id=an_id(to),
        change=change,
        changed_on=day,
    )
