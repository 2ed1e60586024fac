"""What registration is told from outside."""

import re
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, model_validator

from operating.settings import ServiceSettings
from registration.domain.imprint import Imprint
from registration.domain.rules import QuietHours, Rules
from webui.fields import Email

Seconds = Annotated[int, Field(ge=1, le=31_536_000)]


def _quiet(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    if text and not (found and int(found[1]) < 24 and int(found[2]) < 24 and found[1] != found[2]):
        raise ValueError("hours as 20-8, or empty for none")
    return text


class Settings(ServiceSettings):
    """Delays are in seconds, so that a trial run may shorten them."""

    seuil_token_private_key: SecretStr
    """Signs the session tokens; its public half stands in SEUIL_TOKEN_KEYS."""
    seuil_link_key: SecretStr
    """Derives the links of mails; the same in notifications."""
    seuil_coordinator: Email | None = None
    """Address of the first account, made at a start that finds none."""
    seuil_hold_seconds: Seconds = 1800
    """How long a seat is held for an address not yet proven."""
    seuil_offer_seconds: Seconds = 86_400
    """How long a freed place is offered to the next person."""
    seuil_offer_margin_seconds: Annotated[int, Field(ge=0, le=31_536_000)] = 7200
    """No offer runs later than this before the start."""
    seuil_quiet_hours: Annotated[str, AfterValidator(_quiet)] = "20-8"
    """Hours of the day in which no offer expires; empty for none."""
    seuil_sign_in_seconds: Seconds = 900
    """How long a sign-in link works."""
    seuil_session_idle_seconds: Seconds = 1800
    seuil_session_seconds: Seconds = 28_800
    seuil_link_mails_per_hour: Annotated[int, Field(ge=1, le=100_000)] = 3
    """The most links mailed to one address in an hour."""

    seuil_publisher: str = ""
    """Who publishes the site: name, legal form, address, telephone."""
    seuil_publication_director: str = ""
    """The person who answers for what is published."""
    seuil_host: str = ""
    """Who hosts it: name, address, telephone."""
    seuil_contact: str = ""
    """Where anybody writes about the site: an address or a telephone."""
    seuil_data_controller: str = ""
    """Who decides why and how personal data is used; several when they decide together."""
    seuil_data_officer_contact: str = ""
    """Where the data protection officer is written to."""
    seuil_accessibility_date: Annotated[date | None, BeforeValidator(lambda text: text or None)] = None
    """The day the accessibility statement was made."""
    seuil_accessibility_audit: str = ""
    """The audit it rests on: by whom, when, on which version, how many criteria hold."""

    @model_validator(mode="after")
    def _audited(self) -> Self:
        """Nobody may claim conformity without an audit: the law says so, and visitors believe it."""
        claimed = self.seuil_accessibility != "not"
        if claimed and not (self.seuil_accessibility_audit and self.seuil_accessibility_date):
            raise ValueError("SEUIL_ACCESSIBILITY: partly or fully needs SEUIL_ACCESSIBILITY_AUDIT and _DATE")
        return self

    @property
    def imprint(self) -> Imprint:
        """What the legal pages say."""
        return Imprint(
            publisher=self.seuil_publisher,
            director=self.seuil_publication_director,
            host=self.seuil_host,
            contact=self.seuil_contact,
            controller=self.seuil_data_controller,
            data_officer=self.seuil_data_officer_contact,
            accessibility_on=self.seuil_accessibility_date,
            accessibility_audit=self.seuil_accessibility_audit,
        )

    @property
    def rules(self) -> Rules:
        """The same, as the rules read them."""
        hours = [int(text) for text in self.seuil_quiet_hours.split("-")] if self.seuil_quiet_hours else []
        return Rules(
            hold=timedelta(seconds=self.seuil_hold_seconds),
            offer=timedelta(seconds=self.seuil_offer_seconds),
            offer_margin=timedelta(seconds=self.seuil_offer_margin_seconds),
            quiet=QuietHours(*hours) if hours else None,
            sign_in_link=timedelta(seconds=self.seuil_sign_in_seconds),
            session_idle=timedelta(seconds=self.seuil_session_idle_seconds),
            session_life=timedelta(seconds=self.seuil_session_seconds),
            mails_per_hour=self.seuil_link_mails_per_hour,
        )
