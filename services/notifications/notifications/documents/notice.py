"""What mail servers write back: delivery notices (RFC 3464) and complaints (RFC 5965), not kept."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Literal
from uuid import UUID

from notifications.domain import Answer

OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
STATUS = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})")
TIMED_OUT = ("5.4.7", "5.4.1")


@dataclass(frozen=True)
class Notice:
    """What is said of one of our messages; `answer`: as if the server had given it at once."""

    message_id: UUID
    said: Literal["delivered", "failed", "complaint"]
    answer: Answer


def read_notice(raw: bytes) -> Notice | None:
    """The notice in a mail; None when it is none, speaks of no message of ours, or of a mere delay."""
    mail = message_from_bytes(raw, policy=default)
    message_id = _original(mail)
    if message_id is None or mail.get_content_type() != "multipart/report":
        return None
    for part in mail.walk():
        match part.get_content_type():
            case "message/delivery-status":
                return _delivery(message_id, part)
            case "message/feedback-report":
                return Notice(message_id, "complaint", Answer(None, "feedback report"))
    return None


def _original(mail: Message) -> UUID | None:
    """The message it is about: the one whose headers come back with it."""
    for part in mail.walk():
        if part is mail:
            continue
        headers = part.get_payload() if part.get_content_type() == "text/rfc822-headers" else None
        found = OURS.search(str(part.get("Message-ID", "")) or "") or (
            OURS.search(headers) if isinstance(headers, str) else None
        )
        if found:
            return UUID(found[1])
    return None


def _delivery(message_id: UUID, part: Message) -> Notice | None:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if not isinstance(block, Message):
            continue
        action = str(block.get("Action", "")).strip().lower()
        found = STATUS.match(str(block.get("Status", "")))
        status = found[1] if found else ""
        words = f"{status} {block.get('Diagnostic-Code', '')}".strip()
        if action == "delivered":
            return Notice(message_id, "delivered", Answer(250, words))
        if action == "failed":
            return Notice(message_id, "failed", _answer(status, words))
    return None


def _answer(status: str, words: str) -> Answer:
    """5.1.x is about the address; what took too long is not; the rest is about the content."""
    if status.startswith("4.") or status in TIMED_OUT:
        return Answer(450, words)
    return Answer(550, words, "recipient" if status.startswith("5.1.") else "content")
