"""Sealing and opening: zlib, then AES-256-GCM under a key of the item's own, which is wrapped under the master key.

Pure but for the randomness of keys and nonces, which only :func:`seal` draws. Both ciphertexts are bound to every
column of the row they stand in (:class:`Binding`), so that a row that was changed or swapped does not open.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.vault.binding import COLUMNS, Binding
from monitor.vault.errors import TamperedError
from monitor.vault.keys import MasterKey

NONCE, KEY = 12, 32
encode = json.JSONEncoder(separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Sealed:
    """``blob`` is nonce (12 bytes), ciphertext and tag (16) of the compressed payload; ``wrapped`` the same of its
    key."""

    blob: bytes
    wrapped: bytes


def seal(payload: bytes, bound: Binding, master: MasterKey) -> Sealed:
    """``payload`` under a fresh key."""
    associated = associated_data(bound)
    random = os.urandom(KEY + 2 * NONCE)
    key, nonce, wrapping = random[:KEY], random[KEY : KEY + NONCE], random[KEY + NONCE :]
    blob = AESGCM(key).encrypt(nonce, zlib.compress(payload), b"payload" + associated)
    wrapped = AESGCM(master.secret).encrypt(wrapping, key, b"key" + associated)
    return Sealed(nonce + blob, wrapping + wrapped)


def unseal(sealed: Sealed, bound: Binding, master: MasterKey) -> bytes:
    """The payload as it was sealed. Raises :class:`TamperedError` where any byte of it, of its key or of ``bound`` is
    another, or the master key is."""
    associated = associated_data(bound)
    try:
        key = AESGCM(master.secret).decrypt(sealed.wrapped[:NONCE], sealed.wrapped[NONCE:], b"key" + associated)
        packed = AESGCM(key).decrypt(sealed.blob[:NONCE], sealed.blob[NONCE:], b"payload" + associated)
    except (InvalidTag, ValueError) as error:  # ValueError: a nonce or text too short to be one
        where = f"mention {bound.mention_id}, revision {bound.revision}"
        raise TamperedError(f"the evidence of {where} is not what was sealed: restore it from a backup") from error
    payload = zlib.decompress(packed)
    if sha256(payload).hexdigest() != bound.sha256:  # sealed wrong: authenticated, but not what its row says
        raise TamperedError(f"the evidence of mention {bound.mention_id} does not have the SHA-256 of its row")
    return payload


def associated_data(bound: Binding) -> bytes:
    """JSON of all columns keeps them apart."""
    captured_at = bound.captured_at.astimezone(UTC).isoformat()
    values = [captured_at if name == "captured_at" else getattr(bound, name) for name in COLUMNS]
    return encode(values).encode()
