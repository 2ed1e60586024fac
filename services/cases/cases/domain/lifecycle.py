"""Which command a case takes in which state. The table is the rule: what is not here is refused."""

from collections.abc import Mapping
from typing import Final

from cases.domain.case import Case
from contracts.lists import CaseState
from contracts.refusal import Refused

S = CaseState
OPEN: Final = frozenset(
    {S.SUBMITTED, S.INCOMPLETE, S.ADMISSIBLE, S.SCHEDULED, S.EXAMINED, S.IN_FOLLOW_UP, S.PLACED, S.HOUSED}
)
"""Somebody still has something to do."""
AFTER_DECISION: Final = frozenset({S.IN_FOLLOW_UP, S.PLACED})

ALLOWED: Final[Mapping[str, frozenset[CaseState]]] = {
    "ask_completion": frozenset({S.SUBMITTED}),
    "complete": frozenset({S.INCOMPLETE}),
    "reject": frozenset({S.SUBMITTED, S.INCOMPLETE}),
    "lodge_appeal": frozenset({S.REJECTED, S.IN_FOLLOW_UP, S.PLACED, S.CLOSED, S.ADMISSIBLE}),
    "decide_appeal": frozenset({S.REJECTED, S.IN_FOLLOW_UP, S.PLACED, S.CLOSED, S.ADMISSIBLE}),
    "admit": frozenset({S.SUBMITTED}),
    "schedule": frozenset({S.ADMISSIBLE}),
    "postpone": frozenset({S.SCHEDULED}),
    "examine": frozenset({S.SCHEDULED}),
    "adjourn": frozenset({S.EXAMINED}),
    "decide": frozenset({S.EXAMINED}),
    "correct_decision": frozenset({S.IN_FOLLOW_UP, S.ADMISSIBLE, S.PLACED, S.CLOSED}),
    "inform_referrer": frozenset(S),
    "inform_household": frozenset(S),
    "propose": frozenset({S.IN_FOLLOW_UP}),
    "answer_orientation": frozenset({S.IN_FOLLOW_UP}),
    "end_orientation": frozenset({S.IN_FOLLOW_UP}),
    "record_committee": frozenset({S.IN_FOLLOW_UP}),
    "record_allocation": frozenset({S.IN_FOLLOW_UP}),
    "correct_allocation": frozenset({S.PLACED, S.HOUSED, S.CLOSED}),
    "answer_offer": frozenset({S.PLACED}),
    "sign_lease": frozenset({S.PLACED}),
    "enter": frozenset({S.PLACED}),
    "cancel_allocation": frozenset({S.PLACED}),
    "check_tenancy": frozenset({S.HOUSED, S.CLOSED}),
    "rule_refusal": AFTER_DECISION,
    "assign_step": AFTER_DECISION,
    "close_step": OPEN | {S.CLOSED},
    "readmit": frozenset({S.IN_FOLLOW_UP}),
    "suspend": OPEN,
    "resume": OPEN,
    "transfer": OPEN,
    "link": frozenset(S),
    "correct_seniority": OPEN,
    "transmit_again": OPEN,
    "edit_file": OPEN,
    "cancel": OPEN - {S.SCHEDULED, S.EXAMINED},
    "reactivate": frozenset({S.CANCELLED}),
    "close": frozenset({S.IN_FOLLOW_UP, S.HOUSED}),
    "reopen": frozenset({S.CLOSED}),
}
"""Command → states that take it (contracts 3: the case machine)."""
WHILE_SUSPENDED: Final = frozenset(
    {"resume", "cancel", "transfer", "link", "inform_referrer", "inform_household", "edit_file", "close_step"}
    | {"correct_seniority", "lodge_appeal", "decide_appeal", "check_tenancy"}
    | {"transmit_again", "correct_allocation"}
)
"""What goes on while a case is on hold."""


def expect(case: Case, command: str) -> None:
    """Raises Refused 409 `wrong_state` or `suspended` when the case does not take that command now."""
    if case.state not in ALLOWED[command]:
        raise Refused(
            "wrong_state",
            f"Ce dossier est «\u00a0{case.state.label}\u00a0»\u00a0: cette action n’est pas possible ici. "
            "Rien n’a été changé.",
        )
    if case.suspended and command not in WHILE_SUSPENDED:
        raise Refused("suspended", "Ce dossier est suspendu. Reprenez-le d’abord. Rien n’a été changé.")
