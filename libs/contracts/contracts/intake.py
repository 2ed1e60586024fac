"""A partner's file about a household on its way to `cases`: sealed, a week at most, and nowhere else."""

from typing import ClassVar

from contracts.classes import DataClass
from contracts.event import Fact
from contracts.fields import HouseholdId, Id, PartnerId, Sealed
from contracts.topics import INTAKE


class IntakeSubmitted(Fact, topic=INTAKE, key="household_id", data_class=DataClass.X):
    """A partner submitted a file: a case, or a request for erasure. Only `cases` can open `sealed`."""

    LARGEST: ClassVar[int] = 512 * 1024

    intake_id: Id
    household_id: HouseholdId
    partner_id: PartnerId
    sealed: Sealed
