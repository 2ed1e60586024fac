"""A file sealed for one service: whoever carries it, broker and outbox included, cannot read it.

JWE in its compact form, ECDH-ES+A256KW on X25519, A256GCM. Keys travel as the base64url text of their 32 raw
bytes, so that a setting is one short line; a sealed file names its key, so that keys can be changed.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from webui.keys import KeyPair

ALGORITHM, ENCRYPTION = "ECDH-ES+A256KW", "A256GCM"


class Unsealable(ValueError):  # noqa: N818 - what it is, not what went wrong
    """Not sealed for one of these keys, or not sealed at all; never says what was in it."""


def new_sealing_pair() -> KeyPair:
    """A fresh pair: `public` goes to whoever seals, `private` to the one service that opens."""
    fields = OKPKey.generate_key("X25519").as_dict(private=True)
    public = str(fields["x"])
    return KeyPair(key_id(public), str(fields["d"]), public)


def public_jwk(public: str) -> dict[str, str]:
    """The public key as others' libraries read it."""
    return {"kty": "OKP", "crv": "X25519", "x": public, "kid": key_id(public), "use": "enc"}


def key_id(public: str) -> str:
    """The name that a sealed file gives its key."""
    return OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": public}).thumbprint()[:12]


def seal(public: str, clear: bytes) -> str:
    """The compact JWE of `clear` for the holder of the private half."""
    key = OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": public})
    header = {"alg": ALGORITHM, "enc": ENCRYPTION, "kid": key_id(public)}
    return jwe.encrypt_compact(header, clear, key, algorithms=[ALGORITHM, ENCRYPTION])


def unseal(privates: Sequence[str], sealed: str) -> bytes:
    """What was sealed for one of these private keys: the one in use and, during a change, the one before.

    Raises Unsealable.
    """
    keys = {}
    for private in privates:
        public = _public_of(private)
        keys[key_id(public)] = OKPKey.import_key({"kty": "OKP", "crv": "X25519", "x": public, "d": private})

    def named(guest: Any) -> OKPKey:
        found = keys.get(str(guest.headers().get("kid", "")))
        if found is None:
            raise Unsealable("unknown key")
        return found

    try:
        found = jwe.decrypt_compact(sealed, named, algorithms=[ALGORITHM, ENCRYPTION])
    except Unsealable:
        raise
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Unsealable(type(error).__name__) from None
    if found.plaintext is None:
        raise Unsealable("empty")
    return found.plaintext


def _public_of(private: str) -> str:
    raw = urlsafe_b64decode(private + "=" * (-len(private) % 4))
    public = X25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    return urlsafe_b64encode(public).rstrip(b"=").decode("ascii")
