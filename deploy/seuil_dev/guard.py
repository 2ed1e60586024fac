"""Stands in front of an engine so that the engine never outlives the launcher.

Run as a script by path (`python -I -S guard.py PARENT SIGNAL RIGHTS COMMAND…`), imports nothing of ours: it
costs 26 ms and then becomes the engine. The kernel sends SIGNAL to the engine when the thread that started it
ends, also after a kill -9. RIGHTS says how a root launcher gives up root, which PostgreSQL refuses:
`keep` (nothing), `namespace` (a user namespace that calls us nobody; files stay root's), `nobody` (setuid).
"""

import ctypes
import os
import sys
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
REFUSED = 97
ORPHAN = 98


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Map nobody inside to our own uid and gid outside; ends the process with REFUSED where forbidden."""
    uid, gid = os.getuid(), os.getgid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        sys.exit(REFUSED)
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{NOBODY} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{NOBODY} {gid} 1")
    except OSError:
        sys.exit(REFUSED)


def become_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def main(arguments: list[str]) -> None:
    parent, signum, rights = int(arguments[0]), int(arguments[1]), arguments[2]
    command = arguments[3:]
    linux = sys.platform == "linux"
    libc = ctypes.CDLL(None, use_errno=True) if linux else None
    if rights == "namespace" and libc is not None:
        enter_namespace(libc)
    elif rights == "nobody":
        become_nobody()
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signum, 0, 0, 0)  # after the change of rights: the kernel clears it then
    if os.getppid() != parent:
        sys.exit(ORPHAN)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1:])
