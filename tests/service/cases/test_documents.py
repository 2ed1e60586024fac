"""Documents: each passes the checker of PDF/UA-1 and PDF/A-2a, and names nobody it should not (C8)."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cases.commands.minutes import approve_minutes
from cases.commands.sitting import Texts, close_sitting, decide_case, examine_case, give_opinion, open_sitting
from cases.documents import INSTEAD, Sheet, heading, pdf, text
from cases.web import documents as printed
from contracts.lists import DecisionOutcome, Heard
from seuil_dev import fetch
from seuil_dev.kafka import java
from tests.service.cases.house import (
    AGENT,
    CHAIR,
    COMMISSION,
    LANDLORD_MEMBER,
    OFFICER,
    REFERRER,
    STRANGER,
    House,
)
from tests.service.cases.test_sitting import ORIENT, VOTERS, agenda, do
from webui.identity import User

LOCK = Path(__file__).with_name("verapdf.jars")
FLAVOURS = ("ua1", "2a")
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""Half the work for a JVM that ends after some seconds."""
ROOT = f"/cases/commissions/{COMMISSION}"
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
Check = Callable[[dict[str, bytes]], None]


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Check:
    """Fails unless every document passes."""
    jars = fetch.class_path(fetch.ensure_jars(lock=LOCK), LOCK)

    def check(documents: dict[str, bytes]) -> None:
        folder = tmp_path_factory.mktemp("pdf")
        paths = []
        for name, content in documents.items():
            paths.append(folder / f"{name}.pdf")
            paths[-1].write_bytes(content)
        for flavour in FLAVOURS:
            said = subprocess.run(
                [
                    java(),
                    *SHORT_LIVED,
                    "-cp",
                    jars,
                    "org.verapdf.apps.GreenfieldCliWrapper",
                    *("-f", flavour, "--format", "text"),
                    *map(str, paths),
                ],
                capture_output=True,
                text=True,
                timeout=300,
                check=False,
            )
            verdicts = [line.split(" ", 1)[0] for line in said.stdout.splitlines() if line.strip()]
            assert verdicts == ["PASS"] * len(paths), said.stdout + said.stderr

    return check


async def fetched(house: House, user: User, path: str) -> bytes:
    async with house.client(user) as client:
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return answer.content


async def test_every_document_passes_the_checker(house: House, checked: Check) -> None:
    """ui.md 4: a reader of screens reads each of them."""
    first, second = await agenda(house, 0xD1, 0xD2)
    made = {
        "agenda": await fetched(house, AGENT, ROOT + "/ordre-du-jour.pdf"),
        "reserved": await fetched(house, LANDLORD_MEMBER, ROOT + "/ordre-du-jour-reserve.pdf"),
    }
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    for case_id in (first, second):
        await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
        texts = Texts("La commission retient\nune orientation.", "Un an", "Un avis différent")
        await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT, texts)
    await do(house, CHAIR, close_sitting, COMMISSION)
    made["draft"] = await fetched(house, CHAIR, ROOT + "/releve.pdf")
    await do(house, CHAIR, approve_minutes, COMMISSION)
    made["minutes"] = await fetched(house, LANDLORD_MEMBER, ROOT + "/releve.pdf")
    made["decision"] = await fetched(house, REFERRER, f"/cases/dossiers/{first}/decision.pdf")
    made["situation"] = await fetched(house, REFERRER, f"/cases/dossiers/{first}/ma-situation.pdf")
    made["form"] = await fetched(house, REFERRER, "/cases/fiche-de-saisine.pdf")
    checked(made)


async def test_a_sign_that_no_font_has_does_not_stop_a_document(checked: Check) -> None:
    sheet = Sheet("Essai", "Seuil", (), (heading("Œuvre"), text("#injection *x* 中文 😀 ś Ж")), "", AT.date())
    made = await pdf(sheet)
    assert INSTEAD == "\u25a1"
    checked({"signs": made})


async def test_documents_are_for_who_may_read_them(house: House) -> None:
    (case_id,) = await agenda(house, 0xD1)
    for user in (STRANGER, OFFICER, LANDLORD_MEMBER):
        async with house.client(user) as client:
            for name in ("decision", "ma-situation"):
                answer = await client.get(f"/cases/dossiers/{case_id}/{name}.pdf")
                assert answer.status_code == 404
    async with house.client(STRANGER) as client:
        for name in ("ordre-du-jour", "ordre-du-jour-reserve", "releve"):
            assert (await client.get(f"{ROOT}/{name}.pdf")).status_code == 404
    async with house.client(REFERRER) as client:
        assert (await client.get(f"/cases/dossiers/{case_id}/decision.pdf")).status_code == 404
        draft = await client.get(f"/cases/brouillons/{case_id}/ma-situation.pdf")
        assert draft.status_code == 404


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """What documents are made of, before they are set."""
    found: list[Sheet] = []

    async def look(sheet: Sheet) -> bytes:
        found.append(sheet)
        return b"%PDF"

    monkeypatch.setattr(printed, "pdf", look)
    return found


async def test_no_document_of_a_sitting_holds_a_name_or_a_confidential_word(
    house: House, seen: list[Sheet]
) -> None:
    """C17, T14."""
    (case_id,) = await agenda(house, 0xD1)
    reference = (await house.stored(case_id)).case.case_ref
    await fetched(house, AGENT, ROOT + "/ordre-du-jour.pdf")
    assert reference not in str(seen[-1])
    assert "Havre" not in str(seen[-1])
    await fetched(house, AGENT, ROOT + "/ordre-du-jour-reserve.pdf")
    assert reference in str(seen[-1])
    await do(house, CHAIR, open_sitting, COMMISSION, VOTERS)
    said = (COMMISSION, case_id, DecisionOutcome.ORIENT, "Mot gardé")
    await do(house, LANDLORD_MEMBER, give_opinion, *said, confidential=True)
    await do(house, AGENT, examine_case, COMMISSION, case_id, Heard.WRITTEN)
    await do(house, CHAIR, decide_case, COMMISSION, case_id, ORIENT, Texts("Texte du relevé"))
    await do(house, CHAIR, close_sitting, COMMISSION)
    await fetched(house, CHAIR, ROOT + "/releve.pdf")
    assert "Texte du relevé" in str(seen[-1])
    await fetched(house, LANDLORD_MEMBER, ROOT + "/releve.pdf")
    assert "Texte du relevé" not in str(seen[-1])
    for sheet in seen:
        for word in ("Lemaire", "Amina", "Mot gardé", "0590123"):
            assert word not in str(sheet)


async def test_a_protected_case_is_a_reserved_line_on_paper(house: House, seen: list[Sheet]) -> None:
    """U19."""
    (case_id,) = await agenda(house, 0xD1)
    async with house.transaction(AGENT) as tx:
        await tx.connection.execute(
            "UPDATE case_file SET protected = true, audience = $1", [AGENT.account_id, REFERRER.account_id]
        )
    for user in (AGENT, LANDLORD_MEMBER):
        await fetched(house, user, ROOT + "/ordre-du-jour-reserve.pdf")
    reference = (await house.stored(case_id)).case.case_ref
    for sheet in seen:
        assert "Situation réservée" in str(sheet)
        assert reference not in str(sheet)
        assert "Havre" not in str(sheet)
