"""Sign-in, proof and personal links: mailed at once, to one person, never kept."""

from datetime import timedelta

from contracts.lists import LinkPurpose
from contracts.registration import PersonErased
from tests.service.notifications.post import LINK_KEY, NOW, Post, person, registration, text_of
from webui import links


async def test_a_sign_in_mail_leaves_with_a_link_that_registration_can_read(post: Post) -> None:
    await post.tell(post.recorded(1), post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    [mail] = post.mails
    assert mail["To"] == "Prénom1 Nom1 <p1@bailleur.example>"
    assert mail["Subject"] == "Votre lien de connexion à Seuil"
    assert "jusqu’à 10\u00a0h\u00a020" in text_of(mail).replace("\n", " ")
    address = next(line.strip() for line in text_of(mail).splitlines() if "/registration/lien/" in line)
    link = links.read(LINK_KEY.encode(), address.rsplit("/", 1)[1])
    assert link == links.Link(LinkPurpose.SIGN_IN, post.link(1, LinkPurpose.SIGN_IN).link_id, 1)
    assert address in text_of(mail, "html")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert post.said_types() == ["MessageQueued", "MessageSent"]


async def test_a_proof_of_address_leaves_in_the_quiet_hours_too(post: Post) -> None:
    post.clock.at = NOW.replace(hour=22)
    until = post.clock.at + timedelta(minutes=30)
    await post.tell(post.recorded(1), post.link(1, LinkPurpose.PROVE_ADDRESS, until=until))
    [mail] = post.mails
    assert mail["Subject"] == "Confirmez votre adresse pour garder votre place"
    assert "23\u00a0h\u00a030" in text_of(mail)


async def test_an_address_that_comes_later_completes_the_message(post: Post) -> None:
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    assert post.mails == []
    assert post.said_types() == ["MessageQueued"]
    post.clock.advance(seconds=30)
    await post.tell(post.recorded(1))
    [mail] = post.mails
    assert mail["To"] == "Prénom1 Nom1 <p1@bailleur.example>"


async def test_an_older_address_never_replaces_a_newer_one(post: Post) -> None:
    await post.tell(post.recorded(1, version=2, email="new@bailleur.example"))
    await post.tell(post.recorded(1, version=1, email="old@bailleur.example"))
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    assert post.relay.recipients == [["new@bailleur.example"]]


async def test_a_link_that_ended_before_it_could_leave_is_dropped(post: Post) -> None:
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    post.clock.advance(minutes=21)
    await post.tell(post.recorded(1))
    assert post.mails == []
    [dropped] = [fact for fact in post.said() if type(fact).__name__ == "MessageDropped"]
    assert dropped.model_dump()["cause"] == "stale"


async def test_each_request_has_its_own_mail_and_the_same_event_only_one(post: Post) -> None:
    fact = post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20))
    await post.tell(post.recorded(1), fact, fact)
    assert len(post.mails) == 2
    records = [record for log in post.broker.log.values() for record in log]
    for record in records:
        if record.topic == fact.TOPIC:
            post.broker.log[(record.topic, record.partition)].append(record)
    await post.settle()
    assert len(post.mails) == 2


async def test_a_personal_link_waits_for_the_registration_it_opens(post: Post) -> None:
    await post.plan()
    asked = post.link(1, LinkPurpose.PARTICIPATION, link_id=registration(1), generation=3)
    await post.tell(post.recorded(1), asked)
    assert post.mails == []
    await post.tell(post.received(1), post.confirmed(1))
    subjects = sorted(str(mail["Subject"]).split(" :")[0] for mail in post.mails)
    assert [s.split("\u00a0")[0] for s in subjects] == ["Inscription confirmée", "Votre lien personnel"]
    mail = next(mail for mail in post.mails if "personnel" in str(mail["Subject"]))
    token = next(line for line in text_of(mail).splitlines() if "/lien/" in line).strip().rsplit("/", 1)[1]
    assert links.read(LINK_KEY.encode(), token) == links.Link(LinkPurpose.PARTICIPATION, registration(1), 3)


async def test_no_link_is_kept_in_any_column_of_any_table(post: Post) -> None:
    await post.plan()
    await post.tell(post.recorded(1), post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    await post.seat(2, 3)
    found = []
    for table in await post.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
        kept = await post.rows(f'SELECT t.*, to_jsonb(t)::text AS whole FROM "{table[0]}" AS t')  # noqa: S608 - names of ours only, values are bound
        for row in kept:
            binary = b"".join(value for value in row if isinstance(value, bytes))
            if "/lien/" in row["whole"] or b"/lien/" in binary:
                found.append(table[0])
    assert found == []
    log = [record for records in post.broker.log.values() for record in records]
    assert not any(b"/lien/" in (record.value or b"") for record in log)


async def test_an_erased_person_is_forgotten_and_refused_for_ever(post: Post) -> None:
    await post.plan()
    await post.seat(1)
    await post.tell(post.link(2, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    await post.tell(
        post.fact(PersonErased, person_id=person(1), erased_on=post.today),
        post.fact(PersonErased, person_id=person(2), erased_on=post.today),
    )
    await post.tell(post.recorded(1, version=9), post.recorded(2, version=9), post.confirmed(1), post.moved())
    await post.tell(post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20)))
    assert post.mails == []
    dropped = [fact for fact in post.said() if type(fact).__name__ == "MessageDropped"]
    assert [fact.model_dump()["cause"] for fact in dropped] == ["erased_person"]
    for table in ("message", "attempt", "memory_person", "memory_registration", "due", "event_log"):
        whole = " ".join(row[0] for row in await post.rows(f"SELECT to_jsonb(t)::text FROM {table} AS t"))  # noqa: S608 - names of ours only, values are bound
        assert "Nom1" not in whole
        assert "p1@bailleur.example" not in whole
    assert await post.rows("SELECT 1 FROM due") == []


async def test_a_request_entered_in_arrears_mails_nothing(post: Post) -> None:
    late = post.link(1, LinkPurpose.SIGN_IN, until=NOW + timedelta(minutes=20))
    await post.tell(post.recorded(1), late.model_copy(update={"occurred_on": post.today - timedelta(days=1)}))
    assert await post.messages() == []
