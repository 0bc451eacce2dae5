"""HTML to plain text in one pass: no tree is built, so that a hostile page costs time in line with its length."""

from __future__ import annotations

import html
import re

_BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure",
     "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre",
     "section", "table", "tr", "ul"}
)  # fmt: skip
#: Elements whose content is not said to anyone.
_SILENT = ("script", "style", "template", "noscript", "iframe")
#: A quote that opens an attribute value; a stray apostrophe opens none.
_VALUE_START = re.compile(r"""=\s{0,8}["']""")
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9]*")
_EMOJI_ALT = re.compile(r"""\salt=(?:"([^"<>]{1,40})"|'([^'<>]{1,40})')""")
#: ``html.unescape`` would raise on a number of thousands of digits.
_HUGE_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{8,};?")


def html_to_text(markup: str) -> str:
    """The text of an HTML fragment: block ends and ``<br>`` become line breaks, other white space one space.

    Scripts, styles and comments are dropped, emoji images give their ``alt``. A ``<`` that opens no tag is itself.
    """
    pieces: list[str] = []
    position, size = 0, len(markup)
    quotes_hold = True
    while position < size:
        start = markup.find("<", position)
        if start < 0:
            start = size
        pieces.append(_inline(markup[position:start]))
        if start == size:
            break
        if markup.startswith("<!--", start):
            end = markup.find("-->", start + 4)
            position = size if end < 0 else end + 3
            continue
        closing = markup.startswith("/", start + 1)
        name = _NAME.match(markup, start + (2 if closing else 1))
        if not name and markup[start + 1 : start + 2] not in {"!", "?"}:
            pieces.append("<")
            position = start + 1
            continue
        end, quotes_hold = _tag_end(markup, name.end() if name else start + 2, quotes_hold)
        if end < 0:  # no ">" is left: what follows is text to the end
            pieces.append(_inline(markup[start:]))
            break
        tag = name[0].lower() if name else ""
        pieces.append(_shown(tag, markup[start:end]))
        position = _after_silent(markup, tag, end) if tag in _SILENT and not closing else end
    return _tidy("".join(pieces))


def _tag_end(markup: str, position: int, quotes_hold: bool) -> tuple[int, bool]:
    """Past the tag's ``>``, or −1; the flag turns false for good once a quote never closes (else quadratic)."""
    end = markup.find(">", position)
    start = position
    while quotes_hold and end >= 0:
        quote = _VALUE_START.search(markup, position, end)
        if not quote:
            return end + 1, True
        close = markup.find(quote[0][-1], quote.end())
        quotes_hold = close >= 0
        position = close + 1
        if quotes_hold and position > end:
            end = markup.find(">", position)
    if not quotes_hold:
        end = markup.find(">", start)
    return (end + 1 if end >= 0 else -1), quotes_hold


def _after_silent(markup: str, tag: str, position: int) -> int:
    found = re.compile(rf"</{tag}\b[^>]{{0,200}}>?", re.IGNORECASE).search(markup, position)
    return found.end() if found else len(markup)


def _shown(tag: str, source: str) -> str:
    if tag in _BLOCKS:
        return "\n"
    if tag in {"td", "th"}:
        return " "
    if tag == "img" and "emoji" in source:
        alt = _EMOJI_ALT.search(source)
        return html.unescape(alt[1] or alt[2]) if alt else ""
    return ""


def _inline(text: str) -> str:
    return html.unescape(_HUGE_REFERENCE.sub("\ufffd", re.sub(r"[ \t\r\n\f]+", " ", text)))


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t\u00a0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip()
