"""The encoding that a page is really in: old boards send GBK under a header that says UTF-8, and the reverse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Where a ``<meta charset>`` has to stand (HTML, 4.2.5.4), generously.
HEAD = 4096


def readable(response: TextResponse) -> TextResponse:
    """``response`` in the encoding under which the fewest bytes are no text.

    Tried in this order: UTF-8, which no other encoding looks like by chance; what the page declares; what the header
    says; GB18030. A single-byte encoding that only the header names cannot be proved wrong and is believed.
    """
    body = response.body
    if body.isascii():
        return response
    best, fewest = response.encoding, len(body) + 1
    for name in candidates(response):
        unreadable = body.decode(name, "replace").count("\ufffd")
        if unreadable < fewest:
            best, fewest = name, unreadable
        if fewest == 0:
            break
    return response if best == response.encoding else response.replace(encoding=best)


def candidates(response: TextResponse) -> list[str]:
    from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, resolve_encoding

    header = (response.headers.get("Content-Type") or b"").decode("latin-1")
    declared = html_body_declared_encoding(response.body[:HEAD])
    stated = http_content_type_encoding(header)
    known = (resolve_encoding(name) for name in (declared, stated) if name)
    return list(dict.fromkeys(["utf-8", *(name for name in known if name), "gb18030"]))
