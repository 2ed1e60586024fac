"""What every command on a case begins and ends with: lock, state, who asks; facts and history."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from cases.domain import rights
from cases.domain.case import Case
from cases.domain.folding import folded
from cases.domain.rights import Sight, Viewer, sight
from cases.domain.rules import Moment, civil_day
from cases.store import cases, history
from cases.store.cases import Stored
from cases.store.deadlines import plan_rulings
from cases.store.desk import Desk
from cases.store.rules import moment
from cases.store.viewers import viewer_of
from contracts.cases import CasesFact
from contracts.refusal import Refused
from contracts.topics import CASES
from eventing.db import Tx
from eventing.outbox import append, lock_stream
from webui.identity import User


@dataclass(frozen=True)
class Held:
    """A case under its lock, and what the one who asks may see of it."""

    stored: Stored
    viewer: Viewer
    seen: Sight
    at: Moment

    @property
    def case(self) -> Case:
        """Its state."""
        return self.stored.case


async def lock(tx: Tx, *ids: UUID) -> None:
    """Lock the streams of these cases, commissions or households, in the one order that never deadlocks."""
    for key in sorted({str(each) for each in ids}):
        await lock_stream(tx, CASES, key)


async def hold(tx: Tx, desk: Desk, user: User, case_id: UUID, act: str) -> Held:
    """The case, locked, for an act that this user may do. Raises Refused 404, 403."""
    await lock(tx, case_id)
    return await held(tx, desk, user, case_id, act)


async def held(tx: Tx, desk: Desk, user: User, case_id: UUID, act: str) -> Held:
    """The same, for a caller that holds the lock already."""
    stored = await cases.load(tx, case_id)
    viewer = await viewer_of(tx, user, desk.territory)
    if stored is None:
        raise rights.unknown_case()
    at = await moment(tx, stored.case.territory)
    seen = sight(viewer, stored.case, stored.guard, at.today, at.rules.provider_sight_days)
    rights.require(seen, act)
    return Held(stored, viewer, seen, at)


def expect_version(known: int, given: int | None) -> None:
    """Raises Refused 409 `stale_version` when what is changed is no longer what was read (features T22)."""
    if given is not None and known != given:
        raise Refused(
            "stale_version",
            "Quelqu’un a modifié ce dossier entre-temps. "
            "Rien n’est perdu\u00a0: relisez-le, puis recommencez.",
        )


async def record(
    tx: Tx,
    stored: Stored,
    facts: Iterable[CasesFact],
    *,
    on_behalf_of: str | None = None,
) -> Case:
    """Fold the facts, write the case and its history, tell. Facts on other streams are told all the same.

    It comes last in the transaction, after texts and deadlines, since facts are.
    """
    told = list(facts)
    if not told:
        return stored.case
    own = [fact for fact in told if fact.key == str(stored.case.case_id)]
    after = folded(stored.case, own, civil_day(tx.now))
    await cases.update_case(tx, stored, after)
    if after.transmitted_on != stored.case.transmitted_on:
        await plan_rulings(tx, after)
    events = await append(tx, *told)
    mine = [(fact, event) for fact, event in zip(told, events, strict=True) if fact in own]
    await history.add(
        tx,
        stored.case.case_id,
        [fact for fact, _ in mine],
        [event for _, event in mine],
        history.differences(stored.case, after),
        on_behalf_of,
    )
    return after


async def act(
    tx: Tx,
    desk: Desk,
    user: User,
    case_id: UUID,
    right: str,
    rule: Callable[[Case, Moment], Iterable[CasesFact]],
    *,
    version: int | None = None,
) -> Case:
    """The plain command: lock, right, version, rule, record."""
    taken = await hold(tx, desk, user, case_id, right)
    expect_version(taken.stored.version, version)
    return await record(tx, taken.stored, rule(taken.case, taken.at))
