"""What `make check` runs: two checks at a time, because they wait on one core each.

Every check runs to its end even when another fails, so that one run tells everything.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"

CHECKS = {
    "types": [str(BIN / "mypy")],
    "style": [str(BIN / "ruff"), "check", "--quiet"],
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet"],
    "imports": [str(BIN / "lint-imports")],
    "tests": [sys.executable, str(ROOT / "scripts" / "test.py"), "--without-engines"],
}


def outcome(name: str) -> tuple[str, int, str, float]:
    """Runs one check; gives its name, exit code, output and seconds."""
    started = time.monotonic()
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run(
        CHECKS[name], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return name, done.returncode, done.stdout, time.monotonic() - started


def main() -> int:
    """Runs every check and fails if one failed."""
    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, code, output, seconds in pool.map(outcome, CHECKS):
            print(f"{name:8} {'ok' if code == 0 else 'FAILED'}  {seconds:.1f} s", flush=True)
            if code or name == "tests":
                print(output, flush=True)
            if code:
                failed.append(name)
    if failed:
        print(f"make check: {', '.join(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
