"""Rules on messages: what is written, when it may leave, what a mail server's answer means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from contracts.lists import Category, CommissionField, Failure, LinkPurpose, Role
from contracts.refusal import Refused

PARIS = ZoneInfo("Europe/Paris")
LATE_REMINDER = timedelta(hours=12)
"""A reminder that could not leave at its hour may still leave until then."""
KEPT_WAITING = timedelta(days=7)
"""How long a message without a deadline of its own waits for an address or a wording."""


READERS = (Role.COORDINATOR, Role.SIAO_AGENT)
"""They read names and words, and may send again."""
WATCHERS = (*READERS, Role.OPERATOR)
"""They read what became of messages."""


LIFTERS = (Role.COORDINATOR,)
"""They let messages leave again for a suspended address."""


class State(StrEnum):
    """Where a message is. It only moves on: see `advance`."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


OPEN = (State.QUEUED, State.SENDING)
_RANK = {State.QUEUED: 0, State.SENDING: 1, State.SENT: 2}
_LAST = 3


def advance(known: State, said: State) -> State:
    """The state after hearing `said`: what is late or out of order never moves a message backwards."""
    return said if _RANK.get(said, _LAST) > _RANK.get(known, _LAST) else known


@dataclass(frozen=True)
class Template:
    """A kind of message. `version` rises when its words change; lower `priority` leaves first."""

    code: str
    label: str
    category: Category = Category.ESSENTIAL
    version: int = 1
    priority: int = 1
    link: LinkPurpose | None = LinkPurpose.PARTICIPATION
    calendar: Literal["REQUEST", "CANCEL"] | None = None
    page: str | None = None
    """The page it points at, after signing in: nothing of a case is in a mail, not even its reference."""


CASE_PAGE = "/cases/dossiers/{case_id}"
AGENDA_PAGE = "/cases/commissions/{commission_id}/ordre-du-jour"
MINUTES_PAGE = "/cases/commissions/{commission_id}/releve"


def _case(code: str, label: str, category: Category = Category.CASE, page: str = CASE_PAGE) -> Template:
    return Template(code, label, category, link=None, page=page)


_ALL = (
    Template("sign_in", "Lien de connexion", priority=0, link=LinkPurpose.SIGN_IN),
    Template("prove_address", "Adresse à confirmer", priority=0, link=LinkPurpose.PROVE_ADDRESS),
    Template("participation_link", "Lien personnel renvoyé", priority=0),
    Template("registration_confirmed", "Inscription confirmée", calendar="REQUEST"),
    Template("registration_waitlisted", "Liste d’attente"),
    Template("place_offered", "Place proposée"),
    Template("offer_ended", "Proposition terminée", category=Category.COMMISSION),
    Template("registration_changed", "Ateliers choisis", calendar="REQUEST"),
    Template("registration_cancelled", "Inscription annulée", link=None, calendar="CANCEL"),
    Template(
        "registration_withdrawn", "Inscription annulée par la coordination", link=None, calendar="CANCEL"
    ),
    Template("registration_refused", "Inscription non retenue", link=None),
    Template("commission_rescheduled", "Nouvelle date", calendar="REQUEST"),
    Template("details_changed", "Lieu ou lien modifié", calendar="REQUEST"),
    Template("workshops_changed", "Ateliers modifiés", category=Category.COMMISSION, calendar="REQUEST"),
    Template("commission_cancelled", "Commission annulée", link=None, calendar="CANCEL"),
    Template("reminder_week", "Rappel, une semaine avant", category=Category.COMMISSION),
    Template("reminder_day", "Rappel, la veille", category=Category.COMMISSION),
    _case("agenda_published", "Ordre du jour arrêté", Category.COMMISSION, AGENDA_PAGE),
    _case("panel_rescheduled", "Nouvelle date, aux membres", Category.ESSENTIAL, AGENDA_PAGE),
    Template("panel_cancelled", "Commission annulée, aux membres", link=None),
    _case("minutes_approved", "Relevé approuvé", Category.COMMISSION, MINUTES_PAGE),
    _case("agenda_moved", "Dossiers reportés avec leur commission", page="/cases/dossiers"),
    _case("case_postponed", "Dossier reporté"),
    _case("completion_requested", "Dossier à compléter"),
    _case("case_rejected", "Réponse sur la recevabilité", Category.ESSENTIAL),
    _case("case_decided", "Avis de la commission", Category.ESSENTIAL),
    _case("decision_unread", "Rappel : avis de la commission à lire"),
    _case("case_adjourned", "Dossier à revoir par la commission", Category.ESSENTIAL),
    _case("appeal_decided", "Réponse à un recours", Category.ESSENTIAL),
    _case("step_assigned", "Étape confiée"),
    _case("orientation_proposed", "Proposition à examiner"),
    _case("orientation_reminder", "Rappel : proposition sans réponse"),
    _case("orientation_escalated", "Proposition restée sans réponse"),
    _case("orientation_refused", "Refus après acceptation"),
    _case("allocation_recorded", "Étape franchie vers le logement"),
    _case("allocation_cancelled", "Étape vers le logement annulée"),
    _case("case_transferred", "Dossier confié"),
    _case("case_unattended", "Dossier sans référent joignable"),
)
TEMPLATES = {template.code: template for template in _ALL}
REMINDERS = ("reminder_week", "reminder_day")
SINGLE_USE = ("sign_in", "prove_address")
"""Their link has an end and serves once: such a message is asked for again, never sent again."""
AWAITING_ANSWER = ("orientation_proposed", "orientation_reminder", "orientation_escalated")
"""What an answer, or the end of a proposal, makes useless."""
TO_PANEL = ("agenda_published", "panel_rescheduled", "panel_cancelled", "minutes_approved")
"""What concerns members of a panel alone."""
HARD = (Failure.UNKNOWN_ADDRESS, Failure.DOMAIN_UNKNOWN, Failure.COMPLAINT)
"""After one of these nothing more is sent to the address, until somebody lifts it."""
FROM_NOTICE = frozenset({CommissionField.PLACE, CommissionField.VIDEO, CommissionField.TITLE})


