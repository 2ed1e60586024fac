"""T4: reminders at their civil hour, moved with the commission, none late, none twice."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.lists import ByWhom
from contracts.registration import CommissionHeld, RegistrationCancelled
from tests.conftest import MakeDatabase
from tests.service.notifications.post import COMMISSION, START, Post, opened, text_of

WEEK = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
"""Nine o'clock in Paris, seven civil days before."""
DAY = datetime(2026, 12, 7, 8, 0, tzinfo=UTC)


def subjects(post: Post) -> list[str]:
    return [str(mail["Subject"]).replace("\u00a0", " ") for mail in post.mails]


async def at(post: Post, instant: datetime) -> list[str]:
    """What leaves once the clock stands there."""
    post.forget_mails()
    post.clock.at = instant
    await post.settle()
    return subjects(post)


async def test_two_reminders_leave_at_nine_in_paris_and_not_a_second_before(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    assert await at(post, WEEK - timedelta(seconds=1)) == []
    assert await at(post, WEEK) == ["Rappel, dans 7 jours : commission du mardi 8 décembre 2026, 9 h"]
    assert await at(post, DAY - timedelta(seconds=1)) == []
    assert await at(post, DAY) == ["Rappel, demain : commission du mardi 8 décembre 2026, 9 h"]
    assert "https://visio.example/lda" in text_of(post.mails[0])
    assert await at(post, START) == []


async def test_who_registers_after_the_hour_is_not_reminded_of_it(post: Post) -> None:
    await post.plan()
    post.clock.at = WEEK + timedelta(minutes=1)
    await post.seat(1)
    assert await at(post, WEEK + timedelta(hours=5)) == []
    assert len(await at(post, DAY)) == 1


async def test_reminders_move_with_the_commission(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    await post.tell(post.moved(days=14))
    assert await at(post, WEEK) == []
    assert await at(post, DAY) == []
    assert await at(post, WEEK + timedelta(days=14)) == [
        "Rappel, dans 7 jours : commission du mardi 22 décembre 2026, 9 h"
    ]


async def test_a_commission_moved_after_a_reminder_is_reminded_of_anew(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    assert len(await at(post, WEEK)) == 1
    await post.tell(post.moved(days=14))
    assert len(await at(post, WEEK + timedelta(days=14))) == 1


async def test_two_restarts_remind_once(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    await post.restarted()
    await post.settle()
    post.forget_mails()
    post.clock.at = WEEK
    await post.restarted()
    await post.settle()
    await post.restarted()
    await post.settle()
    assert len(post.mails) == 1


async def test_the_same_seat_said_again_reminds_once(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    assert len(await at(post, WEEK)) == 1
    post.clock.advance(hours=1)
    await post.tell(post.confirmed(1))
    assert [s for s in await at(post, WEEK + timedelta(hours=3)) if s.startswith("Rappel")] == []
    assert len(await at(post, DAY)) == 1


async def test_a_service_that_was_away_does_not_remind_late(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    assert await at(post, WEEK + timedelta(hours=13)) == []


@pytest.mark.parametrize("end", ["self", "commission", "held"])
async def test_nobody_is_reminded_of_what_is_over(post: Post, end: str) -> None:
    await post.plan()
    await post.seat(1)
    over = {
        "self": post.about(RegistrationCancelled, 1, by=ByWhom.SELF, late=False),
        "commission": post.cancelled(),
        "held": post.fact(
            CommissionHeld,
            commission_id=COMMISSION,
            held_on=post.today,
            registered=1,
            present=1,
            represented=0,
            walk_ins=0,
        ),
    }
    await post.tell(over[end])
    assert await post.rows("SELECT 1 FROM due") == []
    assert await at(post, WEEK) == []


async def test_a_reminder_over_a_change_of_clocks_stays_at_nine(post: Post) -> None:
    start = datetime(2027, 3, 30, 7, 0, tzinfo=UTC)
    await post.tell(
        post.scheduled(
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            registration_closes_at=start - timedelta(days=1),
        ),
        post.described(),
    )
    await post.seat(1)
    [week, _] = await post.rows("SELECT at FROM due ORDER BY at")
    assert week["at"] == datetime(2027, 3, 23, 8, 0, tzinfo=UTC)


async def test_reminders_are_settings_to_the_second(make_database: MakeDatabase) -> None:
    async with opened(make_database, seuil_reminder_first="", seuil_reminder_last="90s") as post:
        await post.plan()
        await post.seat(1)
        assert await at(post, START - timedelta(seconds=91)) == []
        assert await at(post, START - timedelta(seconds=90)) == [
            "Rappel, aujourd’hui : commission du mardi 8 décembre 2026, 9 h"
        ]
