"""The whole story, on engines and a folder of its own: what `make journey` plays is what the tests play."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.journey
@pytest.mark.kafka
@pytest.mark.timeout(600)
def test_every_step_of_the_story_sees_what_it_expects() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "seuil_dev", "journey"],
        cwd=ROOT,
        env={**os.environ, "SEUIL_ENV": "local"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=580,
    )
    assert played.returncode == 0, played.stdout
    assert "DIFFÉRENCE" not in played.stdout
    assert "Parcours réussi" in played.stdout
