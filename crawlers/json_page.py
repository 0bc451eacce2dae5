"""The base of page classes that read JSON, and tolerant access to what other people's JSON holds.

Every function takes whatever there is: a missing key, a list where an object was promised or a number for a string
gives ``None`` or nothing, never an exception.
"""

from __future__ import annotations

import json
import math
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crawlers.page import Page, Parsed, S
from monitor.mention import Rejection

if TYPE_CHECKING:
    from scrapy.http import TextResponse

Object = Mapping[str, Any]


class JsonPage(Page[S]):
    """A page class writes :meth:`read`; what is no JSON is a rejection with the reason "bad json"."""

    def parse(self, response: TextResponse) -> Iterator[Parsed]:
        try:
            data = json.loads(response.text)
        except (ValueError, RecursionError) as error:
            yield Rejection("bad json", str(error)[:200], response.url)
            return
        yield from self.read(data, response)

    @abstractmethod
    def read(self, data: Any, response: TextResponse) -> Iterable[Parsed]:
        """Everything found in the JSON ``data`` of ``response``, which may be any JSON value."""


def at(data: Any, *path: str | int) -> Any:
    """The value at ``path``, or ``None``."""
    for key in path:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and -len(data) <= key < len(data):
            data = data[key]
        else:
            return None
    return data


def text_at(data: Any, *path: str | int) -> str | None:
    """The text or the number at ``path`` as text; ``None`` where there is none, or only white space."""
    value = at(data, *path)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = str(value)
    # Half of a pair of surrogates, which JSON can escape, is no character: no address and no file can hold it.
    text = text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.strip() else None


def count_at(data: Any, *path: str | int) -> int | None:
    """A number of likes or replies at ``path``: a whole number from 0 up, also as text ("1,204")."""
    value = at(data, *path)
    if isinstance(value, str) and value.replace(",", "").isdecimal() and len(value) < 16:
        value = int(value.replace(",", ""))
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return None
    return int(min(value, 2**53))


def objects_at(data: Any, *path: str | int) -> list[Object] | None:
    """The objects of the list at ``path``, leaving out what is none; ``None`` where there is no list."""
    value = at(data, *path)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else None
