"""Authors: a keyed hash to recognise them again, a mask to show them."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

_MOST_STARS = 8


def fold_name(name: str) -> str:
    """One spelling of a name: NFKC, case folded, white space single."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def hash_author(name: str, key: bytes) -> str:
    """HMAC-SHA-256 of the folded name, in hex: without ``key`` nobody can try names against it."""
    return hmac.new(key, fold_name(name).encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def mask_author(name: str) -> str:
    """``王小明`` → ``王**``, ``alice`` → ``a****``; at most eight stars, and a name of one character is ``*``."""
    bare = name.strip()
    if len(bare) < 2:
        return "*"
    return bare[0] + "*" * min(len(bare) - 1, _MOST_STARS)
