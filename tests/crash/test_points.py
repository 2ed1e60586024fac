"""Every place to die at is tried by a story, is reached from outside by a setting, and not in production."""

import re
import signal
import subprocess
import sys

import pytest

from eventing.faults import POINTS, arm
from tests.crash.points import EVERYWHERE
from tests.tidy.tree import text, under

PASSED = re.compile(r"\bfault\((.*?)\)")
DIES = "from eventing.faults import fault\nfor n in range(3): print(n, flush=True); fault('relay.read')"


def test_every_place_in_the_product_is_tried_and_no_other() -> None:
    product = [path for path in under("libs", "services") if not path.endswith("eventing/faults.py")]
    passed = [found for path in product for found in PASSED.findall(text(path))]
    assert all(name.startswith('"') for name in passed), "a place is named by its literal"
    assert sorted(name.strip('"') for name in passed) == sorted(POINTS)
    assert sorted(EVERYWHERE) == sorted(POINTS)


def run(**environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", DIES], env=environment, text=True, capture_output=True)


def test_the_setting_kills_the_process_at_the_passage_it_names() -> None:
    died = run(SEUIL_FAULT="relay.read:2")
    assert (died.returncode, died.stdout) == (-signal.SIGKILL, "0\n1\n")
    lived = run()
    assert (lived.returncode, lived.stdout) == (0, "0\n1\n2\n")


def test_a_service_in_production_does_not_start_with_it() -> None:
    refused = run(SEUIL_FAULT="relay.read:2", SEUIL_ENV="production")
    assert refused.returncode == 1
    assert "refused in production" in refused.stderr


@pytest.mark.parametrize("told", ["relay.nowhere:1", "relay.read", "relay.read:0", "relay.read:-1"])
def test_what_names_no_passage_is_refused(told: str) -> None:
    with pytest.raises(ValueError, match="name:nth"):
        arm({"SEUIL_FAULT": told})
    arm({})
