"""A case still open is said again before its first facts age out; what that keeps is what it says, no more.

Orientations lose their deadlines, seniority its former dates: the last one ranks. Folding the restatement
gives the same coarse state as folding the case from its first fact (`essence`).
"""

from datetime import UTC, date, datetime, time
from typing import Any

from cases.domain.case import Case, Orientation, OrientationState, SeniorityLine
from cases.domain.lifecycle import OPEN
from contracts import cases as say
from contracts.lists import OrientationOrigin, SeniorityCause, SenioritySource
from contracts.refusal import Refused

KEPT = tuple(
    name for name in say.Restatement.model_fields if name not in ("version", "seniority_from", "orientations")
)


def restatement(case: Case, on: date) -> say.CaseRestated:
    """The fact that says a case again. Raises Refused for one that nobody has anything left to do about."""
    if case.state not in OPEN or case.seniority_from is None:
        raise Refused("not_open", "Ce dossier n’est plus ouvert.")
    return say.CaseRestated(
        case_id=case.case_id,
        household_id=case.household_id,
        state=case.state,
        as_of=on,
        facts=say.Restatement(
            **{name: getattr(case, name) for name in KEPT},
            version=case.file_version,
            seniority_from=case.seniority_from,
            orientations=tuple(
                say.OpenOrientation(
                    orientation_id=each.orientation_id,
                    scheme=each.scheme,
                    organisation_id=each.organisation_id,
                    accepted=each.state is OrientationState.PRE_ADMITTED,
                )
                for each in case.open_orientations
            ),
        ),
    )


def restored(fact: say.CaseRestated) -> Case:
    """The case as its restatement alone gives it."""
    said = fact.facts
    return Case(
        case_id=fact.case_id,
        household_id=fact.household_id,
        state=fact.state,
        file_version=said.version,
        seniority=(
            SeniorityLine(
                seniority_from=said.seniority_from,
                source=SenioritySource.UNKNOWN,
                cause=SeniorityCause.UNKNOWN,
                set_on=fact.as_of,
            ),
        ),
        orientations=tuple(
            Orientation(
                orientation_id=each.orientation_id,
                scheme=each.scheme,
                organisation_id=each.organisation_id,
                origin=OrientationOrigin.UNKNOWN,
                state=OrientationState.PRE_ADMITTED if each.accepted else OrientationState.PROPOSED,
                proposed_on=fact.as_of,
                answer_due_at=datetime.combine(fact.as_of, time(0), UTC),
            )
            for each in said.orientations
        ),
        **{name: getattr(said, name) for name in KEPT},
    )


def essence(case: Case) -> dict[str, Any]:
    """What a restatement keeps of a case, comparable."""
    said = {name: getattr(case, name) for name in (*KEPT, "case_id", "household_id", "state", "file_version")}
    return said | {
        "seniority_from": case.seniority_from,
        "orientations": {
            (each.orientation_id, each.scheme, each.organisation_id, each.state)
            for each in case.open_orientations
        },
    }
