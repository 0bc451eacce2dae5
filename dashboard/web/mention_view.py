"""A stored mention as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.web import formats
from dashboard.web.highlight import Segment, segments
from dashboard.web.i18n import Language
from dashboard.web.shell import Names
from monitor.mention import Label
from monitor.store.reading import StoredMention


@dataclass(frozen=True, slots=True)
class MentionView:
    """Display names resolved, marks cut. ``stars`` is 1–5; ``reach`` holds (name, figure) of
    those of likes, replies and reposts that the source told."""

    id: int
    source: str
    kind: str
    author: str | None
    stars: int | None
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]
    lang: str
    label: Label
    score: float
    confidence: float
    negative: bool
    published_at: datetime | None
    brand: str
    product: str | None
    keywords: tuple[str, ...]
    url: str | None
    reach: tuple[tuple[str, str], ...]


def stars(rating: float | None) -> int | None:
    """0–1 → 1–5 stars, to the nearest."""
    return None if rating is None else round(rating * 4) + 1


def view(stored: StoredMention, names: Names) -> MentionView:
    matches = stored.keywords
    return MentionView(
        id=stored.id,
        source=stored.source_id,
        kind=stored.kind,
        author=stored.author_masked,
        stars=stars(stored.rating),
        title=segments(stored.title or "", [(match.keyword, match.title_spans) for match in matches]),
        text=segments(stored.text, [(match.keyword, match.spans) for match in matches], stored.reasons),
        lang=stored.lang,
        label=stored.label,
        score=stored.score,
        confidence=stored.confidence,
        negative=stored.negative,
        published_at=stored.published_at,
        brand=names.brand(stored.brand_id),
        product=stored.product,
        keywords=tuple(match.keyword for match in matches),
        # Whatever a store holds, a page only ever links to the web.
        url=stored.url if stored.url and stored.url.startswith(("https://", "http://")) else None,
        reach=reach(stored, names.language),
    )


def reach(stored: StoredMention, language: Language) -> tuple[tuple[str, str], ...]:
    told = (("likes", stored.likes), ("replies", stored.replies), ("reposts", stored.reposts))
    return tuple((name, formats.count(value, language)) for name, value in told if value is not None)
