"""The table of printed French: dates, hours, numbers, spaces."""

from datetime import UTC, date, datetime, time

import pytest

from webui.french import (
    date_courte,
    date_fr,
    euros,
    heure_fr,
    instant_fr,
    nombre,
    plage,
    pourcent,
    quantite,
    territoire,
    typo,
    typo_html,
)

NB, TH = "\u00a0", "\u202f"


def spaced(text: str) -> str:
    """The text with `_` for a no-break space and `^` for a narrow one, to be read in a table."""
    return text.replace(NB, "_").replace(TH, "^")


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Que faire ?", "Que faire^?"),
        ("Attention !", "Attention^!"),
        ("un ; deux", "un^; deux"),
        ("Motif : retard", "Motif_: retard"),
        ("« oui »", "«^oui^»"),
        ("l'atelier", "l’atelier"),
        ("2 951 ménages", "2^951_ménages"),
        ("1 234 567", "1^234^567"),
        ("8 décembre 2026", "8 décembre 2026"),
        ("9 h 30", "9_h 30"),
        ("72 %", "72_%"),
        ("https://x.example/?a=1", "https://x.example/?a=1"),
        ("10:42", "10:42"),
        ("", ""),
    ],
)
def test_typo_places_the_spaces_that_do_not_break(typed: str, printed: str) -> None:
    assert spaced(typo(typed)) == printed


def test_typo_of_html_leaves_tags_alone() -> None:
    html = '<a title="ici ; là" href="?a=1">Que faire ? &amp; l\'atelier</a> : '
    expected = '<a title="ici ; là" href="?a=1">Que faire^? &amp; l’atelier</a>_: '
    assert spaced(typo_html(html)[0]) == expected
    assert typo_html('b" c="d : e">f :', inside=True) == (f'b" c="d : e">f{NB}:', False)


def test_typo_changes_nothing_twice() -> None:
    once = typo("« l'atelier » est-il complet ? Non : 2 951 places !")
    assert typo(once) == once


@pytest.mark.parametrize(
    ("day", "long", "short"),
    [
        (date(2026, 12, 8), "mardi 8_décembre 2026", "8_déc."),
        (date(2027, 3, 1), "lundi 1er_mars 2027", "1er_mars"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "vendredi 1er_janvier 2027", "1er_janv."),
    ],
)
def test_dates(day: date, long: str, short: str) -> None:
    assert spaced(date_fr(day)) == long
    assert spaced(date_courte(day)) == short


def test_date_without_its_day_or_year() -> None:
    assert spaced(date_fr(date(2026, 12, 8), jour=False)) == "8_décembre 2026"
    assert spaced(date_fr(date(2026, 12, 8), annee=False)) == "mardi 8_décembre"
    assert spaced(date_courte(date(2026, 12, 8), jour=True)) == "mar._8_déc."


def test_hours_are_those_of_paris() -> None:
    winter, summer = datetime(2026, 12, 8, 8, tzinfo=UTC), datetime(2026, 7, 8, 8, 5, tzinfo=UTC)
    assert spaced(heure_fr(winter)) == "9_h"
    assert spaced(heure_fr(summer)) == "10_h_05"
    assert spaced(heure_fr(time(14, 5))) == "14_h_05"
    assert spaced(plage(time(9), time(12, 30))) == "9_h_– 12_h_30"
    assert spaced(instant_fr(winter)) == "mardi 8_décembre 2026 à 9_h"


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        heure_fr(datetime(2026, 12, 8, 8))  # noqa: DTZ001 - what is refused


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (nombre(2951), "2^951"),
        (nombre(-4), "−4"),
        (nombre(4, signe=True), "+_4"),
        (nombre(0, signe=True), "0"),
        (euros(1234.5), "1^234,50_€"),
        (pourcent(0.031), "3,1_%"),
        (pourcent(0.049, signe=True), "+_4,9_%"),
        (pourcent(-0.008, signe=True), "−_0,8_%"),
        (quantite(0, "place"), "0_place"),
        (quantite(1, "place"), "1_place"),
        (quantite(2951, "place"), "2^951_places"),
        (quantite(2, "cheval", "chevaux"), "2_chevaux"),
    ],
)
def test_numbers(printed: str, expected: str) -> None:
    assert spaced(printed) == expected


def test_a_territory_is_said_in_words() -> None:
    assert spaced(territoire("siao-59-lille")) == "SIAO_59, Lille"
    assert territoire("ailleurs") == "ailleurs"
