"""The agenda of a panel and the course of its sitting: what may come next, and what it says.

Each rule takes the sitting (and the case) as they are and gives back the sitting as it becomes with the facts
to tell. Nothing here reads a clock nor a table.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from cases.domain.case import Case
from cases.domain.file import Agreement
from cases.domain.lifecycle import expect
from cases.domain.rules import Moment, civil_day
from cases.domain.sitting import Item, ItemOutcome, Member, Recusal, Sitting, SittingState
from contracts import cases as say
from contracts.cases import CasesFact
from contracts.lists import CaseState, Heard, PostponeCause, Seat
from contracts.refusal import FieldError, Refused

Facts = list[CasesFact]
Step = tuple[Sitting, Facts]
PREPARED = (SittingState.ANNOUNCED, SittingState.PUBLISHED)
"""The agenda may still change."""
HELD = (ItemOutcome.EXAMINED, ItemOutcome.DECIDED, ItemOutcome.ADJOURNED)
MINUTES_AT_MOST = 240


@dataclass(frozen=True)
class Scheduling:
    """How a case is put on an agenda; `override` is the reason to go past the case deadline, signed."""

    minutes: int | None = None
    presenter_id: UUID | None = None
    override: str = ""
    protected: bool = False
    """Its facts name nobody."""


def schedule(
    sitting: Sitting, case: Case, asked: Scheduling, agreement: Agreement | None, at: Moment
) -> Step:
    """Put a case on the agenda, last in order."""
    _prepared(sitting)
    if case.territory != sitting.territory:
        raise Refused("other_territory", "Ce dossier est d’un autre territoire que la commission.")
    expect(case, "schedule")
    if not sitting.has_panel:
        raise Refused("no_panel", "Cette commission n’examine pas de situations.")
    day = civil_day(sitting.starts_at)
    if day < at.today:
        raise Refused("commission_past", "Cette commission a déjà eu lieu.")
    _agreed(sitting, agreement)
    if case.not_before_on is not None and case.not_before_on > day:
        raise Refused(
            "too_early", "Cette situation a été renvoyée à une date plus tardive que cette commission."
        )
    _in_time(sitting, asked, at)
    minutes = asked.minutes if asked.minutes is not None else at.rules.minutes_per_case
    _fits(sitting, minutes)
    presenter = asked.presenter_id or case.referrer_id
    kept = tuple(each for each in sitting.items if each.case_id != case.case_id)
    place = max((each.item for each in kept), default=0) + 1
    item = Item(case_id=case.case_id, item=place, minutes=minutes, presenter_id=presenter)
    fact = say.CaseScheduled(
        case_id=case.case_id,
        commission_id=sitting.commission_id,
        item=place,
        minutes=minutes,
        presenter_id=None if asked.protected else presenter,
    )
    return _with(sitting, items=(*kept, item)), [fact]


def _agreed(sitting: Sitting, agreement: Agreement | None) -> None:
    if agreement is not None and agreement.withdrawn_on is not None:
        raise Refused(
            "agreement_withdrawn",
            "Le ménage a retiré son accord\u00a0: sa situation n’est plus examinée. Son rang est gardé.",
        )
    landlords = any(each.seat is Seat.LANDLORD for each in sitting.members)
    if landlords and (agreement is None or not agreement.panel):
        raise Refused(
            "no_agreement",
            "Sans l’accord du ménage, sa situation ne va pas devant une commission où siègent des bailleurs.",
        )


def _in_time(sitting: Sitting, asked: Scheduling, at: Moment) -> None:
    counted = civil_day(sitting.starts_at) - timedelta(days=at.rules.case_deadline_days)
    if at.today > (sitting.case_deadline_on or counted) and not asked.override.strip():
        raise _field(
            "past_case_deadline",
            "La date limite des dossiers est passée. Écrivez le motif pour l’ajouter quand même.",
            "/override",
        )


def _fits(sitting: Sitting, minutes: int, instead_of: int = 0) -> None:
    if not 1 <= minutes <= MINUTES_AT_MOST:
        raise _field("minutes", f"Donnez une durée de 1 à {MINUTES_AT_MOST} minutes.", "/minutes")
    if sitting.minutes_for_cases is None:
        return
    left = sitting.minutes_for_cases - sitting.minutes_taken + instead_of
    if minutes > left:
        text = f"Il reste {left} minutes pour les situations\u00a0: celle-ci en demande {minutes}."
        raise _field("no_minutes_left", text, "/minutes")


def reorder(sitting: Sitting, order: Iterable[UUID]) -> Sitting:
    """The cases in that order; every one of them, once."""
    if sitting.state not in (*PREPARED, SittingState.OPENED):
        raise _not_now()
    places = {case_id: place for place, case_id in enumerate(order, 1)}
    if set(places) != {each.case_id for each in sitting.items}:
        raise Refused("stale_version", "L’ordre du jour a changé entre-temps\u00a0: relisez-le.")
    items = tuple(each.model_copy(update={"item": places[each.case_id]}) for each in sitting.items)
    return _with(sitting, items=tuple(sorted(items, key=lambda each: each.item)))


def move(sitting: Sitting, case_id: UUID, up: bool) -> Sitting:
    """One place up or down; at either end nothing moves."""
    order = [each.case_id for each in sorted(sitting.items, key=lambda each: each.item)]
    if case_id not in order:
        raise not_on_agenda()
    here = order.index(case_id)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order[here], order[there] = order[there], order[here]
    return reorder(sitting, order)


def arrange(sitting: Sitting, case_id: UUID, minutes: int, presenter_id: UUID | None) -> Sitting:
    """Who presents a case, and for how long."""
    _prepared(sitting)
    item = on_agenda(sitting, case_id)
    _fits(sitting, minutes, item.minutes)
    return put(sitting, item.model_copy(update={"minutes": minutes, "presenter_id": presenter_id}))


def publish(sitting: Sitting) -> Step:
    """Freeze the order and tell members there is one; a changed agenda is published again."""
    _prepared(sitting)
    if not sitting.waiting:
        raise Refused("empty_agenda", "Aucune situation n’est à l’ordre du jour.")
    fact = say.AgendaPublished(
        commission_id=sitting.commission_id,
        version=sitting.agenda_version + 1,
        cases=len(sitting.waiting),
        minutes=sitting.minutes_taken,
    )
    return _with(sitting, state=SittingState.PUBLISHED, agenda_version=fact.version), [fact]


def postpone(sitting: Sitting, case: Case, cause: PostponeCause) -> Step:
    """Take a case off the agenda; it keeps its rank. During a sitting its line stays, with what happened."""
    if sitting.state not in (*PREPARED, SittingState.OPENED):
        raise _not_now()
    item = on_agenda(sitting, case.case_id)
    expect(case, "postpone")
    fact = say.CasePostponed(case_id=case.case_id, commission_id=sitting.commission_id, cause=cause)
    if sitting.state is SittingState.OPENED:
        after = put(sitting, item.model_copy(update={"outcome": ItemOutcome.POSTPONED}))
    else:
        after = _with(sitting, items=tuple(each for each in sitting.items if each is not item))
    return _left(after, case.case_id), [fact]


def recuse(sitting: Sitting, case_id: UUID, person_id: UUID) -> Step:
    """From now on that person sees nothing of that case. Saying it twice says it once."""
    if sitting.state not in (*PREPARED, SittingState.OPENED, SittingState.CLOSED):
        raise _not_now()
    on_agenda(sitting, case_id)
    made = Recusal(case_id=case_id, person_id=person_id)
    if made in sitting.recusals:
        return sitting, []
    fact = say.MemberRecused(commission_id=sitting.commission_id, case_id=case_id, person_id=person_id)
    return _with(sitting, recusals=(*sitting.recusals, made)), [fact]


def tick(sitting: Sitting, present: Collection[UUID]) -> Sitting:
    """Who is there, as ticked at the desk; the quorum is counted again once the sitting is open."""
    if sitting.state not in (*PREPARED, SittingState.OPENED):
        raise _not_now()
    members = tuple(
        each.model_copy(update={"present": each.person_id in present}) for each in sitting.members
    )
    return recounted(_with(sitting, members=members))


def substitute(
    sitting: Sitting, absent_id: UUID, person_id: UUID, organisation_id: UUID, at: Moment
) -> Sitting:
    """Somebody sits for a member that day, having signed the undertaking; the member is not there (U54)."""
    if sitting.state not in (*PREPARED, SittingState.OPENED):
        raise _not_now()
    absent = next((each for each in sitting.members if each.person_id == absent_id), None)
    if absent is None:
        raise Refused("unknown_member", "Cette personne ne siège pas à cette commission.", 404)
    if any(each.person_id == person_id for each in sitting.members):
        raise _field("already_seated", "Cette personne siège déjà.", "/person_id")
    if organisation_id != absent.organisation_id:
        raise _field("other_organisation", "Un suppléant vient de la même structure.", "/person_id")
    seated = Member(
        person_id=person_id,
        organisation_id=organisation_id,
        seat=absent.seat,
        pack=absent.pack,
        voting=absent.voting,
        undertaking_on=at.today,
        substitute_of=absent_id,
        present=True,
    )
    members = tuple(
        each.model_copy(update={"present": False}) if each is absent else each for each in sitting.members
    )
    return recounted(_with(sitting, members=(*members, seated)))


def open_sitting(sitting: Sitting, at: Moment) -> Step:
    """The sitting begins with who is ticked; without quorum its opinions are consultative."""
    if sitting.state is not SittingState.PUBLISHED:
        raise Refused(
            "not_published", "Publiez l’ordre du jour avant d’ouvrir la séance. Rien n’a été changé."
        )
    if civil_day(sitting.starts_at) > at.today:
        raise Refused("too_early", "La séance s’ouvre le jour de la commission.")
    counted = _with(sitting, state=SittingState.OPENED, opened_at=at.now, quorum_needed=at.rules.quorum)
    opened = recounted(counted)
    waiting = opened.waiting
    fact = say.SittingOpened(
        commission_id=sitting.commission_id,
        opened_at=at.now,
        quorum_needed=at.rules.quorum,
        voting_present=opened.voting_present or 0,
        quorum=bool(opened.quorum),
    )
    return _with(opened, current_case_id=waiting[0].case_id if waiting else None), [fact]


def voters(sitting: Sitting, case_id: UUID | None = None) -> int:
    """Voting members present, less those recused from that case."""
    recused = {each.person_id for each in sitting.recusals if each.case_id == case_id}
    return sum(each.voting and each.present and each.person_id not in recused for each in sitting.members)


def recounted(sitting: Sitting) -> Sitting:
    """The quorum after somebody came or left."""
    if sitting.state is not SittingState.OPENED or sitting.quorum_needed is None:
        return sitting
    present = voters(sitting)
    return _with(sitting, voting_present=present, quorum=present >= sitting.quorum_needed)


def consultative(sitting: Sitting, case_id: UUID) -> bool:
    """Whether the panel is too few for that case, recused members apart: it then advises only (U27)."""
    if sitting.state in (SittingState.CLOSED, SittingState.APPROVED) and not sitting.quorum:
        return True
    return voters(sitting, case_id) < (sitting.quorum_needed or 0)


def call(sitting: Sitting, case_id: UUID) -> Sitting:
    """The chair comes to a case; every screen follows."""
    _opened(sitting)
    on_agenda(sitting, case_id)
    return _with(sitting, current_case_id=case_id)


def examine(sitting: Sitting, case: Case, heard: Heard, at: Moment) -> Step:
    """The panel examines the case; whether the household was heard is said."""
    _opened(sitting)
    item = on_agenda(sitting, case.case_id)
    if item.outcome is not ItemOutcome.SCHEDULED:
        raise Refused("already_examined", "Cette situation vient d’être examinée\u00a0: relisez-la.")
    if consultative(sitting, case.case_id) and not at.rules.decided_later:
        raise Refused("no_quorum", "Le quorum n’est pas atteint\u00a0: cette situation sera reportée.")
    expect(case, "examine")
    fact = say.CaseExamined(
        case_id=case.case_id,
        commission_id=sitting.commission_id,
        heard=heard,
        passage=case.passages + 1,
    )
    seen = item.model_copy(update={"outcome": ItemOutcome.EXAMINED, "heard": heard})
    return _with(put(sitting, seen), current_case_id=case.case_id), [fact]


def close(
    sitting: Sitting, cases: Mapping[UUID, Case], causes: Mapping[UUID, PostponeCause]
) -> tuple[Sitting, dict[UUID, Facts], Facts]:
    """The sitting ends: every case left goes back to the queue with its cause, all at once (U27).

    Gives the sitting, the facts of each case, the facts of the sitting. Raises Refused 409 `undecided` when
    a case was examined with quorum and nothing was said of it.
    """
    _opened(sitting)
    open_ones = [each for each in sitting.items if each.outcome is ItemOutcome.EXAMINED]
    if any(not consultative(sitting, each.case_id) for each in open_ones):
        raise Refused(
            "undecided",
            "Une situation est examinée et attend sa décision\u00a0: décidez-la ou ajournez-la. "
            "Rien n’a été changé.",
        )
    usual = PostponeCause.NO_TIME if sitting.quorum else PostponeCause.NO_QUORUM
    told: dict[UUID, Facts] = {}
    for each in sitting.waiting:
        if cases[each.case_id].state is not CaseState.SCHEDULED:
            raise Refused("stale_version", "L’ordre du jour a changé entre-temps\u00a0: relisez-le.")
        told[each.case_id] = [
            say.CasePostponed(
                case_id=each.case_id,
                commission_id=sitting.commission_id,
                cause=causes.get(each.case_id, usual),
            )
        ]
    items = tuple(
        each.model_copy(update={"outcome": ItemOutcome.POSTPONED}) if each.case_id in told else each
        for each in sitting.items
    )
    after = _with(sitting, items=items, state=SittingState.CLOSED, current_case_id=None)
    return after, told, [closed(after)]


def closed(sitting: Sitting) -> say.SittingClosed:
    """What a sitting came to."""
    counts = {outcome: sum(each.outcome is outcome for each in sitting.items) for outcome in ItemOutcome}
    return say.SittingClosed(
        commission_id=sitting.commission_id,
        quorum=bool(sitting.quorum),
        examined=sum(counts[outcome] for outcome in HELD),
        decided=counts[ItemOutcome.DECIDED],
        adjourned=counts[ItemOutcome.ADJOURNED],
        postponed=counts[ItemOutcome.POSTPONED],
    )


def on_agenda(sitting: Sitting, case_id: UUID) -> Item:
    """The line of a case. Raises Refused 409 `not_on_agenda`."""
    item = sitting.item(case_id)
    if item is None or item.outcome is ItemOutcome.POSTPONED:
        raise not_on_agenda()
    return item


def not_on_agenda() -> Refused:
    """The refusal for a case that this commission does not examine."""
    return Refused("not_on_agenda", "Cette situation n’est pas à l’ordre du jour de cette commission.")


def put(sitting: Sitting, item: Item) -> Sitting:
    """The sitting with that line as given."""
    items = tuple(item if each.case_id == item.case_id else each for each in sitting.items)
    return _with(sitting, items=items)


def follow_on(sitting: Sitting, case_id: UUID) -> Sitting:
    """Go to the next case, if this one was the current one."""
    return _left(sitting, case_id)


def _left(sitting: Sitting, case_id: UUID) -> Sitting:
    if sitting.current_case_id != case_id:
        return sitting
    waiting = sitting.waiting
    return _with(sitting, current_case_id=waiting[0].case_id if waiting else None)


def _prepared(sitting: Sitting) -> None:
    if sitting.state not in PREPARED:
        raise _not_now()


def _opened(sitting: Sitting) -> None:
    if sitting.state is not SittingState.OPENED:
        raise Refused("not_open", "La séance n’est pas ouverte. Rien n’a été changé.")


def _not_now() -> Refused:
    return Refused("wrong_state", "La séance n’en est plus là\u00a0: rien n’a été changé.")


def _with(sitting: Sitting, **changes: object) -> Sitting:
    return sitting.model_copy(update=changes)


def _field(code: str, text: str, pointer: str) -> Refused:
    return Refused(code, text, 409, [FieldError(pointer, code, text)])
