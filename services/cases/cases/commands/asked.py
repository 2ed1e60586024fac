"""The shapes of what is asked of a case, the same for pages and for programs: bad input has one door."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cases.domain.asking import Asking
from contracts.lists import Clock, CloseResult, InformedHow, MissingItem, SenioritySource, TransferCause
from webui.fields import CivilDate, Flag, Line, NewId, Text

Version = Annotated[int, Field(ge=1, le=2_147_483_647)]
Reason = Annotated[str, Text(300)]
Note = Annotated[str, Text(600, empty=True)]
ReasonCode = Annotated[str, Line(4)]
Several = 30


class Asked(BaseModel):
    """Frozen; what is not known is refused. `version`: the one that was read, to change nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: Version | None = None


class Completion(Asked):
    """What is missing, by when."""

    missing: Annotated[list[MissingItem], Field(min_length=1, max_length=Several)]
    due_on: CivilDate
    text: Note = ""


class Judged(Asked):
    """A reason of the served lists, and a few words where it needs them."""

    reason: ReasonCode
    note: Note = ""


class Admission(Asked):
    """`without_agreement`: why it is examined although the household's agreement is missing."""

    without_agreement: Note = ""


class Suspension(Asked):
    """On hold, until a day or not; which clocks stop."""

    until: CivilDate | None = None
    clocks: Annotated[list[Clock], Field(max_length=5)] = []


class Plain(Asked):
    """Nothing more to say."""


class Transfer(Asked):
    """Who follows from now on; until when the former referrer still sees the case."""

    referrer_id: UUID
    organisation_id: UUID
    cause: TransferCause
    former_until: CivilDate | None = None


class Linking(Asked):
    """Another file of the same household, by its reference."""

    reference: Annotated[str, Line(20)]
    linked: Flag = True
    reason: Reason


class Reactivation(Asked):
    """Whether the seniority is kept, when the delay of the rules is past."""

    keep_seniority: Flag | None = None


class Closing(Asked):
    """What came of it."""

    result: CloseResult


class Reopening(Asked):
    """Why a closed case goes on."""

    reason: Reason


class Seniority(Asked):
    """The date that ranks, its source, and why it is corrected."""

    seniority_from: CivilDate
    source: SenioritySource
    reason: Reason


class Protection(Asked):
    """The persons who alone see the case; whoever protects it and its referrer are among them."""

    protected: Flag = True
    audience: Annotated[list[UUID], Field(max_length=Several)] = []


class Sharing(Asked):
    """A colleague of the referrer's organisation follows too, or no longer."""

    person_id: UUID
    follows: Flag = True


class Noting(Asked):
    """A note; reserved, only the SIAO and the coordination read it."""

    text: Annotated[str, Text(600)]
    reserved: Flag = False


class Informing(Asked):
    """The household was informed."""

    informed_on: CivilDate
    how: InformedHow
    language: Annotated[str, Line(60, empty=True)] = ""


class Agreeing(Asked):
    """What the household agrees to."""

    panel: Flag
    landlord: Flag = False
    health: Flag = False
    given_on: CivilDate


class Withdrawing(Asked):
    """The household takes its agreement back."""

    withdrawn_on: CivilDate | None = None


class Demand(Asked):
    """What a household asks about its file, the day it did."""

    request_id: NewId
    kind: Asking
    text: Note = ""
    received_on: CivilDate
