"""What identifies is sealed for one case: another key, another case or a changed byte open nothing."""

import base64
from uuid import UUID

import pytest

from cases.domain.spelling import plain
from cases.store.vault import SealBrokenError, Vault

CASE, OTHER = UUID(int=1, version=4), UUID(int=2, version=4)
ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
VALUE = {"persons": [{"family_name": "Exemple", "given_name": "Zoé"}]}


def test_what_is_sealed_is_opened_for_its_case_alone() -> None:
    vault = Vault({"a": ONE}, "index")
    sealed = vault.seal(CASE, VALUE)
    assert b"Exemple" not in sealed
    assert vault.open(CASE, sealed) == VALUE
    assert vault.seal(CASE, VALUE) != sealed
    with pytest.raises(SealBrokenError):
        vault.open(OTHER, sealed)
    with pytest.raises(SealBrokenError):
        vault.open(CASE, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_key_is_changed_by_putting_a_new_one_first() -> None:
    before, during, after = Vault({"a": ONE}, "i"), Vault({"b": TWO, "a": ONE}, "i"), Vault({"b": TWO}, "i")
    old = before.seal(CASE, VALUE)
    assert during.open(CASE, old) == VALUE
    assert after.open(CASE, during.seal(CASE, VALUE)) == VALUE
    with pytest.raises(SealBrokenError):
        after.open(CASE, old)


def test_a_value_is_found_whatever_its_spelling_and_by_this_key_only() -> None:
    vault = Vault({"a": ONE}, "index")
    found = vault.digest("family_name", "Éloïse D’Hôte-Martin")
    assert found == vault.digest("family_name", "ELOISE d hote martin")
    assert found != vault.digest("phone", "Éloïse D’Hôte-Martin")
    assert found != Vault({"a": ONE}, "another").digest("family_name", "Éloïse D’Hôte-Martin")
    assert plain("06 12-34.56 78") == "0612345678"
