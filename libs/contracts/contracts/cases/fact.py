"""What the facts of cases share: their topic."""

from contracts.event import Fact
from contracts.topics import CASES


class CasesFact(Fact, topic=CASES):
    """Every fact of cases. About a case, or about a sitting on its commission’s stream."""
