"""The archive of Kafka's classes: made once, really mapped, done without when it is damaged."""

import os
import subprocess
from pathlib import Path

import pytest

from seuil_dev import archive, fetch
from seuil_dev.kafka import JVM, java

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def jars() -> Path:
    return fetch.ensure_jars()


def starts(jars: Path, *flags: str) -> bool:
    """Whether a JVM told so runs one of Kafka's tools."""
    command = [java(), *JVM, *flags, "-cp", fetch.class_path(jars), "kafka.tools.StorageTool", "random-uuid"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.returncode == 0 and len(done.stdout.split()[-1:]) == 1


def test_it_is_made_once_and_mapped(jars: Path) -> None:
    made = archive.ensure_archive()
    before = made.stat()
    assert archive.ensure_archive().stat() == before
    assert archive.flags(java(), jars) == [f"-XX:SharedArchiveFile={made}", "-Xshare:auto"]
    assert starts(jars, f"-XX:SharedArchiveFile={made}", "-Xshare:on"), "it is there and cannot be mapped"


def test_a_jvm_does_without_one_that_is_damaged(jars: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.jsa"
    damaged.write_bytes(archive.ensure_archive().read_bytes()[:100_000])
    assert not starts(jars, f"-XX:SharedArchiveFile={damaged}", "-Xshare:on"), "the fault is not one"
    assert starts(jars, f"-XX:SharedArchiveFile={damaged}", "-Xshare:auto")


def test_another_jvm_or_other_jars_have_another_one(jars: Path, tmp_path: Path) -> None:
    other = tmp_path / "java"
    other.write_text("")
    assert archive.archive(java(), jars) != archive.archive(str(other), jars)
    assert archive.archive(java(), tmp_path).name != archive.archive(java(), jars).name
    assert archive.flags(java(), tmp_path) == []
    assert archive.flags(str(tmp_path / "absent"), jars) == []
    other.write_text("rebuilt")
    os.utime(other, (1, 1))
    assert archive.archive(str(other), jars) != archive.archive(java(), jars)
