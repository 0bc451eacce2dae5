"""Takes secret values out of whatever leaves a crawl process: a server may repeat them where nobody expects it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from typing import TextIO, TypeVar, cast

from crawlers.events import CrawlEvent, from_line, to_line

E = TypeVar("E", bound=CrawlEvent)

#: Shorter values stand in any text by chance, and would garble it.
SHORTEST = 6
MASK = "***"


class Secrets:
    """The values that nobody may see, in each form in which they may come."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for value in values:
            self.add(value)

    def add(self, value: str) -> None:
        """Also while a crawl runs: tokens are had during it."""
        if len(value) < SHORTEST:
            return
        self._values.add(value)
        # One that holds another goes first, or a part of it would stay.
        self._pattern = re.compile("|".join(map(any_form, sorted(self._values, key=len, reverse=True))))

    def scrubbed(self, text: str) -> str:
        return self._pattern.sub(MASK, text) if self._pattern else text

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


def any_form(value: str) -> str:
    """A pattern of ``value`` in which each character may be escaped, as in an address or in JSON."""
    return "".join(f"(?:{'|'.join(forms(character))})" for character in value)


def forms(character: str) -> list[str]:
    octets = "".join(f"%{octet:02x}" for octet in character.encode("utf-8", "surrogatepass"))
    escaped = re.escape(json.dumps(character)[1:-1])
    return list(dict.fromkeys([re.escape(character), escaped, f"(?i:{octets})"]))
