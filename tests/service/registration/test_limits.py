"""A command whose fact would not fit is refused in words, and nothing of it is kept."""

import pytest

from contracts.registration import CommissionScheduled
from tests.service.registration.office import Office


async def test_a_fact_too_large_to_travel_is_a_refusal_and_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = await office.done("POST", "/commissions", office.plan())
    monkeypatch.setattr(CommissionScheduled, "LARGEST", 10)
    path = f"/commissions/{planned['commission_id']}/publish"
    answer = await office.call("POST", path, {"version": planned["version"]})
    assert (answer.status_code, answer.json()["code"]) == (413, "fact_too_large")
    monkeypatch.undo()
    assert await office.facts(CommissionScheduled) == []
    await office.done("POST", path, {"version": planned["version"]})
    assert len(await office.facts(CommissionScheduled)) == 1