def notice_of_change(
    changed: Sequence[CommissionField],
    before: Sequence[dict[str, object]],
    after: Sequence[dict[str, object]],
) -> str | None:
    """The one template that tells people of a change, or None when it is no affair of theirs.

    `before` and `after` are the workshops as facts give them. More places concern nobody who has one.
    """
    if FROM_NOTICE & set(changed):
        return "details_changed"
    if CommissionField.WORKSHOPS in changed and not _only_capacities(before, after):
        return "workshops_changed"
    return None


def _only_capacities(before: Sequence[dict[str, object]], after: Sequence[dict[str, object]]) -> bool:
    def slots(workshops: Sequence[dict[str, object]]) -> set[tuple[object, object]]:
        return {(w["workshop_id"], w["slot"]) for w in workshops}

    def sizes(workshops: Sequence[dict[str, object]]) -> dict[object, object]:
        return {w["workshop_id"]: w.get("capacity") for w in workshops}

    return slots(before) == slots(after) and sizes(before) != sizes(after)


def in_arrears(occurred_on: date, recorded_at: datetime) -> bool:
    """Whether a fact was entered after its civil day: nothing is mailed nor timed from it."""
    return occurred_on < recorded_at.astimezone(PARIS).date()


@dataclass(frozen=True)
class QuietHours:
    """Civil hours, in Paris, in which only the essential leaves; `start` equal to `end`: none."""

    start: int = 0
    end: int = 0

    @classmethod
    def read(cls, text: str) -> "QuietHours":
        """Reads « 20-8 »; an empty text means none. Raises ValueError."""
        if not text.strip():
            return cls()
        start, end = (int(part) for part in text.split("-"))
        if not (0 <= start <= 23 and 0 <= end <= 23):
            raise ValueError("hours are between 0 and 23")
        return cls(start, end)

    def after(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours it falls in."""
        local = at.astimezone(PARIS)
        if self.start < self.end:
            quiet = self.start <= local.hour < self.end
        else:
            quiet = self.start != self.end and (local.hour >= self.start or local.hour < self.end)
        if not quiet:
            return at
        day = local.date() + timedelta(days=1 if local.hour >= self.end else 0)
        return datetime.combine(day, time(self.end), PARIS).astimezone(at.tzinfo)


@dataclass(frozen=True)
class Lead:
    """How long before the start a reminder leaves: whole civil days, at an hour, or seconds."""

    days: int = 0
    seconds: int = 0

    @classmethod
    def read(cls, text: str) -> "Lead | None":
        """Reads « 7d » or « 90s »; an empty text means no reminder. Raises ValueError."""
        text = text.strip().lower()
        if not text:
            return None
        number = int(text[:-1])
        if number < 1 or text[-1] not in "ds":
            raise ValueError("a reminder is written 7d or 90s")
        return cls(days=number) if text[-1] == "d" else cls(seconds=number)

    def before(self, starts_at: datetime, hour: int) -> datetime:
        """When to remind of what starts then."""
        if self.seconds:
            return starts_at - timedelta(seconds=self.seconds)
        day = starts_at.astimezone(PARIS).date() - timedelta(days=self.days)
        return datetime.combine(day, time(hour), PARIS).astimezone(starts_at.tzinfo)


@dataclass(frozen=True)
class Answer:
    """What came of one attempt: the server's reply, or None when nobody answered."""

    code: int | None
    words: str
    about: Literal["recipient", "content", "ours"] = "content"

    @property
    def permanent(self) -> bool:
        """Whether trying again is useless. What refuses us, not the message, may be repaired."""
        return self.about != "ours" and self.code is not None and 500 <= self.code <= 599


def cause_of(answer: Answer) -> Failure:
    """The reason a message failed, in the closed list."""
    words = answer.words
    if answer.about == "ours" or answer.code is None:
        return Failure.OUR_FAULT
    if answer.code in (452, 552) or ".2.2" in words:
        return Failure.MAILBOX_FULL
    if any(status in words for status in ("5.1.2", "4.1.2", "5.4.4", "4.4.4", "5.1.10")):
        return Failure.DOMAIN_UNKNOWN
    if answer.code < 500:
        return Failure.GREYLISTED_OUT
    if answer.about == "recipient" and "5.7." not in words:
        return Failure.UNKNOWN_ADDRESS
    return Failure.REFUSED_CONTENT


def next_try(attempt: int, delays: Sequence[int], now: datetime) -> datetime | None:
    """When to try again after the n-th attempt (from 1), or None when it was the last."""
    return now + timedelta(seconds=delays[attempt - 1]) if attempt <= len(delays) else None


def check_resend(template: str, state: State) -> None:
    """Raises Refused when sending this message again makes no sense."""
    if template in SINGLE_USE:
        raise Refused(
            "link_is_single_use",
            "Ce message portait un lien à usage unique. La personne peut en demander un autre sur la page "
            "de connexion ou d’inscription.",
        )
    if state in OPEN:
        raise Refused("still_leaving", "Ce message n’est pas encore parti : il partira de lui-même.")
    if state is State.DROPPED:
        raise Refused(
            "dropped_on_purpose", "Ce message n’a pas été envoyé, exprès. Il ne peut pas être renvoyé."
        )
