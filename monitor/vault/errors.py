"""Why a payload cannot be read; each message says what to do. ``state`` is the short name that pages have words for."""

from __future__ import annotations


class VaultError(Exception):
    state = "failed"


class NoEvidenceError(VaultError):
    state = "absent"


class ErasedError(VaultError):
    """The item's key was deleted: nobody can read it any more."""

    state = "erased"


class TamperedError(VaultError):
    """The stored row is not what was sealed."""

    state = "tampered"


class MasterKeyError(VaultError):
    """There is no master key, it is malformed, or it is not the one that the item's key is wrapped under."""

    state = "locked"
