"""Schemathesis on the five OpenAPI documents: for anybody, a coordinator, a partner; for each role on cases.

Every check it has, on a stack of its own: it closes accounts and revokes keys as it goes. The seed is fixed,
so that a run says the same thing twice.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack.city import API, COORDINATOR, EVENTS, SOURCE, TERRITORY, City, new_id, sign_in
from tests.stack.running import ROOT, running_anywhere

pytestmark = pytest.mark.timeout(400)
SERVICES = ("registration", "notifications", "integration", "analytics", "cases")
EXAMPLES = "3"
RUN_SECONDS = 300
BY_RULES = "positive_data_acceptance"
"""Replaced by `refused_by_a_rule_only`: see documents_checks.py."""
ALL_OR_NOTHING = "negative_data_rejection"
"""Of events, replaced by `a_list_tells_each_fault`."""


@pytest.fixture(scope="module")
def city() -> Iterator[City]:
    """A stack that may be broken, with a commission, a coordinator and partners."""
    with running_anywhere() as stack:
        city = City(stack)
        city.people["coordinator"] = sign_in(stack.url, COORDINATOR)
        city.publish()
        yield city


def partner_key(city: City) -> str:
    asked = {"partner_id": new_id(), "name": "Essai", "source": f"{SOURCE}-{new_id()[:8]}"}
    made = city.coordinator.post("/integration/api/v1/partners", asked)
    path = f"/integration/api/v1/partners/{made['partner_id']}/keys"
    return str(city.coordinator.post(path)["key"])


def faults(city: City, folder: Path, service: str, token: str, *more: str) -> str:
    """What Schemathesis finds, told short; nothing when it finds nothing."""
    told = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{city.url}/{service}/openapi.json",
        "--max-examples", EXAMPLES, "--seed", "1", "--generation-database", "none", "--no-color",
        "--suppress-health-check", "all", "--exclude-checks", BY_RULES, "--no-shrink", *more,
    ]  # fmt: skip
    told += ["--header", f"Authorization: Bearer {token}"] if token else []
    hooks = {"SCHEMATHESIS_HOOKS": "tests.stack.documents_checks", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        told, cwd=folder, env={**os.environ, **hooks}, capture_output=True, text=True, timeout=RUN_SECONDS
    )
    assert "Test cases:" in run.stdout, run.stdout + run.stderr
    return re.sub(r"\n\n+", "\n", run.stdout.partition("FAILURES")[2]) if run.returncode else ""


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_true_for_anybody(city: City, tmp_path: Path, service: str) -> None:
    assert not faults(city, tmp_path, service, "", "--phases", "fuzzing")


@pytest.mark.parametrize("service", SERVICES)
def test_a_document_is_true_for_a_coordinator(city: City, tmp_path: Path, service: str) -> None:
    city.people["coordinator"] = coordinator = sign_in(city.url, COORDINATOR)
    known = ["--phases", "coverage,fuzzing", "--exclude-path", EVENTS]
    assert not faults(city, tmp_path, service, coordinator.token, *known)


@pytest.mark.parametrize("role", ["siao_agent", "referrer", "chair", "data_officer"])
def test_the_document_of_cases_is_true_for_each_role(city: City, tmp_path: Path, role: str) -> None:
    city.people["coordinator"] = coordinator = sign_in(city.url, COORDINATOR)
    organisation, email = new_id(), f"{role}-{new_id()[:6]}@essai.example"
    named = {"organisation_id": organisation, "name": f"Structure {role}", "kind": "association"}
    coordinator.post(f"{API}/organisations", named)
    account = {
        "person_id": new_id(),
        "email": email,
        "given_name": "Maude",
        "family_name": "Essai",
        "organisation_id": organisation,
        "roles": [{"role": role, "territory": TERRITORY}],
    }
    coordinator.post(f"{API}/accounts", account)
    assert not faults(city, tmp_path, "cases", sign_in(city.url, email).token, "--phases", "fuzzing")


def test_the_document_is_true_for_a_partner(city: City, tmp_path: Path) -> None:
    city.people["coordinator"] = sign_in(city.url, COORDINATOR)
    key = partner_key(city)
    own = ["--include-tag", "Partenaires", "--phases", "coverage,fuzzing", "--exclude-path", EVENTS]
    assert not faults(city, tmp_path, "integration", key, *own)
    events = ["--include-path", EVENTS, "--phases", "fuzzing", "--max-examples", "30"]
    events += ["--exclude-checks", f"{BY_RULES},{ALL_OR_NOTHING}"]
    assert not faults(city, tmp_path, "integration", key, *events)
