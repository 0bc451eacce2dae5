"""Chooses the part of the items that says who wrote each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from crawlers.discovery.dates import FORMS, DateReader
from crawlers.discovery.look import pieces
from crawlers.discovery.probes import Probe
from crawlers.discovery.published import OTHER
from crawlers.discovery.rule import Rule

LONGEST_NAME = 40
HINT = re.compile(
    r"author|user.?name|nick|poster|reviewer|commenter|creator|byline|\buser\b|\bname\b|member|customer|\bby\b|writer"
    r"|screen.?name|display.?name|作者|用户|网友|昵称",
    re.IGNORECASE,
)
NO_HINT = re.compile(
    r"title|subject|topic|product|count|badge|level|rank|group|role|action|reply|tag|category|forum|avatar|location"
    r"|signature|likes?\b|votes?|status|verified|date|time",
    re.IGNORECASE,
)
#: "topic-name", "product_title": the name of a thing.
THING = re.compile(
    r"(?:topic|thread|forum|board|product|goods|item|post|article|category|shop|store|site|file|tag)s?[-_]?(?:name|title)",
    re.IGNORECASE,
)
PERSON = re.compile(
    r"/(?:u|users?|members?|profiles?|people|author|space|home|account)s?[/.?-]|[?&](?:uid|user|u|userid|author)="
    r"|space-uid|/@|mod=space",
    re.IGNORECASE,
)
LABEL = (
    r"(?:[Pp]osted by|[Rr]eviewed by|[Ww]ritten by|[Bb]y|[Ff]rom|[Aa]uthor|作者|发表人|发帖人|评论人|评价人|提问者"
    r"|用户|网友|楼主|昵称)"
)
LABELLED = rf"^{LABEL}(?: ?[::] ?| +)(.+)$"
#: "Alice on 3 Oct", "王小明 发表于 2026-11-07", "Li Na · 2 days ago".
DATED = (
    rf"^(?:{LABEL}(?: ?[::] ?| +))?(.{{1,40}}?)[ ,,·•|/()—–-]*"
    r"(?:(?:on|at|wrote|said|posted|发表于|发布于|评论于|回复于|写于|于|在|说)[ ::]*)*(?:[::] ?)?[ ,,·•|/()—–-]*(?:{})"
)
#: "王小明 · 星河手机 · …": the first of several.
SPLIT = r"^(.{1,40}?) ?(?: [·•]|[|｜])"
JUNK = re.compile(
    r"^(?:回复|举报|引用|点赞|赞|分享|编辑|删除|楼主|沙发|reply|quote|report|like|share|edit|delete|permalink|link|more"
    r"|read more|更多|author|admin|moderator|anonymous vote|管理员|版主|verified.*|by|[#№]?\d+[#楼]?.*|[★☆⭐\s]+)$",
    re.IGNORECASE,
)


def choose_author(probes: Sequence[Probe], reader: DateReader) -> Rule | None:
    """The likeliest; ``None`` where no part looks like a name."""
    rules = [rule for probe in probes for rule in rules_of(probe, reader)]
    return max(rules, key=lambda rule: rule.score, default=None)


def rules_of(probe: Probe, reader: DateReader) -> Iterator[Rule]:
    for name, values in probe.attributes.items():
        if re.search(r"author|user|nick", name):
            yield from judged(probe, name, values, None, 0.35)
        elif name == "content" and HINT.search(probe.hints):
            yield from judged(probe, name, values, None, 0.2)
        elif name in {"alt", "title"} and HINT.search(probe.hints):
            yield from judged(probe, name, values, None, -0.2)
    for attribute, values in ((None, probe.texts), ("text()", probe.own_texts)):
        plain = [value for value in values if value]
        if not plain or max(map(len, plain)) > 120:
            continue
        own = -0.02 if attribute else 0.0
        dates = [reader.read(value) for value in plain]
        labelled = sum(bool(re.match(LABELLED, value)) for value in plain)
        if labelled > 0.8 * len(plain) and not any(dates):
            single = not any(len(node) for node in probe.nodes if node is not None)
            yield from judged(probe, attribute, values, LABELLED, (0.3 if single else 0.0) + own)
        forms = sorted({each.form for each in dates if each and each.form})
        if forms and all(dates) and not any(OTHER.search(value) for value in plain):
            within = DATED.replace("{}", "|".join(FORMS[form] for form in forms))
            yield from judged(probe, attribute, values, within, own)
        if sum(bool(re.match(SPLIT, value)) for value in plain) > 0.8 * len(plain):
            yield from judged(probe, attribute, values, SPLIT, own - 0.05)
        elif not any(dates):
            yield from judged(probe, attribute, values, None, own)


def judged(
    probe: Probe, attribute: str | None, values: Sequence[str | None], regex: str | None, bonus: float
) -> Iterator[Rule]:
    names = [cut(value, regex) for value in values]
    good = [name for name in names if name and is_name(name)]
    coverage = len(good) / len(values)
    if coverage < 0.5 or len(good) < 0.7 * sum(value is not None for value in values):
        return
    score = 0.5 * coverage + bonus + hinted(probe, partial=attribute is not None)
    if len(good) > 3 and len(set(good)) == 1:
        score -= 0.5
    average = sum(map(len, good)) / len(good)
    score -= 0.3 if average > 20 else 0.0
    score -= 0.15 if any(re.search(r"[。!?！？；;]", name) for name in good) else 0.0
    score -= 0.15 if "sibling" in probe.expression.xpath else 0.0
    if score < 0.4:
        return
    nodes = frozenset(node for node, name in zip(probe.nodes, names, strict=True) if node is not None and name)
    yield Rule(probe.select(attribute), score, coverage, nodes, regex, partial=attribute is not None)


def cut(value: str | None, regex: str | None) -> str | None:
    if value is None or regex is None:
        return value
    found = re.search(regex, value)
    return found[1] if found else None


def is_name(value: str) -> bool:
    return len(value) <= LONGEST_NAME and not JUNK.match(value) and not re.search(r"^[\W\d_]+$| [·•]|[|｜]", value)


def hinted(probe: Probe, *, partial: bool) -> float:
    """How far the page itself says that this is a person: by classes, roles and where its links lead."""
    node = next(each for each in probe.nodes if each is not None)
    own = " ".join(node.get(name) or "" for name in ("class", "itemprop", "rel", "id")).lower()
    score = 0.0
    named = HINT.search(THING.sub("", own))
    if named:
        score += 0.4
    elif HINT.search(THING.sub("", probe.hints)):
        score += 0.25
    if (NO_HINT.search(own) or THING.search(own)) and not named:
        score -= 0.3
    links = [node, *node.iterancestors("a"), *node.iter("a")]
    hrefs = [each.get("href") for each in links if each.tag == "a" and each.get("href")]
    if hrefs and not partial:
        score += 0.35 if PERSON.search(unquote(hrefs[0])) else -0.1
    if node.tag in {"b", "strong", "cite"}:
        score += 0.1
    # A name stands alone; what holds more than one piece of text holds the name and something else.
    score -= 0.12 * min(2, sum(1 for _ in pieces(node)) - 1) if len(node) and not partial else 0.0
    return score - (0.25 if node.tag in {"h1", "h2"} else 0.1 if node.tag in {"h3", "button", "label"} else 0.0)
