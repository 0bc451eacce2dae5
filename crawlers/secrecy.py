"""Takes secret values out of whatever leaves a crawl process: a server may repeat them where nobody expects it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import TextIO, TypeVar, cast
from urllib.parse import quote, quote_plus

from crawlers.events import CrawlEvent, from_line, to_line

E = TypeVar("E", bound=CrawlEvent)

#: Shorter values stand in any text by chance, and would garble it.
SHORTEST = 6
MASK = "***"


class Secrets:
    """The values that nobody may see, in each form in which they may come."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._forms: list[str] = []
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Also while a crawl runs: tokens are had during it."""
        if len(value) < SHORTEST:
            return
        for form in (value, json.dumps(value)[1:-1], quote(value, safe=""), quote(value), quote_plus(value)):
            if form not in self._forms:
                self._forms.append(form)
        # One that holds another goes first, or a part of it would stay.
        self._forms.sort(key=len, reverse=True)

    def scrubbed(self, text: str) -> str:
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def without(self, event: E) -> E:
        """``event`` without a secret in any of its fields."""
        line = to_line(event).decode("ascii")
        clean = self.scrubbed(line)
        return event if clean == line else cast(E, from_line(clean.encode("ascii")))

    def guarded(self, emit: Callable[[CrawlEvent], None]) -> Callable[[CrawlEvent], None]:
        return lambda event: emit(self.without(event))


class ScrubbedStream(io.TextIOBase):
    """A text stream for logs, which passes lines on without secrets."""

    def __init__(self, stream: TextIO, secrets: Secrets) -> None:
        self._stream, self._secrets = stream, secrets

    def write(self, text: str) -> int:
        self._stream.write(self._secrets.scrubbed(text))
        return len(text)

    def flush(self) -> None:
        self._stream.flush()

    def writable(self) -> bool:
        return True
