"""The rules of a commission type as a coordinator last set them; every version is kept."""

from dataclasses import asdict, fields

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert

from cases.domain.rules import Moment, Rules, civil_day, rules_of
from cases.tables import RULE_SET
from contracts.lists import CommissionType
from eventing.db import Tx, run, run_one

LAST = (
    select(RULE_SET)
    .where(RULE_SET.c.territory == bindparam("territory"), RULE_SET.c.commission_type == bindparam("kind"))
    .order_by(RULE_SET.c.version.desc())
    .limit(1)
)
INSERT = insert(RULE_SET).values({c.name: bindparam(c.name) for c in RULE_SET.columns})
KNOWN = frozenset(each.name for each in fields(Rules))


async def load(tx: Tx, territory: str, commission_type: str = CommissionType.LDA_PANEL) -> Rules:
    """The rules in force; those of the product until somebody has set others."""
    row = await run_one(tx, LAST, territory=territory, kind=str(commission_type))
    if row is None:
        return rules_of(commission_type)
    return Rules(**{name: value for name, value in row["rules"].items() if name in KNOWN})


async def save(tx: Tx, territory: str, commission_type: str, rules: Rules) -> int:
    """Set them; the number of the new version."""
    row = await run_one(tx, LAST, territory=territory, kind=commission_type)
    version = row["version"] + 1 if row else 1
    await run(
        tx,
        INSERT,
        territory=territory,
        commission_type=commission_type,
        version=version,
        rules=asdict(rules),
        author=tx.actor,
        at=tx.now,
    )
    return version


async def moment(tx: Tx, territory: str, commission_type: str = CommissionType.LDA_PANEL) -> Moment:
    """Now, with the rules of that territory's panel."""
    return Moment(tx.now, civil_day(tx.now), await load(tx, territory, commission_type))
