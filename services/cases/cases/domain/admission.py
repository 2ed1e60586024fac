"""From the first transmission to the queue; and what holds, moves, ends or reopens a case.

Each function reads a state and a moment and returns facts, or raises Refused and nothing has happened.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from cases.domain import completeness, siao
from cases.domain.case import Case
from cases.domain.file import Agreement, CaseFile, Information
from cases.domain.lifecycle import expect
from cases.domain.reasons import Family, chosen
from cases.domain.rules import Moment
from contracts import cases as say
from contracts.fields import cap_members
from contracts.lists import (
    AdmitCause,
    Clock,
    CloseResult,
    DecisionOutcome,
    Door,
    EndCause,
    MissingItem,
    Question,
    SeniorityCause,
    SenioritySource,
    TransferCause,
)
from contracts.refusal import FieldError, Refused

Facts = list[say.CasesFact]


@dataclass(frozen=True)
class Submission:
    """Who transmits what, under which ids."""

    case_id: UUID
    household_id: UUID
    case_ref: str
    territory: str
    door: Door
    referrer_id: UUID
    organisation_id: UUID
    file: CaseFile
    information: Information | None
    groups: Mapping[str, str] = field(default_factory=dict)
    """Groups of codes that are a partner's own, as its mapping gave them."""


def submit(asked: Submission, at: Moment) -> Facts:
    """The first transmission, and the date that ranks. Raises Refused 422 with every fault of the file."""
    found = completeness.faults(asked.file, asked.information, at.today)
    if found or asked.information is None:
        raise Refused(
            "incomplete_file", "Il manque de quoi transmettre ce dossier. Rien n’est perdu.", 422, found
        )
    social = asked.file.social
    hidden, groups = social.protected, asked.groups
    submitted = say.CaseSubmitted(
        case_id=asked.case_id,
        household_id=asked.household_id,
        case_ref=asked.case_ref,
        territory=asked.territory,
        door=asked.door,
        submitted_on=at.today,
        composition=siao.composition_of(groups.get("composition", social.composition)),
        adults=cap_members(social.adults),
        minors=cap_members(social.minors),
        minors_under_3=cap_members(social.minors_under_3),
        situation_group=siao.situation_of(groups.get("situation_group", social.situation), protected=hidden),
        need_group=siao.need_of(groups.get("need_group", social.need), protected=hidden),
        priority=social.priority,
        referrer_id=asked.referrer_id,
        organisation_id=asked.organisation_id,
        question=social.question or Question.UNKNOWN,
        informed_on=asked.information.informed_on,
        version=1,
    )
    return [submitted, _first_seniority(asked, at)]


def _first_seniority(asked: Submission, at: Moment) -> say.SenioritySet:
    """SI SIAO's date when it is proven; else Seuil's, shown « à prouver » (users U6)."""
    social = asked.file.social
    proven = completeness.seniority_is_proven(asked.file)
    return say.SenioritySet(
        case_id=asked.case_id,
        seniority_from=social.first_transmitted_on if proven and social.first_transmitted_on else at.today,
        source=social.seniority_source if proven and social.seniority_source else SenioritySource.SEUIL,
        cause=SeniorityCause.FIRST_TRANSMISSION,
    )


def ask_completion(case: Case, items: Iterable[MissingItem], due_on: date, at: Moment) -> Facts:
    """Ask the referrer for what is missing, by a date."""
    expect(case, "ask_completion")
    wanted = tuple(dict.fromkeys(items))
    if not wanted:
        raise _field("nothing_missing", "Cochez au moins une pièce manquante.", "/missing")
    _not_past(due_on, at, "/due_on")
    return [say.CompletionRequested(case_id=case.case_id, missing=wanted, due_on=due_on)]


def complete(case: Case) -> Facts:
    """The file is sent again: a new version, the same seniority."""
    expect(case, "complete")
    return [say.CaseCompleted(case_id=case.case_id, version=case.file_version + 1)]


def reject(case: Case, reason: str, note: str, at: Moment) -> Facts:
    """A person judges the case inadmissible; the referrer may appeal."""
    expect(case, "reject")
    found = chosen(reason, Family.INADMISSIBLE, note)
    until = at.today + timedelta(days=at.rules.appeal_days)
    return [say.CaseRejected(case_id=case.case_id, reason_group=found.group, appeal_until=until)]


def admit(case: Case, agreement: Agreement | None, at: Moment, without_agreement: str = "") -> Facts:
    """The case may be put on an agenda. It takes the household's agreement, or an agent's written reason."""
    expect(case, "admit")
    agreed = agreement is not None and agreement.panel and agreement.withdrawn_on is None
    if not agreed and not without_agreement.strip():
        raise Refused(
            "no_agreement",
            "Le ménage n’a pas donné son accord à l’examen de sa situation. "
            "Notez son accord, ou le motif d’urgence.",
        )
    return [say.CaseAdmitted(case_id=case.case_id, cause=AdmitCause.COMPLETE)]


def suspend(case: Case, until: date | None, clocks: Iterable[Clock], at: Moment) -> Facts:
    """Put the case on hold; which clocks stop is said."""
    expect(case, "suspend")
    if until is not None:
        _not_past(until, at, "/until")
    stopped = tuple(dict.fromkeys(clocks)) or (Clock.NONE,)
    return [say.CaseSuspended(case_id=case.case_id, until=until, clocks_stopped=stopped)]


