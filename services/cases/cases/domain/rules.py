"""Delays and numbers of a territory, per commission type: local rules, never the machine's own.

What a person signs stays with a person: where a number is None the rule is off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from contracts.lists import CommissionType

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Rules:
    """What a commission type decides. Days are civil days unless said otherwise."""

    case_deadline_days: int = 10
    """A case is on the agenda if it was admissible this many days before."""
    agenda_days: int = 5
    minutes_days: int = 5
    feedback_days: int = 2
    quorum: int = 3
    """Voting members present."""
    decided_later: bool = True
    """Without quorum the panel advises and the coordination decides later; else the case is postponed."""
    minutes_per_case: int = 15
    completion_days: int = 15
    appeal_days: int = 60
    """Two months, as before an administrative court (CJA R421-1)."""
    answer_hours: int = 72
    """Of working days, for a provider."""
    escalation_hours: int = 24
    offer_days: int = 10
    """At least ten, for a household (CCH R441-10)."""
    seniority_kept_days: int = 90
    """A case cancelled and reactivated within them keeps its date."""
    reopen_days: int = 183
    provider_sight_days: int = 30
    """How long a provider still sees a case whose proposal has ended."""
    readmit_after_refusals: int | None = None
    """Provider refusals after which the machine proposes a new examination; off in Lille."""
    contact_months: int | None = None
    """Months without contact after which the machine proposes to cancel; off in Lille."""


RULES: Mapping[str, Rules] = MappingProxyType(
    {
        CommissionType.LDA_PANEL.value: Rules(),
        CommissionType.LDA_PLENARY.value: Rules(),
        CommissionType.CTT.value: Rules(case_deadline_days=7, quorum=2),
        CommissionType.DALO_FOLLOWUP.value: Rules(quorum=2),
    }
)
"""What holds until a coordinator has changed it."""


def rules_of(commission_type: str) -> Rules:
    """The first rules of a type; a type nobody knows has those of the panel."""
    return RULES.get(commission_type, Rules())


def civil_day(instant: datetime) -> date:
    """The day it is in Paris."""
    return instant.astimezone(PARIS).date()


@dataclass(frozen=True)
class Moment:
    """When a command is run: the instant, its civil day in Paris, and who runs it."""

    now: datetime
    today: date
    rules: Rules = Rules()
