"""Catches every mail the services send and keeps it as a file: a local installation writes to nobody."""

import asyncio
import os
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import SMTPUTF8
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from seuil_dev.engine import private_folder

SIZE_LIMIT = 10_000_000
MAILS_KEPT = 1_000
RECIPIENTS = 100


@dataclass(frozen=True)
class Attachment:
    """A part that is not the body; `name` is safe as a file name."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One caught message; `sender` and `recipients` are the envelope's."""

    id: str
    received: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


class MailStore:
    """Mails as `.eml` files named by their arrival; the oldest leave when there are more than `kept`."""

    def __init__(self, folder: Path, *, kept: int = MAILS_KEPT) -> None:
        self.folder = private_folder(folder)
        self._kept = kept
        self._parsed: dict[str, Mail] = {}

    def put(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Keep one message durably; returns its id. OSError when the disk refuses."""
        mail_id = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
        envelope = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n".encode()
        draft = self.folder / f".{mail_id}"
        with draft.open("wb") as file:
            file.write(envelope + content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / f"{mail_id}.eml")
        for name in self.ids()[self._kept :]:
            (self.folder / f"{name}.eml").unlink(missing_ok=True)
        return mail_id

    def ids(self) -> list[str]:
        """Ids, the last arrived first."""
        return sorted((path.stem for path in self.folder.glob("[0-9]*.eml")), reverse=True)

    def raw(self, mail_id: str) -> bytes | None:
        """The message as received, under two lines of envelope; None when there is none of that id."""
        if not mail_id.replace("-", "").isalnum():
            return None
        try:
            return (self.folder / f"{mail_id}.eml").read_bytes()
        except OSError:
            return None

    def read(self, mail_id: str) -> Mail | None:
        raw = self.raw(mail_id)
        return None if raw is None else parse(mail_id, raw)

    def recent(self, count: int = MAILS_KEPT) -> list[Mail]:
        """The last `count` mails, the last arrived first; each is parsed once, a mail never changes."""
        known, there = self._parsed, self.ids()
        read = {name: mail for name in there[:count] if (mail := known.get(name) or self.read(name))}
        self._parsed = {name: known[name] for name in there if name in known} | read
        return list(read.values())


def parse(mail_id: str, raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=SMTPUTF8)
    assert isinstance(message, EmailMessage)
    return Mail(
        id=mail_id,
        received=datetime.fromtimestamp(int(mail_id.partition("-")[0]) / 1e9, UTC),
        sender=str(message.get("X-Envelope-From", "")),
        recipients=tuple(part for part in str(message.get("X-Envelope-To", "")).split(", ") if part),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachments(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return "" if part is None else _text(part)


def _text(part: MIMEPart) -> str:
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, UnicodeError):
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _attachments(message: EmailMessage) -> list[Attachment]:
    bodies = {id(part) for kind in ("plain", "html") if (part := message.get_body((kind,))) is not None}
    found = []
    for part in message.walk():
        if part.is_multipart() or id(part) in bodies:
            continue
        payload = part.get_payload(decode=True)
        kind = part.get_content_type()
        name = part.get_filename() or ("invitation.ics" if kind == "text/calendar" else "document")
        safe = "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
        found.append(Attachment(safe, kind, payload if isinstance(payload, bytes) else b""))
    return found


class _Catcher:
    """What aiosmtpd calls; a refusal of the disk is said as temporary, so that the sender tries again."""

    def __init__(self, store: MailStore) -> None:
        self._store = store

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        keep = partial(self._store.put, envelope.mail_from or "", list(envelope.rcpt_tos), content)
        try:
            mail_id = await asyncio.to_thread(keep)
        except OSError:
            return "451 4.3.0 Cannot keep the message, try later"
        return f"250 OK {mail_id}"


async def serve_smtp(store: MailStore, port: int = 0) -> tuple[asyncio.Server, int]:
    """Listen on 127.0.0.1 in the running loop; returns the server and its port."""

    def protocol() -> Any:
        return SMTP(
            _Catcher(store),
            data_size_limit=SIZE_LIMIT,
            enable_SMTPUTF8=True,
            decode_data=False,
            timeout=30,
            hostname="localhost",
        )

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    return server, int(server.sockets[0].getsockname()[1])
