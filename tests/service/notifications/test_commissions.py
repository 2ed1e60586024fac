"""What people are told of their seat and of the commission: once, alone, with a calendar that follows."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from contracts.directory import DescribedWorkshop
from contracts.lists import ByWhom, CommissionField, DeclinedHow, FreedBy, SeatCause
from contracts.registration import (
    PlaceDeclined,
    PlaceOffered,
    RegistrationCancelled,
    RegistrationChanged,
    RegistrationRefused,
    RegistrationWaitlisted,
    Workshop,
)
from tests.service.notifications.post import (
    COMMISSION,
    END,
    HEALTH,
    IML,
    NOW,
    START,
    Post,
    calendar_of,
    event_of,
    registration,
    text_of,
)

VIDEO = "https://visio.example/lda"


def subject(mail: EmailMessage) -> str:
    return str(mail["Subject"]).replace("\u00a0", " ").replace("\u202f", " ")


def flat(mail: EmailMessage) -> str:
    return " ".join(text_of(mail).replace("\u00a0", " ").replace("\u202f", " ").split())


async def test_one_sign_up_among_thirty_gives_exactly_one_notice(post: Post) -> None:
    """T6."""
    await post.plan()
    await post.seat(*range(1, 31))
    await post.tell(post.recorded(31), post.received(31), post.confirmed(31, IML))
    [mail] = post.mails
    assert post.relay.recipients == [["p31@bailleur.example"]]
    assert subject(mail) == "Inscription confirmée : commission du mardi 8 décembre 2026, 9 h"
    body = flat(mail)
    assert "Maison des associations, 27 rue des Tilleuls, Lille" in body
    assert "Atelier « Intermédiation locative », 10 h 45, salle 2" in body
    assert VIDEO in body
    assert mail["Reply-To"] == "commission@seuil.example"
    event = event_of(mail)
    assert event["uid"] == f"{registration(31)}@127.0.0.1"
    assert event.decoded("dtstart") == START
    assert event.decoded("dtend") == END
    assert str(event["dtstart"].params["TZID"]) == "Europe/Paris"
    assert f"/registration/commissions/{COMMISSION}" in str(event["description"])
    assert "/lien/" not in str(calendar_of(mail))


async def test_a_wait_for_a_workshop_told_with_the_seat_is_in_the_same_mail(post: Post) -> None:
    await post.plan()
    waits = post.about(RegistrationWaitlisted, 1, rank=4, for_workshop=HEALTH, link_generation=1)
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1, IML), waits)
    [mail] = post.mails
    assert "Liste d’attente de « Santé et logement » : vous êtes 4e." in flat(mail)


async def test_a_wait_for_a_workshop_said_later_has_its_own_mail(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(minutes=5)
    await post.tell(post.about(RegistrationWaitlisted, 1, rank=4, for_workshop=HEALTH, link_generation=1))
    [mail] = post.mails
    assert "L’atelier « Santé et logement » est complet" in flat(mail)


async def test_waiting_people_are_told_their_rank_and_not_the_video_link(post: Post) -> None:
    await post.plan()
    waits = post.about(RegistrationWaitlisted, 1, rank=1, link_generation=1)
    await post.tell(post.recorded(1), post.received(1), waits)
    [mail] = post.mails
    assert "Vous êtes 1re sur la liste d’attente" in flat(mail)
    assert VIDEO not in text_of(mail) + text_of(mail, "html")
    assert calendar_of(mail) is None


async def test_an_unproven_address_is_told_nothing_of_the_commission(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.received(1, verified=False))
    await post.tell(post.moved())
    await post.tell(post.about(RegistrationCancelled, 1, by=ByWhom.SELF, late=False), post.cancelled())
    assert post.mails == []


async def test_an_offer_says_until_when_and_its_end_is_told(post: Post) -> None:
    await post.plan()
    waits = post.about(RegistrationWaitlisted, 1, rank=1, link_generation=1)
    await post.tell(post.recorded(1), post.received(1), waits)
    post.forget_mails()
    until = NOW + timedelta(days=1)
    offer = post.about(PlaceOffered, 1, until=until, freed_by=FreedBy.CANCELLATION, link_generation=2)
    await post.tell(offer)
    [mail] = post.mails
    assert "jusqu’au mercredi 4 novembre 2026, 10 h" in flat(mail)
    assert f".{registration(1)}.2." in text_of(mail)
    post.forget_mails()
    post.clock.at = until
    await post.tell(post.about(PlaceDeclined, 1, how=DeclinedHow.EXPIRED))
    [mail] = post.mails
    assert subject(mail).startswith("Le délai de réponse est passé")


async def test_a_refused_offer_is_not_told_to_who_refused_it(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.received(1))
    await post.tell(post.about(PlaceDeclined, 1, how=DeclinedHow.REFUSED))
    assert post.mails == []


async def test_an_accepted_offer_is_a_confirmation(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.confirmed(1, cause=SeatCause.OFFER_ACCEPTED))
    [mail] = post.mails
    assert "La place est à vous" in text_of(mail, "html")


async def test_cancelling_tells_every_registered_person_and_their_calendar(post: Post) -> None:
    """T5."""
    await post.plan()
    await post.seat(*range(1, 13))
    await post.tell(post.cancelled())
    assert sorted(to for [to] in post.relay.recipients) == sorted(
        f"p{n}@bailleur.example" for n in range(1, 13)
    )
    for mail in post.mails:
        calendar = calendar_of(mail)
        assert calendar is not None
        assert calendar["method"] == "CANCEL"
        assert event_of(mail)["status"] == "CANCELLED"
        assert "(empêchement de l’organisateur)" in flat(mail)
    assert len({str(event_of(mail)["uid"]) for mail in post.mails}) == 12


async def test_no_message_names_anybody_but_its_recipient(post: Post) -> None:
    """T7."""
    await post.plan()
    numbers = range(1, 9)
    for n in numbers:
        await post.publish(post.recorded(n), post.received(n), post.confirmed(n, IML))
    await post.settle()
    await post.tell(post.moved())
    await post.tell(post.cancelled())
    assert len(post.mails) == 24
    for raw, [to] in zip(post.relay.raw, post.relay.recipients, strict=True):
        mail = next(m for m in post.mails if m.as_bytes() == raw or m["Message-ID"].encode() in raw)
        calendar = calendar_of(mail)
        whole = (
            str(mail) + text_of(mail) + text_of(mail, "html") + (str(calendar.to_ical()) if calendar else "")
        )
        for n in numbers:
            if to != f"p{n}@bailleur.example":
                assert f"p{n}@bailleur" not in whole
                assert f"Nom{n}" not in whole
                assert f"Prénom{n}" not in whole


async def test_calendar_files_keep_their_identity_and_their_number_rises(post: Post) -> None:
    """T27."""
    await post.plan()
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1, IML))
    await post.tell(post.moved())
    await post.tell(post.changed(CommissionField.PLACE), post.described(2, place="Mairie de quartier"))
    await post.tell(post.about(RegistrationChanged, 1, workshops=(HEALTH,)))
    await post.tell(post.about(RegistrationCancelled, 1, by=ByWhom.SELF, late=False))
    events = [event_of(mail) for mail in post.mails]
    assert len(events) == 5
    assert {str(event["uid"]) for event in events} == {f"{registration(1)}@127.0.0.1"}
    numbers = [int(event["sequence"]) for event in events]
    assert numbers == sorted(set(numbers))
    assert [str(event["status"]) for event in events] == ["CONFIRMED"] * 4 + ["CANCELLED"]
    assert events[1].decoded("dtstart") == START + timedelta(days=2)
    assert "Mairie de quartier" in str(events[2]["location"])


async def test_a_new_date_is_told_beside_the_old_one(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    waits = post.about(RegistrationWaitlisted, 2, rank=1, link_generation=1)
    await post.tell(post.recorded(2), post.received(2), waits)
    post.forget_mails()
    await post.tell(post.moved())
    assert len(post.mails) == 2
    [seated], [waiting] = post.relay.to("p1@bailleur.example"), post.relay.to("p2@bailleur.example")
    assert "Nouvelle date : jeudi 10 décembre 2026, 9 h – 12 h 30" in flat(seated)
    assert "Au lieu du : mardi 8 décembre 2026, 9 h – 12 h 30" in flat(seated)
    assert "Votre place est gardée" in flat(seated)
    assert "Vous gardez votre rang" in flat(waiting)
    assert calendar_of(waiting) is None
    assert VIDEO not in text_of(waiting)


async def test_a_change_of_place_waits_for_the_new_wording(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(hours=1)
    await post.tell(post.changed(CommissionField.PLACE, CommissionField.VIDEO))
    assert post.mails == []
    wording = post.described(2, place="Mairie de quartier", video_url="https://visio.example/autre")
    await post.tell(wording)
    [mail] = post.mails
    assert subject(mail).startswith("Le lieu ou le lien change")
    assert "Mairie de quartier" in flat(mail)
    assert "https://visio.example/autre" in flat(mail)


async def test_a_wording_that_comes_first_is_enough(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(hours=1)
    await post.tell(post.described(2, place="Mairie de quartier"), post.changed(CommissionField.PLACE))
    [mail] = post.mails
    assert subject(mail).startswith("Le lieu change")


async def test_a_wording_that_never_comes_does_not_hold_the_notice_for_ever(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(hours=1)
    await post.tell(post.changed(CommissionField.PLACE))
    post.clock.advance(minutes=6)
    await post.settle()
    assert len(post.mails) == 1


@pytest.mark.parametrize(
    ("fields", "workshops", "notices"),
    [
        ((CommissionField.CAPACITY,), None, 0),
        ((CommissionField.WINDOW, CommissionField.PARTS), None, 0),
        ((CommissionField.WORKSHOPS,), ((IML, 1, 60), (HEALTH, 1, 30)), 0),
        ((CommissionField.WORKSHOPS,), ((IML, 1, 30), (HEALTH, 2, 30)), 1),
        ((CommissionField.WORKSHOPS,), ((IML, 1, 30),), 1),
        ((CommissionField.WORKSHOPS, CommissionField.PLACE), ((IML, 1, 30),), 1),
    ],
)
async def test_one_notice_per_person_and_change_that_concerns_them(
    post: Post,
    fields: tuple[CommissionField, ...],
    workshops: tuple[tuple[object, int, int], ...] | None,
    notices: int,
) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(hours=1)
    values = {}
    if workshops is not None:
        values["workshops"] = tuple(Workshop(workshop_id=w, slot=s, capacity=c) for w, s, c in workshops)
    await post.tell(post.changed(*fields, **values), post.described(2))
    assert len(post.mails) == notices


async def test_a_renamed_workshop_is_told(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(hours=1)
    same = tuple(Workshop(workshop_id=w, slot=1, capacity=30) for w in (IML, HEALTH))
    renamed = (DescribedWorkshop(workshop_id=IML, title="Louer et sous-louer"),)
    await post.tell(
        post.changed(CommissionField.WORKSHOPS, workshops=same), post.described(2, workshops=renamed)
    )
    [mail] = post.mails
    assert "Atelier « Louer et sous-louer »" in flat(mail)


@pytest.mark.parametrize(
    ("by", "words"),
    [(ByWhom.SELF, "Vous avez laissé votre place"), (ByWhom.COORDINATOR, "La coordination a annulé")],
)
async def test_who_cancelled_is_said(post: Post, by: ByWhom, words: str) -> None:
    await post.plan()
    await post.seat(1)
    await post.tell(post.about(RegistrationCancelled, 1, by=by, late=False))
    [mail] = post.mails
    assert words in flat(mail)
    assert "/lien/" not in text_of(mail)
    calendar = calendar_of(mail)
    assert calendar is not None
    assert calendar["method"] == "CANCEL"


async def test_a_refused_sign_up_is_told(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.received(1), post.about(RegistrationRefused, 1))
    [mail] = post.mails
    assert "n’a pas retenu" in flat(mail)


async def test_what_is_entered_in_arrears_is_mailed_to_nobody(post: Post) -> None:
    await post.plan()
    past = {"occurred_on": post.today - timedelta(days=1)}
    await post.tell(post.recorded(1))
    for fact in (post.received(1), post.confirmed(1), post.moved(), post.cancelled()):
        await post.tell(fact.model_copy(update=past))
    assert post.mails == []
    assert await post.messages() == []
    assert await post.rows("SELECT 1 FROM due") == []


async def test_a_commission_of_the_past_mails_nobody(post: Post) -> None:
    start = NOW - timedelta(days=600)
    await post.tell(
        post.scheduled(starts_at=start, ends_at=start + timedelta(hours=3)),
        post.described(),
        post.recorded(1),
    )
    await post.tell(post.received(1), post.confirmed(1))
    await post.tell(post.about(RegistrationCancelled, 1, by=ByWhom.SELF, late=True))
    assert await post.messages() == []
    assert await post.rows("SELECT 1 FROM due") == []


async def test_a_seat_lost_before_its_mail_could_leave_is_not_confirmed(post: Post) -> None:
    await post.plan()
    await post.tell(post.received(1), post.confirmed(1))
    await post.tell(post.about(RegistrationCancelled, 1, by=ByWhom.SELF, late=False))
    await post.tell(post.recorded(1))
    [mail] = post.mails
    assert subject(mail).startswith("Inscription annulée")
    assert "MessageDropped" in post.said_types()


async def test_a_line_break_in_a_title_or_a_name_adds_no_header(post: Post) -> None:
    evil = "Commission\nBcc: all@evil.example\n\nBonjour\ue000"
    await post.plan(title=evil, place="Salle\nATTENDEE:mailto:x@evil.example")
    named = post.recorded(1, given_name="Léa\u2028Bcc: a@evil.example", family_name="Né\u0085e")
    await post.tell(named, post.received(1), post.confirmed(1))
    [mail] = post.mails
    assert post.relay.recipients == [["p1@bailleur.example"]]
    assert mail["Bcc"] is None
    assert "Commission Bcc: all@evil.example Bonjour" in text_of(mail)
    assert text_of(mail).count("/lien/") == 1
    event = event_of(mail)
    assert str(event["summary"]) == "Commission Bcc: all@evil.example Bonjour"
    assert str(event["attendee"]) == "mailto:p1@bailleur.example"


async def test_html_in_a_title_stays_text(post: Post) -> None:
    await post.plan(title="<script>alert(1)</script>")
    await post.tell(post.recorded(1), post.received(1), post.confirmed(1))
    [mail] = post.mails
    assert "<script" not in text_of(mail, "html")
    assert "&lt;script&gt;" in text_of(mail, "html")


async def test_notices_that_can_wait_leave_after_the_quiet_hours(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.at = NOW.replace(hour=20)
    moved = tuple(Workshop(workshop_id=w, slot=s, capacity=30) for w, s in ((IML, 1), (HEALTH, 2)))
    await post.tell(post.changed(CommissionField.WORKSHOPS, workshops=moved), post.described(2))
    assert post.mails == []
    post.clock.at = NOW + timedelta(days=1) - timedelta(hours=2)
    await post.settle()
    assert len(post.mails) == 1


async def test_a_change_of_workshops_and_its_wait_are_one_mail(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    post.clock.advance(minutes=5)
    waits = post.about(RegistrationWaitlisted, 1, rank=2, for_workshop=HEALTH, link_generation=1)
    await post.tell(post.about(RegistrationChanged, 1, workshops=(IML,)), waits)
    [mail] = post.mails
    assert "Atelier « Intermédiation locative »" in flat(mail)
    assert "Liste d’attente de « Santé et logement » : vous êtes 2e." in flat(mail)
    post.forget_mails()
    post.clock.advance(minutes=5)
    await post.tell(post.moved())
    assert "vous êtes 2e" not in flat(post.mails[0])
