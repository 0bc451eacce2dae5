"""Asking a syntax tree about a document. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from monitor.keywords.document import Document, Reading
from monitor.keywords.folding import Folded, Span, Units, fold
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
    return find.pattern.occurrences(reading.title, reading.raw_title) if reading.document.title else ()


def text_spans(find: Find, reading: Reading) -> Iterable[Span]:
    return find.pattern.occurrences(reading.text, reading.raw_text) if find.where == "both" else ()


def near(node: Near, reading: Reading) -> bool:
    """In the title or in the text: an occurrence pair is never split over both."""
    for spans_of, folded in ((text_spans, "text"), (title_spans, "title")):
        left = sorted(set(chain.from_iterable(spans_of(find, reading) for find in node.left)))
        right = sorted(set(chain.from_iterable(spans_of(find, reading) for find in node.right))) if left else []
        if not right:
            continue
        target: Folded = reading.text if folded == "text" else reading.title
        if follows(left, right, target.units, node.distance):
            return True
        if not node.ordered and follows(right, left, target.units, node.distance):
            return True
    return False


def follows(first: list[Span], second: list[Span], units: Units, distance: int) -> bool:
    """Whether one of ``second`` comes after one of ``first`` with at most ``distance`` units between them."""
    by_end = sorted(first, key=lambda span: span[1])
    done, latest = 0, -1
    for start, _end in second:
        while done < len(by_end) and by_end[done][1] <= start:
            latest = by_end[done][1]
            done += 1
        # The latest end before it leaves the smallest gap.
        if latest >= 0 and units.between(latest, start) <= distance:
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
    return " ".join(fold(value).text.split())


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The occurrences that do not overlap: leftmost first, the longer of two that begin together."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)
