"""The reference of a case: six random characters and a check; no year, no place, no order."""

import re
from uuid import UUID

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No I, L, O, 0, 1: they are taken for one another."""


def reference_of(random_id: UUID) -> str:
    """A reference made of a random id, such as `K7Q-4MXP`."""
    number = random_id.int >> 8
    letters = []
    for _ in range(6):
        number, at = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[at])
    text = "".join(letters)
    return f"{text[:3]}-{text[3:]}{_check(text)}"


def read_reference(typed: str) -> str | None:
    """The reference somebody typed, in its one spelling; None when it is none or its check fails."""
    text = re.sub(r"[^A-Z0-9]", "", typed.upper())
    if len(text) != 7 or any(letter not in ALPHABET for letter in text) or _check(text[:6]) != text[6]:
        return None
    return f"{text[:3]}-{text[3:]}"


def _check(text: str) -> str:
    return ALPHABET[
        sum((place + 1) * ALPHABET.index(letter) for place, letter in enumerate(text)) % len(ALPHABET)
    ]
