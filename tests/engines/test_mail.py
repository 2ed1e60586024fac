"""Mails are caught, kept, bounded and shown without harm; never in production."""

import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest
from starlette.concurrency import run_in_threadpool

from seuil_dev.engine import EngineError
from seuil_dev.mailpage import mail_page
from seuil_dev.smtp import RECIPIENTS, SIZE_LIMIT, Mail, MailStore, serve_smtp

LINK = "http://127.0.0.1:8000/registration/lien/session.0f.1.MAC"


def message(subject: str = "Votre place du 14 mars") -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Seuil <seuil@seuil.example>"
    mail["To"] = "claire@association.example"
    mail["Subject"] = subject
    mail["Message-ID"] = "<one@seuil.example>"
    mail.set_content(f"Bonjour,\n.une ligne qui commence par un point\nVotre lien : {LINK}.\n")
    mail.add_alternative('<p class="x">Bonjour</p><script>alert(1)</script>', subtype="html")
    mail.add_attachment(
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        maintype="text",
        subtype="calendar",
        filename="../../commission.ics",
    )
    return mail


Speak = Callable[[Callable[[smtplib.SMTP], object]], Awaitable[object]]


@asynccontextmanager
async def catching(store: MailStore) -> AsyncIterator[Speak]:
    """A catcher, and a function that speaks to it from a thread."""
    server, port = await serve_smtp(store)

    async def speak(talk: Callable[[smtplib.SMTP], object]) -> object:
        def dialogue() -> object:
            with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
                return talk(client)

        return await run_in_threadpool(dialogue)

    async with server:
        yield speak


@pytest.fixture
def store(tmp_path: Path) -> MailStore:
    return MailStore(tmp_path / "mail")


@asynccontextmanager
async def reading(store: MailStore, host: str = "127.0.0.1:8000") -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(mail_page(store, {"SEUIL_ENV": "local"}))
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
        yield client


async def test_a_mail_is_kept_as_it_was_sent(store: MailStore) -> None:
    async with catching(store) as speak:
        await speak(lambda client: client.send_message(message()))
    (mail,) = store.recent()
    assert mail.subject == "Votre place du 14 mars"
    assert mail.recipients == ("claire@association.example",)
    assert mail.message_id == "<one@seuil.example>"
    assert ".une ligne qui commence par un point\n" in mail.text
    assert [piece.name for piece in mail.attachments] == [".._.._commission.ics"]
    assert mail.attachments[0].content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


async def test_the_page_lists_shows_and_lends_the_files(store: MailStore) -> None:
    mail_id = store.put("a@seuil.example", ["claire@association.example"], message().as_bytes())
    async with reading(store) as client:
        listed = await client.get("/dev/mail")
        shown = await client.get(f"/dev/mail/{mail_id}")
        calendar = await client.get(f"/dev/mail/{mail_id}/0")
        whole = await client.get(f"/dev/mail/{mail_id}.eml")
    assert f'href="/dev/mail/{mail_id}"' in listed.text
    assert f'<a href="{LINK}">{LINK}</a>.' in shown.text
    assert shown.text.index("Votre lien") < shown.text.index("<iframe")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert "attachment" in calendar.headers["content-disposition"]
    assert b"Subject: Votre place" in whole.content


async def test_the_html_of_a_mail_stays_in_its_frame(store: MailStore) -> None:
    hostile = message("<img src=x onerror=alert(1)>")
    mail_id = store.put('"><script>', ["<b>@x.example"], hostile.as_bytes())
    async with reading(store) as client:
        for path in ("/dev/mail", f"/dev/mail/{mail_id}"):
            page = await client.get(path)
            assert "<script" not in page.text
            assert "<img" not in page.text
            assert "default-src 'none'" in page.headers["content-security-policy"]
            assert "script-src" not in page.headers["content-security-policy"]
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "allow-scripts" not in page.text
        assert "allow-same-origin" not in page.text


