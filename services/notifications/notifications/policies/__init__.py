"""Whenever something happens to people or commissions: remember it, and tell those concerned."""

from notifications.policies.memory import MEMORY, REMIND
from notifications.policies.telling import Telling

__all__ = ["MEMORY", "REMIND", "Telling"]
