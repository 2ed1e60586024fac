"""Ed25519 keys of the access token: registration signs, every service verifies with what its settings hold.

Keys travel as the base64url text of their 32 raw bytes, so that a setting is one short line.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import OKPKey

ALGORITHM = "Ed25519"


@dataclass(frozen=True)
class KeyPair:
    """A signing key: `kid` names it in tokens, `public` goes to every service, `private` to registration."""

    kid: str
    private: str
    public: str


class Keyring:
    """The public keys a service accepts, by kid: the current one and, during a change, the one before."""

    def __init__(self, public_keys: Mapping[str, str]) -> None:
        self._keys = {
            kid: OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": text})
            for kid, text in public_keys.items()
        }

    def find(self, kid: str) -> OKPKey | None:
        """The key of that name, or None."""
        return self._keys.get(kid)


class Signer:
    """The private key in use, with the kid every token it signs carries."""

    def __init__(self, private: str) -> None:
        """`private` is what `new_key_pair` made; ValueError when it is anything else."""
        public = _public_text(private)
        self.key = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": private, "x": public})
        self.public = public
        self.kid = _kid(self.key)


def new_key_pair() -> KeyPair:
    """A fresh key, for the launcher and for tests."""
    fields = OKPKey.generate_key("Ed25519").as_dict(private=True)
    private, public = str(fields["d"]), str(fields["x"])
    return KeyPair(Signer(private).kid, private, public)


def _kid(key: OKPKey) -> str:
    return key.thumbprint()[:12]


def _public_text(private: str) -> str:

    raw = urlsafe_b64decode(private + "=" * (-len(private) % 4))
    public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    return urlsafe_b64encode(public).rstrip(b"=").decode("ascii")
