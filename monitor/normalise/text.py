"""Plain text that is safe to store, show and search: NFC, without control and direction characters."""

from __future__ import annotations

import re
import unicodedata

from monitor.normalise.markup import html_to_text

#: No person writes more combining marks on one letter (UAX #15 allows 30); a longer run makes NFC quadratic.
_MARK_RUN = 30

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls except tab, line feed, carriage return, next line
    "\u00ad\u200b\u2060-\u2064\ufeff"  # soft hyphen, zero-width space, word joiner, unseen operators, byte-order mark
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction marks, embeddings, overrides, isolates; deprecated
    "\ufff9-\ufffb]"  # interlinear annotation
)
_LINE_END = re.compile("\r\n?|[\u0085\u2028\u2029]")
_LONG_NON_WORD = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARK_RUN + 1},}}")


def clean_text(text: str, *, markup: bool) -> str:
    """``text`` for storage. Not NFKC: ``①`` and full-width forms stay as written; folding belongs to matching.

    A surrogate pair is joined, a lone surrogate becomes U+FFFD; line ends become ``\\n``; outer white space goes.
    """
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    plain = html_to_text(joined) if markup else joined
    # A character reference can bring a surrogate or control back, hence invisible characters go last.
    lines = _INVISIBLE.sub("", _LINE_END.sub("\n", plain))
    return unicodedata.normalize("NFC", _LONG_NON_WORD.sub(_cap_marks, lines)).strip()


def clean_line(text: str | None, *, markup: bool = False, limit: int) -> str | None:
    """A name or title: one line, cut at ``limit`` characters; ``None`` when nothing is left."""
    if text is None:
        return None
    line = " ".join(clean_text(text[: limit * 20], markup=markup).split())
    return line[:limit].rstrip() or None


def _cap_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for ch in found[0]:
        run = run + 1 if unicodedata.combining(ch) else 0
        if run <= _MARK_RUN:
            kept.append(ch)
    return "".join(kept)
