"""A disk that can be full: a tmpfs under an engine's data, in a mount namespace that dies with the trial.

It needs root and the right to mount; without them nothing is mounted, and the trial says that it was not
tried.
"""

import contextlib
import ctypes
import errno
import os
import subprocess
import sys
from pathlib import Path

CLONE_NEWNS = 0x00020000
ROOM = 8 << 20
"""Bytes left free before the ballast takes them."""
GIBIBYTE = 1 << 30
MOST = 6 * GIBIBYTE


def own_mounts() -> bool:
    """Gives this thread and its children mounts of their own; whether that works here."""
    if sys.platform != "linux" or os.getuid() != 0:
        return False
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNS) != 0:
        return False
    try:
        _mount("--make-rprivate", "/")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


def room() -> int:
    """How large a disk may be: a share of the memory that is there, bounded."""
    told = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return min(MOST, int(told["MemAvailable"].split()[0]) * 1024 // 3)


class Disk:
    """A tmpfs under an engine's data; a ballast takes what is left of it."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.size = size
        self.ballast = folder / "ballast"
        folder.mkdir(parents=True, exist_ok=True)
        _mount("-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", str(folder))

    def fill(self) -> None:
        """Leaves not one free byte."""
        told = os.statvfs(self.folder)
        used = (told.f_blocks - told.f_bfree) * told.f_frsize
        _mount("-o", f"remount,size={used + ROOM}", str(self.folder))
        with self.ballast.open("wb") as out:
            try:
                while True:
                    out.write(bytes(1 << 16))
                    out.flush()
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
            with contextlib.suppress(OSError):
                out.close()

    def empty(self) -> None:
        """Gives the room back."""
        self.ballast.unlink(missing_ok=True)
        _mount("-o", f"remount,size={self.size}", str(self.folder))


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)
