"""Chooses the part of the items that says how many stars each gives. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crawlers.discovery.expressions import PLAIN, with_class
from crawlers.discovery.probes import Probe
from crawlers.discovery.rule import Rule
from monitor.normalise.ratings import UnreadableRatingError, read_rating

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]

    Classes = Callable[[HtmlElement], frozenset[str]]

HINT = re.compile(r"star|rating|rate\b|score|grade|rank|评分|评价|打分|星", re.IGNORECASE)
NUMBER = r"(\d(?:[.,]\d)?)"
#: How a value may hold a rating: the regular expression to cut it out, or none for the whole.
FORMS: tuple[tuple[str | None, str], ...] = (
    (None, "any"),
    (r"(?:star|rating|rate|score|stars|rank)s?(?:-rating)?[-_ ]?(?:value)?[-_ ]?(\d(?:[.-]?[05])?)(?:\D|$)", "class"),
    (r"(?:star-rating|rating|stars?|score) (\w+)", "class"),
    (r"(\w+)[- ]stars?\b", "class"),
    (r"(?:^|[^\d/.-])(\d(?:[.,]\d)? ?(?:/|out of|of|满分) ?(?:5|10)(?:[.,]0)?)(?:[^\d/.-]|$)", "text"),
    (rf"(?:评分|评价|打分|[Rr]ating|[Ss]core|[Rr]ated|[Ss]tars?)[::]? ?{NUMBER}(?:[^\d]|$)", "text"),
    (rf"{NUMBER} ?(?:stars?|颗?星|分)", "text"),
    (r"([★⭐]{1,5}[☆✩]{0,4})", "text"),
    (r"([★⭐][★⭐☆✩]{0,4})", "text"),
)
#: "images/star4.gif", "/img/stars-3.5.png", "rating_5_0.svg".
PICTURE = (
    r"(?:star|rating|rate|score|grade|xing|xin)s?[-_]?(\d(?:[._-]?[05])?)(?:[-_](?:0|on|full))?"
    r"\.(?:gif|png|jpe?g|svg|webp)"
)
WIDTH = r"width: ?(\d+(?:\.\d+)?)%"
WIDTHS: Mapping[str, str] = {str(20 * stars): str(stars) for stars in range(1, 6)} | {
    str(20 * stars + 10): f"{stars}.5" for stars in range(1, 5)
}


def choose_rating(probes: Sequence[Probe]) -> Rule | None:
    """The likeliest; ``None`` where less than half of the items are rated at one place."""
    rules = [rule for probe in probes for rule in rules_of(probe)]
    return max(rules, key=lambda rule: rule.score, default=None)


def rules_of(probe: Probe) -> Iterator[Rule]:
    marked = bool(HINT.search(probe.hints))
    for name, values in probe.attributes.items():
        if name == "style":
            yield from judged(probe, name, values, WIDTH, WIDTHS, 0.1 if marked else -0.3)
            continue
        if name == "src":
            yield from judged(probe, name, values, PICTURE, {}, 0.15)
            continue
        wanted = "class" if name == "class" else "text"
        strong = bool(HINT.search(name)) or (marked and name in {"content", "value", "data-value"})
        for regex, use in FORMS:
            if (regex is None and (strong or name in {"title", "aria-label", "alt"})) or use == wanted:
                yield from judged(probe, name, values, regex, {}, 0.25 if strong else 0.1)
    for attribute, values in ((None, probe.texts), ("text()", probe.own_texts)):
        if any(node in probe.items for node in probe.nodes):
            continue  # of all the words of an item some always look like points
        if max((len(value) for value in values if value), default=999) <= 60:
            for regex, use in FORMS:
                if use != "class" and (regex or marked or is_starred(values)):
                    yield from judged(probe, attribute, values, regex, {}, (0.15 if marked else 0.0))
    yield from counted(probe, marked=marked)


def is_starred(values: Sequence[str | None]) -> bool:
    return all(set(value) <= set("★☆⭐✩ ") for value in values if value)


def judged(
    probe: Probe,
    attribute: str | None,
    values: Sequence[str | None],
    regex: str | None,
    renamed: Mapping[str, str],
    bonus: float,
) -> Iterator[Rule]:
    read = [rated(value, regex, renamed) for value in values]
    good = [each for each in read if each is not None]
    coverage = len(good) / len(values)
    if coverage < 0.5 or len(good) < 0.9 * sum(value is not None for value in values):
        return
    score = 0.6 * coverage + bonus + (0.1 if len(set(good)) > 1 else 0.0) - (0.02 if regex else 0.0)
    score -= 0.15 if "sibling" in probe.expression.xpath else 0.0
    if score >= 0.5:
        nodes = frozenset(node for node in probe.nodes if node is not None)
        yield Rule(probe.select(attribute), score, coverage, nodes, regex, renamed, partial=attribute is not None)


def rated(value: str | None, regex: str | None, renamed: Mapping[str, str]) -> float | None:
    if value is None:
        return None
    if regex:
        found = re.search(regex, value)
        if not found:
            return None
        value = found[1]
    value = renamed.get(value, value)
    try:
        return read_rating(value)
    except UnreadableRatingError:
        return None


def counted(probe: Probe, *, marked: bool) -> Iterator[Rule]:
    """Rows of five star pictures, of which some are full: told apart by a class that only these or only the others
    have, themselves or in what they hold."""
    for tag in sorted({child.tag for node in probe.nodes if node is not None for child in node if is_element(child)}):
        rows = [[] if node is None else [child for child in node if child.tag == tag] for node in probe.nodes]
        whole = [row for row in rows if row]
        if len(whole) < 0.5 * len(rows) or any(len(row) != 5 for row in whole):
            continue
        for path, classes_of in (("", own_classes), ("descendant-or-self::*", all_classes)):
            if condition := full_star(whole, classes_of, path, marked=marked):
                xpath = f"(string(count(({probe.expression.xpath})[1]/{tag}[{condition}])))"
                nodes = frozenset(star for row in whole for star in row)
                coverage = len(whole) / len(rows)
                yield Rule(xpath, 0.7 * coverage + 0.1, coverage, nodes, map={"0": ""})
                break


def is_element(node: HtmlElement) -> bool:
    return isinstance(node.tag, str)


def own_classes(star: HtmlElement) -> frozenset[str]:
    return frozenset((star.get("class") or "").split())


def all_classes(star: HtmlElement) -> frozenset[str]:
    return frozenset(token for each in star.iter() if is_element(each) for token in (each.get("class") or "").split())


def full_star(rows: Sequence[Sequence[HtmlElement]], classes_of: Classes, path: str, *, marked: bool) -> str | None:
    """An XPath condition that only full stars meet, which stand before the empty ones; ``None`` for other things."""
    classes = [[classes_of(star) for star in row] for row in rows]
    kinds = Counter(kind for row in classes for kind in row)
    starred = marked or any(HINT.search(" ".join(kind)) for kind in kinds)
    firsts = {row[0] for row in classes}
    if not starred or len(kinds) != 2 or len(firsts) != 1:
        return None
    full = firsts.pop()
    other = next(kind for kind in kinds if kind != full)
    if any(row != sorted(row, key=lambda kind: kind != full) for row in classes):
        return None
    token = next((each for each in sorted(full - other) if PLAIN.match(each)), None)
    without = next((each for each in sorted(other - full) if PLAIN.match(each)), None)
    if token is None and without is None:
        return None
    named = with_class(token or without or "")
    held = f"{path}[{named}]" if path else named
    return held if token else f"not({held})"
