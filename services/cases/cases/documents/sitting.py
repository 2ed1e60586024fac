"""Documents of a sitting: the public agenda, the reserved one, the minutes and their annexes.

The public agenda tells hours and lengths: no reference, no question, no organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cases.documents import NEXT_PAGE, Block, Sheet, facts, heading, table, text
from cases.domain.rules import civil_day
from contracts.lists import LISTS
from webui.french import date_courte, date_fr, heure_fr, instant_fr, quantite, typo

OUTCOMES: Mapping[str, str] = {
    "decided": "Décidée",
    "adjourned": "Complément demandé",
    "postponed": "Reportée",
    "examined": "Examinée, décision attendue",
    "scheduled": "Non examinée",
    "reserved": "Situation réservée",
}
RESERVED = "Situation réservée"


@dataclass(frozen=True)
class Meeting:
    """What names a sitting on paper."""

    title: str
    place: str
    starts_at: datetime
    made_at: datetime
    demo: bool
    quorum: int | None = None

    @property
    def over(self) -> str:
        """The line above the title."""
        return "Seuil, données de démonstration" if self.demo else "Seuil"

    @property
    def when(self) -> str:
        """« Commission Logement d’abord, mardi 8 décembre 2026, 9 h, Maison des associations »."""
        parts = [self.title, date_fr(self.starts_at), heure_fr(self.starts_at), self.place]
        return ", ".join(part for part in parts if part)

    @property
    def foot(self) -> str:
        """The line on every page."""
        return typo(f"Établi le {instant_fr(self.made_at)}")


@dataclass(frozen=True)
class Place:
    """A line of an agenda as printed."""

    at: datetime
    minutes: int
    reference: str
    organisation: str
    question: str


def public_agenda(meeting: Meeting, places: Sequence[Place]) -> Sheet:
    """Hours and lengths alone."""
    total = sum(each.minutes for each in places)
    rows = [(str(n), heure_fr(each.at), f"{each.minutes} min") for n, each in enumerate(places, 1)]
    return Sheet(
        "Ordre du jour",
        meeting.over,
        (meeting.when, _quorum(meeting)),
        (
            heading("Situations examinées"),
            text(typo(f"{quantite(len(places), 'situation')}, {total} minutes.")),
            table(("Rang", "Heure", "Durée"), (1, 2, 2), rows),
            text("Cette version ne contient aucun élément qui permette de reconnaître un ménage."),
        ),
        meeting.foot,
        civil_day(meeting.made_at),
    )


def reserved_agenda(meeting: Meeting, places: Sequence[Place]) -> Sheet:
    """For members: references, never a name; a protected file is a reserved line."""
    rows = [
        (heure_fr(each.at), each.reference, each.organisation, each.question, f"{each.minutes} min")
        for each in places
    ]
    return Sheet(
        "Ordre du jour réservé aux membres",
        meeting.over,
        (meeting.when, _quorum(meeting)),
        (
            heading("Situations examinées"),
            table(("Heure", "Référence", "Présentée par", "Question posée", "Durée"), (2, 3, 4, 5, 2), rows),
            text(typo("Document confidentiel : il ne quitte pas les membres nommés de la commission.")),
        ),
        meeting.foot,
        civil_day(meeting.made_at),
    )


def minutes(
    meeting: Meeting,
    main: Mapping[str, Any],
    annexes: Sequence[Mapping[str, Any]],
    names: Mapping[str, str],
    organisations: Mapping[str, str],
    state: str,
    root: str | None,
) -> Sheet:
    """The main part, then the annexes that its reader may see, each on its page."""
    rows = [_row(line, names, organisations) for line in main["lines"]]
    quorum = "quorum atteint" if main["quorum"] else "quorum non atteint"
    blocks: list[Block] = [
        facts(
            (
                ("État", state),
                ("Votants présents", f"{main['voting_present'] or 0}, {quorum}"),
                ("Présents", ", ".join(names.get(each, "Membre") for each in main["present"])),
            )
        ),
        heading("Décisions"),
        table(("Référence", "Suite", "Responsable", "Échéance"), (3, 5, 5, 2), rows),
    ]
    if root:
        blocks.append(text(typo(f"Empreinte du relevé : {root}")))
    for annex in annexes:
        blocks += [NEXT_PAGE, heading(f"Annexe, {annex['case_ref']}"), facts(_annex(annex))]
    return Sheet(
        "Relevé de décisions", meeting.over, (meeting.when,), blocks, meeting.foot, civil_day(meeting.made_at)
    )


def _quorum(meeting: Meeting) -> str:
    return f"Quorum\u00a0: {meeting.quorum} votants" if meeting.quorum else ""


def _row(
    line: Mapping[str, Any], names: Mapping[str, str], organisations: Mapping[str, str]
) -> tuple[str, ...]:
    decision = line.get("decision")
    owner = [
        names.get(line.get("owner_id") or "", ""),
        organisations.get(line.get("organisation_id") or "", ""),
    ]
    due = line.get("due_on")
    return (
        line["case_ref"] or RESERVED,
        words("decision_outcome", decision) if decision else OUTCOMES.get(line["outcome"], ""),
        ", ".join(part for part in owner if part) or "–",
        date_courte(date.fromisoformat(due)) if due else "–",
    )


def _annex(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    said = content["opinions"]
    return [
        ("Question", content["question_text"] or words("question", content["question"])),
        ("Le ménage", words("heard", content["heard"])),
        ("Suite", words("decision_outcome", content["decision"]) or OUTCOMES.get(content["outcome"], "")),
        ("Dispositifs", ", ".join(words("scheme", each) for each in content["schemes"])),
        ("Accompagnement", ", ".join(words("measure", each) for each in content["measures"])),
        ("Priorité", words("decision_priority", content["priority"])),
        ("Compte rendu", content["text"]),
        ("Condition", content["conditions"]),
        ("Avis différent", content["dissent"]),
        ("Motif", content["reason"]),
        ("Avis", f"{said['received']} sur {said['asked']} demandés"),
    ]


def words(name: str, value: str | None) -> str:
    """The words of a value of a closed list; nothing for nothing."""
    if not value:
        return ""
    try:
        return LISTS[name](value).label
    except (KeyError, ValueError):
        return value
