"""What a crawl reports, as frozen dataclasses, and their JSON Lines form between the crawl process and its parent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from monitor.mention import RawMention

Outcome = Literal["done", "failed", "blocked", "empty", "unavailable"]


@dataclass(frozen=True, slots=True)
class Found:
    """One item, as the page class read it."""

    mention: RawMention


@dataclass(frozen=True, slots=True)
class Gone:
    """An item that was taken away at the source: what is stored of it has to go. With ``prefix`` all items whose
    external id begins so."""

    external_id: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that could not be used; ``reason`` is short and stable, so that it can be counted."""

    reason: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A page that could not be fetched, or that its page class broke on: no item, so it counts on its own."""

    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response that came in, with its status; robots.txt is not reported."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A page as it came, for a job that only looks: ``asked`` led to ``url``; header names are in lower case."""

    asked: str
    url: str
    text: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suspect:
    """The last page, as text and bounded, that looks as if its layout had changed (:mod:`crawlers.suspicion`)."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """A page that the site does not give to us: robots.txt, a login, a challenge, 401, 403, 429."""

    reason: str
    url: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the next crawl goes on; always after the items that it stands for."""

    state: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finished:
    """The last event of every crawl. ``empty`` means that the source answered and had nothing.

    ``retry_after``: seconds for which the source asked to be left alone, where it said so.
    """

    outcome: Outcome
    reason: str = ""
    retry_after: int | None = None


CrawlEvent = Found | Gone | Rejected | Failed | Fetched | Answered | Suspect | Blocked | Cursor | Finished

NAMES: dict[str, type[CrawlEvent]] = {
    "found": Found,
    "gone": Gone,
    "rejected": Rejected,
    "failed": Failed,
    "fetched": Fetched,
    "answered": Answered,
    "suspect": Suspect,
    "blocked": Blocked,
    "cursor": Cursor,
    "finished": Finished,
}
TYPES = {kind: name for name, kind in NAMES.items()}


#: By kind of event, the fields of its line. ``asdict`` would copy each value, a cursor's thousands of digests too.
FIELDS = {kind: tuple(each.name for each in fields(kind)) for kind in TYPES}
MENTION = tuple(each.name for each in fields(RawMention))
encode = json.JSONEncoder(separators=(",", ":")).encode


def to_line(event: CrawlEvent) -> bytes:
    """One line of ASCII JSON with its line break; lone surrogates survive as escapes. What an item does not have is
    left out."""
    line: dict[str, Any] = {"event": TYPES[type(event)]}
    if isinstance(event, Found):
        found = event.mention
        line["mention"] = {name: value for name in MENTION if (value := getattr(found, name)) is not None}
    else:
        for name in FIELDS[type(event)]:
            line[name] = getattr(event, name)
    return encode(line).encode("ascii") + b"\n"


def from_line(line: bytes) -> CrawlEvent:
    """The event of one line. Raises ``ValueError`` where it is none."""
    try:
        values = json.loads(line)
        kind = NAMES[values.pop("event")]
        if kind is Found:
            return Found(RawMention(**values["mention"]))
        return kind(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a crawl event: {line[:80]!r}") from error
