"""The table of rights, both ways: what each standing gives, and that nothing else is given (contracts 6)."""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cases.domain.case import Case, Orientation, OrientationState
from cases.domain.rights import ACTS, Guard, Seating, Sight, Viewer, require, sight
from cases.store.viewers import partner_viewer
from contracts.lists import (
    CaseState,
    Composition,
    Door,
    NeedGroup,
    OrientationOrigin,
    Pack,
    Question,
    Role,
    Scheme,
    SituationGroup,
)
from contracts.refusal import Refused

TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "rights.toml").read_text())
TODAY = date(2026, 11, 2)
HERE = "siao-59-lille"


def ident(number: int) -> UUID:
    return UUID(int=number, version=4)


ME, OTHER, MINE, THEIRS, COMMISSION, PARTNER = (ident(n) for n in range(1, 7))
CASE = Case(
    case_id=ident(100),
    household_id=ident(101),
    case_ref="K7Q-4MXP",
    territory=HERE,
    state=CaseState.SUBMITTED,
    door=Door.REFERRER,
    submitted_on=TODAY,
    informed_on=TODAY,
    composition=Composition.COUPLE,
    adults=2,
    minors=0,
    minors_under_3=0,
    situation_group=SituationGroup.HOTEL,
    need_group=NeedGroup.NO_HOUSING,
    question=Question.WHICH_SCHEME,
    referrer_id=OTHER,
    organisation_id=THEIRS,
)
ON_AGENDA = CASE.model_copy(update={"state": CaseState.SCHEDULED, "commission_id": COMMISSION})
PUBLISHED = Guard(agenda_open=True, last_commission_id=COMMISSION)


def somebody(*roles: Role, organisation: UUID | None = MINE, territory: str = HERE, **more: Any) -> Viewer:
    return Viewer(ME, territory, organisation, frozenset(roles), **more)


def seated(pack: Pack, *, sees: bool = True, **more: Any) -> Viewer:
    return somebody(seats={COMMISSION: Seating(COMMISSION, pack, True, sees)}, **more)


def proposed(
    state: OrientationState = OrientationState.PROPOSED,
    ended: int | None = None,
    scheme: Scheme = Scheme.SOCIAL_HOUSING,
    organisation: UUID = MINE,
) -> Case:
    made = Orientation(
        orientation_id=ident(200),
        scheme=scheme,
        organisation_id=organisation,
        origin=OrientationOrigin.COMMISSION,
        state=state,
        proposed_on=TODAY,
        answer_due_at=f"{TODAY}T12:00:00Z",
        ended_on=TODAY - timedelta(days=ended) if ended is not None else None,
    )
    return CASE.model_copy(update={"orientations": (made,)})


def mine(**changes: Any) -> Case:
    return CASE.model_copy(update={"referrer_id": ME, "organisation_id": MINE, **changes})


