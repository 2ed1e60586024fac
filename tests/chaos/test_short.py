"""The short trial: every kind of fault once, by a fixed seed, the next one when enough was asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.schedule import AS_ROOT, LASTING
from tests.infra import scratch

SEED = 20_261_123
SECONDS = 900
"""Only a machine that hangs takes so long; slowness alone is no fault."""
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.kafka
@pytest.mark.timeout(SECONDS + 30)
def test_nothing_is_lost_doubled_or_out_of_order_whatever_breaks() -> None:
    words = ["--counted", "25", "--seed", str(SEED), "--rate", "40", "--operations", "200"]
    with scratch("chaos") as folder:
        ended = subprocess.run(
            [sys.executable, "-m", "tests.chaos", "chaos", *words, "--folder", str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    told = ended.stdout
    assert ended.returncode == 0, told[-6000:] + ended.stderr[-2000:]
    assert "lost 0, duplicated 0, misordered 0" in told
    done = {
        words[0]: words[1:] for line in told.splitlines() if (words := line.split()) and words[0] in LASTING
    }
    assert set(done) == set(LASTING)
    for kind, (number, *said) in done.items():
        assert int(number) >= 1 or (kind in AS_ROOT and "non exécuté" in " ".join(said)), kind
