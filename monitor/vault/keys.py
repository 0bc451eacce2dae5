"""The master key: 32 bytes that wrap the key of each item, and the name it goes by."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from monitor.vault.errors import MasterKeyError

#: Where it is read from: the environment, or the data folder's ``.env``.
VARIABLE = "TINGFENG_VAULT_KEY"
SIZE = 32


@dataclass(frozen=True, slots=True)
class MasterKey:
    """``id`` stands beside each item's key, so that one wrapped under another master key is told from a forged one."""

    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.secret) != SIZE:
            raise MasterKeyError(f"{VARIABLE} holds {len(self.secret)} bytes, not {SIZE}: write base64 of 32 bytes")

    @property
    def id(self) -> str:
        return sha256(b"tingfeng vault key " + self.secret).hexdigest()[:16]


def read_master_key(text: str) -> MasterKey:
    """From base64. Raises :class:`MasterKeyError`, which does not repeat the text."""
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise MasterKeyError(f"{VARIABLE} is not base64: write base64 of {SIZE} bytes") from None
    return MasterKey(secret)


def new_master_key() -> str:
    """A fresh one as base64."""
    return base64.b64encode(secrets.token_bytes(SIZE)).decode()
