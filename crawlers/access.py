"""How the requests of a source prove who asks. Pure: a description, which :mod:`crawlers.authorizing` acts upon."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """The POST by which a token is had for a secret. ``secrets`` are what it holds that nobody may see."""

    url: str
    form: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Access:
    """``header`` goes to the origin of ``base`` and nowhere else, also not where a redirect leads.

    Its value is ``scheme`` and the ``secret``; or, where a ``token`` has to be had first, what is answered to that
    request, which is made of the time (aware) at which it is asked. ``secrets`` are what is made of the credential's
    own secret fields.
    """

    base: str
    header: str = "Authorization"
    scheme: str = "Bearer "
    secret: str = field(default="", repr=False)
    token: Callable[[datetime], TokenRequest] | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)

    def covers(self, url: str) -> bool:
        return origin(url) == origin(self.base)


def origin(url: str) -> tuple[str, str, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme)


def token_in(text: str) -> str | None:
    """The token that an answer holds (RFC 6749, section 5.1); ``None`` for an error, also one with status 200."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    found = data.get("access_token") if isinstance(data, dict) else None
    # What goes into a header is one line of visible ASCII.
    return found if isinstance(found, str) and found.isascii() and found.isprintable() and found.strip() else None
