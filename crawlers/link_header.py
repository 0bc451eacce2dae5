"""The Link header of a response (RFC 8288): the addresses that it names by their relation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import TextResponse

#: Longer than any that a server means; what stands after this is not read.
MAX_LENGTH = 8000
LINK = re.compile(r"<([^<>]*)>([^<>]*)")
RELATIONS = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def linked(response: TextResponse, relation: str) -> str | None:
    """The absolute address that stands in the given relation (``next``), where the server names one."""
    for header in response.headers.getlist("Link"):
        for target, parameters in LINK.findall(header.decode("latin-1")[:MAX_LENGTH]):
            found = RELATIONS.search(parameters)
            if found and relation in (found[1] or found[2]).lower().split():
                return joined(response, target)
    return None


def joined(response: TextResponse, target: str) -> str | None:
    """``target`` as an absolute address; ``None`` for what is no address."""
    try:
        return response.urljoin(target)
    except ValueError:
        return None
