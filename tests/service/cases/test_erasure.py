"""Erasing a household: two persons, one transaction, nothing left, and nothing comes back."""

import json

import asyncpg
import pytest
from sqlalchemy import Uuid

from cases.commands.asking import answer_request, ask_for_household
from cases.commands.drafts import start_draft
from cases.commands.erasing import erase_household, propose_erasure
from cases.domain.asking import Answer, Asking
from cases.store import erasures, wordings
from cases.tables import metadata
from cases.work import forget_readings
from contracts.lists import EraseGround, Role
from contracts.refusal import Refused
from eventing.tables import metadata as eventing_metadata
from tests.service.cases.house import AGENT, COORDINATOR, OFFICER, REFERRER, SIAO, House, ident, person
from webui.accounts import metadata as accounts_metadata

BOTH = person(31, SIAO, Role.COORDINATOR, Role.DATA_OFFICER)
HIDDEN = ("Lemaire", "Amina", "1991-05-17", "06 12 34", "059012345678901234", "Suivi hebdomadaire")


async def everything(house: House) -> str:
    """Every row of every table, sealed values opened where a key opens them."""
    found = []
    async with house.desk.database.read() as tx:
        for name in metadata.tables:
            for row in await tx.connection.fetch(f'SELECT * FROM "{name}"'):  # noqa: S608 - names of our tables
                found.append(json.dumps(dict(row), default=str, ensure_ascii=False))
                sealed, about = dict(row).get("sealed"), dict(row).get("case_id")
                if sealed and about:
                    found.append(json.dumps(house.desk.vault.open(about, sealed), ensure_ascii=False))
    return "\n".join(found)


async def a_whole_case(house: House) -> tuple[str, str]:
    made = await house.case(admitted=True)
    async with house.transaction(REFERRER) as tx:
        await wordings.add(tx, house.desk.vault, made.case_id, made.case_id, "note", "Suivi hebdomadaire")
        await start_draft(
            tx, house.desk, REFERRER, ident(0xE7), {"nom": "Lemaire"}, household_id=made.household_id
        )
        await ask_for_household(tx, house.desk, REFERRER, made.case_id, ident(0xE8), Asking.ERASURE, "Amina")
    return str(made.household_id), str(made.case_id)


async def test_two_persons_erase_and_nothing_of_the_household_is_left(house: House) -> None:
    made = await house.case(admitted=True)
    async with house.transaction(REFERRER) as tx:
        await wordings.add(tx, house.desk.vault, made.case_id, made.case_id, "note", "Suivi hebdomadaire")
        await start_draft(
            tx, house.desk, REFERRER, ident(0xE7), {"nom": "Lemaire"}, household_id=made.household_id
        )
    before = await everything(house)
    assert all(word in before for word in HIDDEN)
    async with house.transaction(COORDINATOR) as tx:
        await propose_erasure(tx, house.desk, COORDINATOR, made.household_id, EraseGround.REQUEST)
    async with house.transaction(OFFICER) as tx:
        await erase_household(tx, house.desk, OFFICER, made.household_id)
    left = await everything(house)
    assert not [word for word in HIDDEN if word in left]
    assert [kind for kind, _ in await house.said(made.household_id)] == ["household_erased"]
    async with house.client(AGENT) as client:
        assert (await client.get(f"/cases/dossiers/{made.case_id}")).status_code == 404
    async with house.transaction(REFERRER) as tx:
        with pytest.raises(Refused, match="household_erased"):
            await start_draft(tx, house.desk, REFERRER, ident(0xE9), {}, household_id=made.household_id)


async def test_one_person_alone_erases_nothing(house: House) -> None:
    made = await house.case()
    async with house.transaction(BOTH) as tx:
        with pytest.raises(Refused, match="not_proposed"):
            await erase_household(tx, house.desk, BOTH, made.household_id)
    async with house.transaction(BOTH) as tx:
        await propose_erasure(tx, house.desk, BOTH, made.household_id, EraseGround.ERROR)
    async with house.transaction(BOTH) as tx:
        with pytest.raises(Refused, match="same_person"):
            await erase_household(tx, house.desk, BOTH, made.household_id)
    for somebody in (AGENT, REFERRER, COORDINATOR):
        async with house.transaction(somebody) as tx:
            with pytest.raises(Refused, match="forbidden"):
                await erase_household(tx, house.desk, somebody, made.household_id)


async def test_two_years_are_counted_from_the_last_contact(house: House) -> None:
    made = await house.case()
    async with house.transaction(COORDINATOR) as tx:
        await propose_erasure(tx, house.desk, COORDINATOR, made.household_id, EraseGround.TWO_YEARS)
    async with house.transaction(OFFICER) as tx:
        with pytest.raises(Refused, match="too_early"):
            await erase_household(tx, house.desk, OFFICER, made.household_id)
    house.clock.advance(days=732)
    async with house.transaction(OFFICER) as tx:
        await erase_household(tx, house.desk, OFFICER, made.household_id)


async def test_what_a_household_asks_is_answered_once_and_leads_to_its_erasure(house: House) -> None:
    made = await house.case()
    async with house.transaction(REFERRER) as tx:
        asked = await ask_for_household(
            tx, house.desk, REFERRER, made.case_id, ident(0xE8), Asking.OBJECTION, "Je ne veux pas"
        )
    assert str(asked.due_on) == "2026-12-02"
    async with house.transaction(AGENT) as tx:
        with pytest.raises(Refused, match="forbidden"):
            await answer_request(tx, house.desk, AGENT, asked.request_id, Answer.GRANTED)
    async with house.transaction(OFFICER) as tx:
        await answer_request(tx, house.desk, OFFICER, asked.request_id, Answer.GRANTED)
    async with house.transaction(OFFICER) as tx:
        with pytest.raises(Refused, match="answered"):
            await answer_request(tx, house.desk, OFFICER, asked.request_id, Answer.REFUSED)
    async with house.desk.database.read() as tx:
        waiting = await erasures.open_requests(tx)
    assert [(row["household_id"], row["ground"]) for row in waiting] == [(made.household_id, "objection")]


def test_every_table_is_erased_or_kept_for_a_reason() -> None:
    ours = set(metadata.tables) - set(eventing_metadata.tables) - set(accounts_metadata.tables)
    about = {
        name
        for name in ours
        if any(
            isinstance(column.type, Uuid)
            and column.name in ("case_id", "household_id", "other_case_id", "subject_id")
            for column in metadata.tables[name].columns
        )
    }
    settled = {*erasures.BY_CASE, *erasures.BY_HOUSEHOLD, *erasures.SCRUBBED, *erasures.KEPT}
    assert about - settled == set()
    assert set(erasures.BY_CASE) | set(erasures.BY_HOUSEHOLD) <= set(metadata.tables)


async def test_readings_are_only_added_and_forgotten_after_a_year(house: House) -> None:
    async with house.transaction(AGENT) as tx:
        await tx.connection.execute("INSERT INTO access_log (what, at) VALUES ('case', $1)", tx.now)
    for forbidden in ("UPDATE access_log SET what = 'x'", "DELETE FROM access_log", "TRUNCATE access_log"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with house.transaction(AGENT) as tx:
                await tx.connection.execute(forbidden)
    for days, left in ((360, 1), (10, 0)):
        house.clock.advance(days=days)
        async with house.transaction(AGENT) as tx:
            await forget_readings(tx)
            assert await tx.connection.fetchval("SELECT count(*) FROM access_log") == left
