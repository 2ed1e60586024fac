"""Static files: names that follow content, kept for ever, compressed; vendored as published."""

import hashlib
import json
import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from webui.statics import FOLDER, STATICS, Statics

E2E = Path(__file__).parents[1] / "e2e"
LOCKS = [FOLDER / "vendor" / "vendor.lock.json", E2E / "vendor" / "vendor.lock.json"]


def test_a_file_is_kept_for_ever_and_compressed(visitor: TestClient) -> None:
    url = STATICS.url("seuil.css")
    plain = visitor.get(url, headers={"accept-encoding": "identity"})
    packed = visitor.get(url, headers={"accept-encoding": "gzip"})
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < 10_000
    assert plain.headers["x-content-type-options"] == "nosniff"


def test_the_style_sheet_names_its_fonts_by_content(visitor: TestClient) -> None:
    sheet = visitor.get(STATICS.url("seuil.css")).text
    fonts = [url for url in re.findall(r"url\(([^)]+)\)", sheet)]
    assert len(fonts) == 2
    assert all(visitor.get(font).headers["content-type"] == "font/woff2" for font in fonts)


@pytest.mark.parametrize(
    "path", ["/static/rien.css", "/static/", "/static/../pages.py", "/static/vendor.lock.json"]
)
def test_nothing_else_is_served(visitor: TestClient, path: str) -> None:
    assert visitor.get(path).status_code == 404


def test_only_reading(visitor: TestClient) -> None:
    assert visitor.post(STATICS.url("seuil.css")).status_code == 405
    assert visitor.head(STATICS.url("seuil.css")).status_code == 200


def test_the_name_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = Statics(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b{}")
    assert Statics(tmp_path).url("a.css") != before


@pytest.mark.parametrize("lock", LOCKS, ids=["product", "tests"])
def test_vendored_files_are_those_published(lock: Path) -> None:
    locked = {
        name: digest for entry in json.loads(lock.read_text()) for name, digest in entry["files"].items()
    }
    folder = lock.parent
    present = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p != lock}
    assert present == set(locked)
    for name, digest in locked.items():
        assert digest == "sha256-" + hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_our_script_stays_small() -> None:
    assert (FOLDER / "seuil.js").stat().st_size < 5_000


def test_icons_used_exist() -> None:
    drawn = set(re.findall(r'id="i-([\w-]+)"', (FOLDER / "icones.svg").read_text("utf-8")))
    templates = (FOLDER.parent / "templates").glob("*.html")
    used = {name for path in templates for name in re.findall(r'icone\("([\w-]+)"', path.read_text("utf-8"))}
    assert used
    assert used <= drawn
