"""What a receipt holds of a lead, under that lead's own key: whoever destroys the key destroys all of it. Pure."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


def seal(key: bytes, plain: bytes, nonce: bytes, about: bytes) -> bytes:
    """AES-256-GCM: the nonce, then what nobody reads without the key. `about` names the decision that it belongs to,
    so that it cannot be put beside another one. A nonce is used once, but for sealing the very same again."""
    return nonce + AESGCM(key).encrypt(nonce, plain, about)


def open_sealed(key: bytes, sealed: bytes, about: bytes) -> bytes | None:
    """What was sealed; None where it was with another key, for another decision, or changed since."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError):
        return None
