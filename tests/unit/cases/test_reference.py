"""The reference of a case: read however it is typed, a slip of the hand found, nothing told (C2, U65)."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from cases.domain.reference import ALPHABET, read_reference, reference_of

IDS = st.uuids(version=4)


@given(IDS)
def test_a_reference_is_read_however_it_is_typed(some: UUID) -> None:
    reference = reference_of(some)
    for typed in (
        reference,
        reference.lower(),
        f" {reference.replace('-', ' ')} ",
        reference.replace("-", ""),
    ):
        assert read_reference(typed) == reference


@given(IDS, st.integers(0, 6), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_never_another_case(some: UUID, place: int, letter: str) -> None:
    letters = reference_of(some).replace("-", "")
    wrong = letters[:place] + letter + letters[place + 1 :]
    assert wrong == letters or read_reference(wrong) is None


@given(IDS, st.integers(0, 4))
def test_two_letters_exchanged_are_never_another_case(some: UUID, place: int) -> None:
    letters = reference_of(some).replace("-", "")
    wrong = letters[:place] + letters[place + 1] + letters[place] + letters[place + 2 :]
    assert wrong == letters or read_reference(wrong) is None


def test_it_says_neither_when_nor_where() -> None:
    first, second = (reference_of(UUID(int=n << 64, version=4)) for n in (1, 2))
    assert first != second
    assert not set(first + second) & set("0OIL1")
    assert read_reference("") is None
    assert read_reference("K7Q") is None
