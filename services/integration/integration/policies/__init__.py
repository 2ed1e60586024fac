"""What integration does about what others say: each partner hears of its own, an erased household is gone."""

from integration.policies.memory import MEMORY
from integration.policies.telling import ACTS, DUE

__all__ = ["ACTS", "DUE", "MEMORY"]
