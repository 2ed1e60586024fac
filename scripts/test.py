"""What `make test` runs: several pytest calls, one honest sum.

Browser tests have a call of their own, since the synchronous playwright leaves an event loop behind. Tests on
engines wait a lot, for a broker to start or to give up: three processes keep two cores at work; a file stays
in one process, and the files that last stand first (tests/conftest.py). In a browser nothing waits. Without
chromium those tests are counted apart, in words; on a build machine (CI=true) their absence is a failure,
as is any test skipped for want of something. There, tests without engines that `make check` has just passed
are not run a second time when no file has changed since: their report is counted, and the run says so.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEVELS_WITHOUT_ENGINES = ("tests/tidy", "tests/unit", "tests/contracts", "tests/webui")
BY_FILE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
NO_CHROMIUM = "non exécuté : chromium manque (apt install chromium)"
NOTHING_COLLECTED = 5
MAY_BE_ABSENT_IN_CI = ("docker",)
DRY_REPORT = ROOT / ".venv" / "without-engines.xml"
"""Of the last run without engines, if it passed whole."""


@dataclass
class Tally:
    """What pytest calls did; `broken` holds calls that ended otherwise than by a failed test."""

    passed: int = 0
    failed: int = 0
    skipped: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Adds the counts of another call."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.broken += other.broken

    def closing_line(self) -> str:
        """The line that ends a run, alone and last."""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed + len(self.broken)} failed{skipped}"

    def exit_code(self, *, on_ci: bool) -> int:
        """0 when something passed, nothing failed and, on a build machine, nothing was missing."""
        missing = [why for why in self.skipped if not why.lower().startswith(MAY_BE_ABSENT_IN_CI)]
        return 1 if self.failed or self.broken or not self.passed or (on_ci and missing) else 0


def read_report(path: Path, call: str, code: int) -> Tally:
    """The counts of one pytest call from its JUnit report and its exit code."""
    if code == NOTHING_COLLECTED:
        return Tally()
    if not path.exists():
        return Tally(broken=[f"{call}: no report, exit code {code}"])
    tally = Tally()
    for case in ET.parse(path).getroot().iter("testcase"):  # noqa: S314 - our own report
        if case.find("failure") is not None or case.find("error") is not None:
            tally.failed += 1
        elif (skipped := case.find("skipped")) is not None and skipped.get("type") != "pytest.xfail":
            tally.skipped.append(skipped.get("message") or "")
        else:
            tally.passed += 1
    if code and not tally.failed:
        tally.broken.append(f"{call}: exit code {code} without a failed test")
    return tally


def pytest(name: str, *arguments: str, keep: Path | None = None) -> Tally:
    """Runs one pytest call and reads its counts; its report is kept in `keep` when it passed."""
    print(f"— {name}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "-o", "junit_family=xunit1", f"--junitxml={report}"]
        code = subprocess.run([*command, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL).returncode
        tally = read_report(report, name, code)
        if keep is not None:
            keep.unlink(missing_ok=True)
            if tally.exit_code(on_ci=True) == 0:
                keep_report(report, keep)
        return tally


def names(root: Path) -> str:
    """Every file of the tree that git knows or would add, as git lists them; empty without git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(command, cwd=root, text=True, stdout=subprocess.PIPE, check=False).stdout


def keep_report(report: Path, kept: Path, root: Path = ROOT) -> None:
    """Keeps the report of a run that passed, with the names of the files it stands for."""
    shutil.copyfile(report, kept)
    kept.with_suffix(".names").write_text(names(root))


def still_true(kept: Path, root: Path = ROOT) -> bool:
    """Whether no file of the tree was written, added or taken away since the report."""
    beside, listed = kept.with_suffix(".names"), names(root)
    if not kept.exists() or not beside.exists() or not listed or beside.read_text() != listed:
        return False
    paths = [root / name for name in listed.split("\0") if name]
    written = kept.stat().st_mtime_ns
    return all(path.exists() and path.stat().st_mtime_ns < written for path in paths)


def without_engines(folders: list[str], *, on_ci: bool, alone: bool) -> Tally:
    """Runs the levels that need no engine, or counts the run that has just passed."""
    if on_ci and not alone and still_true(DRY_REPORT):
        passed = read_report(DRY_REPORT, "without engines", 0)
        print(f"— without engines: {passed.passed} passed just before, nothing has changed since", flush=True)
        return passed
    return pytest("without engines", "-n", "2", *folders, keep=DRY_REPORT)


def chromium() -> str | None:
    """The browser that the pages are tested in, if the machine has one."""
    for name in (os.environ.get("SEUIL_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    return None


def count(*arguments: str) -> int:
    """How many tests a selection holds, without running them."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-qq", "-p", "no:randomly", *arguments]
    listing = subprocess.run(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, check=False).stdout
    return sum(int(line.rpartition(": ")[2]) for line in listing.splitlines() if ": " in line)


def levels() -> tuple[list[str], list[str]]:
    """The test folders that exist: those that need no engine, and the others."""
    found = sorted(f"tests/{p.name}" for p in (ROOT / "tests").iterdir() if any(p.glob("**/test_*.py")))
    return [p for p in found if p in LEVELS_WITHOUT_ENGINES], [
        p for p in found if p not in LEVELS_WITHOUT_ENGINES
    ]


def browser_tests(folders: list[str], *, on_ci: bool) -> Tally:
    """Runs the browser tests, or says in words that they were not."""
    if chromium():
        return pytest("pages in a browser", "-n", "2", "--dist", "worksteal", "-m", "browser", *folders)
    waiting = count("-m", "browser", *folders)
    if not waiting:
        return Tally()
    print(f"{waiting} tests de pages : {NO_CHROMIUM}", flush=True)
    return Tally(broken=["no chromium"]) if on_ci else Tally()


def archive_kafka() -> None:
    """Makes Kafka start with half the work, once for the dozens of starts to come; without it all goes on."""
    if not os.environ.get("SEUIL_TEST_KAFKA") and os.environ.get("SEUIL_ENGINES") != "docker":
        subprocess.run([sys.executable, "-m", "seuil_dev.archive"], cwd=ROOT, stdin=subprocess.DEVNULL)


def main(arguments: list[str]) -> int:
    """Runs the levels asked for and prints the closing line."""
    on_ci = os.environ.get("CI") == "true"
    dry, with_engines = levels()
    alone = "--without-engines" in arguments
    total = without_engines(dry, on_ci=on_ci, alone=alone)
    if not alone and with_engines:
        archive_kafka()
        total.add(pytest("on engines", *BY_FILE, "-m", "not browser", *with_engines))
        total.add(browser_tests(with_engines, on_ci=on_ci))
    for problem in total.broken:
        print(problem)
    print(total.closing_line(), flush=True)
    return total.exit_code(on_ci=on_ci)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
