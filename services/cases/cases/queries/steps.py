"""Steps that wait for somebody: their words and the reference, nothing else of the case (users U56)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Text, bindparam, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from cases.domain.case import Case, Step
from cases.domain.rights import Viewer, sight
from cases.domain.rules import Moment
from cases.store import wordings
from cases.store.cases import stored_of
from cases.store.desk import Desk
from cases.tables import CASE_FILE
from eventing.db import Tx, run

HELD = CASE_FILE.c.document.op("@>", is_comparison=True)
OWNED = select(CASE_FILE).where(
    CASE_FILE.c.territory == bindparam("territory", type_=Text),
    or_(
        HELD(bindparam("mine", type_=JSONB)),
        HELD(bindparam("ours", type_=JSONB)),
    ),
    CASE_FILE.c.state != literal("cancelled"),
)


@dataclass(frozen=True)
class OwnStep:
    """One step of somebody; `sees`: they have sight of the case by their own right."""

    case_id: UUID
    case_ref: str
    step: Step
    text: str
    late: bool
    sees: bool


async def steps_of(tx: Tx, desk: Desk, viewer: Viewer, at: Moment) -> list[OwnStep]:
    """Open steps given to that person, or to their organisation without a name, the oldest due first."""
    mine = {"steps": [{"owner_id": str(viewer.account_id), "result": None}]}
    ours = {"steps": [{"organisation_id": str(viewer.organisation_id), "owner_id": None, "result": None}]}
    found = []
    for row in await run(tx, OWNED, territory=viewer.territory, mine=mine, ours=ours):
        stored = stored_of(row, agenda_open=False)
        if stored.case.case_id in viewer.recused:
            continue
        hidden = stored.guard.protected and viewer.account_id not in stored.guard.audience
        seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
        texts = {
            each.subject_id: each.text
            for each in await wordings.of_case(tx, desk.vault, stored.case.case_id)
            if each.kind == "step"
        }
        for step in _theirs(stored.case, viewer):
            if hidden and step.owner_id != viewer.account_id:
                continue
            text = texts.get(step.step_id, "")
            late = step.due_on < at.today
            found.append(OwnStep(stored.case.case_id, stored.case.case_ref, step, text, late, bool(seen)))
    return sorted(found, key=lambda one: (one.step.due_on, one.case_ref))


def _theirs(case: Case, viewer: Viewer) -> list[Step]:
    return [
        each
        for each in case.steps
        if each.result is None
        and (
            each.owner_id == viewer.account_id
            or (each.owner_id is None and each.organisation_id == viewer.organisation_id)
        )
    ]
