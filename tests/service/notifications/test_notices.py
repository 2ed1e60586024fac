"""T10, N9, N11: what mail servers write back moves messages on, never back, and suspends dead addresses."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contracts.cases import CaseDecided
from contracts.notifications import AddressSuspended
from tests.conftest import MakeDatabase
from tests.service.notifications.files import about, peopled
from tests.service.notifications.post import Post, opened

REPORT = """\
From: MAILER-DAEMON@relay.example
To: commission@seuil.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="B"

--B
Content-Type: text/plain

The mail system.

--B
Content-Type: message/{kind}

{first}

{second}

--B
{original}

--B--
"""
HEADERS = "Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID: <{id}@127.0.0.1>\n"
WHOLE = "Content-Type: message/rfc822\n\nMessage-ID: <{id}@127.0.0.1>\nSubject: x\n\nBonjour\n"


def report(message_id: Any, action: str, status: str, original: str = HEADERS) -> str:
    return REPORT.format(
        kind="delivery-status",
        first="Reporting-MTA: dns; relay.example",
        second=f"Final-Recipient: rfc822; p1@bailleur.example\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} words of the server",
        original=original.format(id=message_id),
    )


def complaint(message_id: Any) -> str:
    return REPORT.format(
        kind="feedback-report",
        first="Feedback-Type: abuse\nVersion: 1",
        second="",
        original=WHOLE.format(id=message_id),
    )


class Box:
    """A post office whose mail server puts what comes back into a folder."""

    def __init__(self, post: Post, folder: Path) -> None:
        self.post = post
        self.folder = folder

    async def comes_back(self, *mails: str | bytes) -> None:
        for number, mail in enumerate(mails):
            raw = mail if isinstance(mail, bytes) else mail.replace("\n", "\r\n").encode()
            (self.folder / f"{number:03}").write_bytes(raw)
        await self.post.settle()
        assert list(self.folder.iterdir()) == []

    async def message(self) -> Any:
        [message] = await self.post.messages()
        return message


@pytest.fixture
async def box(make_database: MakeDatabase, tmp_path: Path) -> AsyncIterator[Box]:
    folder = tmp_path / "new"
    folder.mkdir()
    async with opened(make_database, seuil_notices_folder=tmp_path) as post:
        await peopled(post)
        await post.tell(about(CaseDecided))
        yield Box(post, folder)


@pytest.mark.parametrize(
    ("status", "cause", "suspended"),
    [
        ("5.1.1", "unknown_address", True),
        ("5.1.2", "domain_unknown", True),
        ("5.2.2", "mailbox_full", False),
        ("5.7.1", "refused_content", False),
        ("5.4.7", "greylisted_out", False),
        ("4.4.7", "greylisted_out", False),
        ("", "refused_content", False),
    ],
)
@pytest.mark.parametrize("original", [HEADERS, WHOLE])
async def test_a_failure_that_comes_back_is_a_failure(
    box: Box, status: str, cause: str, suspended: bool, original: str
) -> None:
    message = await box.message()
    await box.comes_back(report(message["message_id"], "failed", status, original))
    message = await box.message()
    assert (message["state"], message["cause"]) == ("failed", cause)
    assert len(await box.post.rows("SELECT 1 FROM suspension")) == int(suspended)
    assert "words of the server" in str(await box.post.rows("SELECT words FROM attempt ORDER BY number"))


async def test_delivered_stays_delivered_whatever_comes_later(box: Box) -> None:
    message_id = (await box.message())["message_id"]
    await box.comes_back(
        report(message_id, "delayed", "4.4.1"),
        report(message_id, "delivered", "2.0.0"),
        report(message_id, "failed", "5.7.1"),
    )
    assert (await box.message())["state"] == "delivered"


async def test_a_complaint_suspends_even_what_was_delivered(box: Box) -> None:
    message_id = (await box.message())["message_id"]
    await box.comes_back(report(message_id, "delivered", "2.0.0"), complaint(message_id))
    assert (await box.message())["state"] == "delivered"
    said = [fact for fact in box.post.said() if isinstance(fact, AddressSuspended)]
    assert [(fact.suspended, fact.cause.value) for fact in said] == [(True, "complaint")]


async def test_what_is_no_notice_of_ours_is_thrown_away(box: Box) -> None:
    other = "00000000-0000-4000-8000-000000000000"
    await box.comes_back(
        b"",
        b"\xff\xfe not a mail",
        "Subject: Absent du bureau\n\nDe retour lundi.\n",
        report(other, "failed", "5.1.1"),
        report("not-an-id", "failed", "5.1.1"),
        "Content-Type: multipart/report; boundary=\n\n--\n",
    )
    assert (await box.message())["state"] == "sent"
    assert await box.post.rows("SELECT 1 FROM suspension") == []


async def test_without_the_folder_nothing_is_read(make_database: MakeDatabase, tmp_path: Path) -> None:
    async with opened(make_database, seuil_notices_folder=tmp_path / "absent") as post:
        await post.settle()
        assert post.mails == []
