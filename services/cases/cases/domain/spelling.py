"""One spelling for what people write in many: accents, case and signs set aside."""

import re
import unicodedata


def bare(text: str) -> str:
    """The same text in lower case, without accents."""
    split = unicodedata.normalize("NFKD", text)
    return "".join(c for c in split if not unicodedata.combining(c)).lower()


def plain(text: str) -> str:
    """Letters and digits alone, without accents, in lower case."""
    return re.sub(r"[^a-z0-9]", "", bare(text))
