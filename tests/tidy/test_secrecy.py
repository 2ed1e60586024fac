"""No committed file names the machine it was written on, nor a place that packages come from."""

import re

from tests.tidy.tree import files, text, texts

HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("repo1", "maven", "org"),
        ("repo", "maven", "apache", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("registry", "hub", "docker", "com"),
        ("ghcr", "io"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.}$)/])/(?:work|root|home/\w+|Users/\w+|opt/wheels)/")
URL = re.compile(r"https?://")


def hosts_named(content: str) -> list[str]:
    """The package registries that a text names."""
    return [host for host in HOSTS if host in content]


def test_lock_files_name_no_place() -> None:
    locks = [path for path in files() if path.endswith((".lock", ".jars"))]
    assert {"requirements.lock", "tools.lock"} <= set(locks)
    assert [path for path in locks if URL.search(text(path)) or "--index" in text(path)] == []


def test_no_file_names_a_registry() -> None:
    assert {path: named for path in texts() if (named := hosts_named(text(path)))} == {}


def test_no_file_names_a_folder_of_the_machine() -> None:
    assert {path: found[0] for path in texts() if (found := MACHINE_PATH.findall(text(path)))} == {}


def test_uv_lock_is_not_committed() -> None:
    assert "uv.lock" not in files()


def test_the_checkers_see_what_they_should() -> None:
    assert hosts_named("index = https://" + HOSTS[0] + "/simple") == [HOSTS[0]]
    assert MACHINE_PATH.search('open("/' + 'root/x")')
    assert not MACHINE_PATH.search("the route /registration/root/ and tests/work/a")
