"""The same trial on three brokers, each record on three and written to two, and two replicas of each service.

A broker dies, then another, then the third, and a replica of each service; nobody may notice but in time.
"""

import argparse
import asyncio
from pathlib import Path

from seuil_dev.catalogue import SERVICES
from tests.chaos.report import OPERATIONS_A_SECOND, announce
from tests.chaos.schedule import schedule
from tests.chaos.supervisor import Rig
from tests.chaos.trial import Trial, lived, say

BROKERS = 3
KINDS = ("kafka.kill", "kafka.restart", "kafka.stop", "process.kill", "process.stop", "process.term")


def main(folder: Path, chosen: argparse.Namespace) -> int:
    """Runs it; the exit code."""
    steps = schedule(chosen.seed, chosen.duration, BROKERS, KINDS)
    announce(chosen.seed, steps, say)
    rig = Rig(folder, chosen.seed, replicas=dict.fromkeys(SERVICES, 2), brokers=BROKERS)
    least = chosen.operations or OPERATIONS_A_SECOND * chosen.duration
    trial = Trial(rig, steps, chosen.duration, chosen.rate)
    return asyncio.run(lived(rig, trial, least, each=0, environment={}, drain=chosen.drain))
