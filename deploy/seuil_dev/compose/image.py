"""The Dockerfile's first stage, done again in a folder: what the image would hold."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from seuil_dev.compose.composition import ROOT
from seuil_dev.engine import EngineError

FILE = ROOT / "Dockerfile"
IGNORED = ROOT / ".dockerignore"
STEP_SECONDS = 300


@dataclass(frozen=True)
class Step:
    """One instruction."""

    name: str
    words: str

    @property
    def copied(self) -> tuple[list[str], str]:
        """Of a COPY: sources and target, without its options."""
        *sources, target = [word for word in self.words.split() if not word.startswith("--")]
        return sources, target


def stages(text: str) -> list[list[Step]]:
    """The instructions of each stage, continued lines joined."""
    found: list[list[Step]] = []
    for line in re.sub(r"\\\n", " ", text).splitlines():
        name, _, words = line.strip().partition(" ")
        if not name or name.startswith("#"):
            continue
        if name == "FROM":
            found.append([])
        found[-1].append(Step(name, words))
    return found


def environment(text: str) -> dict[str, str]:
    """What the last stage's ENV says."""
    told = " ".join(step.words for step in stages(text)[-1] if step.name == "ENV")
    return dict(re.findall(r"(\w+)=(\S+)", told))


def let_in(ignored: str) -> list[str]:
    """What `.dockerignore` lets into the build, everything else being shut out."""
    return [line[1:] for line in ignored.splitlines() if line.startswith("!")]


def replay(folder: Path, text: str) -> Iterator[str]:
    """Does the first stage's COPY and RUN in `folder`, in place of /app; says each one. EngineError."""
    allowed = let_in(IGNORED.read_text())
    for step in stages(text)[0]:
        if step.name == "COPY":
            sources, target = step.copied
            for source in sources:
                _copy(source, folder / target, allowed, one=len(sources) == 1)
        elif step.name == "RUN":
            _run(step.words, folder)
        else:
            continue
        yield f"{step.name} {' '.join(step.words.split())[:90]}"


def _copy(source: str, target: Path, allowed: list[str], *, one: bool) -> None:
    if not any(source == name or source.startswith(f"{name}/") for name in allowed):
        raise EngineError(f".dockerignore shuts out {source}, which the Dockerfile copies")
    origin = ROOT / source
    if origin.is_dir():
        shutil.copytree(
            origin, target, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True, symlinks=True
        )
        return
    place = target if one and not target.is_dir() and target.suffix else target / origin.name
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(origin, place)


def _run(words: str, folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-ec", words],
        cwd=folder,
        env=_builder(folder),
        capture_output=True,
        text=True,
        timeout=STEP_SECONDS,
        check=False,
    )
    if done.returncode:
        raise EngineError(f"RUN {words.split('&&')[0].strip()}… failed:\n{done.stdout}{done.stderr}".strip())


def _builder(folder: Path) -> Mapping[str, str]:
    """This machine's environment, with a `python` as the base image has one."""
    tools = folder.parent / f"{folder.name}-tools"
    tools.mkdir(exist_ok=True)
    python = subprocess.run(
        [ROOT / "scripts/python"], capture_output=True, text=True, check=True
    ).stdout.strip()
    for name in ("python", "uv"):
        (tools / name).unlink(missing_ok=True)
    (tools / "python").symlink_to(python)
    if (ROOT / ".tools/bin/uv").exists():
        (tools / "uv").symlink_to(ROOT / ".tools/bin/uv")
    told = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    return {**told, "PATH": f"{tools}:{os.environ['PATH']}"}
