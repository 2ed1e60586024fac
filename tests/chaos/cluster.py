"""How long things take to go on after a fault, where another stands by."""

from pathlib import Path


def main(folder: Path, chosen: object) -> int:
    """Not yet."""
    return 1
