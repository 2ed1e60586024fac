"""What is hidden stays of use: somebody of the SIAO is named, and who left a case reads nothing of it."""

from cases.domain.drafting import typed_from
from cases.domain.sitting import Recusal
from cases.store import sittings
from tests.service.cases.house import (
    AGENT,
    AGREED,
    CHAIR,
    COMMISSION,
    COORDINATOR,
    INFORMED,
    LANDLORD_MEMBER,
    REFERRER,
    House,
    a_file,
    ident,
)
from tests.service.cases.test_attack import ROOT, closed, end, text_of


async def test_a_referrer_who_hides_a_file_is_asked_who_will_deal_with_it(house: House) -> None:
    """U19: sent as protected, it would be seen by its referrer alone, for ever."""
    case_id = ident(0xE5)
    here = f"/cases/dossiers/{case_id}"
    typed = typed_from(a_file(protected=True), INFORMED, AGREED)
    async with house.client(REFERRER) as client:
        values = {**typed, "version": "0", "action": "transmettre", "cle_idempotence": str(ident(0xE6))}
        sent = await client.post(f"/cases/brouillons/{case_id}", data=values)
        assert sent.status_code == 303, sent.text
        assert sent.headers["location"].startswith(f"{here}/proteger")
        assert (await client.get(sent.headers["location"])).status_code == 200
        assert "Personne du SIAO ne voit ce dossier" in (await client.get(here)).text
        names = {
            "protected": "oui",
            "audience": [str(AGENT.account_id)],
            "version": str((await house.stored(case_id)).version),
            "cle_idempotence": str(ident(0xE7)),
        }
        named = await client.post(f"{here}/proteger", data=names)
        assert named.status_code == 303, named.text
        assert "Personne du SIAO" not in (await client.get(here)).text
    async with house.client(AGENT) as client:
        assert (await client.get(here)).status_code == 200


async def test_the_minutes_say_nothing_of_a_case_to_who_left_it(house: House) -> None:
    """U44: who stepped back from a case reads a reserved line in the minutes, after the sitting too."""
    case_id = await closed(house)
    await end(house, case_id)
    async with house.transaction(COORDINATOR) as tx:
        left = Recusal(case_id=case_id, person_id=LANDLORD_MEMBER.account_id)
        await sittings.add_recusal(tx, COMMISSION, left)
    reference = (await house.stored(case_id)).case.case_ref
    page = await text_of(house, LANDLORD_MEMBER, ROOT + "/releve")
    assert reference not in page
    assert "Situation réservée" in page
    assert reference in await text_of(house, CHAIR, ROOT + "/releve")
