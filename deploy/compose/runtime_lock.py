"""Prints the part of requirements.lock that the services need, so that one lock serves tests and image alike.

    python deploy/compose/runtime_lock.py < requirements.lock > runtime.lock

The lock says of each package who asked for it. Kept is what a library or a service of ours asked for, and
what those need in their turn; the launcher and the tools of developers are left out. Standard library only:
it runs before anything is installed.
"""

import re
import sys

NOT_IN_THE_IMAGE = ("seuil", "seuil:dev", "seuil-dev")
"""Who else asks for packages: the group of developers' tools, and the launcher."""


def blocks(lock: str) -> dict[str, str]:
    """Each package's lines, by its name."""
    found = re.split(r"(?m)^(?=[a-z0-9])", lock)
    return {re.split(r"[=\[ ]", block, maxsplit=1)[0]: block for block in found if "==" in block}


def asked_by(block: str) -> set[str]:
    """Who asked for a package: packages, and members of the workspace."""
    _, _, told = block.partition("# via")
    return {name.strip(" #") for name in told.splitlines() if name.strip(" #")}


def needed(lock: str) -> str:
    """The lines of `lock` about what our libraries and services need."""
    packages = blocks(lock)
    asking = {packages[name]: asked_by(packages[name]) for name in packages}
    kept = set().union(*asking.values()) - set(packages) - set(NOT_IN_THE_IMAGE)
    before = 0
    while len(kept) != before:
        before = len(kept)
        kept |= {name for name, block in packages.items() if asking[block] & kept}
    return "".join(block for name, block in packages.items() if name in kept)


if __name__ == "__main__":
    sys.stdout.write(needed(sys.stdin.read()))
