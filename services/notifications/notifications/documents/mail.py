"""The message that leaves: one recipient, one identity for all attempts, nothing that follows its reader."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from uuid import UUID

from notifications.documents.letter import LINK_HERE, Letter, one_line

RESENT = "Renvoi : "


@dataclass(frozen=True)
class Sender:
    """Who writes: the `From` of every message, where answers go by default, the host of Message-IDs."""

    mail_from: str
    reply_to: str
    host: str

    @property
    def address(self) -> str:
        """The address alone, for the envelope."""
        return parseaddr(self.mail_from)[1]


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(display_name=one_line(name), addr_spec=address)


def build(
    sender: Sender,
    letter: Letter,
    *,
    message_id: UUID,
    written_at: datetime,
    link: str | None,
    copy: int = 0,
    method: str | None = None,
) -> EmailMessage:
    """The same bytes for the same arguments; a copy differs by its marker, identity and date alone."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(sender.mail_from)
    message["To"] = Address(display_name=letter.name, addr_spec=letter.email)
    if letter.reply_to or sender.reply_to:
        message["Reply-To"] = letter.reply_to or sender.reply_to
    message["Subject"] = (RESENT if copy else "") + letter.subject
    message["Date"] = format_datetime(written_at)
    message["Message-ID"] = f"<{message_id}@{sender.host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "fr"
    shown_link = link or ""
    boundary = f"seuil-{message_id.hex}"
    message.set_content(letter.text.replace(LINK_HERE, shown_link), cte="quoted-printable")
    message.add_alternative(
        letter.html.replace(LINK_HERE, shown_link), subtype="html", cte="quoted-printable"
    )
    message.set_boundary(f"{boundary}-a")
    if letter.calendar is not None:
        message.add_attachment(
            letter.calendar.decode(),
            subtype="calendar",
            cte="base64",
            filename="commission.ics",
            params={"method": method or "REQUEST"},
        )
        message.set_boundary(f"{boundary}-b")
    return message
