"""What waits in the inbox is sealed: AES-256-GCM under a key that is made of the authors' key, which every installation
has. Pure but for the nonce, which only :func:`seal` draws."""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from monitor.mention import RawMention
from monitor.vault.payload import payload_of

NONCE = 12


class SealBrokenError(ValueError):
    """The row was changed, or the key is not the one that it was sealed under."""


@dataclass(frozen=True, slots=True)
class InboxKey:
    """32 bytes; see :func:`inbox_key`."""

    secret: bytes = field(repr=False)


def inbox_key(author_key: bytes) -> InboxKey:
    """Its own key: neither can be told from the other."""
    return InboxKey(hmac.digest(author_key, b"tingfeng inbox", "sha256"))


def seal(found: RawMention, source_id: str, key: InboxKey) -> bytes:
    """Bound to its source, so that it cannot be moved to another."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key.secret).encrypt(nonce, payload_of(found), source_id.encode())


def unseal(sealed: bytes, source_id: str, key: InboxKey) -> RawMention:
    """Raises :class:`SealBrokenError`."""
    try:
        payload = AESGCM(key.secret).decrypt(sealed[:NONCE], sealed[NONCE:], source_id.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("cannot be opened: TINGFENG_AUTHOR_KEY is another, or the row was changed") from error
    return RawMention(**json.loads(payload))
