"""Decisions to type again in SI SIAO, each as a block ready to paste, and who did it (users U15)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from cases.domain.case import Case
from cases.domain.rights import OFFICE, Viewer
from cases.domain.rules import Moment
from cases.queries import people, queue
from cases.store import reporting, wordings
from cases.store.desk import Desk
from eventing.db import Tx


@dataclass(frozen=True)
class ToCopy:
    """A decision to copy into SI SIAO, as a block ready to paste."""

    case: Case
    event_id: UUID
    block: str
    decided_on: date
    by: str = ""
    copied_at: datetime | None = None


async def to_copy(tx: Tx, desk: Desk, viewer: Viewer, at: Moment) -> list[ToCopy]:
    """Every decision that the reader may see, the ones not yet copied first (users U15)."""
    found = await queue.load(tx, viewer, at)
    rows = {row.case.case_id: row for row in found.rows if row.seen.capacities & OFFICE}
    decisions = [each for each in await reporting.decisions(tx, viewer.territory) if each.case_id in rows]
    authors = await people.names(
        tx, (UUID(each.by.removeprefix("person:")) for each in decisions if each.by is not None)
    )
    listed = []
    for each in decisions:
        case = rows[each.case_id].case
        texts = await wordings.of_case(tx, desk.vault, case.case_id)
        by = authors.get(UUID(each.by.removeprefix("person:")), "") if each.by else ""
        decided = date.fromisoformat(each.fact["decided_on"])
        block = block_of(case, each.fact, texts)
        listed.append(ToCopy(case, each.event_id, block, decided, by, each.copied_at))
    return sorted(listed, key=lambda one: (one.copied_at is not None, one.decided_on))


def block_of(case: Case, fact: Mapping[str, object], texts: Iterable[wordings.Wording]) -> str:
    """The text to paste, in the order of SI SIAO: outcome, scheme, reason; no name in it."""
    decision = next((d for d in case.decisions if str(d.decision_id) == fact["decision_id"]), None)
    if decision is None:
        return ""
    about = {t.kind: t.text for t in texts if t.subject_id == decision.decision_id}
    lines = [f"Avis de la commission du {decision.decided_on:%d/%m/%Y}\u00a0: {decision.outcome.label}"]
    if decision.schemes:
        lines.append("Dispositif\u00a0: " + ", ".join(each.label for each in decision.schemes))
    if decision.measures:
        lines.append("Accompagnement\u00a0: " + ", ".join(each.label for each in decision.measures))
    lines.append(f"Priorité\u00a0: {decision.priority.label}")
    if decision.reexamine_on is not None:
        lines.append(f"Réexamen\u00a0: {decision.reexamine_on:%d/%m/%Y}")
    for kind, name in (("conditions", "Conditions"), ("closing", "Motif")):
        if kind in about:
            lines.append(f"{name}\u00a0: {about[kind]}")
    lines.append(f"Référence Seuil\u00a0: {case.case_ref}")
    return "\n".join(lines)
