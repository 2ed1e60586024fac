"""Whenever something happens to people or commissions: remember it, and tell those concerned."""

from notifications.policies.memory import MEMORY, REMIND
from notifications.policies.telling import ACTS, Telling

__all__ = ["ACTS", "MEMORY", "REMIND", "Telling"]
