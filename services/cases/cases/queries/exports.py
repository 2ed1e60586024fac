"""Lines of a queue as they are taken away: references only, unless names are asked for with a purpose."""

from datetime import date

from cases.domain.stages import MARKS, STAGES, next_step
from cases.queries.queue import Row
from cases.store import files
from cases.store.vault import Vault
from eventing.db import Tx

HEADERS = (
    *("Référence", "File", "État", "Composition", "Personnes", "Question", "Ancienneté depuis", "Jours"),
    *("Transmis le", "À savoir", "À faire", "Structure"),
)
NAMED_HEADERS = ("Noms", *HEADERS)
Line = tuple[object, ...]


def line(row: Row, today: date) -> Line:
    """One case, as the screen shows it; no name, no number, no text."""
    case = row.case
    return (
        case.case_ref,
        STAGES[row.stage],
        case.state.label,
        case.composition.label if row.whole else "",
        case.persons if row.whole else "",
        case.question.label,
        row.age,
        (today - row.age).days,
        case.submitted_on,
        ", ".join(MARKS[mark] for mark in row.marks),
        next_step(case).what,
        row.organisation,
    )


async def named_line(tx: Tx, vault: Vault, row: Row, today: date) -> Line:
    """The same with the names of the household; never a number."""
    latest = await files.latest(tx, vault, row.case.case_id)
    people = latest.file.persons if latest else ()
    return (", ".join(f"{p.given_name} {p.family_name}" for p in people), *line(row, today))
