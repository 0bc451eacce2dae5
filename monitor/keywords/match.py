"""Asking a syntax tree about a document. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import itemgetter

from monitor.keywords.document import Document, Reading
from monitor.keywords.folding import Span, folded_text
from monitor.keywords.syntax import And, Field, Find, Near, Node, Not, Or, RatingRange


def holds(node: Node, reading: Reading) -> bool:
    if isinstance(node, Find):
        return any(True for _ in title_spans(node, reading)) or any(True for _ in text_spans(node, reading))
    if isinstance(node, And):
        return all(holds(part, reading) for part in node.parts)
    if isinstance(node, Or):
        return any(holds(part, reading) for part in node.parts)
    if isinstance(node, Not):
        return not holds(node.part, reading)
    if isinstance(node, Near):
        return near(node, reading)
    if isinstance(node, RatingRange):
        return reading.document.rating is not None and node.low <= reading.document.rating <= node.high
    return has_property(node, reading.document)


def title_spans(find: Find, reading: Reading) -> Iterable[Span]:
    return find.pattern.occurrences(reading.title) if reading.document.title else ()


def text_spans(find: Find, reading: Reading) -> Iterable[Span]:
    return find.pattern.occurrences(reading.text) if find.where == "both" else ()


def near(node: Near, reading: Reading) -> bool:
    """In the title or in the text: an occurrence pair is never split over both."""
    for spans_of, forms in ((text_spans, reading.text), (title_spans, reading.title)):
        left = sorted(set(chain.from_iterable(spans_of(find, reading) for find in node.left)))
        right = sorted(set(chain.from_iterable(spans_of(find, reading) for find in node.right))) if left else []
        if not right:
            continue
        between = forms.folded.units.between
        if follows(left, right, between, node.distance):
            return True
        if not node.ordered and follows(right, left, between, node.distance):
            return True
    return False


def follows(first: Sequence[Span], second: Sequence[Span], between: Callable[[int, int], int], distance: int) -> bool:
    """Whether one of ``second`` comes after one of ``first`` with at most ``distance`` units between them;
    both are sorted, and ``between`` counts the units from one offset to another."""
    by_end = sorted(first, key=lambda span: span[1])
    done, latest = 0, -1
    for start, _end in second:
        while done < len(by_end) and by_end[done][1] <= start:
            latest = by_end[done][1]
            done += 1
        # The latest end before it leaves the smallest gap.
        if latest >= 0 and between(latest, start) <= distance:
            return True
    return False


def has_property(field: Field, document: Document) -> bool:
    if field.name == "author":
        if document.author_hash is not None and field.author_hash is not None:
            return document.author_hash == field.author_hash
        return document.author is not None and plain(document.author) == field.value
    if field.name == "site":
        host = plain(document.site or "").split("://")[-1].split("/")[0].split(":")[0].strip(".")
        return host == field.value or host.endswith("." + field.value)
    if field.name == "source":
        return plain(document.source or "") == field.value
    return plain(document.lang or "") == field.value


def plain(value: str) -> str:
    return " ".join(folded_text(value).split())


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The occurrences that do not overlap: leftmost first, the longer of two that begin together."""
    kept: list[Span] = []
    end = 0
    # By start and then by the longer: sorted by start, and by end the other way round before that.
    for span in sorted(sorted(set(spans), key=itemgetter(1), reverse=True), key=itemgetter(0)):
        if span[0] >= end:
            kept.append(span)
            end = span[1]
    return tuple(kept)
