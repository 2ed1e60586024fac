"""Takes messages that are ready, writes them once, hands them to the mail relay and records its answer.

A message is claimed for a while, not for ever: a process that dies while sending leaves it to another one.
Dying between the relay's acceptance and the record sends it twice, under the same Message-ID.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiosmtplib
import structlog
from jinja2 import TemplateError

from contracts.lists import AccountState, DropCause, Failure, LinkPurpose
from eventing.db import Database, run
from eventing.faults import fault
from notifications import commands, store
from notifications.documents import Letter, Notice, Sender, Writer, build, read_notice
from notifications.domain import AGENDA_PAGE, CASE_PAGE, REMINDERS, SINGLE_USE, TEMPLATES, Answer, cause_of
from webui import links

log = structlog.get_logger("notifications")
BATCH = 20
FORGET_EVERY = timedelta(hours=1)
Post = Any
"""A claimed row: a message, and what is remembered of its person, registration and commission."""


class Postman:
    """Sends what is ready. `relay`: arguments of the SMTP client; delays and patience in seconds."""

    def __init__(
        self,
        database: Database,
        writer: Writer,
        sender: Sender,
        relay: Mapping[str, Any],
        link_key: bytes,
        *,
        delays: tuple[int, ...],
        patience: int,
        kept_days: int,
    ) -> None:
        self._database = database
        self._writer = writer
        self._sender = sender
        self._relay = dict(relay)
        answer = timedelta(seconds=float(relay["timeout"]))
        self._slowest = answer * 5
        self._lease = timedelta(minutes=1) + answer * 10
        self._key = link_key
        self._delays = delays
        self._patience = timedelta(seconds=patience)
        self._kept = timedelta(days=kept_days)
        self._forget_at = database.runtime.now()

    async def send(self) -> int:
        """One round: claims up to twenty, drops what is stale, sends the others; how many it took."""
        posts = await self._claim()
        if posts:
            fault("mail.claimed")
        kept = [post for post in posts if not await self._dropped(post)]
        ready = await self._write(kept)
        if ready:
            await self._send_all(ready)
        return len(posts)

    async def forget(self) -> int:
        """Once an hour, deletes messages and attempts older than they are kept."""
        now = self._database.runtime.now()
        if now < self._forget_at:
            return 0
        async with self._database.transaction() as tx:
            gone = await run(tx, store.FORGET_OLD, before=tx.now - self._kept)
        if not gone:
            self._forget_at = now + FORGET_EVERY
        return len(gone)

    async def _claim(self) -> list[Post]:
        async with self._database.transaction() as tx:
            claimed = await run(
                tx,
                store.CLAIM,
                now=tx.now,
                until=tx.now + self._lease,
                patience=tx.now - self._patience,
                batch=BATCH,
            )
            return (
                list(await run(tx, store.CLAIMED, ids=[row["message_id"] for row in claimed]))
                if claimed
                else []
            )

    async def _dropped(self, post: Post) -> bool:
        cause = self._needless(post)
        if cause is None:
            return False
        async with self._database.transaction() as tx:
            await commands.drop(tx, post["message_id"], cause, in_hand=True)
        return True

    def _needless(self, post: Post) -> DropCause | None:
        if post["erased"] is not None:
            return DropCause.ERASED_PERSON
        if post["expires_at"] <= self._database.runtime.now():
            return DropCause.STALE
        if post["suspended"] is not None and post["template"] not in SINGLE_USE:
            return DropCause.SUSPENDED_ADDRESS
        if self._unreadable(post):
            return DropCause.STALE
        if post["copy"]:
            return None
        over = post["registration_state"] == "over" or post["commission_state"] == "cancelled"
        if TEMPLATES[post["template"]].link is LinkPurpose.PARTICIPATION and over:
            return DropCause.STALE
        kept = post["registration_state"] == "confirmed" and post["about"] == post["dated_by"]
        if post["template"] in REMINDERS and not kept:
            return DropCause.STALE
        return None

    @staticmethod
    def _unreadable(post: Post) -> bool:
        """Whether the page it points at is nobody's any more, or not this person's."""
        page = TEMPLATES[post["template"]].page
        if page is None:
            return False
        without_case = page == CASE_PAGE and post["case_id"] is None
        called_off = page == AGENDA_PAGE and post["commission_state"] == "cancelled"
        return without_case or called_off or post["account_state"] == AccountState.DISABLED.value

    async def _write(self, posts: list[Post]) -> list[tuple[Post, Letter]]:
        ready: list[tuple[Post, Letter]] = []
        for post in posts:
            if post["written_at"] is not None:
                ready.append((post, _kept_letter(post)))
                continue
            now = self._database.runtime.now()
            try:
                letter = await asyncio.to_thread(self._writer.write, post, now)
            except (TemplateError, ValueError, KeyError) as error:
                log.error("unwritable", message_id=str(post["message_id"]), template=post["template"],
                          error=type(error).__name__)  # fmt: skip
                async with self._database.transaction() as tx:
                    await commands.fail_unwritable(tx, post["message_id"])
                continue
            async with self._database.transaction() as tx:
                await run(
                    tx,
                    store.WRITE,
                    id=post["message_id"],
                    at=now,
                    **{f"new_{name}": value for name, value in vars(letter).items()},
                )
            fault("mail.written")
            ready.append(({**post, "written_at": now}, letter))
        return ready

    async def _send_all(self, ready: list[tuple[Post, Letter]]) -> None:
        client = aiosmtplib.SMTP(**self._relay)
        unreachable: Answer | None = None
        try:
            for post, letter in ready:
                if self._database.runtime.now() > post["leased_until"] - self._slowest:
                    break
                if unreachable is None:
                    answer, accepted = await self._hand_over(client, post, letter)
                    unreachable = answer if answer.code is None else None
                else:
                    answer, accepted = unreachable, False
                await self._record(post, answer, accepted=accepted)
        finally:
            with suppress(aiosmtplib.SMTPException, OSError, TimeoutError):
                await client.quit() if client.is_connected else client.close()

    async def _hand_over(self, client: aiosmtplib.SMTP, post: Post, letter: Letter) -> tuple[Answer, bool]:
        try:
            message = self._message(post, letter)
        except ValueError:
            return Answer(550, "address unreadable", "recipient"), False
        try:
            if not client.is_connected:
                await client.connect()
            fault("mail.before_smtp")
            _, words = await client.send_message(
                message, sender=self._sender.address, recipients=[letter.email]
            )
        except aiosmtplib.SMTPException as error:
            return _answer_of(error), False
        except (OSError, TimeoutError) as error:
            return Answer(None, type(error).__name__, "ours"), False
        fault("mail.accepted_before_record")
        return Answer(250, words), True

    def _message(self, post: Post, letter: Letter) -> EmailMessage:
        template = TEMPLATES[post["template"]]
        link = None
        if template.page is not None:
            page = template.page.format(case_id=post["case_id"], commission_id=post["commission_id"])
            link = f"{self._writer.public_url}{page}"
        if template.link is not None:
            identity = post["link_id"] or post["registration_id"]
            generation = post["link_generation"]
            if post["registration_id"] is not None and post["latest_generation"] is not None:
                generation = max(generation or 0, post["latest_generation"])
            link = links.url(
                self._key, self._writer.public_url, links.Link(template.link, identity, generation or 0)
            )
        return build(
            self._sender,
            letter,
            message_id=post["message_id"],
            written_at=post["created_at"],
            link=link,
            copy=post["copy"],
            method=template.calendar,
        )

    async def _record(self, post: Post, answer: Answer, *, accepted: bool) -> None:
        async with self._database.transaction() as tx:
            if accepted:
                await commands.record_sent(tx, post["message_id"], answer)
            else:
                state = await commands.record_refusal(tx, post["message_id"], answer, self._delays)
                log.warning("not_sent", message_id=str(post["message_id"]), template=post["template"],
                            code=answer.code, state=state.value if state else None)  # fmt: skip
        fault("mail.recorded")


class Notices:
    """Reads the Maildir where bounces arrive, records each notice, and deletes the file whatever it was."""

    def __init__(self, database: Database, folder: Path | None) -> None:
        self._database = database
        self._folder = folder / "new" if folder else None

    async def read(self) -> int:
        """One round; how many files it read."""
        if self._folder is None:
            return 0
        files = await asyncio.to_thread(_oldest, self._folder)
        for file in files:
            raw = await asyncio.to_thread(file.read_bytes)
            notice = await asyncio.to_thread(_noticed, raw)
            if notice is not None:
                await self._record(notice)
            await asyncio.to_thread(file.unlink, missing_ok=True)
        return len(files)

    async def _record(self, notice: Notice) -> None:
        async with self._database.transaction() as tx:
            if notice.said == "delivered":
                await commands.record_delivered(tx, notice.message_id)
                return
            cause = Failure.COMPLAINT if notice.said == "complaint" else cause_of(notice.answer)
            await commands.record_bounce(tx, notice.message_id, cause, notice.answer)


def _oldest(folder: Path) -> list[Path]:
    """The first files of a Maildir; none when the folder is not there."""
    if not folder.is_dir():
        return []
    return sorted(file for file in folder.iterdir() if file.is_file())[:BATCH]


def _noticed(raw: bytes) -> Notice | None:
    """A notice, or None: what cannot be read is nobody's."""
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return read_notice(raw)
    return None


def _kept_letter(post: Post) -> Letter:
    names = ("name", "email", "reply_to", "subject", "text", "html", "calendar")
    return Letter(**{name: post[name] for name in names})


def _answer_of(error: aiosmtplib.SMTPException) -> Answer:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        first: Any = error.recipients[0]
        return Answer(first.code, str(first.message), "recipient")
    if isinstance(error, aiosmtplib.SMTPSenderRefused | aiosmtplib.SMTPAuthenticationError):
        return Answer(error.code, str(error.message), "ours")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        about = "content" if isinstance(error, aiosmtplib.SMTPDataError) else "ours"
        return Answer(error.code, str(error.message), about)  # type: ignore[arg-type]
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Answer(550, str(error), "recipient")
    return Answer(None, type(error).__name__, "ours")
