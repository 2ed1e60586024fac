"""What notifications is told from outside: the relay to send by, the link key, its delays."""

from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import AwareDatetime, SecretStr, model_validator

from notifications.domain import Lead, QuietHours
from operating.settings import ServiceSettings

SCHEMES = ("smtp", "smtps", "smtp+starttls")


class Settings(ServiceSettings):
    """Adds the mail relay and the rhythm of messages to what every service is told."""

    seuil_link_key: SecretStr
    """The key that mailed links are derived with; registration has the same."""
    smtp_url: SecretStr
    """`smtp://host:port` (STARTTLS when offered), `smtp+starttls://` (required) or `smtps://`."""
    smtp_timeout: int = 15
    """Seconds that one answer of the relay may take."""
    mail_from: str = "Commission Logement d’Abord <commission@seuil.example>"
    """Sender of every message."""
    mail_reply_to: str = ""
    """Where answers go when the commission has no contact address of its own."""
    seuil_mail_since: AwareDatetime | None = None
    """Facts recorded before are remembered and mailed to nobody: for a new database beside an old log."""
    seuil_retry_delays: str = "60,300,1800,7200,28800"
    """Seconds before each new attempt; after the last one the message has failed."""
    seuil_wording_patience: int = 300
    """Seconds that a notice of change waits for the new wording before it leaves with the known one."""
    seuil_reminder_first: str = "7d"
    """First reminder: civil days (`7d`) or seconds (`90s`) before the start; empty for none."""
    seuil_reminder_last: str = "1d"
    """Second reminder, likewise."""
    seuil_reminder_hour: int = 9
    """Civil hour, in Paris, of reminders counted in days."""
    seuil_notices_folder: Path | None = None
    """A Maildir where the mail server puts what comes back to `MAIL_FROM`; none: nothing is read."""
    seuil_escalation_delay: int = 86_400
    """Seconds from the reminder of a provider that has not answered to the notice of the coordinators."""
    seuil_unread_delay: int = 172_800
    """Seconds from a decision to the one reminder of a referrer who has not opened it."""
    seuil_quiet_hours: str = "20-8"
    """Civil hours in which only the essential leaves; empty for none."""
    seuil_messages_kept_days: int = 396
    """Days that messages and their texts are kept."""

    @model_validator(mode="after")
    def _readable(self) -> Self:
        """Refuses at the start what would fail at the first message."""
        parts = urlsplit(self.smtp_url.get_secret_value())
        if parts.scheme not in SCHEMES or not parts.hostname:
            raise ValueError(f"SMTP_URL: {' or '.join(SCHEMES)}://host:port")
        _ = self.quiet, self.delays, self.reminders
        return self

    @property
    def quiet(self) -> QuietHours:
        """The quiet hours."""
        return QuietHours.read(self.seuil_quiet_hours)

    @property
    def delays(self) -> tuple[int, ...]:
        """Seconds between attempts."""
        return tuple(int(part) for part in self.seuil_retry_delays.split(",") if part.strip())

    @property
    def reminders(self) -> tuple[Lead | None, Lead | None]:
        """First and last reminder."""
        return Lead.read(self.seuil_reminder_first), Lead.read(self.seuil_reminder_last)

    @property
    def link_key(self) -> bytes:
        """The link key as bytes."""
        return self.seuil_link_key.get_secret_value().encode()

    def relay(self) -> dict[str, object]:
        """The arguments of the SMTP client."""
        parts = urlsplit(self.smtp_url.get_secret_value())
        implicit = parts.scheme == "smtps"
        return {
            "hostname": parts.hostname,
            "port": parts.port or (465 if implicit else 25),
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
            "use_tls": implicit,
            "start_tls": True if parts.scheme == "smtp+starttls" else (False if implicit else None),
            "timeout": self.smtp_timeout,
        }