async def test_a_program_reads_the_same_as_json(store: MailStore) -> None:
    first = store.put("a@seuil.example", ["claire@association.example"], message("un").as_bytes())
    store.put("a@seuil.example", ["karim@association.example"], message("deux").as_bytes())
    async with reading(store) as client:
        everything = (await client.get("/dev/mail/api/messages")).json()["messages"]
        hers = (await client.get("/dev/mail/api/messages?to=claire@association.example")).json()
        later = (await client.get("/dev/mail/api/messages", params={"after": first})).json()["messages"]
    assert [mail["subject"] for mail in everything] == ["deux", "un"]
    assert [mail["subject"] for mail in hers["messages"]] == ["un"]
    assert [mail["subject"] for mail in later] == ["deux"]
    assert everything[0]["links"] == [LINK]
    assert everything[0]["attachments"][0]["text"].startswith("BEGIN:VCALENDAR")


@pytest.mark.parametrize("path", ["none", "none.eml", "none/0", "..%2Fx.eml"])
async def test_what_is_not_there_is_404(store: MailStore, path: str) -> None:
    async with reading(store) as client:
        assert (await client.get(f"/dev/mail/{path}")).status_code == 404


async def test_an_empty_list_says_what_to_do(store: MailStore) -> None:
    async with reading(store) as client:
        assert "Aucun courriel pour l’instant" in (await client.get("/dev/mail")).text


async def test_only_names_of_this_machine_are_answered(store: MailStore) -> None:
    async with reading(store, host="attacker.example") as client:
        assert (await client.get("/dev/mail")).status_code == 400


def test_production_refuses_the_catcher(store: MailStore) -> None:
    with pytest.raises(EngineError, match="production"):
        mail_page(store, {"SEUIL_ENV": "production"})


async def test_the_oldest_mails_leave(tmp_path: Path) -> None:
    store = MailStore(tmp_path / "mail", kept=3)
    for number in range(5):
        store.put("a@x.example", ["b@x.example"], f"Subject: {number}\r\n\r\n".encode())
    assert [mail.subject for mail in store.recent()] == ["4", "3", "2"]


async def test_a_disk_that_refuses_is_said_as_temporary(
    store: MailStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(store, "put", full)
    async with catching(store) as speak:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await speak(lambda client: client.send_message(message()))
    assert refused.value.smtp_code == 451


async def test_size_and_recipients_have_a_bound(store: MailStore) -> None:
    huge = b"x" * (SIZE_LIMIT + 1)
    crowd = [f"p{number}@x.example" for number in range(RECIPIENTS + 1)]
    async with catching(store) as speak:
        refused = await speak(lambda client: client.sendmail("a@x.example", crowd, b"Subject: x\r\n\r\n"))
        with pytest.raises(smtplib.SMTPSenderRefused) as too_big:
            await speak(lambda client: client.sendmail("a@x.example", ["b@x.example"], huge))
    assert isinstance(refused, dict)
    assert [code for code, _ in refused.values()] == [452]
    assert too_big.value.smtp_code == 552


async def test_a_recipient_beyond_ascii_arrives(store: MailStore) -> None:
    async with catching(store) as speak:
        await speak(
            lambda client: client.sendmail(
                "a@x.example", ["élodie@x.example"], b"Subject: x\r\n\r\nok", mail_options=["SMTPUTF8"]
            )
        )
    assert store.recent()[0].recipients == ("élodie@x.example",)


def test_a_mail_is_read_from_its_file_once(store: MailStore, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    kept = store.read

    def counted(mail_id: str) -> Mail | None:
        read.append(mail_id)
        return kept(mail_id)

    monkeypatch.setattr(store, "read", counted)
    ids = [store.put("a@x.example", ["b@x.example"], b"Subject: x\r\n\r\ny") for _ in range(4)]
    for count in (4, 2, 4):
        assert [mail.id for mail in store.recent(count)] == ids[::-1][:count]
    assert sorted(read) == ids
    (store.folder / f"{ids[0]}.eml").unlink()
    assert [mail.id for mail in store.recent()] == ids[:0:-1]
