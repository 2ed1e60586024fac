"""What is typed is never lost; what can be read is read, and every mistake points to its field."""

from datetime import date

from cases.domain.careful_words import warnings, watched
from cases.domain.drafting import differing, normal, read_date, read_typed, typed_from
from cases.domain.pasting import read_row
from contracts.lists import Door
from tests.service.cases.house import AGREED, INFORMED, a_file


def test_a_file_typed_again_is_the_same_file() -> None:
    """C1: the form of a file, read, gives that file."""
    for file in (a_file(), a_file(composition="999", animals=True, communes_wanted=("59350",), debts=0)):
        read = read_typed(typed_from(file, INFORMED, AGREED))
        assert (read.file, read.information, read.agreement) == (file, INFORMED, AGREED)


def test_an_unknown_code_is_kept_and_a_known_one_is_found_by_its_words() -> None:
    for typed, code in (("40", "40"), ("Femme seule avec enfant(s)", "40"), ("777", "777")):
        read = read_typed({"social.composition": typed})
        assert read.file is not None
        assert read.file.social.composition == code


def test_every_mistake_points_to_its_field() -> None:
    read = read_typed(
        {
            "social.adults": "deux",
            "social.situation_since": "31/02/2026",
            "persons.2.given_name": "Amina",
            "information.informed_on": "hier",
            "door": "fenêtre",
        }
    )
    assert read.file is None
    pointers = {each.pointer for each in read.errors}
    assert pointers == {
        "/social/adults",
        "/social/situation_since",
        "/persons/2/family_name",
        "/information/informed_on",
        "/information/how",
        "/door",
    }


def test_a_line_that_nobody_filled_is_no_person() -> None:
    read = read_typed({"persons.0.adult": "oui", "persons.0.sex": "woman", "numbers.0.kind": "nur"})
    assert read.file is not None
    assert (read.file.persons, read.file.numbers) == ((), ())
    assert read_typed({"door": "siao"}).door is Door.SIAO


def test_two_versions_are_compared_answer_by_answer() -> None:
    """C25."""
    mine = {"social.adults": ["2"], "social.need": "217", "social.debts": " "}
    theirs = {"social.adults": ["1"], "social.need": ["217"], "social.minors": ["3"]}
    assert differing(mine, theirs) == [("social.adults", "2", "1"), ("social.minors", "", "3")]
    assert normal(mine) == {"social.adults": ["2"], "social.need": ["217"]}


def test_dates_are_read_as_french_people_write_them() -> None:
    assert read_date("8/12/2026") == read_date("2026-12-08") == read_date("08.12.2026") == date(2026, 12, 8)
    assert read_date("12/2026") is None
    assert read_date("30/02/2026") is None


def test_words_are_watched_and_never_block() -> None:
    """U31."""
    assert watched("Mme est malade et sans papiers") == ("la santé", "l’origine")
    assert watched("Deux refus pour taille de logement") == ()
    assert [name for name, _ in warnings([("a", "Sortant de prison"), ("b", "Suivi social")])] == ["a"]


def test_a_line_of_si_siao_fills_the_form() -> None:
    """U15: a spreadsheet's two lines, or headings with values; what is not known is said."""
    row = read_row(
        "Nom\tPrénom\tDate de naissance\tRessources\tGroupe\nLemaire\tAmina\t17/05/1991\t1 150 €\t12"
    )
    assert row.typed["persons.0.family_name"] == ["Lemaire"]
    assert row.typed["persons.0.birth_date"] == ["1991-05-17"]
    assert row.typed["social.resources_monthly"] == ["1150"]
    assert row.unknown == ("Groupe",)
    page = read_row("Nom : Lemaire\nDate transmission initiale SIAO : 04/03/2024 10:12\nNUR : 0590")
    assert page.typed["social.first_transmitted_on"] == ["2024-03-04"]
    assert page.typed["numbers.0.kind"] == ["nur"]
    assert read_row("bonjour").typed == {}
