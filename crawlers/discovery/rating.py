"""Chooses the part of the items that says how many stars each gives. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from crawlers.discovery.expressions import PLAIN, with_class
from crawlers.discovery.probes import Probe
from crawlers.discovery.rule import Rule
from monitor.normalise.ratings import UnreadableRatingError, read_rating

HINT = re.compile(r"star|rating|rate\b|score|grade|rank|评分|评价|打分|星", re.IGNORECASE)
NUMBER = r"(\d(?:[.,]\d)?)"
#: How a value may hold a rating: the regular expression to cut it out, or none for the whole.
FORMS: tuple[tuple[str | None, str], ...] = (
    (None, "any"),
    (r"(?:star|rating|rate|score|stars|rank)s?(?:-rating)?[-_ ]?(?:value)?[-_ ]?(\d(?:[.-]?[05])?)(?:\D|$)", "class"),
    (r"(?:star-rating|rating|stars?|score) (\w+)", "class"),
    (r"(\w+)[- ]stars?\b", "class"),
    (r"(?:^|[^\d/.-])(\d(?:[.,]\d)? ?(?:/|out of|of|满分) ?(?:5|10)(?:[.,]0)?)(?:[^\d/.-]|$)", "text"),
    (rf"(?:评分|评价|打分|[Rr]ating|[Ss]core|[Rr]ated|[Ss]tars?)[::]? ?{NUMBER}", "text"),
    (rf"{NUMBER} ?(?:stars?|颗?星|分)", "text"),
    (r"([★⭐]{1,5}[☆✩]{0,4})", "text"),
    (r"([★⭐][★⭐☆✩]{0,4})", "text"),
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
    """Rows of star pictures, of which some are full: told apart by a class that only these or only the others have."""
    rows = [None if node is None else [child for child in node if isinstance(child.tag, str)] for node in probe.nodes]
    whole = [row for row in rows if row]
    if len(whole) < 0.5 * len(rows) or any(len(row) != 5 or len({each.tag for each in row}) != 1 for row in whole):
        return
    classes = [[frozenset((each.get("class") or "").split()) for each in row] for row in whole]
    kinds = Counter(kind for row in classes for kind in row)
    starred = marked or any(HINT.search(" ".join(kind)) for kind in kinds)
    firsts = {row[0] for row in classes}
    if not starred or len(kinds) != 2 or len(firsts) != 1:
        return
    full = firsts.pop()
    other = next(kind for kind in kinds if kind != full)
    token = next((each for each in sorted(full - other) if PLAIN.match(each)), None)
    without = next((each for each in sorted(other - full) if PLAIN.match(each)), None)
    if token is None and without is None:
        return
    condition = with_class(token) if token else f"not({with_class(without or '')})"
    xpath = f"(string(count(({probe.expression.xpath})[1]/*[{condition}])))"
    nodes = frozenset(node for node in probe.nodes if node is not None)
    yield Rule(xpath, 0.7 * len(whole) / len(rows) + 0.1, len(whole) / len(rows), nodes, map={"0": ""})
