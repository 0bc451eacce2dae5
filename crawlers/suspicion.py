"""Keeps the last page of a crawl that looks as if its layout had changed, so that whoever mends it can see it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawlers.events import Suspect
from monitor.health.fields import LOST, UNREADABLE
from monitor.mention import RawMention, Rejection

#: Bytes of a page that are kept, in UTF-8.
LARGEST = 2 * 1024 * 1024


class Suspicion:
    """``usual``: the fields that this source's items have, by kind of item (``CrawlJob.usual``)."""

    def __init__(self, usual: Mapping[str, Sequence[str]]) -> None:
        self._usual = usual
        self._kept: tuple[str, str] | None = None
        self._sure = False

    def look(
        self, url: str, text: str, items: Sequence[RawMention], refused: Sequence[Rejection], follows: int
    ) -> None:
        """One page that was read. A page that lacks what it had is kept before one that merely holds nothing."""
        sure = self.lacking(items) or any(each.reason in UNREADABLE for each in refused)
        if sure or (not self._sure and not items and not follows):
            self._kept, self._sure = (url, cut(text)), sure

    def lacking(self, items: Sequence[RawMention]) -> bool:
        """Whether more than a fifth of the items of one kind lack a usual field."""
        for kind, names in self._usual.items():
            mine = [item for item in items if item.kind == kind]
            for name in names:
                missing = sum(1 for item in mine if not (getattr(item, name, None) or "").strip())
                if missing > LOST * len(mine):
                    return True
        return False

    def event(self) -> Suspect | None:
        return None if self._kept is None else Suspect(*self._kept)


def cut(text: str) -> str:
    """At most LARGEST bytes in UTF-8; lone surrogates become question marks."""
    data = text.encode("utf-8", "replace")
    return (data[:LARGEST] if len(data) > LARGEST else data).decode("utf-8", "ignore")
