"""The token that each copy of a form carries: it says when the copy was made, and names what is sent with it. Pure but
for the random name, which only :func:`new_token` draws.

A form that is sent twice (two clicks, a reload, a bad line) bears one name and is taken once. No cookie is involved:
inside the page of another site browsers would not keep it.
"""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: A form may lie open over night; what was answered to a name is remembered longer (``inbox.receiving``).
LIFETIME = timedelta(hours=24)
#: Clocks of two web processes differ.
AHEAD = timedelta(minutes=5)
_TOKEN = re.compile(r"(\d{1,12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})")
#: Crockford's alphabet without I, L, O and U: read over the telephone, nothing is mistaken.
_READABLE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}")


class TokenError(Exception):
    """``reason`` is ``forged`` or ``expired``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FormKey:
    secret: bytes = field(repr=False)


def form_key(author_key: bytes) -> FormKey:
    """Its own key: neither can be told from the other."""
    return FormKey(hmac.digest(author_key, b"tingfeng form", "sha256"))


def new_token(source_id: str, now: datetime, key: FormKey) -> str:
    name, issued = secrets.token_urlsafe(16), str(int(now.timestamp()))
    return f"{issued}.{name}.{signature(source_id, issued, name, key)}"


def name_of(token: str, source_id: str, now: datetime, key: FormKey) -> str:
    """The name of what is sent with it. Raises :class:`TokenError`."""
    found = _TOKEN.fullmatch(token)
    if not found or not hmac.compare_digest(signature(source_id, found[1], found[2], key), found[3]):
        raise TokenError("forged")
    age = now.timestamp() - int(found[1])
    if not -AHEAD.total_seconds() <= age <= LIFETIME.total_seconds():
        raise TokenError("expired")
    return found[2]


def signature(source_id: str, issued: str, name: str, key: FormKey) -> str:
    signed = hmac.digest(key.secret, f"{source_id}.{issued}.{name}".encode(), "sha256")
    return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def reference(source_id: str, name: str, key: FormKey) -> str:
    """The number that the sender is given, such as ``7Q2K-9XMD-4TCV``: 60 bits that tell nothing about the token."""
    digest = hmac.digest(key.secret, f"reference {source_id}.{name}".encode(), "sha256")
    letters = base64.b32encode(digest)[:12].decode().translate(_READABLE)
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))
