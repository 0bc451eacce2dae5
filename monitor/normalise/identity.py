"""The key of an item that brings none of its own."""

from __future__ import annotations

import hashlib
from datetime import datetime

from monitor.redact.author import fold_name

#: As wide as the column; a longer id is replaced by its hash.
MAX_LENGTH = 300
#: Names that many people share say nothing about who wrote.
ANONYMOUS = frozenset({"匿名", "匿名用户", "匿名网友", "anonymous", "guest", "游客", "网友"})


def stated_id(stated: str | None) -> str | None:
    """An id of the source's own as the store keeps it; a parent's id goes the same way and so finds its parent."""
    own = "".join(ch for ch in (stated or "") if ch.isprintable()).strip()
    if not own:
        return None
    return own if len(own) <= MAX_LENGTH else _hash(own)


def external_id(stated: str | None, url: str | None, author: str | None, published: datetime | None, text: str) -> str:
    """``stated`` if there is one, else a SHA-256 over canonical URL, folded author and published time.

    ``published`` is ``None`` where the time is unknown or moves with the reader ("3 小时前"). There, and where the
    author is unknown, the text joins the key: two anonymous reviews of one day on one page are two mentions.
    """
    if own := stated_id(stated):
        return own
    name = fold_name(author) if author else ""
    known = bool(name) and name not in ANONYMOUS and published is not None
    return _hash("\x1f".join((url or "", name, published.isoformat() if published else "", "" if known else text)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
