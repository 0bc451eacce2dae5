"""Marks in a mention's text: keywords and the words that made its score. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.mention import Reason

#: Weights from which a wash is medium and strong; below the first it is faint.
MEDIUM, STRONG = 0.15, 0.4


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same marks; ``classes`` are of the style sheet."""

    text: str
    keyword: str = ""
    wash: str = ""

    @property
    def plain(self) -> bool:
        return not self.keyword and not self.wash

    @property
    def classes(self) -> str:
        return " ".join(filter(None, ("hit" if self.keyword else "", self.wash)))


def wash(weight: float) -> str:
    """The class of a reason's weight: its sign as colour, its size as one of three strengths."""
    size = 3 if abs(weight) >= STRONG else 2 if abs(weight) >= MEDIUM else 1
    return f"{'neg' if weight < 0 else 'pos'}-{size}"


def segments(
    text: str,
    keywords: Iterable[tuple[str, Sequence[tuple[int, int]]]],
    reasons: Iterable[Reason] = (),
) -> tuple[Segment, ...]:
    """``text`` cut at every border of a mark. Spans (half-open code points) may overlap and reach past the end, as
    after an edit; what lies outside is cut off. Joined, the segments are ``text``."""
    marks = [(*span, name, "") for name, spans in keywords for span in spans]
    marks += [(*reason.span, "", wash(reason.weight)) for reason in reasons if reason.weight]
    kept = [(max(0, a), min(len(text), b), name, tint) for a, b, name, tint in marks if max(0, a) < min(len(text), b)]
    borders = sorted({0, len(text), *(a for a, *_ in kept), *(b for _, b, *_ in kept)})
    result = []
    for start, end in pairwise(borders):
        over = [(name, tint) for a, b, name, tint in kept if a <= start and end <= b]
        result.append(
            Segment(
                text[start:end],
                keyword=", ".join(dict.fromkeys(name for name, _ in over if name)),
                wash=next((tint for _, tint in over if tint), ""),
            )
        )
    return tuple(result)
