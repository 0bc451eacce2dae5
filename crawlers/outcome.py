"""How a crawl ended, told from what was seen on the way. Pure.

A page that came and could not be read at all is no page of which some items are bad: where it is what the source begins
with, or most of what came, the crawl did not work, whatever older pages brought besides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from crawlers.events import Blocked, Failed, Finished, Outcome, Rejected
from monitor.health.fields import UNREADABLE
from monitor.mention import Rejection

Trouble = Rejected | Failed | Blocked

#: Reasons for which a whole page gives nothing; "no text" is said of single items.
WHOLE_PAGE = (UNREADABLE - {"no text"}) | {"not a page", "error answer", "not found", "login required"}
#: Those by which a site says that it does not give the page to us.
REFUSED = frozenset({"login required"})
#: Pages that came without being readable, from which on their share counts.
LEAST = 2


def unreadable(refused: Collection[Rejection], found: int) -> str | None:
    """Why a page on which ``found`` things (items, links, deletions) were found could not be read at all."""
    if found:
        return None
    return next((each.reason for each in refused if each.reason in WHOLE_PAGE), None)


@dataclass(slots=True)
class Course:
    """What a crawl met. ``starts`` are the addresses that it begins with, and ``lost`` those of them that gave nothing;
    ``read`` counts pages that came with content, ``garbled`` why some of them could not be read; ``limit`` is the limit
    that ended it; ``outside`` counts items that a back-fill does not hold."""

    troubles: list[Trouble] = field(default_factory=list)
    starts: set[str] = field(default_factory=set)
    lost: dict[str, Trouble] = field(default_factory=dict)
    read: int = 0
    garbled: list[str] = field(default_factory=list)
    found: int = 0
    outside: int = 0
    unchanged: bool = False
    limit: str = ""
    retry_after: int | None = None

    def ended(self, close_reason: str, *, known: int, megabytes: int) -> Finished:
        """``known``: pages and items that were met before. A crawl that brought something is done, with its troubles as
        the reason, unless it could not read what matters."""
        if close_reason == "memusage_exceeded":
            return Finished("failed", f"memory limit of {megabytes} MB reached")
        if self.limit.startswith(("memory", "stopped")):
            return Finished("failed", self.limit)
        if close_reason == "closespider_timeout":
            self.limit = "time limit reached; the rest is read by the next crawl"
            if not self.found:
                return Finished("failed", "time limit reached")
        blocks = [each.reason for each in self.troubles if refuses(each)]
        if told_off := [reason for reason in blocks if reason.startswith("too many")]:
            return Finished("blocked", told_off[0], self.retry_after)
        if self.starts and self.starts <= self.lost.keys():
            return self.without_start()
        if len(self.garbled) >= LEAST and 2 * len(self.garbled) > self.read:
            outcome: Outcome = "blocked" if self.garbled[0] in REFUSED else "failed"
            return Finished(outcome, f"{self.garbled[0]}: {len(self.garbled)} of {self.read} pages", self.retry_after)
        if self.found:
            return Finished("done", self.limit or self.words(self.troubles), self.retry_after)
        if blocks:
            return Finished("blocked", blocks[0], self.retry_after)
        if self.troubles:
            return Finished("failed", self.words(self.troubles), self.retry_after)
        return self.nothing(known)

    def without_start(self) -> Finished:
        """Nothing that the source begins with could be read; what older pages brought is stored all the same."""
        lost = list(self.lost.values())
        if refused := [each for each in lost if refuses(each)]:
            return Finished("blocked", refused[0].reason, self.retry_after)
        return Finished("failed", self.words(self.troubles or lost), self.retry_after)

    def nothing(self, known: int) -> Finished:
        if self.unchanged:
            return Finished("done", "not modified")
        if self.outside:
            return Finished("done", "nothing in that time")
        return Finished("done", "nothing new") if known else Finished("empty", "no items on the page")

    @staticmethod
    def words(troubles: list[Trouble]) -> str:
        others = f" (and {len(troubles) - 1} more)" if len(troubles) > 1 else ""
        return f"{troubles[0].reason}{others}" if troubles else ""


def refuses(trouble: Trouble) -> bool:
    """Whether the site does not give us the page, by its status or in its words."""
    return isinstance(trouble, Blocked) or (isinstance(trouble, Rejected) and trouble.reason in REFUSED)
