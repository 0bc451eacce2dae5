"""Canonical URLs: two addresses of one page become one text."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit, urlunsplit

MAX_LENGTH = 4_000
_PORTS = {"http": 80, "https": 443}
#: Query parameters that say where a reader came from and never what the page is.
TRACKING = frozenset(
    {"spm", "scm", "fbclid", "gclid", "dclid", "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "_gl",
     "share_source", "share_medium", "share_from", "share_token", "sharer_shareid", "vd_source", "weibo_id",
     "bd_vid", "ref_src", "ref_url", "timestamp_share", "xsec_source"}
)  # fmt: skip
_SAFE = "/:@!$&'()*+,;=%-._~"
#: Most addresses are as they should be: a host in lower case and a path of safe characters, nothing else.
_CANONICAL = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/[A-Za-z0-9/:@!$&'()*+,;=%\-._~]*")


def canonical_url(stated: str | None) -> str | None:
    """Scheme and host in lower case, no default port, user, fragment or tracking parameter; path and order stay.

    ``None`` for what is missing, malformed, over-long or not http(s): such an address is never shown as a link.
    """
    if not stated:
        return None
    if len(stated) <= MAX_LENGTH and _CANONICAL.fullmatch(stated):
        return stated
    text = stated.strip()
    if not text.isprintable():
        text = "".join(ch for ch in text if ch.isprintable())
    if not text or len(text) > MAX_LENGTH:
        return None
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host or any(ch in host for ch in ' <>"\\^`{|}'):
        return None
    bare = f"[{host}]" if ":" in host else host.rstrip(".")
    netloc = bare if port in (None, _PORTS[scheme]) else f"{bare}:{port}"
    kept = [pair for pair in parts.query.split("&") if pair and not _tracks(pair)]
    return urlunsplit(
        (scheme, netloc, quote(parts.path or "/", safe=_SAFE), quote("&".join(kept), safe=_SAFE + "?[]"), "")
    )


def _tracks(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name.startswith("utm_") or name in TRACKING
