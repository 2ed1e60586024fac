"""Minutes in and out: the main part in clear, an annex per case sealed under its case, remarks of members."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from cases.store.vault import Vault
from cases.tables import ANNEX, MINUTES, REMARK
from eventing.db import Tx, run, run_many, run_one

_new = insert(MINUTES).values({c.name: bindparam(c.name) for c in MINUTES.columns})
PUT = _new.on_conflict_do_update(
    index_elements=["commission_id", "version"],
    set_={name: _new.excluded[name] for name in ("main", "drafted_at")},
)
LAST = (
    select(MINUTES)
    .where(MINUTES.c.commission_id == bindparam("id"))
    .order_by(MINUTES.c.version.desc())
    .limit(1)
)
APPROVED = (
    select(MINUTES)
    .where(MINUTES.c.commission_id == bindparam("id"), MINUTES.c.approved_at.is_not(None))
    .order_by(MINUTES.c.version.desc())
    .limit(1)
)
FREEZE = (
    update(MINUTES)
    .where(MINUTES.c.commission_id == bindparam("id"), MINUTES.c.version == bindparam("n"))
    .values(root_sha256=bindparam("root"), approved_by=bindparam("by"), approved_at=bindparam("at"))
)
ADD_ANNEX = insert(ANNEX).values({c.name: bindparam(c.name) for c in ANNEX.columns})
DROP_ANNEXES = delete(ANNEX).where(
    ANNEX.c.commission_id == bindparam("id"), ANNEX.c.version == bindparam("n")
)
ANNEXES = (
    select(ANNEX)
    .where(ANNEX.c.commission_id == bindparam("id"), ANNEX.c.version == bindparam("n"))
    .order_by(ANNEX.c.item)
)
ADD_REMARK = insert(REMARK).values({c.name: bindparam(c.name) for c in REMARK.columns})
REMARKS = select(REMARK).where(REMARK.c.commission_id == bindparam("id")).order_by(REMARK.c.at)


@dataclass(frozen=True)
class Minutes:
    """A version of minutes; `root_sha256` once approved."""

    commission_id: UUID
    version: int
    main: dict[str, Any]
    root_sha256: str | None
    approved_by: UUID | None
    drafted_at: datetime
    approved_at: datetime | None


@dataclass(frozen=True)
class Annex:
    """What was said of one case; `content` is None once its household was erased: the hash stays."""

    case_id: UUID
    item: int
    leaf_sha256: str
    content: dict[str, Any] | None


@dataclass(frozen=True)
class Remark:
    """What a member writes of the draft."""

    person_id: UUID
    text: str
    at: datetime


async def latest(tx: Tx, commission_id: UUID) -> Minutes | None:
    """The last version, draft or approved."""
    row = await run_one(tx, LAST, id=commission_id)
    return Minutes(**row) if row else None


async def approved(tx: Tx, commission_id: UUID) -> Minutes | None:
    """The last version that was approved."""
    row = await run_one(tx, APPROVED, id=commission_id)
    return Minutes(**row) if row else None


async def put(
    tx: Tx, vault: Vault, commission_id: UUID, version: int, main: dict[str, Any], annexes: list[Annex]
) -> None:
    """Write a draft whole, in place of the same version's former draft."""
    await run(
        tx,
        PUT,
        commission_id=commission_id,
        version=version,
        main=main,
        root_sha256=None,
        approved_by=None,
        drafted_at=tx.now,
        approved_at=None,
    )
    await run(tx, DROP_ANNEXES, id=commission_id, n=version)
    rows = [
        {
            "commission_id": commission_id,
            "case_id": each.case_id,
            "version": version,
            "item": each.item,
            "leaf_sha256": each.leaf_sha256,
            "sealed": vault.seal(each.case_id, each.content),
        }
        for each in annexes
    ]
    await run_many(tx, ADD_ANNEX, rows)


async def annexes(tx: Tx, vault: Vault, commission_id: UUID, version: int) -> list[Annex]:
    """The annexes of a version, in the order of the agenda."""
    return [
        Annex(
            row["case_id"],
            row["item"],
            row["leaf_sha256"],
            vault.open(row["case_id"], row["sealed"]) if row["sealed"] is not None else None,
        )
        for row in await run(tx, ANNEXES, id=commission_id, n=version)
    ]


async def freeze(tx: Tx, commission_id: UUID, version: int, root: str, by: UUID) -> None:
    """Approve a version."""
    await run(tx, FREEZE, id=commission_id, n=version, root=root, by=by, at=tx.now)


async def add_remark(tx: Tx, vault: Vault, commission_id: UUID, person_id: UUID, text: str) -> None:
    """Keep a remark."""
    await run(
        tx,
        ADD_REMARK,
        remark_id=tx.new_id(),
        commission_id=commission_id,
        person_id=person_id,
        sealed=vault.seal(commission_id, text.strip()),
        at=tx.now,
    )


async def remarks(tx: Tx, vault: Vault, commission_id: UUID) -> list[Remark]:
    """Remarks on the minutes, oldest first."""
    return [
        Remark(row["person_id"], vault.open(commission_id, row["sealed"]), row["at"])
        for row in await run(tx, REMARKS, id=commission_id)
    ]
