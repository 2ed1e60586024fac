"""The scripts keep their word: an honest sum, a Python that runs, a command that says its version."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.test import Tally, keep_report, read_report, still_true
from tests.tidy.tree import ROOT

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"><failure message="no"/></testcase>
<testcase name="c"><skipped type="pytest.skip" message="kafka manque"/></testcase>
<testcase name="d"><skipped type="pytest.xfail" message="known"/></testcase>
<testcase name="e"><error message="setup"/></testcase>
</testsuite></testsuites>"""


def test_a_report_is_counted_as_it_is(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    tally = read_report(report, "call", 1)
    assert (tally.passed, tally.failed, tally.skipped) == (2, 2, ["kafka manque"])
    assert tally.closing_line() == "2 passed, 2 failed, 1 skipped"
    assert tally.exit_code(on_ci=False) == 1


def test_a_call_that_died_is_a_failure_even_without_a_report(tmp_path: Path) -> None:
    total = Tally(passed=10)
    total.add(read_report(tmp_path / "absent.xml", "call", 3))
    assert total.closing_line() == "10 passed, 1 failed"
    assert total.exit_code(on_ci=False) == 1


def test_a_run_of_nothing_is_not_a_success(tmp_path: Path) -> None:
    assert read_report(tmp_path / "absent.xml", "call", 5) == Tally()
    assert Tally().exit_code(on_ci=False) == 1


def test_what_is_missing_fails_on_a_build_machine_only() -> None:
    lacking = Tally(passed=3, skipped=["kafka manque"])
    assert (lacking.exit_code(on_ci=False), lacking.exit_code(on_ci=True)) == (0, 1)
    assert Tally(passed=3, skipped=["docker not asked for"]).exit_code(on_ci=True) == 0


def test_a_report_is_counted_again_only_while_nothing_has_changed(tmp_path: Path) -> None:
    tree, report, kept = tmp_path / "tree", tmp_path / "report.xml", tmp_path / "kept.xml"
    tree.mkdir()
    report.write_text(REPORT)
    for name in ("one.py", "two.py"):
        (tree / name).write_text("before")
        os.utime(tree / name, (1, 1))
    assert not still_true(kept, tree), "no tree of git, no report"
    subprocess.run(["git", "init", "--quiet", tree], check=True)
    keep_report(report, kept, tree)
    assert still_true(kept, tree)
    os.utime(tree / "one.py", ns=(kept.stat().st_mtime_ns,) * 2)
    assert not still_true(kept, tree), "a file was written"
    os.utime(tree / "one.py", (1, 1))
    assert still_true(kept, tree)
    (tree / "three.py").write_text("new")
    os.utime(tree / "three.py", (1, 1))
    assert not still_true(kept, tree), "a file was added"
    (tree / "three.py").unlink()
    (tree / "two.py").unlink()
    assert not still_true(kept, tree), "a file was taken away"


def stub(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def run(script: str, path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{path}:/usr/bin:/bin", **variables}
    environment.pop("SEUIL_PYTHON", None)
    command = ["/bin/sh", str(ROOT / "scripts" / script), *arguments]
    return subprocess.run(command, env=environment, text=True, capture_output=True)


def test_a_python_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3.14"):
        stub(tmp_path, name, "exit 127")
    stub(tmp_path, "python3", f'exec "{sys.executable}" "$@"')
    done = run("python", tmp_path)
    assert Path(done.stdout.strip()).exists(), done.stderr


def test_without_a_python_the_script_says_what_to_install(tmp_path: Path) -> None:
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3"):
        stub(tmp_path, name, "exit 127")
    done = run("python", tmp_path)
    assert done.returncode == 1
    assert "apt install python3" in done.stderr


def test_the_pinned_uv_of_the_machine_is_taken_and_no_interpreter_is_fetched(tmp_path: Path) -> None:
    pinned = next(
        line.split()[0] for line in (ROOT / "tools.lock").read_text().splitlines() if "uv==" in line
    )
    version = pinned.removeprefix("uv==")
    stub(tmp_path, "python3.11", f'exec "{sys.executable}" "$@"')
    stub(
        tmp_path,
        "uv",
        f'[ "$1" = --version ] && echo "uv {version}" || echo "$UV_PYTHON_DOWNLOADS $UV_FIND_LINKS $*"',
    )
    done = run("uv", tmp_path, "venv", "x", PIP_FIND_LINKS=f"{tmp_path}/absent {tmp_path}")
    assert done.stdout.strip() == f"never {tmp_path} venv x"


def test_the_command_says_its_version() -> None:
    done = subprocess.run([str(ROOT / ".venv/bin/seuil"), "--version"], text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["seuil", "0.1.0"]