Standing = Callable[[], tuple[Viewer, Case, Guard]]
ENDED = OrientationState.ENDED
STANDINGS: dict[str, Standing] = {
    "coordinator": lambda: (somebody(Role.COORDINATOR), CASE, Guard()),
    "siao_agent": lambda: (somebody(Role.SIAO_AGENT), CASE, Guard()),
    "referrer_named": lambda: (somebody(Role.REFERRER), mine(), Guard()),
    "referrer_team": lambda: (
        somebody(Role.REFERRER),
        mine(referrer_id=OTHER),
        Guard(team=frozenset({ME})),
    ),
    "referrer_former_until": lambda: (
        somebody(Role.REFERRER),
        CASE.model_copy(update={"former_referrer_id": ME, "former_until": TODAY}),
        Guard(),
    ),
    "referrer_former_over": lambda: (
        somebody(Role.REFERRER),
        CASE.model_copy(update={"former_referrer_id": ME, "former_until": TODAY - timedelta(days=1)}),
        Guard(),
    ),
    "referrer_same_organisation": lambda: (somebody(Role.REFERRER), mine(referrer_id=OTHER), Guard()),
    "referrer_foreign": lambda: (somebody(Role.REFERRER), CASE, Guard()),
    "member_full": lambda: (seated(Pack.FULL), ON_AGENDA, PUBLISHED),
    "member_social": lambda: (seated(Pack.SOCIAL), ON_AGENDA, PUBLISHED),
    "member_landlord": lambda: (seated(Pack.LANDLORD), ON_AGENDA, PUBLISHED),
    "member_health": lambda: (seated(Pack.HEALTH_YES_NO), ON_AGENDA, PUBLISHED),
    "member_before_agenda": lambda: (seated(Pack.FULL, sees=False), ON_AGENDA, Guard()),
    "member_after_minutes": lambda: (
        seated(Pack.FULL, sees=False),
        CASE,
        Guard(last_commission_id=COMMISSION),
    ),
    "member_recused": lambda: (
        seated(Pack.FULL, recused=frozenset({CASE.case_id})),
        ON_AGENDA,
        PUBLISHED,
    ),
    "member_removed": lambda: (somebody(), ON_AGENDA, PUBLISHED),
    "provider_open": lambda: (somebody(), proposed(), Guard()),
    "provider_accepted": lambda: (somebody(), proposed(OrientationState.PRE_ADMITTED), Guard()),
    "provider_ended_30_days": lambda: (somebody(), proposed(ENDED, 30), Guard()),
    "provider_ended_31_days": lambda: (somebody(), proposed(ENDED, 31), Guard()),
    "provider_social_open": lambda: (somebody(), proposed(scheme=Scheme.IML_SUBLET), Guard()),
    "provider_administrator": lambda: (somebody(Role.ORG_ADMIN), proposed(), Guard()),
    "provider_foreign": lambda: (somebody(), proposed(organisation=THEIRS), Guard()),
    "chair_on_agenda": lambda: (somebody(Role.CHAIR), ON_AGENDA, PUBLISHED),
    "chair_off_agenda": lambda: (somebody(Role.CHAIR), CASE, Guard()),
    "org_admin": lambda: (somebody(Role.ORG_ADMIN), mine(referrer_id=OTHER), Guard()),
    "state": lambda: (somebody(Role.STATE), CASE, Guard()),
    "operator": lambda: (somebody(Role.OPERATOR), CASE, Guard()),
    "data_officer": lambda: (somebody(Role.DATA_OFFICER), CASE, Guard()),
    "registered_only": lambda: (somebody(), ON_AGENDA, PUBLISHED),
    "coordinator_elsewhere": lambda: (somebody(Role.COORDINATOR, territory="siao-62-arras"), CASE, Guard()),
    "coordinator_recused": lambda: (
        somebody(Role.COORDINATOR, recused=frozenset({CASE.case_id})),
        CASE,
        Guard(),
    ),
    "coordinator_not_in_audience": lambda: (
        somebody(Role.COORDINATOR),
        CASE,
        Guard(protected=True, audience=frozenset({OTHER})),
    ),
    "coordinator_in_audience": lambda: (
        somebody(Role.COORDINATOR),
        CASE,
        Guard(protected=True, audience=frozenset({ME})),
    ),
    "partner_own": lambda: (partner_viewer(PARTNER, HERE), CASE, Guard(partners=frozenset({PARTNER}))),
    "partner_transferred_away": lambda: (
        replace(partner_viewer(PARTNER, HERE), organisation_id=MINE),
        CASE.model_copy(update={"former_organisation_id": MINE}),
        Guard(partners=frozenset({PARTNER})),
    ),
    "partner_foreign": lambda: (
        replace(partner_viewer(PARTNER, HERE), organisation_id=MINE),
        CASE,
        Guard(partners=frozenset({OTHER})),
    ),
}


def seen_by(name: str) -> Sight:
    viewer, case, guard = STANDINGS[name]()
    return sight(viewer, case, guard, TODAY)


def test_every_standing_of_the_table_is_tried() -> None:
    assert set(TABLE["standing"]) == set(STANDINGS)


@pytest.mark.parametrize("name", TABLE["standing"])
def test_a_standing_sees_what_the_table_says_and_nothing_else(name: str) -> None:
    assert {str(view) for view in seen_by(name).views} == set(TABLE["sight"][TABLE["standing"][name]])


@pytest.mark.parametrize("name", [name for name in TABLE["acts"] if not name.endswith("_not")])
def test_a_standing_may_do_what_the_table_says_and_nothing_else(name: str) -> None:
    assert allowed(name) == set(TABLE["acts"][name])


@pytest.mark.parametrize("name", ["siao_agent", "coordinator"])
def test_the_siao_and_the_coordination_may_do_all_but_what_is_kept_from_them(name: str) -> None:
    assert set(ACTS) - allowed(name) == set(TABLE["acts"][f"{name}_not"])


@pytest.mark.parametrize("name", [n for n, sees in TABLE["standing"].items() if sees == "none"])
def test_who_sees_nothing_is_told_that_nothing_exists(name: str) -> None:
    for act in ACTS:
        with pytest.raises(Refused) as refused:
            require(seen_by(name), act)
        assert refused.value.status == 404


def allowed(name: str) -> set[str]:
    seen, found = seen_by(name), set()
    for act in ACTS:
        try:
            require(seen, act)
        except Refused:
            continue
        found.add(act)
    return found
