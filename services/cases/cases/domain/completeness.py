"""What a file misses: first what stops it from being sent, then what a complete one has."""

from collections.abc import Iterator
from datetime import date

from cases.domain.file import Agreement, CaseFile, Information, NumberKind
from contracts.lists import MissingItem, SenioritySource
from contracts.refusal import FieldError


def faults(file: CaseFile, information: Information | None, today: date) -> list[FieldError]:
    """What stops a submission, each with the field to go to (contracts 3: guard of submit)."""
    return [
        FieldError(pointer, code, text)
        for pointer, code, text in (*_household(file), *_dates(file, information, today))
    ]


def _household(file: CaseFile) -> Iterator[tuple[str, str, str]]:
    social = file.social
    if social.adults == 0 and not (social.minors and social.unaccompanied_minor):
        yield (
            "/social/adults",
            "no_adult",
            "Un ménage compte au moins une personne majeure, "
            "ou un mineur isolé suivi par l’aide sociale à l’enfance.",
        )
    if social.minors_under_3 > social.minors:
        yield (
            "/social/minors_under_3",
            "too_many_under_3",
            "Il y a plus d’enfants de moins de trois ans que de mineurs.",
        )
    if not file.persons:
        yield "/persons", "no_person", "Nommez au moins la personne qui demande."
    if social.question is None:
        yield "/social/question", "no_question", "Choisissez la question posée à la commission."


def _dates(file: CaseFile, information: Information | None, today: date) -> Iterator[tuple[str, str, str]]:
    social = file.social
    if information is None:
        yield (
            "/information",
            "not_informed",
            "Le ménage doit avoir été informé avant la transmission\u00a0: notez quand et comment.",
        )
    elif information.informed_on > today:
        yield "/information/informed_on", "date_to_come", "Cette date n’est pas encore passée."
    if social.first_transmitted_on is not None and social.first_transmitted_on > today:
        yield "/social/first_transmitted_on", "date_to_come", "Cette date n’est pas encore passée."
    if social.situation_since is not None and social.situation_since > today:
        yield "/social/situation_since", "date_to_come", "Cette date n’est pas encore passée."
    for place, person in enumerate(file.persons):
        if person.birth_date is not None and person.birth_date > today:
            yield (
                f"/persons/{place}/birth_date",
                "date_to_come",
                "Cette date de naissance n’est pas encore passée.",
            )
    for place, number in enumerate(file.numbers):
        if number.since_on and number.deadline_on and number.deadline_on < number.since_on:
            yield (
                f"/numbers/{place}/deadline_on",
                "dates_out_of_order",
                "L’échéance précède la date de la demande.",
            )


def missing(file: CaseFile, agreement: Agreement | None, today: date) -> tuple[MissingItem, ...]:
    """What a complete file has and this one lacks: shown to all, asked for by a person."""
    social, kinds = file.social, {number.kind for number in file.numbers}
    lacks = {
        MissingItem.IDENTITY: not file.persons or any(p.adult and p.birth_date is None for p in file.persons),
        MissingItem.COMPOSITION: not social.composition,
        MissingItem.RESOURCES: social.resources_monthly is None,
        MissingItem.NUR: NumberKind.NUR not in kinds,
        MissingItem.NUR_EXPIRED: any(
            n.kind is NumberKind.NUR and n.deadline_on is not None and n.deadline_on < today
            for n in file.numbers
        ),
        MissingItem.HOUSING_HISTORY: not social.attempts,
        MissingItem.SUPPORT_PLAN: not social.support_in_place,
        MissingItem.AGREEMENT: agreement is None or not agreement.panel or agreement.withdrawn_on is not None,
        MissingItem.QUESTION: not social.question_text,
    }
    return tuple(item for item, lacking in lacks.items() if lacking)


def seniority_is_proven(file: CaseFile) -> bool:
    """Whether the date that ranks comes with its proof; else it is shown « à prouver » and Seuil's ranks."""
    social = file.social
    return social.first_transmitted_on is not None and social.seniority_source in (
        SenioritySource.SI_SIAO_FILE,
        SenioritySource.SI_SIAO_PROOF,
        SenioritySource.SNE,
    )
