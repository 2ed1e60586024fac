"""`python -m tests.chaos [chaos|recovery|cluster]`: a trial by faults.

Exit 0 when nothing was lost, doubled or out of order, and enough was done to know it.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import sys
from pathlib import Path

from eventing.kafka import quiet_logs
from seuil_dev.engine import EngineError
from tests.chaos import cluster, recovery
from tests.chaos.report import OPERATIONS_A_SECOND, announce
from tests.chaos.schedule import one_of_each, schedule
from tests.chaos.supervisor import Rig
from tests.chaos.trial import Trial, folder_of, lived, say


def _chosen() -> argparse.Namespace:
    told = os.environ
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("what", nargs="?", default="chaos", choices=["chaos", "recovery", "cluster"])
    parser.add_argument("--duration", type=float, default=float(told.get("DURATION") or 300))
    parser.add_argument("--seed", type=int, default=int(told.get("SEED") or secrets.randbelow(10**6)))
    parser.add_argument(
        "--rate", type=float, default=float(told.get("RATE") or 200), help="partners' events a second"
    )
    parser.add_argument("--operations", type=float, help="the least that must be done")
    parser.add_argument(
        "--counted", type=int, default=0, help="operations between faults, instead of seconds"
    )
    parser.add_argument("--drain", type=float, default=300, help="seconds that the end may take")
    parser.add_argument("--rounds", type=int, default=recovery.ROUNDS, help="of recovery: measures of each")
    parser.add_argument("--folder", help="where; kept")
    return parser.parse_args()


def main() -> int:
    """Runs the trial; its exit code."""
    chosen = _chosen()
    quiet_logs()
    folder = folder_of(chosen.folder)
    code = 1
    try:
        match chosen.what:
            case "recovery":
                code = recovery.main(folder, chosen.seed, chosen.rounds)
            case "cluster":
                code = cluster.main(folder, chosen)
            case _:
                code = _chaos(folder, chosen)
    except EngineError as refused:
        sys.stderr.write(f"{refused}\n")
    finally:
        if code == 0 and chosen.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            say(f"Dossier : {folder}")
    return code


def _chaos(folder: Path, chosen: argparse.Namespace) -> int:
    steps = one_of_each(chosen.seed) if chosen.counted else schedule(chosen.seed, chosen.duration)
    announce(chosen.seed, steps, say)
    rig = Rig(folder, chosen.seed)
    if not rig.mount():
        say("Disques pleins : non exécuté (il faut root et le droit de monter un tmpfs).")
    least = chosen.operations or OPERATIONS_A_SECOND * chosen.duration
    trial = Trial(rig, steps, 0 if chosen.counted else chosen.duration, chosen.rate)
    return asyncio.run(lived(rig, trial, least, each=chosen.counted, environment={}, drain=chosen.drain))


if __name__ == "__main__":
    sys.exit(main())
