"""Ids that are one: reports of one allocation, households found to be one. Kept as a group per connected set.

The group of an id is the smallest id of its set, so that the same links give the same groups in any order.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import TextClause, text

from eventing.db import Tx, run, run_many


@dataclass(frozen=True)
class Grouping:
    """Where links are told (an id, its others) and where the groups they make are kept."""

    links: TextClause
    members: TextClause
    forget: TextClause
    put: TextClause


def grouping(links: str, one: str, others: str, groups: str, member: str, group: str, only: str) -> Grouping:
    """Statements on a table of links and a table of groups; `only` narrows the links in force."""
    ids = "ANY(CAST(:ids AS uuid[]))"
    return Grouping(
        text(
            f"""
            SELECT {one} AS one, {others} AS others FROM {links}
            WHERE NOT void AND {only} AND ({one} = {ids} OR {others} && CAST(:ids AS uuid[]))
            """  # noqa: S608 - names of ours only, values are bound
        ),
        text(
            f"""
            SELECT {member} AS id FROM {groups}
            WHERE {group} IN (SELECT {group} FROM {groups} WHERE {member} = {ids})
            """  # noqa: S608 - names of ours only, values are bound
        ),
        text(f"DELETE FROM {groups} WHERE {member} = {ids}"),  # noqa: S608 - names of ours only, values are bound
        text(
            f"INSERT INTO {groups} ({member}, {group}) VALUES (CAST(:id AS uuid), CAST(:of AS uuid))"  # noqa: S608 - names of ours only, values are bound
        ),
    )


ALLOCATIONS = grouping(
    "fact_match", "allocation_id", "same_as", "allocation_group", "allocation_id", "group_id", "true"
)
HOUSEHOLDS = grouping(
    "fact_household_link",
    "household_id",
    "into_ids",
    "household_root",
    "household_id",
    "root_id",
    "how = 'merged'",
)


async def connected(tx: Tx, kind: Grouping, ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Every id that links reach from these, each with its neighbours; the ids themselves at least."""
    near: dict[UUID, set[UUID]] = {one: set() for one in ids}
    while True:
        known = set(near)
        for row in await run(tx, kind.links, ids=sorted(known)):
            for other in row["others"]:
                near.setdefault(row["one"], set()).add(other)
                near.setdefault(other, set()).add(row["one"])
        if set(near) == known:
            return near


async def regroup(tx: Tx, kind: Grouping, ids: Iterable[UUID]) -> None:
    """Makes the groups of these ids again, and of all that is or was with them."""
    ids = set(ids)
    together = {row["id"] for row in await run(tx, kind.members, ids=sorted(ids))} | ids
    near = await connected(tx, kind, together)
    await run(tx, kind.forget, ids=sorted(near))
    rows = [{"id": one, "of": min(found)} for found in _sets(near) if len(found) > 1 for one in found]
    await run_many(tx, kind.put, rows)


def _sets(near: dict[UUID, set[UUID]]) -> list[set[UUID]]:
    found: list[set[UUID]] = []
    left = set(near)
    while left:
        inside, edge = set(), {left.pop()}
        while edge:
            inside |= edge
            edge = {other for one in edge for other in near[one]} - inside
        left -= inside
        found.append(inside)
    return found
