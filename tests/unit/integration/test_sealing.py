"""What is sealed is opened by its key alone; a partner's token holds here, now, and for this service."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from contracts.fields import Sealed
from webui.identity import InvalidToken, User, issue_token
from webui.keys import Keyring, Signer, new_key_pair
from webui.partner_tokens import PartnerBearer, issue_partner_token, verify_partner_token
from webui.sealing import Unsealable, new_sealing_pair, seal, unseal

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
BEARER = PartnerBearer(UUID("d8e9fa0b-1c2d-4e3f-a041-526374859607"), None, frozenset({"case"}))


def test_a_sealed_file_opens_with_its_key_also_during_a_change_of_keys() -> None:
    old, new = new_sealing_pair(), new_sealing_pair()
    sealed = seal(old.public, b'{"given_name":"Awa"}')
    TypeAdapter(Sealed).validate_python(sealed)
    assert b"Awa" not in sealed.encode()
    assert unseal([new.private, old.private], sealed) == b'{"given_name":"Awa"}'
    assert seal(old.public, b"a") != seal(old.public, b"a")


@pytest.mark.parametrize("text", ["", "a.b.c.d.e", "not sealed"])
def test_what_is_not_sealed_for_us_is_not_opened(text: str) -> None:
    pair = new_sealing_pair()
    with pytest.raises(Unsealable):
        unseal([pair.private], text)
    with pytest.raises(Unsealable):
        unseal([new_sealing_pair().private], seal(pair.public, b"x"))
    sealed = seal(pair.public, b"x")
    with pytest.raises(Unsealable):
        unseal([pair.private], sealed[:-4] + "AAAA")


def test_a_partners_token_says_who_it_is_for_fifteen_minutes() -> None:
    pair = new_key_pair()
    ring = Keyring({pair.kid: pair.public})
    text = issue_partner_token(Signer(pair.private), BEARER, NOW)
    assert verify_partner_token(ring, text, NOW + timedelta(minutes=15)) == BEARER
    for moment, audience in ((NOW + timedelta(minutes=16), "cases"), (NOW, "analytics")):
        with pytest.raises(InvalidToken):
            verify_partner_token(ring, text, moment, audience)


def test_a_persons_token_is_no_partners() -> None:
    pair = new_key_pair()
    text = issue_token(Signer(pair.private), User(BEARER.partner_id, 1), NOW)
    with pytest.raises(InvalidToken):
        verify_partner_token(Keyring({pair.kid: pair.public}), text, NOW)
    with pytest.raises(InvalidToken):
        verify_partner_token(Keyring({}), issue_partner_token(Signer(pair.private), BEARER, NOW), NOW)
