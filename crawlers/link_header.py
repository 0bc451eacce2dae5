"""The Link header of a response (RFC 8288), as far as paging needs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Longer than any that a server means; what stands after this is not read.
MAX_LENGTH = 8000
LINK = re.compile(r"<([^<>]*)>([^<>]*)")
NEXT = re.compile(r""";\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)""", re.IGNORECASE)


def next_link(response: TextResponse) -> str | None:
    """The absolute address of the part after this one, where the server names it."""
    for header in response.headers.getlist("Link"):
        for target, parameters in LINK.findall(header.decode("latin-1")[:MAX_LENGTH]):
            if NEXT.search(parameters):
                try:
                    return response.urljoin(target)
                except ValueError:
                    return None
    return None
