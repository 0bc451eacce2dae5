"""Chooses the part of the items that says when each was written. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from crawlers.discovery.dates import FORMS, Dated, DateReader
from crawlers.discovery.probes import Probe
from crawlers.discovery.rule import Rule

#: Times of something else: when the author joined, when the text was changed, who answered last.
OTHER = re.compile(
    r"join|regist|member.?since|注册|入会|edit|modif|修改|编辑|update|last|最后|reply.?time|birth|expire", re.IGNORECASE
)
PUBLISHED = re.compile(r"publish|posted|created|date|time|发表|发布", re.IGNORECASE)
#: Attributes by how exactly they say it; ``None`` is the text.
ATTRIBUTES = {"datetime": 0.12, "content": 0.1, "title": 0.05}


def values_of(probe: Probe) -> Iterator[tuple[str | None, tuple[str | None, ...]]]:
    yield from ((name, values) for name, values in probe.attributes.items() if name not in {"class", "style", "src"})
    yield None, probe.texts
    yield "text()", probe.own_texts


def choose_published(probes: Sequence[Probe], reader: DateReader) -> Rule | None:
    """The likeliest; ``None`` where less than half of the items say a time at one place."""
    best: Rule | None = None
    for probe in probes:
        for attribute, values in values_of(probe):
            rule = judged(probe, attribute, values, reader)
            if rule and (best is None or rule.score > best.score + 1e-9):
                best = rule
    return best


def judged(probe: Probe, attribute: str | None, values: Sequence[str | None], reader: DateReader) -> Rule | None:
    read = [reader.read(value) if value else None for value in values]
    dates = [each for each in read if each]
    coverage = len(dates) / len(values)
    stated = sum(value is not None for value in values)
    if coverage < 0.5 or len(dates) < 0.8 * stated:
        return None
    forms = {each.form for each in dates}
    score = coverage + ATTRIBUTES.get(attribute or "", 0.06 if (attribute or "").startswith("data-") else 0.0)
    score += 0.1 * sum(each.clocked for each in dates) / len(dates)
    score -= 0.12 * sum(each.relative for each in dates) / len(dates)
    score -= 0.04 if forms != {None} else 0.0
    score -= sum(len(value) for value in values if value) / len(dates) / 1000
    score += 0.05 if PUBLISHED.search(probe.hints) else 0.0
    if OTHER.search(probe.hints) or any(value and OTHER.search(value) for value in values[:5]):
        score -= 0.4
    if len(dates) > 3 and len({each.at for each in dates}) == 1:
        score -= 0.5
    score -= 0.3 if "sibling" in probe.expression.xpath else 0.0
    nodes = frozenset(node for node, each in zip(probe.nodes, read, strict=True) if node is not None and each)
    note = "" if not all(each.relative for each in dates) else "times are told from now (“3 小时前”)"
    return Rule(
        probe.select(attribute), score, coverage, nodes, regex_of(dates), note=note, partial=attribute is not None
    )


def regex_of(dates: Sequence[Dated]) -> str | None:
    """What cuts the time out of its line, if any item needs it."""
    forms = {each.form for each in dates}
    if forms == {None}:
        return None
    needed = [name for name in FORMS if name in forms]
    if None in forms:  # some lines hold nothing but the time: any of the forms may be theirs
        needed = list(FORMS)
    return f"({'|'.join(FORMS[name] for name in needed)})"
