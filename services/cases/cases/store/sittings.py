"""Sittings in and out, with their panel, agenda and recusals."""

from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.domain.sitting import Item, ItemOutcome, Member, Recusal, Sitting
from cases.tables import AGENDA_ITEM, PANEL_MEMBER, RECUSAL, SITTING
from contracts.topics import CASES as TOPIC
from eventing.db import Tx, run, run_many, run_one

_OWN = tuple(column.name for column in SITTING.columns)
_PARTS = ("members", "items", "recusals")
_new_sitting = insert(SITTING).values({name: bindparam(name) for name in _OWN})
PUT_SITTING = _new_sitting.on_conflict_do_update(
    index_elements=["commission_id"],
    set_={name: _new_sitting.excluded[name] for name in _OWN if name != "commission_id"},
)
ONE = select(SITTING).where(SITTING.c.commission_id == bindparam("id"))
MEMBERS = select(PANEL_MEMBER).where(
    PANEL_MEMBER.c.commission_id == bindparam("id"), PANEL_MEMBER.c.removed_at.is_(None)
)
ITEMS = select(AGENDA_ITEM).where(AGENDA_ITEM.c.commission_id == bindparam("id")).order_by(AGENDA_ITEM.c.item)
RECUSALS = select(RECUSAL.c.case_id, RECUSAL.c.person_id).where(RECUSAL.c.commission_id == bindparam("id"))
_M = ("person_id", "organisation_id", "seat", "pack", "voting", "undertaking_on", "substitute_of", "present")
_new_member = insert(PANEL_MEMBER).values(
    {name: bindparam(name) for name in ("commission_id", *_M, "removed_at")}
)
PUT_MEMBER = _new_member.on_conflict_do_update(
    index_elements=["commission_id", "person_id"],
    set_={name: _new_member.excluded[name] for name in (*_M[1:], "removed_at")},
)
REMOVE_MEMBER = (
    update(PANEL_MEMBER)
    .where(PANEL_MEMBER.c.commission_id == bindparam("id"), PANEL_MEMBER.c.person_id == bindparam("person"))
    .values(removed_at=bindparam("at"))
)
_I = ("case_id", "item", "minutes", "presenter_id", "outcome", "heard")
_new_item = insert(AGENDA_ITEM).values({name: bindparam(name) for name in ("commission_id", *_I)})
PUT_ITEM = _new_item.on_conflict_do_update(
    index_elements=["commission_id", "case_id"], set_={name: _new_item.excluded[name] for name in _I[1:]}
)
DROP_ITEM = delete(AGENDA_ITEM).where(
    AGENDA_ITEM.c.commission_id == bindparam("id"), AGENDA_ITEM.c.case_id == bindparam("case")
)
_new_recusal = insert(RECUSAL).values({c.name: bindparam(c.name) for c in RECUSAL.columns})
PUT_RECUSAL = _new_recusal.on_conflict_do_nothing()
SET_OUTCOME = (
    update(AGENDA_ITEM)
    .where(AGENDA_ITEM.c.commission_id == bindparam("id"), AGENDA_ITEM.c.case_id == bindparam("case"))
    .values(outcome=bindparam("new_outcome"))
)


async def load(tx: Tx, commission_id: UUID) -> Sitting | None:
    """The sitting whole. Commands call it under the lock of the commission's stream."""
    row = await run_one(tx, ONE, id=commission_id)
    if row is None:
        return None
    members = [
        Member(**{name: each[name] for name in _M}) for each in await run(tx, MEMBERS, id=commission_id)
    ]
    items = [Item(**{name: each[name] for name in _I}) for each in await run(tx, ITEMS, id=commission_id)]
    recused = [Recusal(**each) for each in await run(tx, RECUSALS, id=commission_id)]
    return Sitting(**dict(row), members=tuple(members), items=tuple(items), recusals=tuple(recused))


async def save(tx: Tx, before: Sitting | None, after: Sitting) -> Sitting:
    """Write what differs, one version later."""
    assert (TOPIC, str(after.commission_id)) in tx.streams, "the lock comes first"
    version = before.version + 1 if before is not None else 1
    saved = after.model_copy(update={"version": version})
    await run(tx, PUT_SITTING, **saved.model_dump(exclude=set(_PARTS)))
    await _save_items(tx, before, saved)
    known = {each.person_id: each for each in before.members} if before is not None else {}
    for member in saved.members:
        if member != known.get(member.person_id):
            await put_member(tx, saved.commission_id, member)
    old = set(before.recusals) if before is not None else set()
    for each in saved.recusals:
        if each not in old:
            await add_recusal(tx, saved.commission_id, each)
    return saved


async def _save_items(tx: Tx, before: Sitting | None, after: Sitting) -> None:
    known = {each.case_id: each for each in before.items} if before is not None else {}
    kept = {each.case_id for each in after.items}
    for case_id in known.keys() - kept:
        await run(tx, DROP_ITEM, id=after.commission_id, case=case_id)
    changed = [each for each in after.items if each != known.get(each.case_id)]
    await run_many(
        tx,
        PUT_ITEM,
        [{"commission_id": after.commission_id, **_plain(each.model_dump())} for each in changed],
    )


async def put_member(tx: Tx, commission_id: UUID, member: Member) -> None:
    """Write a member of the panel; one removed and named again sees again."""
    values = _plain(member.model_dump())
    await run(tx, PUT_MEMBER, commission_id=commission_id, removed_at=None, **values)


async def remove_member(tx: Tx, commission_id: UUID, person_id: UUID) -> None:
    """Sight ends with this transaction."""
    await run(tx, REMOVE_MEMBER, id=commission_id, person=person_id, at=tx.now)


async def add_recusal(tx: Tx, commission_id: UUID, recusal: Recusal, sealed: bytes | None = None) -> None:
    """From this transaction on that person sees nothing of that case."""
    await run(
        tx,
        PUT_RECUSAL,
        commission_id=commission_id,
        case_id=recusal.case_id,
        person_id=recusal.person_id,
        sealed=sealed,
        at=tx.now,
    )


async def set_outcome(tx: Tx, commission_id: UUID, case_id: UUID, outcome: ItemOutcome) -> None:
    """Say on the agenda what became of a case."""
    await run(tx, SET_OUTCOME, id=commission_id, case=case_id, new_outcome=outcome.value)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: getattr(value, "value", value) for name, value in values.items()}
