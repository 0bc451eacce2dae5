"""A stored mention as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dashboard.web import formats
from dashboard.web.highlight import Segment, segments
from dashboard.web.i18n import CATALOGUE, Language, say
from dashboard.web.shell import Names
from monitor.mention import Label
from monitor.store.reading import StoredMention

#: Answers that count what was enclosed: shown as signs, not among the others.
ENCLOSED = frozenset({"pictures", "voice"})


@dataclass(frozen=True, slots=True)
class MentionView:
    """Display names resolved, marks cut. ``stars`` is 1–5; ``reach`` holds (name, figure) of
    those of likes, replies and reposts that the source told; ``answers`` are (question, answer) in words, and
    ``pictures`` and ``voice`` how many came with it. ``labelled_by``: the person whose label it is, if one's."""

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
    answers: tuple[tuple[str, str], ...]
    pictures: int
    voice: int
    labelled_by: str | None = None


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
        answers=answers(stored, names.language),
        pictures=enclosed_number(stored, "pictures"),
        voice=enclosed_number(stored, "voice"),
        labelled_by=stored.correction.by if stored.correction else None,
    )


def answers(stored: StoredMention, language: Language) -> tuple[tuple[str, str], ...]:
    """(question, answer) in the words of the page; what no form of ours asks is shown as it came."""

    def words(key: str, otherwise: str) -> str:
        return say(language, key) if key in CATALOGUE[language] else otherwise

    return tuple(
        (
            words(f"answer.{each.question}", each.question),
            words(f"form.{each.question}.{each.value}", each.value),
        )
        for each in stored.answers
        if each.question not in ENCLOSED
    )


def enclosed_number(stored: StoredMention, question: str) -> int:
    """How many came with it, as was counted when it came."""
    said = next((each.value for each in stored.answers if each.question == question), "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else 0


def reach(stored: StoredMention, language: Language) -> tuple[tuple[str, str], ...]:
    told = (("likes", stored.likes), ("replies", stored.replies), ("reposts", stored.reposts))
    return tuple((name, formats.count(value, language)) for name, value in told if value is not None)
