"""Jars arrive whole and unaltered, or not at all, whatever the place they come from does."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from seuil_dev import fetch
from seuil_dev.engine import EngineError
from seuil_dev.fetch import Jar, fetch_all, fetch_one

CONTENT = bytes(range(256)) * 1200
JAR = Jar("org.example", "thing", "1.0", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
PATH = "/org/example/thing/1.0/thing-1.0.jar"
Answer = Callable[[BaseHTTPRequestHandler, int], None]


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PAUSE_SECONDS", 0.01)


@contextmanager
def place(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """A repository on this machine that answers as told; its URL and the paths it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answer(self, len(asked))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def send(handler: BaseHTTPRequestHandler, body: bytes, *, announced: int | None = None) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(body) if announced is None else announced))
    handler.end_headers()
    handler.wfile.write(body)


def good(handler: BaseHTTPRequestHandler, count: int) -> None:
    send(handler, CONTENT)


def flipped(handler: BaseHTTPRequestHandler, count: int) -> None:
    send(handler, CONTENT[:-1] + b"!")


def cut(handler: BaseHTTPRequestHandler, count: int) -> None:
    send(handler, CONTENT[:1000], announced=len(CONTENT))


def short(handler: BaseHTTPRequestHandler, count: int) -> None:
    send(handler, CONTENT[:1000])


def long(handler: BaseHTTPRequestHandler, count: int) -> None:
    send(handler, CONTENT * 3)


def missing(handler: BaseHTTPRequestHandler, count: int) -> None:
    handler.send_error(404)


def cut_then_good(handler: BaseHTTPRequestHandler, count: int) -> None:
    (cut if count == 1 else good)(handler, count)


def test_a_good_jar_is_kept(tmp_path: Path) -> None:
    with place(good) as (url, asked):
        fetch_one(JAR, tmp_path, [url])
    assert (tmp_path / JAR.file).read_bytes() == CONTENT
    assert asked == [PATH]


@pytest.mark.parametrize("answer", [flipped, cut, short, long, missing])
def test_anything_else_is_refused_and_leaves_no_file(tmp_path: Path, answer: Answer) -> None:
    with place(answer) as (url, asked), pytest.raises(EngineError, match=r"org\.example:thing:1\.0"):
        fetch_one(JAR, tmp_path, [url])
    assert list(tmp_path.iterdir()) == []
    assert len(asked) == fetch.TRIES


def test_a_download_that_was_cut_is_asked_again(tmp_path: Path) -> None:
    with place(cut_then_good) as (url, asked):
        fetch_one(JAR, tmp_path, [url])
    assert (tmp_path / JAR.file).read_bytes() == CONTENT
    assert len(asked) == 2


def test_a_good_file_is_never_replaced_by_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / JAR.file).write_bytes(CONTENT)
    with place(flipped) as (url, _), pytest.raises(EngineError):
        fetch_one(JAR, tmp_path, [url])
    assert (tmp_path / JAR.file).read_bytes() == CONTENT


def test_a_local_repository_is_tried_first_but_not_trusted(tmp_path: Path) -> None:
    local, folder = tmp_path / "repository", tmp_path / "jars"
    folder.mkdir()
    held = local / JAR.path
    held.parent.mkdir(parents=True)
    held.write_bytes(CONTENT[:-1] + b"!")
    with place(good) as (url, asked):
        fetch_one(JAR, folder, [local, url])
        assert asked == [PATH]
        held.write_bytes(CONTENT)
        fetch_one(JAR, folder, [local, url])
        assert asked == [PATH]
    assert (folder / JAR.file).read_bytes() == CONTENT


def test_progress_says_bytes_of_all(tmp_path: Path) -> None:
    said: list[str] = []
    jars = [JAR, Jar("org.example", "other", "1.0", JAR.size, JAR.sha256)]
    with place(good) as (url, _):
        fetch_all(jars, tmp_path, [url], said.append)
    assert said[-1] == "Kafka : 1 Mo sur 1"
    assert {path.name for path in tmp_path.iterdir()} == {jar.file for jar in jars}


def test_one_jar_that_cannot_be_had_stops_the_whole(tmp_path: Path) -> None:
    def one_missing(handler: BaseHTTPRequestHandler, count: int) -> None:
        (missing if "other" in handler.path else good)(handler, count)

    jars = [JAR, Jar("org.example", "other", "1.0", JAR.size, JAR.sha256)]
    with place(one_missing) as (url, _), pytest.raises(EngineError, match="MAVEN_REPO_URL"):
        fetch_all(jars, tmp_path, [url])


def test_jars_in_place_are_not_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    lock = tmp_path / "lock"
    lock.write_text(f"org.example:thing:1.0 {JAR.size} {JAR.sha256}\n")
    with place(good) as (url, asked):
        monkeypatch.setenv("MAVEN_REPO_URL", url)
        folder = fetch.ensure_jars(lock=lock)
        assert fetch.ensure_jars(lock=lock) == folder
        assert asked == [PATH]
        (folder / JAR.file).write_bytes(b"cut")
        fetch.ensure_jars(lock=lock)
        assert len(asked) == 2
    assert fetch.altered(folder, lock) == []


def test_a_flipped_byte_of_the_same_size_is_found_by_the_doctor(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text(f"org.example:thing:1.0 {JAR.size} {JAR.sha256}\n")
    (tmp_path / JAR.file).write_bytes(CONTENT[:-1] + b"!")
    assert fetch.altered(tmp_path, lock) == [JAR.file]


def test_the_mirror_of_the_maven_settings_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAVEN_REPO_URL", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".m2").mkdir()
    (tmp_path / ".m2" / "settings.xml").write_text(
        '<settings xmlns="http://maven.apache.org/SETTINGS/1.0.0"><mirrors><mirror>'
        "<url>http://mirror.example/maven/</url></mirror></mirrors></settings>"
    )
    assert fetch.base_url() == "http://mirror.example/maven"


def test_the_committed_lock_names_every_jar_once_and_no_host() -> None:
    jars = fetch.read_lock()
    assert len({jar.file for jar in jars}) == len(jars) == 47
    assert all(len(jar.sha256) == 64 and jar.size > 0 for jar in jars)
    assert "//" not in fetch.LOCK.read_text()
