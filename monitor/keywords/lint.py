"""Warnings about keywords that are valid and yet hardly what their author meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from monitor.config.schema import Brand, Config, Keyword
from monitor.keywords.document import Document
from monitor.keywords.folding import folded_text, is_han, is_word, squeeze
from monitor.keywords.keyword_set import KeywordSet
from monitor.keywords.logic import GaveUpError, Leaf, example, finds_no_more
from monitor.keywords.patterns import Words
from monitor.keywords.query import Query, compile_keyword
from monitor.keywords.sounds import sounded_text
from monitor.keywords.syntax import Field, Find, Near, Node, RatingRange, leaves

Check = Literal["never", "everything", "shadowed", "broad", "competitor"]

#: A keyword that takes this share of the history is likely over-broad …
BROAD: Final = 0.2
#: … and one that takes this share finds everything.
ALL: Final = 0.95
#: Below so many mentions a share says little.
ENOUGH: Final = 50
#: From so many mentions on, a keyword that found none of them is worth a word.
MANY: Final = 1_000
#: Names are alike from this share of common characters on: 小朋 and 小鹏 by sound, Galaxi and Galaxy by letters.
ALIKE: Final = 0.8
#: Said everywhere, whatever it is about.
COMMONPLACE: Final = frozenset(
    {
        *("我们", "你们", "他们", "这个", "那个", "可以", "不是", "就是", "没有", "什么", "自己", "一个"),
        *("这样", "因为", "所以", "但是", "如果", "已经", "还是", "时候", "现在", "知道", "觉得"),
    }
)
#: Texts that have nothing in common, not even a script.
UNLIKE: Final = ("今天下雨", "Nothing to see", "12345", "……", "やま")


@dataclass(frozen=True, slots=True)
class Finding:
    """``other`` is the keyword or brand that it is about; ``share`` that of the history, from 0 to 1."""

    keyword: str
    check: Check
    message: str
    other: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class History:
    """How many mentions were looked at, and how many of them each keyword finds."""

    mentions: int
    found: Mapping[str, int]


def lint(config: Config, history: History) -> list[Finding]:
    """All warnings, in the order of the keywords."""
    queries = {keyword.id: compile_keyword(keyword) for keyword in config.keywords}
    never = {name: reason for name, query in queries.items() if (reason := why_never(query, config))}
    shadows = shadowed({name: query for name, query in queries.items() if name not in never}, config.keywords)
    return [
        finding
        for keyword in config.keywords
        for finding in about(keyword, queries[keyword.id], config, history, never, shadows)
    ]


def about(
    keyword: Keyword,
    query: Query,
    config: Config,
    history: History,
    never: Mapping[str, str],
    shadows: Mapping[str, str],
) -> Iterator[Finding]:
    name = keyword.id
    if name in never:
        yield Finding(name, "never", never[name])
        return
    yield from breadth(name, query, history)
    if other := shadows.get(name):
        yield Finding(name, "shadowed", f"every mention that it finds is found by {other}, too", other)
    for brand in config.brands:
        if brand.role == "competitor" and brand.id != keyword.brand and (word := names(query, brand)):
            told = f"{word!r} is, or is like, a name of the competitor {brand.name}"
            yield Finding(name, "competitor", told, brand.id)


def why_never(query: Query, config: Config) -> str:
    """Why a query finds nothing whatever is written; empty where it may."""
    sources = {source.id for source in config.sources}
    unknown = [
        leaf
        for leaf in leaves(query.root)
        if isinstance(leaf, Field) and leaf.name == "source" and leaf.value not in sources
    ]
    try:
        if example([query.root]) is None:
            return "never matches: what it asks for rules out itself"
        if unknown and example([query.root], never=unknown) is None:
            return f"never matches: there is no source {unknown[0].value}"
    except GaveUpError:
        pass  # it may match, for all that was found out
    return ""


def breadth(name: str, query: Query, history: History) -> Iterator[Finding]:
    share = history.found.get(name, 0) / history.mentions if history.mentions >= ENOUGH else None
    percent = f"{share:.1%} of the last {history.mentions} mentions" if share is not None else ""
    if all(query.match(Document(text, rating=3.0)) for text in UNLIKE):
        yield Finding(
            name, "everything", f"matches whatever is written{f': {percent}' if percent else ''}", share=share
        )
    elif share is not None and share >= ALL:
        yield Finding(name, "everything", f"matches nearly everything: {percent}", share=share)
    elif share is not None and share >= BROAD:
        yield Finding(name, "broad", f"likely too broad: takes {percent}", share=share)
    elif share == 0 and history.mentions >= MANY:
        yield Finding(name, "never", f"matched none of the last {history.mentions} mentions", share=share)
    elif word := commonplace(query):
        yield Finding(name, "broad", f"likely too broad: {word!r} is said everywhere", share=share)


def commonplace(query: Query) -> str:
    """A word that by itself is enough for the query and says nothing."""
    for find in query.wanted:
        pattern = find.pattern
        if not isinstance(pattern, Words) or not finds_no_more(find, query.root):
            continue
        plain = squeeze(pattern.text)
        letters = len(plain) <= 2 and all(map(is_word, plain)) and not any(map(is_han, plain))
        if plain and (letters or len(plain) == 1 or plain in COMMONPLACE):
            return find.written
    return ""


def names(query: Query, brand: Brand) -> str:
    """A word that the query looks for and that is, holds or is like a name of the brand; empty where none is."""
    known = [brand.name, *brand.aliases]
    known += [name for product in brand.products for name in (product.name, *product.aliases)]
    for find in query.wanted:
        if isinstance(find.pattern, Words) and any(alike(find.written.rstrip("*"), name) for name in known):
            return find.written
    return ""


def alike(word: str, name: str) -> bool:
    a, b = squeeze(folded_text(word)), squeeze(folded_text(name))
    if min(len(a), len(b)) < 2:
        return a == b
    if a in b or b in a or sounded_text(a) == sounded_text(b):
        return True
    return min(len(a), len(b)) > 2 and SequenceMatcher(None, a, b).ratio() >= ALIKE


def shadowed(queries: Mapping[str, Query], keywords: Sequence[Keyword]) -> dict[str, str]:
    """Keyword → the first other one that finds all that it finds. A keyword that alerts at once has a use of its own
    beside one that does not; of two that find the same, the later one is shadowed."""
    severe = {keyword.id for keyword in keywords if keyword.severity}
    everyone = KeywordSet([keyword for keyword in keywords if keyword.id in queries])
    places = {name: place for place, name in enumerate(queries)}
    witnesses = [witness(query.root) for query in queries.values()]
    found: dict[str, str] = {}
    for name, matches in zip(queries, everyone.match_many(witnesses), strict=True):
        others = (match.keyword for match in matches if match.keyword != name)
        if other := next((each for each in others if covers(name, each, queries, severe, places)), None):
            found[name] = other
    return found


def covers(
    name: str, other: str, queries: Mapping[str, Query], severe: Collection[str], places: Mapping[str, int]
) -> bool:
    if name in severe and other not in severe:
        return False
    query, wider = queries[name].root, queries[other].root
    return finds_no_more(query, wider) and (places[other] < places[name] or not finds_no_more(wider, query))


def witness(node: Node) -> Document:
    """A mention that the query finds, as far as can be told: who does not find this one does not find all."""
    try:
        having = example([node]) or []
    except GaveUpError:
        having = []
    return Document(
        text="。".join(said(leaf) for leaf in having if not isinstance(leaf, Find) or leaf.where == "both"),
        title="。".join(said(leaf) for leaf in having if isinstance(leaf, Find) and leaf.where == "title"),
        rating=next((leaf.low for leaf in having if isinstance(leaf, RatingRange)), None),
        **{leaf.name: leaf.value for leaf in having if isinstance(leaf, Field)},
    )


def said(leaf: Leaf) -> str:
    if isinstance(leaf, Near):
        return f"{said(leaf.left[0])} {said(leaf.right[0])}"
    return leaf.pattern.text if isinstance(leaf, Find) and isinstance(leaf.pattern, Words) else ""
