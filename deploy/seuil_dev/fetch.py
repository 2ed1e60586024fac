"""Fetches Kafka's jars once, checked against `kafka.jars` (name, size, sha256), into a cache clones share.

Nothing is trusted for where it comes from: a jar is kept when its sha256 is the lock's. No host is named:
an environment variable, the user's Maven settings, or the constant of a Maven client does.
"""

import contextlib
import hashlib
import os
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from seuil_dev.engine import EngineError

LOCK = Path(__file__).with_name("kafka.jars")
THREADS = 5
TRIES = 4
PAUSE_SECONDS = 0.2
BLOCK = 1 << 16


@dataclass(frozen=True)
class Jar:
    """One line of the lock; `size` in bytes, `sha256` in hexadecimal."""

    group: str
    artifact: str
    version: str
    size: int
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def path(self) -> str:
        """Path inside a Maven repository."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file}"


def read_lock(lock: Path = LOCK) -> list[Jar]:
    jars = []
    for line in lock.read_text().splitlines():
        name, size, sha256 = line.split()
        group, artifact, version = name.split(":")
        jars.append(Jar(group, artifact, version, int(size), sha256))
    return jars


def jar_folder(lock: Path = LOCK) -> Path:
    """Cache folder of this lock's jars; another lock has another folder."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "seuil" / f"jars-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"


def class_path(folder: Path, lock: Path = LOCK) -> str:
    return os.pathsep.join(str(folder / jar.file) for jar in read_lock(lock))


def base_url() -> str:
    """Where to ask: MAVEN_REPO_URL, else the first mirror of ~/.m2/settings.xml, else Maven's own place."""
    chosen = os.environ.get("MAVEN_REPO_URL")
    if chosen:
        return chosen.rstrip("/")
    with contextlib.suppress(OSError, ElementTree.ParseError):
        for element in ElementTree.parse(Path.home() / ".m2" / "settings.xml").iter():  # noqa: S314
            if element.tag.rpartition("}")[2] == "mirror":
                urls = [child.text for child in element if child.tag.rpartition("}")[2] == "url"]
                if urls and urls[0]:
                    return urls[0].strip().rstrip("/")
    from jgo.constants import MAVEN_CENTRAL_URL

    return str(MAVEN_CENTRAL_URL).rstrip("/")


def ensure_jars(progress: Callable[[str], None] | None = None, *, lock: Path = LOCK) -> Path:
    """The folder with every jar of the lock; fetches the missing ones. Sizes are checked, not contents."""
    folder = jar_folder(lock)
    missing = [jar for jar in read_lock(lock) if not _has_size(folder / jar.file, jar.size)]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        sources: list[Path | str] = [Path.home() / ".m2" / "repository", base_url()]
        fetch_all(missing, folder, sources, progress)
    return folder


def altered(folder: Path, lock: Path = LOCK) -> list[str]:
    """Names of the jars whose content is missing or is not the lock's."""
    return [jar.file for jar in read_lock(lock) if _sha256(folder / jar.file) != jar.sha256]


def fetch_all(
    jars: Sequence[Jar],
    folder: Path,
    sources: Sequence[Path | str],
    progress: Callable[[str], None] | None = None,
) -> None:
    """Fetch `jars` into `folder` with a small pool; EngineError names the first one that cannot be had."""
    meter = _Meter(sum(jar.size for jar in jars), progress)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = [pool.submit(fetch_one, jar, folder, sources, meter.add) for jar in jars]
        try:
            for result in waiting:
                result.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def fetch_one(
    jar: Jar, folder: Path, sources: Sequence[Path | str], read: Callable[[int], None] = lambda count: None
) -> None:
    """Bring one jar: whole and with the lock's sha256, or not at all."""
    reasons = []
    for attempt, source in enumerate([*sources, *[sources[-1]] * (TRIES - 1)]):
        if isinstance(source, Path) and not (source / jar.path).exists():
            continue
        handle, draft = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as out:
                digest = _copy(jar, source, out.write, read)
            if digest == jar.sha256:
                Path(draft).replace(folder / jar.file)
                return
            reasons.append("contenu altéré ou tronqué")
        except (OSError, ValueError) as error:
            reasons.append(str(error))
            time.sleep(PAUSE_SECONDS * 2**attempt)
        finally:
            Path(draft).unlink(missing_ok=True)
    raise EngineError(
        f"{jar.group}:{jar.artifact}:{jar.version} ne peut pas être téléchargé : {reasons[-1]}. "
        "Vérifiez l’accès au réseau, ou donnez un miroir Maven par MAVEN_REPO_URL."
    )


def _copy(jar: Jar, source: Path | str, write: Callable[[bytes], object], read: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    count = 0
    url = (source / jar.path).as_uri() if isinstance(source, Path) else f"{source}/{jar.path}"
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310
        while block := answer.read(BLOCK):
            count += len(block)
            if count > jar.size:
                break
            digest.update(block)
            write(block)
            read(len(block))
    if count != jar.size:
        read(-min(count, jar.size))
        raise ValueError(f"{count} octets reçus au lieu de {jar.size}")
    return digest.hexdigest()


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


class _Meter:
    """Bytes done of all, said at every tenth."""

    def __init__(self, total: int, say: Callable[[str], None] | None) -> None:
        self._total, self._done, self._told = max(total, 1), 0, -1
        self._say = say
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            tenth = self._done * 10 // self._total
            if self._say is not None and tenth > self._told:
                self._told = tenth
                self._say(f"Kafka : {self._done / 1e6:.0f} Mo sur {self._total / 1e6:.0f}")
