"""What is signed: receipts that anybody can check, and links that only we can make."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from itsdangerous import BadData
from itsdangerous import Signer as Stamp
from itsdangerous.encoding import base64_decode, base64_encode

from service.errors import NotFound


class Signer:
    """Signs with keys that are all derived from one secret of at least 32 bytes."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 32:
            raise ValueError("a secret needs at least 32 bytes")
        self._secret = secret
        self._stamps: dict[str, Stamp] = {}
        self._private = Ed25519PrivateKey.from_private_bytes(self._derived("receipts"))

    @property
    def public_key(self) -> str:
        """The Ed25519 key that receipts are checked with, in URL-safe base64."""
        return _encoded(self._private.public_key().public_bytes_raw())

    def sign(self, document: dict[str, Any]) -> str:
        """The signature of a document as canonical JSON (keys sorted, no spaces), in URL-safe base64."""
        return _encoded(self._private.sign(canonical(document)))

    def token(self, purpose: str, payload: dict[str, Any]) -> str:
        """A link's secret part: readable by whoever has it, and made by nobody but us."""
        return self._stamp(purpose).sign(base64_encode(orjson.dumps(payload))).decode()

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """What a token says. Raises `NotFound` where we did not make it, or for another purpose."""
        try:
            return dict(orjson.loads(base64_decode(self._stamp(purpose).unsign(token))))
        except (BadData, ValueError, TypeError):
            raise NotFound("This link is not, or no longer, valid.", code="link.unknown") from None

    def digest(self, purpose: str, value: str) -> str:
        """A keyed fingerprint: it tells equal values from others, and nothing of the value. SHA-256, in hex."""
        return hmac.new(self._derived(purpose), value.encode(), hashlib.sha256).hexdigest()

    def key(self, purpose: str) -> bytes:
        """A key of 32 bytes of its own for that purpose."""
        return self._derived(purpose)

    def _stamp(self, purpose: str) -> Stamp:
        if purpose not in self._stamps:  # a mail for each of 100,000 leads has a link: the key is derived once
            self._stamps[purpose] = Stamp(
                self._derived(f"links:{purpose}"), key_derivation="none", digest_method=hashlib.sha256
            )
        return self._stamps[purpose]

    def _derived(self, purpose: str) -> bytes:
        return hmac.new(self._secret, f"sobmedida:{purpose}".encode(), hashlib.sha256).digest()


def verify(document: dict[str, Any], signature: str, public_key: str) -> bool:
    """Whether that key signed that document."""
    try:
        Ed25519PublicKey.from_public_bytes(_decoded(public_key)).verify(_decoded(signature), canonical(document))
    except (InvalidSignature, ValueError):
        return False
    return True


def canonical(document: dict[str, Any]) -> bytes:
    """The one way to write a document: keys sorted, no spaces."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
