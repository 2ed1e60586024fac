"""docs/security.md says of rights what the code does."""

import re
from collections import defaultdict

from cases.domain.rights import ACTS, PACKS, As
from contracts.lists import Role
from integration.domain import rights as exchanges
from notifications import domain as messages
from tests.tidy.tree import text

PAGE = "docs/security.md"


def acts() -> list[str]:
    """The rows of the table: capacities, and what all of them may do."""
    shared: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for act, who in ACTS.items():
        shared[tuple(capacity.value for capacity in As if capacity in who)].append(act)
    ordered = sorted(shared.items(), key=lambda row: (-len(row[0]), row[0]))
    return [f"| {', '.join(who)} | {', '.join(f'`{act}`' for act in sorted(of))} |" for who, of in ordered]


def packs() -> list[str]:
    """The rows of the other: what each pack shows."""
    return [f"| {pack.value} | {', '.join(sorted(each.value for each in PACKS[pack]))} |" for pack in PACKS]


def test_the_page_says_who_may_do_what_to_a_case() -> None:
    missing = [row for row in acts() if row not in text(PAGE)]
    assert missing == [], f"rows that {PAGE} should have"


def test_the_page_says_what_each_pack_shows() -> None:
    missing = [row for row in packs() if row not in text(PAGE)]
    assert missing == [], f"rows that {PAGE} should have"


def test_the_page_tells_of_no_act_that_is_gone() -> None:
    rows = [line for line in text(PAGE).splitlines() if line.count("`") >= 2 and line.startswith("| ")]
    told = [line for line in rows if line.split("|")[1].replace(",", " ").split()[0] in set(As)]
    assert [row for row in told if row not in acts()] == []


def test_every_role_is_named() -> None:
    roles = [role.value for role in Role if role is not Role.UNKNOWN]
    assert [role for role in roles if f"`{role}`" not in text(PAGE)] == []


def test_the_page_says_who_sees_messages_and_exchanges() -> None:
    rows = re.findall(r"^\| [^|]+\(`([A-Z_]+)`\) \| ([^|;]+)", text(PAGE), re.MULTILINE)
    told = {name: set(re.findall(r"`(\w+)`", who)) for name, who in rows}
    held = {
        name: {role.value for role in who}
        for module in (exchanges, messages)
        for name, who in vars(module).items()
        if isinstance(who, tuple) and who and all(isinstance(role, Role) for role in who)
    }
    assert told == held
