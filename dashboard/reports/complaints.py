"""Top complaints: what the own brands' negative mentions are about, by keyword topic and by aspect, with quotes."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from dashboard.reports.model import Complaint, Quote
from dashboard.reports.week import Week
from monitor.config.schema import Config
from monitor.store.tables import match, mention, mention_subject

SHOWN = 6
QUOTES = 2
#: A quote that says something and fits on three lines.
LENGTHS = range(12, 121)


@dataclass(frozen=True, slots=True)
class Negative:
    """A negative mention of an own brand; ``about`` holds the names of its topics and aspects."""

    row: Row[tuple[object, ...]]
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class Complaints:
    top: tuple[Complaint, ...]
    negatives: int
    unsorted: int


def find_complaints(connection: Connection, config: Config, week: Week, before: Week) -> Complaints:
    """The most frequent first; at equal counts in the order of the configuration."""
    names = words_by_name(config)
    current, earlier = (negatives(connection, config, period) for period in (week, before))
    counted = {name: [found for found in current if name in found.about] for name in names}
    order = sorted((name for name in names if counted[name]), key=lambda name: -len(counted[name]))
    quoted: set[str] = set()
    top = tuple(
        Complaint(
            name,
            names[name],
            len(counted[name]),
            sum(name in found.about for found in earlier),
            pick_quotes(counted[name], quoted),
        )
        for name in order[:SHOWN]
    )
    return Complaints(top, len(current), sum(not found.about for found in current))


def words_by_name(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Topic (else id) of each keyword, then each aspect with its words."""
    topics = {keyword.topic or keyword.id: () for keyword in config.keywords}
    return {**topics, **config.aspects}


def negatives(connection: Connection, config: Config, week: Week) -> list[Negative]:
    own = [brand.id for brand in config.brands if brand.role == "own"]
    within = (
        mention.c.negative.is_(True),
        mention.c.published_at.is_not(None),
        mention.c.timeline_epoch >= int(week.since.timestamp()),
        mention.c.timeline_epoch < int(week.until.timestamp()),
        mention.c.id.in_(select(mention_subject.c.mention_id).where(mention_subject.c.brand_id.in_(own))),
    )
    topics = {keyword.id: keyword.topic or keyword.id for keyword in config.keywords}
    about: dict[int, set[str]] = defaultdict(set)
    matches = select(match.c.mention_id, match.c.keyword_id).join(mention, mention.c.id == match.c.mention_id)
    for mention_id, keyword_id in connection.execute(matches.where(*within)):
        if keyword_id in topics:
            about[mention_id].add(topics[keyword_id])
    folded = {name: tuple(map(fold, words)) for name, words in config.aspects.items()}
    found = []
    for row in connection.execute(select(mention).where(*within).order_by(mention.c.timeline_epoch, mention.c.id)):
        text = fold(f"{row.title or ''}\n{row.text}")
        aspects = {name for name, words in folded.items() if any(word in text for word in words)}
        found.append(Negative(row, frozenset(about[row.id] | aspects)))
    return found


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def pick_quotes(found: Sequence[Negative], quoted: set[str]) -> tuple[Quote, ...]:
    """The most negative ones of a readable length, each text once in a report; ``quoted`` is added to."""

    def order(negative: Negative) -> tuple[bool, float, int]:
        row = negative.row
        return len(row.text) not in LENGTHS, row.score, -row.timeline_epoch

    picked: list[Quote] = []
    for negative in sorted(found, key=order):
        row = negative.row
        if row.text not in quoted and len(picked) < QUOTES:
            quoted.add(row.text)
            picked.append(make_quote(row))
    return tuple(picked)


def make_quote(row: Row[tuple[object, ...]]) -> Quote:
    url = row.url if row.url and row.url.startswith(("http://", "https://")) else None
    text = row.text if len(row.text) <= 300 else f"{row.text[:299]}…"
    rating = 1 + 4 * row.rating if row.rating is not None else None
    return Quote(text, row.source_id, row.author_masked, url, rating, row.published_at)
