"""Words that a free text is better without: the page says so, and lets the person decide (users U31)."""

import re
from collections.abc import Iterable, Mapping

from cases.domain.spelling import bare

WATCHED: Mapping[str, tuple[str, ...]] = {
    "la santé": (
        *("maladie", "malade", "diagnostic", "depression", "depressif", "schizophrene", "bipolaire"),
        *("psychiatrie", "psychiatrique", "toxicomane", "toxicomanie", "alcoolique", "alcoolisme", "vih"),
        *("cancer", "hepatite", "handicap mental", "addiction", "grossesse"),
    ),
    "la religion": ("musulman", "musulmane", "chretien", "chretienne", "juif", "juive", "catholique"),
    "l’origine": (
        *("origine", "ethnie", "rom", "roms", "tsigane", "gitan", "maghrebin", "maghrebine", "africain"),
        *("sans papiers", "clandestin", "clandestine", "noir", "arabe"),
    ),
    "une condamnation": ("prison", "incarceration", "detenu", "condamne", "casier", "delinquant", "sortant"),
    "un jugement": (
        "assiste",
        "profiteur",
        "menteur",
        "manipulateur",
        "agressif",
        "instable",
        "irrecuperable",
    ),
}
"""What a text should not tell, and the words that may tell it; without accents."""


def watched(text: str) -> tuple[str, ...]:
    """The subjects that a text seems to touch."""
    plain = _plain(text)
    return tuple(
        subject
        for subject, words in WATCHED.items()
        if any(re.search(rf"\b{word}s?\b", plain) for word in words)
    )


def warnings(texts: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """For each (field, text) that needs another reading, the sentence to show beside it."""
    return [
        (
            name,
            f"Ce texte semble toucher à {' et à '.join(found)}. S’il n’est pas nécessaire à la décision, "
            "écrivez-le autrement.",
        )
        for name, text in texts
        if (found := watched(text))
    ]


def _plain(text: str) -> str:
    return bare(text).replace("’", " ").replace("'", " ")
