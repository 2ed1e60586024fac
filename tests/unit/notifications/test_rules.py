"""The rules on messages: states, hours, reminders, answers of mail servers."""

from datetime import UTC, date, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.lists import CommissionField, Failure
from contracts.refusal import Refused
from notifications.domain import (
    OPEN,
    PARIS,
    TEMPLATES,
    Answer,
    Lead,
    QuietHours,
    State,
    advance,
    cause_of,
    check_resend,
    in_arrears,
    next_try,
    notice_of_change,
)

FIRST = datetime(2024, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 200_000_000).map(lambda seconds: FIRST + timedelta(seconds=seconds))
RANKS = [State.QUEUED, State.SENDING, State.SENT, State.DELIVERED]


@given(st.lists(st.sampled_from(State)))
def test_whatever_is_heard_in_whatever_order_a_message_never_goes_back(heard: list[State]) -> None:
    known, last = State.QUEUED, 0
    for said in heard:
        known = advance(known, said)
        rank = RANKS.index(known) if known in RANKS else 3
        assert rank >= last
        last = rank


def test_delivered_then_sent_stays_delivered() -> None:
    for order in permutations(RANKS):
        known = State.QUEUED
        for said in order:
            known = advance(known, said)
        assert known is State.DELIVERED


@pytest.mark.parametrize(
    ("first", "second"), list(product((State.DELIVERED, State.FAILED, State.DROPPED), repeat=2))
)
def test_an_end_is_final(first: State, second: State) -> None:
    assert advance(first, second) is first


@given(INSTANTS, st.integers(0, 23), st.integers(0, 23))
def test_quiet_hours_only_delay_less_than_a_day_and_end_outside(at: datetime, start: int, end: int) -> None:
    quiet = QuietHours(start, end)
    after = quiet.after(at)
    assert timedelta(0) <= after - at < timedelta(hours=25)
    assert quiet.after(after) == after


def test_quiet_hours_are_civil() -> None:
    quiet = QuietHours.read("20-8")
    assert quiet.after(datetime(2026, 7, 1, 17, 59, tzinfo=UTC)) == datetime(2026, 7, 1, 17, 59, tzinfo=UTC)
    assert quiet.after(datetime(2026, 7, 1, 18, 0, tzinfo=UTC)) == datetime(2026, 7, 2, 6, 0, tzinfo=UTC)
    assert quiet.after(datetime(2026, 12, 1, 2, 0, tzinfo=UTC)) == datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
    assert QuietHours.read("").after(datetime(2026, 7, 1, 22, 0, tzinfo=UTC)).hour == 22


@pytest.mark.parametrize("text", ["8", "24-8", "a-b", "20-8-9"])
def test_unreadable_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError):
        QuietHours.read(text)


@given(INSTANTS, st.integers(1, 60), st.integers(0, 23))
def test_a_reminder_in_days_is_on_its_civil_day(start: datetime, days: int, hour: int) -> None:
    at = Lead(days=days).before(start, hour).astimezone(PARIS)
    assert at.date() == start.astimezone(PARIS).date() - timedelta(days=days)


def test_leads_are_read() -> None:
    assert Lead.read("7d") == Lead(days=7)
    assert Lead.read(" 90s ") == Lead(seconds=90)
    assert Lead.read("") is None
    for text in ("7", "d", "0d", "-1d", "3w"):
        with pytest.raises(ValueError):
            Lead.read(text)


def test_arrears_are_civil_days_in_paris() -> None:
    late_evening = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert not in_arrears(date(2026, 7, 2), late_evening)
    assert in_arrears(date(2026, 7, 1), late_evening)


def test_delays_run_out() -> None:
    now = datetime(2026, 7, 1, tzinfo=UTC)
    assert next_try(1, (60, 300), now) == now + timedelta(seconds=60)
    assert next_try(2, (60, 300), now) == now + timedelta(seconds=300)
    assert next_try(3, (60, 300), now) is None


@pytest.mark.parametrize(
    ("answer", "permanent", "cause"),
    [
        (Answer(550, "5.1.1 unknown", "recipient"), True, Failure.UNKNOWN_ADDRESS),
        (Answer(550, "no such user here", "recipient"), True, Failure.UNKNOWN_ADDRESS),
        (Answer(550, "5.7.1 relaying denied", "recipient"), True, Failure.REFUSED_CONTENT),
        (Answer(552, "over quota", "content"), True, Failure.MAILBOX_FULL),
        (Answer(452, "4.2.2 over quota", "recipient"), False, Failure.MAILBOX_FULL),
        (Answer(450, "4.7.1 greylisted", "recipient"), False, Failure.GREYLISTED_OUT),
        (Answer(550, "5.4.4 no route", "recipient"), True, Failure.DOMAIN_UNKNOWN),
        (Answer(554, "5.6.0", "content"), True, Failure.REFUSED_CONTENT),
        (Answer(535, "5.7.8 bad credentials", "ours"), False, Failure.OUR_FAULT),
        (Answer(None, "TimeoutError", "ours"), False, Failure.OUR_FAULT),
    ],
)
def test_answers_have_a_meaning(answer: Answer, permanent: bool, cause: Failure) -> None:
    assert answer.permanent is permanent
    assert cause_of(answer) is cause


@given(
    st.one_of(st.none(), st.integers(400, 599)), st.text(), st.sampled_from(["recipient", "content", "ours"])
)
def test_every_answer_has_a_cause_of_the_list(code: int | None, words: str, about: str) -> None:
    assert cause_of(Answer(code, words, about)) in set(Failure) - {Failure.UNKNOWN, Failure.COMPLAINT}  # type: ignore[arg-type]


def test_what_is_not_worth_a_mail_gives_none() -> None:
    one = [{"workshop_id": "a", "slot": 1, "capacity": 10}]
    more = [{"workshop_id": "a", "slot": 1, "capacity": 20}]
    assert notice_of_change((CommissionField.CAPACITY,), one, one) is None
    assert notice_of_change((CommissionField.WORKSHOPS,), one, more) is None
    assert notice_of_change((CommissionField.WORKSHOPS,), one, one) == "workshops_changed"
    assert notice_of_change((CommissionField.WORKSHOPS, CommissionField.VIDEO), one, []) == "details_changed"


def test_resending_is_refused_when_it_makes_no_sense() -> None:
    for template, state in (
        ("sign_in", State.SENT),
        ("registration_confirmed", State.QUEUED),
        ("registration_confirmed", State.DROPPED),
    ):
        with pytest.raises(Refused):
            check_resend(template, state)
    for state in set(State) - {*OPEN, State.DROPPED}:
        check_resend("registration_confirmed", state)


def test_only_links_of_their_own_leave_before_the_others() -> None:
    first = {code for code, template in TEMPLATES.items() if template.priority == 0}
    assert first == {"sign_in", "prove_address", "participation_link"}
