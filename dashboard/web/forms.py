"""The token that proves a form came from a page of this session, written anew into every page.

Pages are compressed and repeat what the address says, so an unchanging token could be guessed from their length
(BREACH). Masked by a pad of its own it is other text in every response, and compresses with nothing.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets


def _combined(pad: bytes, text: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(pad, text, strict=True))


def masked(token: str) -> str:
    """``token`` under a fresh one-time pad, which travels with it."""
    text = token.encode()
    pad = secrets.token_bytes(len(text))
    return base64.urlsafe_b64encode(pad + _combined(pad, text)).decode()


def fits(sent: str, token: str) -> bool:
    """Whether ``sent`` is ``token`` under some pad; the token itself, unmasked, does not do."""
    try:
        found = base64.b64decode(sent.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    text = token.encode()
    if len(found) != 2 * len(text):
        return False
    return hmac.compare_digest(_combined(found[: len(text)], found[len(text) :]), text)