def resume(case: Case, at: Moment) -> Facts:
    """The case goes on."""
    expect(case, "resume")
    if not case.suspended:
        raise Refused("not_suspended", "Ce dossier n’est pas suspendu.")
    return [say.CaseResumed(case_id=case.case_id, resumed_on=at.today)]


def transfer(
    case: Case,
    referrer_id: UUID,
    organisation_id: UUID,
    cause: TransferCause,
    former_until: date | None,
    at: Moment,
) -> Facts:
    """Another referrer follows the household; the former one sees nothing more, unless until a date."""
    expect(case, "transfer")
    if (referrer_id, organisation_id) == (case.referrer_id, case.organisation_id):
        raise _field("same_referrer", "Cette personne suit déjà ce dossier.", "/referrer_id")
    if former_until is not None:
        _not_past(former_until, at, "/former_until")
    return [
        say.CaseTransferred(
            case_id=case.case_id,
            referrer_id=referrer_id,
            organisation_id=organisation_id,
            cause=cause,
            former_until=former_until,
        )
    ]


def link(case: Case, other: Case, linked: bool) -> Facts:
    """Two files are of one household, or are not after all; they are never merged."""
    expect(case, "link")
    if case.case_id == other.case_id:
        raise _field("same_case", "C’est le même dossier.", "/other_case_id")
    if linked == (other.case_id in case.linked):
        return []
    return [
        say.CasesLinked(case_id=case.case_id, other_case_id=other.case_id, linked=linked),
        say.CasesLinked(case_id=other.case_id, other_case_id=case.case_id, linked=linked),
    ]


def cancel(case: Case, reason: str, note: str, at: Moment) -> Facts:
    """The case ends before a result, by a person; open proposals are withdrawn with it."""
    expect(case, "cancel")
    found = chosen(reason, Family.CANCELLATION, note)
    if case.allocation is not None:
        raise Refused(
            "allocation_stands",
            "Une attribution est en cours\u00a0: annulez-la d’abord. Rien n’a été changé.",
        )
    ended = [
        say.OrientationEnded(
            case_id=case.case_id, orientation_id=each.orientation_id, cause=EndCause.WITHDRAWN
        )
        for each in case.open_orientations
    ]
    return [
        *ended,
        say.CaseCancelled(case_id=case.case_id, reason_group=found.group, cancelled_on=at.today),
    ]


def reactivate(case: Case, keep_seniority: bool | None, at: Moment) -> Facts:
    """A cancelled case goes on. Its date is kept within the type's days; past them a person says."""
    expect(case, "reactivate")
    assert case.ended_on is not None
    in_time = (at.today - case.ended_on).days <= at.rules.seniority_kept_days
    if not in_time and keep_seniority is None:
        raise _field(
            "say_seniority",
            "Ce dossier est annulé depuis longtemps\u00a0: dites si son ancienneté est gardée.",
            "/keep_seniority",
        )
    kept = in_time or bool(keep_seniority)
    facts: Facts = [say.CaseReactivated(case_id=case.case_id, seniority_kept=kept, reactivated_on=at.today)]
    if not kept:
        facts.append(
            say.SenioritySet(
                case_id=case.case_id,
                seniority_from=at.today,
                source=SenioritySource.SEUIL,
                cause=SeniorityCause.RESET,
                previous=case.seniority_from,
            )
        )
    return facts


def close(case: Case, result: CloseResult, at: Moment) -> Facts:
    """The case was followed to its end. Open proposals must have ended."""
    expect(case, "close")
    if case.open_orientations:
        raise Refused(
            "orientations_open",
            "Des propositions attendent encore une réponse\u00a0: terminez-les d’abord. Rien n’a été changé.",
        )
    return [say.CaseClosed(case_id=case.case_id, result=result, closed_on=at.today)]


def reopen(case: Case, at: Moment) -> Facts:
    """A closed case goes on, within six months, unless it was out of scope or withdrawn."""
    expect(case, "reopen")
    assert case.ended_on is not None
    if (at.today - case.ended_on).days > at.rules.reopen_days:
        raise Refused("too_late", "Ce dossier est clos depuis plus de six mois\u00a0: faites-en un nouveau.")
    decision = case.decision
    if decision is not None and decision.outcome in (DecisionOutcome.OUT_OF_SCOPE, DecisionOutcome.WITHDRAWN):
        raise Refused(
            "not_followed", "La commission n’a pas retenu cette situation\u00a0: faites une nouvelle saisine."
        )
    return [say.CaseReactivated(case_id=case.case_id, seniority_kept=True, reactivated_on=at.today)]


def correct_seniority(case: Case, day: date, source: SenioritySource, at: Moment) -> Facts:
    """The date that ranks was wrong: another one, with its source; the former stays in the explanation."""
    expect(case, "correct_seniority")
    if day > at.today:
        raise _field("date_to_come", "Cette date n’est pas encore passée.", "/seniority_from")
    if day == case.seniority_from and case.seniority and source == case.seniority[-1].source:
        raise _field("same_date", "C’est déjà la date retenue.", "/seniority_from")
    return [
        say.SenioritySet(
            case_id=case.case_id,
            seniority_from=day,
            source=source,
            cause=SeniorityCause.CORRECTED,
            previous=case.seniority_from,
        )
    ]


def _not_past(day: date, at: Moment, pointer: str) -> None:
    if day < at.today:
        raise _field("date_past", "Cette date est déjà passée.", pointer)


def _field(code: str, text: str, pointer: str) -> Refused:
    return Refused(code, text, 409, [FieldError(pointer, code, text)])
