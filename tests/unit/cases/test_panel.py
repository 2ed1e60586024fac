"""Rules of agendas and sittings, without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from cases.domain import panel as rule
from cases.domain.case import Case
from cases.domain.deciding import Ids, NextStep, Opinion, adjourn, correct, decide
from cases.domain.file import Agreement
from cases.domain.folding import folded
from cases.domain.panel import Scheduling
from cases.domain.rules import Moment, Rules
from cases.domain.sitting import Item, ItemOutcome, Member, Sitting, SittingState
from contracts.lists import (
    CaseState,
    Composition,
    DecisionOutcome,
    Door,
    Heard,
    MissingItem,
    NeedGroup,
    Pack,
    PostponeCause,
    Question,
    Scheme,
    Seat,
    SituationGroup,
)
from contracts.refusal import Refused
from eventing.runtime import uuid7

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
AT = Moment(NOW, TODAY)
AGREED = Agreement(panel=True, landlord=True, given_on=TODAY)
STEP = NextStep(UUID(int=0xA1, version=4), TODAY + timedelta(days=30))
EVENT = uuid7(1, bytes(10))
IDS = Ids(UUID(int=0xE1, version=4), UUID(int=0xE2, version=4))


def ident(number: int) -> UUID:
    return UUID(int=number, version=4)


def case(number: int = 1, state: CaseState = CaseState.ADMISSIBLE, **changes: object) -> Case:
    given: dict[str, object] = {
        "case_id": ident(number),
        "household_id": ident(0x100 + number),
        "case_ref": f"AAA-{number:04}",
        "territory": "siao-59-lille",
        "state": state,
        "door": Door.REFERRER,
        "submitted_on": TODAY,
        "informed_on": TODAY,
        "composition": Composition.SINGLE_PARENT,
        "adults": 1,
        "minors": 1,
        "minors_under_3": 0,
        "situation_group": SituationGroup.HOTEL,
        "need_group": NeedGroup.UNKNOWN,
        "question": Question.WHICH_SCHEME,
        "referrer_id": ident(3),
        "organisation_id": ident(0xA1),
    }
    return Case.model_validate({**given, **changes})


def member(number: int, *, voting: bool = True, present: bool = True, seat: Seat = Seat.SIAO) -> Member:
    return Member(
        person_id=ident(number),
        organisation_id=ident(0xA1),
        seat=seat,
        pack=Pack.FULL,
        voting=voting,
        undertaking_on=TODAY,
        present=present,
    )


def sitting(*cases: Case, state: SittingState = SittingState.ANNOUNCED, **changes: object) -> Sitting:
    starts = NOW if state is SittingState.OPENED else NOW + timedelta(days=20)
    given: dict[str, object] = {
        "commission_id": ident(0xC0),
        "territory": "siao-59-lille",
        "commission_type": "lda_panel",
        "state": state,
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=4),
        "minutes_for_cases": 60,
        "members": tuple(member(n) for n in (11, 12, 13)),
        "items": tuple(Item(case_id=each.case_id, item=n, minutes=15) for n, each in enumerate(cases, 1)),
        "quorum_needed": 3 if state is SittingState.OPENED else None,
        "quorum": True if state is SittingState.OPENED else None,
    }
    return Sitting.model_validate({**given, **changes})


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=f"^{code}$")


@pytest.mark.parametrize(
    ("panel", "asked", "who", "agreement", "code"),
    [
        ({"has_panel": False}, Scheduling(), {}, AGREED, "no_panel"),
        ({"territory": "siao-62-arras"}, Scheduling(), {}, AGREED, "other_territory"),
        ({"case_deadline_on": date(2026, 11, 1)}, Scheduling(), {}, AGREED, "past_case_deadline"),
        ({}, Scheduling(minutes=61), {}, AGREED, "no_minutes_left"),
        ({}, Scheduling(minutes=0), {}, AGREED, "minutes"),
        ({}, Scheduling(), {"not_before_on": date(2027, 1, 1)}, AGREED, "too_early"),
        ({}, Scheduling(), {}, AGREED.model_copy(update={"withdrawn_on": TODAY}), "agreement_withdrawn"),
        ({"members": (member(1, seat=Seat.LANDLORD),)}, Scheduling(), {}, None, "no_agreement"),
        ({}, Scheduling(), {"state": CaseState.SUBMITTED}, AGREED, "wrong_state"),
        ({}, Scheduling(), {"suspended": True}, AGREED, "suspended"),
        ({"state": SittingState.OPENED}, Scheduling(), {}, AGREED, "wrong_state"),
        ({"starts_at": NOW - timedelta(days=2)}, Scheduling(), {}, AGREED, "commission_past"),
    ],
)
def test_what_keeps_a_case_off_an_agenda(
    panel: dict[str, object],
    asked: Scheduling,
    who: dict[str, object],
    agreement: Agreement | None,
    code: str,
) -> None:
    with refused(code):
        rule.schedule(sitting(**panel), case(**who), asked, agreement, AT)  # type: ignore[arg-type]


def test_a_signed_reason_opens_a_past_deadline_and_an_urgent_case_comes_without_agreement() -> None:
    after, facts = rule.schedule(
        sitting(case_deadline_on=date(2026, 11, 1)), case(), Scheduling(override="Expulsion"), None, AT
    )
    assert [each.case_id for each in after.items] == [ident(1)]
    assert folded(case(), facts, TODAY).state is CaseState.SCHEDULED


def test_minutes_are_counted_and_order_is_a_permutation() -> None:
    first, second = case(1), case(2)
    held, _ = rule.schedule(sitting(), first, Scheduling(minutes=40), AGREED, AT)
    with refused("no_minutes_left"):
        rule.schedule(held, second, Scheduling(minutes=21), AGREED, AT)
    held, _ = rule.schedule(held, second, Scheduling(minutes=20), AGREED, AT)
    assert rule.arrange(held, ident(1), 40, None).minutes_taken == 60
    with refused("no_minutes_left"):
        rule.arrange(held, ident(1), 41, None)
    assert [each.item for each in rule.reorder(held, [ident(2), ident(1)]).items] == [1, 2]
    with refused("stale_version"):
        rule.reorder(held, [ident(1)])
    assert rule.move(held, ident(1), up=True) == held


def test_an_agenda_is_published_again_with_its_next_version() -> None:
    with refused("empty_agenda"):
        rule.publish(sitting())
    once, _ = rule.publish(sitting(case()))
    again, facts = rule.publish(once)
    assert again.agenda_version == 2
    assert facts[0].model_dump()["cases"] == 1


def test_the_sitting_opens_on_its_day_once_published() -> None:
    with refused("not_published"):
        rule.open_sitting(sitting(case()), AT)
    with refused("too_early"):
        rule.open_sitting(sitting(case(), state=SittingState.PUBLISHED), AT)
    today = sitting(case(), state=SittingState.PUBLISHED, starts_at=NOW)
    opened, facts = rule.open_sitting(today, AT)
    assert (opened.quorum, opened.voting_present) == (True, 3)
    absent = rule.tick(today, {ident(11), ident(12)})
    opened, facts = rule.open_sitting(absent, AT)
    assert facts[0].model_dump()["quorum"] is False
    assert rule.tick(opened, {ident(11), ident(12), ident(13)}).quorum is True


def test_recusals_count_against_the_quorum_of_that_case_only() -> None:
    one, two = case(1, CaseState.EXAMINED), case(2)
    held = sitting(one, two, state=SittingState.OPENED)
    assert not rule.consultative(held, ident(1))
    held, _ = rule.recuse(held, ident(1), ident(11))
    assert rule.consultative(held, ident(1))
    assert not rule.consultative(held, ident(2))
    assert rule.recuse(held, ident(1), ident(11)) == (held, [])
    with refused("no_quorum"):
        decide(held, one, Opinion(DecisionOutcome.SUPPORT_ONLY, step=STEP), IDS, AT)
    strict = Moment(NOW, TODAY, Rules(decided_later=False))
    with refused("no_quorum"):
        rule.examine(held, case(1, CaseState.SCHEDULED), Heard.WRITTEN, strict)


def test_closing_leaves_no_case_scheduled() -> None:
    """U27."""
    waiting = [case(n, CaseState.SCHEDULED) for n in (1, 2)]
    held = sitting(*waiting, case(3, CaseState.EXAMINED), state=SittingState.OPENED)
    examined = rule.put(held, held.items[2].model_copy(update={"outcome": ItemOutcome.EXAMINED}))
    with refused("undecided"):
        rule.close(examined, {}, {})
    decided = rule.put(held, held.items[2].model_copy(update={"outcome": ItemOutcome.DECIDED}))
    known = {each.case_id: each for each in waiting}
    after, told, facts = rule.close(decided, known, {ident(1): PostponeCause.REFERRER_ABSENT})
    assert after.waiting == ()
    causes = [told[ident(n)][0].model_dump()["cause"] for n in (1, 2)]
    assert causes == [PostponeCause.REFERRER_ABSENT, PostponeCause.NO_TIME]
    assert facts[0].model_dump()["postponed"] == 2
    few = rule.recounted(decided.model_copy(update={"members": ()}))
    assert rule.close(few, known, {})[1][ident(2)][0].model_dump()["cause"] is PostponeCause.NO_QUORUM


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Opinion(DecisionOutcome.UNKNOWN), "outcome"),
        (Opinion(DecisionOutcome.ORIENT, step=STEP), "no_scheme"),
        (Opinion(DecisionOutcome.ORIENT, schemes=(Scheme.CHRS,)), "no_owner"),
        (Opinion(DecisionOutcome.SUPPORT_ONLY, step=NextStep(ident(9), date(2026, 11, 1))), "date_past"),
        (Opinion(DecisionOutcome.REEXAMINE_ON, reexamine_on=TODAY), "reexamine_on"),
        (Opinion(DecisionOutcome.SUPPORT_ONLY, step=STEP, reexamine_on=date(2027, 1, 1)), "reexamine_on"),
        (Opinion(DecisionOutcome.OUT_OF_SCOPE), "no_reason"),
    ],
)
def test_an_opinion_says_what_its_outcome_needs(asked: Opinion, code: str) -> None:
    one = case(1, CaseState.EXAMINED)
    with refused(code):
        decide(sitting(one, state=SittingState.OPENED), one, asked, IDS, AT)


def test_what_is_decided_twice_or_off_the_agenda_is_refused() -> None:
    one = case(1, CaseState.EXAMINED)
    held = sitting(one, state=SittingState.OPENED)
    asked = Opinion(DecisionOutcome.SUPPORT_ONLY, step=STEP)
    after, _ = decide(held, one, asked, IDS, AT)
    with refused("already_decided"):
        decide(after, one, asked, IDS, AT)
    with refused("already_decided"):
        adjourn(after, one, [MissingItem.NUR], date(2026, 12, 1), AT)
    with refused("not_on_agenda"):
        decide(held, case(7, CaseState.EXAMINED), asked, IDS, AT)
    with refused("nothing_missing"):
        adjourn(held, one, [], date(2026, 12, 1), AT)
    with refused("date_past"):
        adjourn(held, one, [MissingItem.NUR], TODAY, AT)
    with refused("not_open"):
        decide(held.model_copy(update={"state": SittingState.PUBLISHED}), one, asked, IDS, AT)


def test_a_corrected_decision_leads_elsewhere_and_the_original_stays() -> None:
    """C18: from a closed case back to follow-up."""
    one = case(1, CaseState.EXAMINED)
    held = sitting(one, state=SittingState.OPENED)
    _, facts = decide(held, one, Opinion(DecisionOutcome.OUT_OF_SCOPE, reason="Hors métropole"), IDS, AT)
    closed = folded(one, facts, TODAY)
    assert closed.state is CaseState.CLOSED
    again = Ids(ident(0xE3), ident(0xE4))
    facts = correct(closed, EVENT, Opinion(DecisionOutcome.SUPPORT_ONLY, step=STEP), again, AT)
    followed = folded(closed, facts, TODAY)
    assert (followed.state, followed.ended_on) == (CaseState.IN_FOLLOW_UP, None)
    assert [each.corrected for each in followed.decisions] == [True, False]
    with refused("no_decision"):
        correct(one, EVENT, Opinion(DecisionOutcome.SUPPORT_ONLY, step=STEP), again, AT)
