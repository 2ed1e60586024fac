"""What requests on sittings say, and what they are answered."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from cases.api.answering import Version
from cases.domain.deciding import NextStep, Opinion
from cases.domain.sitting import ItemOutcome, SittingState
from contracts.lists import (
    DecisionOutcome,
    DecisionPriority,
    Heard,
    Measure,
    MissingItem,
    PostponeCause,
    Scheme,
    StepKind,
)
from webui.fields import CivilDate, Flag, Text

Words = Annotated[str, Text(600, empty=True)]
Long = Annotated[str, Text(2000, empty=True)]
Short = Annotated[str, Text(300, empty=True)]
Minutes = Annotated[int | None, Field(ge=1, le=240)]
Many = Annotated[list[UUID], Field(max_length=200)]


class Asked(BaseModel):
    """What a request may say; `version` is that of the sitting as it was read."""

    model_config = ConfigDict(extra="forbid")

    version: Version = None


class ScheduleAsked(Asked):
    """How a case is put on the agenda; `version` is that of the case."""

    minutes: Minutes = None
    presenter_id: UUID | None = None
    override: Short = ""


class PostponeAsked(Asked):
    """Why it is taken off."""

    cause: PostponeCause = PostponeCause.COORDINATOR
    text: Short = ""


class OrderAsked(Asked):
    """Every case of the agenda, in order."""

    order: Many


class PresentAsked(Asked):
    """The members who are there."""

    present: Many


class SubstituteAsked(Asked):
    """Who sits for whom."""

    absent_id: UUID
    person_id: UUID
    organisation_id: UUID


class GroundAsked(Asked):
    """The ground of a recusal, sealed."""

    ground: Short = ""


class ExamineAsked(Asked):
    """Whether the household was heard."""

    heard: Heard


class AdjournAsked(Asked):
    """What is missing, and from when it may come back."""

    missing: Annotated[list[MissingItem], Field(max_length=20)]
    not_before_on: CivilDate
    text: Long = ""


class StepAsked(BaseModel):
    """Who does what by when."""

    model_config = ConfigDict(extra="forbid")

    organisation_id: UUID
    due_on: CivilDate
    owner_id: UUID | None = None
    kind: StepKind | None = None


class OpinionAsked(Asked):
    """A typed opinion."""

    outcome: DecisionOutcome
    schemes: Annotated[list[Scheme], Field(max_length=20)] = []
    measures: Annotated[list[Measure], Field(max_length=20)] = []
    priority: DecisionPriority = DecisionPriority.NORMAL
    reexamine_on: CivilDate | None = None
    step: StepAsked | None = None
    reason: Words = ""

    def opinion(self) -> Opinion:
        """As the rules take it."""
        return Opinion(
            self.outcome,
            schemes=tuple(dict.fromkeys(self.schemes)),
            measures=tuple(dict.fromkeys(self.measures)),
            priority=self.priority,
            reexamine_on=self.reexamine_on,
            step=NextStep(**self.step.model_dump()) if self.step is not None else None,
            reason=self.reason,
        )


class DecideAsked(OpinionAsked):
    """A decision, with the texts that stay sealed."""

    minutes: Long = ""
    conditions: Words = ""
    dissent: Words = ""


class MemberOpinionAsked(Asked):
    """What a member thinks."""

    outcome: DecisionOutcome
    text: Words = ""
    confidential: Flag = False


class CloseAsked(Asked):
    """Causes of cases left, where they differ from the usual one."""

    causes: Annotated[dict[UUID, PostponeCause], Field(max_length=200)] = {}


class TextAsked(Asked):
    """A text."""

    text: Annotated[str, Text(1000)]


class AnswerAsked(Asked):
    """Yes or no."""

    approve: Flag


class SittingAnswer(BaseModel):
    """The sitting after the command."""

    commission_id: UUID
    state: SittingState
    version: int
    agenda_version: int
    quorum: bool | None


class LineSeen(BaseModel):
    """A line of the agenda; a reserved one has no reference."""

    case_id: UUID | None
    case_ref: str | None
    item: int
    minutes: int
    outcome: ItemOutcome
    starts_at: datetime


class SittingSeen(SittingAnswer):
    """A sitting as its reader may see it."""

    title: str
    starts_at: datetime
    current_case_id: UUID | None
    lines: list[LineSeen]


class CorrectionSeen(BaseModel):
    """A request to correct a decision."""

    correction_id: UUID
    case_id: UUID
    asked_on: date
    approved: bool | None
