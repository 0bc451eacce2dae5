"""What the crawls of one source have read and have still to read: the memory between crawls, as a pure value.

Three things make collecting incremental without a hole: a listing is read from its newest part until a part brings no
news; a page is skipped while it shows the state in which it was read before; and what a crawl that ended early had
still to fetch is where the next one goes on.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

from crawlers.page import Follow
from monitor.mention import RawMention

#: Digests kept. Forgetting one costs a page fetched again, never an item. Half are the first that a crawl meets, the
#: top of its listings, where the next crawl finds out that there is no news; the others are the last that it met.
SEEN = 4096
FIRST = SEEN // 2
#: Pages kept for the next crawl. More than these are named again by their listing.
WAITING = 2000
#: Crawls that try a page in vain before it is given up.
TRIES = 3


def digest(*parts: str | None) -> str:
    """Eight characters that stand for ``parts``: one false "known" in 10^10 for a full memory."""
    joined = json.dumps(parts).encode("ascii")
    return b64encode(blake2b(joined, digest_size=6).digest()).decode("ascii")


def item_digest(item: RawMention) -> str:
    """An edit is news; another number of likes is none."""
    own = item.external_id or f"{item.url} {item.author} {item.published}"
    return digest("item", own, item.title, item.text, item.rating)


def page_digest(follow: Follow) -> str:
    return digest("page", follow.url, follow.version)


@dataclass
class Frontier:
    """Use one per crawl, restored from the last one's :meth:`state`.

    ``thorough`` reads listings to their end whatever is known, for a back-fill. ``known`` counts pages and items that
    were left out or met again, which tells "nothing new" from "nothing there"; ``given_up`` are the addresses that
    failed too often.
    """

    thorough: bool = False
    known: int = 0
    given_up: list[str] = field(default_factory=list)
    _first: dict[str, None] = field(default_factory=dict)
    _before: dict[str, None] = field(default_factory=dict)
    _last: dict[str, None] = field(default_factory=dict)
    _waiting: dict[str, tuple[Follow, int]] = field(default_factory=dict)

    @classmethod
    def restored(cls, state: Mapping[str, Any], *, thorough: bool = False) -> Frontier:
        """From :meth:`state`; anything unreadable in it is left out, which costs a page fetched again."""
        frontier = cls(thorough=thorough)
        for each in state.get("seen", ()):
            frontier._before[str(each)] = None
        for entry in state.get("waiting", ()):
            url, context, version, is_next, tries = entry
            frontier._waiting[url] = (Follow(url, context=context, version=version, next=is_next), tries)
        return frontier

    def state(self) -> dict[str, Any]:
        """JSON values: what the next crawl has to know."""
        waiting = list(self._waiting.values())[:WAITING]
        return {
            "seen": [*self._first, *self._before, *self._last][:SEEN],
            "waiting": [[f.url, dict(f.context), f.version, f.next, tries] for f, tries in waiting],
        }

    def left_over(self) -> list[Follow]:
        """What earlier crawls had still to read. Their continuations are followed to the end that they had in mind."""
        return [follow for follow, _ in self._waiting.values()]

    def admit(
        self, follows: Iterable[Follow], items: Iterable[RawMention], *, resumed: bool = False
    ) -> Iterator[Follow]:
        """Which of the ``follows`` of a page to fetch, given the page's ``items``.

        ``resumed``: the page was left over by an earlier crawl, so that what comes after it is unread whether the page
        itself brought news or not.
        """
        follows = list(follows)
        fresh = [each for each in follows if not each.next and self._is_fresh(each)]
        news = bool(fresh)
        if any(each.next for each in follows):
            for item in items:
                news |= self._remember(item_digest(item))
        further = [each for each in follows if each.next] if news or resumed or self.thorough else []
        for each in (*fresh, *further):
            self._waiting[each.url] = (each, self._waiting[each.url][1] if each.url in self._waiting else 0)
            yield each

    def read(self, url: str) -> None:
        """The page was answered and everything on it was handed on."""
        entry = self._waiting.pop(url, None)
        if entry and entry[0].version is not None:
            self._remember(page_digest(entry[0]))

    def failed(self, url: str, *, for_good: bool = False, closed: bool = False) -> None:
        """The page was not answered; ``for_good`` (it is gone, it is forbidden) does not try again, and ``closed`` (it
        is shown to members only) not before its state is another."""
        if url not in self._waiting:
            return
        follow, tries = self._waiting[url]
        if closed and follow.version is not None:
            self._remember(page_digest(follow))
        if for_good or tries + 1 >= TRIES:
            del self._waiting[url]
            self.given_up.append(url)
        else:
            self._waiting[url] = (follow, tries + 1)

    def _is_fresh(self, follow: Follow) -> bool:
        if follow.version is None or self.thorough:
            return True
        key = page_digest(follow)
        if not self._knows(key):
            return True
        self._remember(key)
        return False

    def _knows(self, key: str) -> bool:
        return key in self._first or key in self._before or key in self._last

    def _remember(self, key: str) -> bool:
        """Whether it was new. Bounded, however long the crawl."""
        new = not self._knows(key)
        self.known += not new
        if key in self._first:
            return new
        self._before.pop(key, None)
        self._last.pop(key, None)
        if len(self._first) < FIRST:
            self._first[key] = None
        else:
            self._last[key] = None
            if len(self._last) > SEEN - FIRST:
                del self._last[next(iter(self._last))]
        return new
