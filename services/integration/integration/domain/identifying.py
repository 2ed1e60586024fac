"""References that would name somebody are refused at the door: behind it they would be everywhere."""

import re

EMAIL = re.compile(r"@")
PHONE = re.compile(r"(?:\+33|0033|0)[1-9]\d{8}")
NIR = re.compile(
    r"[12378]\d{2}(?:0[1-9]|1[0-2]|[23]\d|4[0-2]|[5-9]\d)(?:\d{2}|2[AB])\d{3}\d{3}(\d{2})?", re.IGNORECASE
)
NUR = re.compile(r"(?:0\d{2}|97\d|02[AB])(?:0[1-9]|1[0-2])\d{8}[0-9A-Z]{5}", re.IGNORECASE)


def looks_identifying(ref: str, *, household: bool) -> bool:
    """Whether a reference looks like a NIR, a housing request's unique number, a phone or an e-mail address.

    A reference of a record that is 13 digits long may be a time in milliseconds: there, only a NIR with its
    two digits of control is one.
    """
    bare = re.sub(r"[^0-9A-Za-z+]", "", ref)
    if EMAIL.search(ref) or PHONE.fullmatch(bare) or NUR.fullmatch(bare):
        return True
    found = NIR.fullmatch(bare)
    if found is None:
        return False
    return household if found[1] is None else household or _controlled(bare)


def _controlled(nir: str) -> bool:
    digits = nir[:13].upper().replace("2A", "19").replace("2B", "18")
    return digits.isdigit() and 97 - int(digits) % 97 == int(nir[13:])
