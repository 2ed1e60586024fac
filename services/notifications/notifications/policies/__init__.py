"""Whenever something happens to people, commissions or cases: remember it, and tell those concerned."""

from notifications.policies.case_memory import CASE_MEMORY
from notifications.policies.case_telling import CASE_ACTS, CaseTelling
from notifications.policies.memory import MEMORY, REMIND
from notifications.policies.telling import ACTS, Telling

__all__ = ["ACTS", "CASE_ACTS", "CASE_MEMORY", "MEMORY", "REMIND", "CaseTelling", "Telling"]
