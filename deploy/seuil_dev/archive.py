"""Kafka's classes read and verified once: a JVM that maps the result starts with half the work.

The archive lies beside the jars. `python -m seuil_dev.archive` makes it when it is missing: a broker is
started once, the JVM writes down what it loaded, then archives it. `make test` does so before the many starts
of its engines; everybody else uses it if it is there. A JVM that finds it made by another JVM, or of other
jars, says nothing and does without.
"""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from seuil_dev import fetch
from seuil_dev.engine import EngineError

DUMP_SECONDS = 300


def archive(java: str, jars: Path) -> Path:
    """Where the archive of these jars for this JVM is, or would be."""
    told = Path(java).stat()
    made_of = f"{java} {told.st_size} {told.st_mtime_ns} {fetch.class_path(jars)}"
    return jars / f"kafka-{hashlib.sha256(made_of.encode()).hexdigest()[:16]}.jsa"


def flags(java: str, jars: Path) -> list[str]:
    """What a JVM is told so that it maps the archive; nothing when there is none."""
    try:
        made = archive(java, jars)
        return [f"-XX:SharedArchiveFile={made}", "-Xshare:auto"] if made.exists() else []
    except OSError:
        return []


def ensure_archive() -> Path:
    """The archive, made when it is missing. EngineError when this JVM cannot make one."""
    from seuil_dev.kafka import JVM, Kafka, java

    jars = fetch.ensure_jars()
    made = archive(java(), jars)
    if made.exists():
        return made
    with tempfile.TemporaryDirectory(prefix="seuil-archive-") as name:
        folder = Path(name)
        loaded, draft = folder / "loaded", jars / f".{folder.name}.jsa"
        kafka = Kafka(folder / "kafka", jars=jars, more=(f"-XX:DumpLoadedClassList={loaded}",))
        try:
            kafka.start()
        finally:
            kafka.stop()
        command = [java(), *JVM, "-Xshare:dump", f"-XX:SharedClassListFile={loaded}"]
        command += [f"-XX:SharedArchiveFile={draft}", "-cp", fetch.class_path(jars)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=DUMP_SECONDS, check=False)
            if done.returncode or not draft.exists():
                raise EngineError(f"Pas d’archive des classes de Kafka :\n{done.stdout[-800:]}{done.stderr}")
            draft.replace(made)
        finally:
            draft.unlink(missing_ok=True)
    return made


if __name__ == "__main__":
    try:
        ensure_archive()
    except (EngineError, subprocess.TimeoutExpired) as error:
        print(error)
        sys.exit(1)
