"""How long things take to go on after a fault, where another stands by."""

from pathlib import Path


def main(folder: Path, seed: int) -> int:
    """Not yet."""
    return 1
