"""Steps two to four for a batch: normalise → redact → score → match → read aspects and purpose → attribute. No I/O,
no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from monitor.aspects.opinions import AspectReader
from monitor.attribution import Attributor
from monitor.config.schema import Config, Source
from monitor.duplicates.fingerprint import fingerprints
from monitor.feedback import feedback_of
from monitor.keywords import Document
from monitor.mention import (
    Answer,
    Aspect,
    Feedback,
    Fingerprint,
    KeywordMatch,
    Mention,
    Normalised,
    RawMention,
    Rejection,
    Sentiment,
)
from monitor.normalise.item import SourceContext, normalise
from monitor.redact import hash_author, mask_author, redact
from monitor.scoring import Wording, score_wordings
from monitor.sentiment.engine import SentimentEngine
from monitor.suspicion import suspicions_of


@dataclass(frozen=True, slots=True)
class Enriched:
    """``mentions`` are in the order found, and ``found`` is what each was made of, untouched;
    ``len(mentions) + len(rejections)`` is what came in."""

    mentions: tuple[Mention, ...]
    rejections: tuple[Rejection, ...]
    found: tuple[RawMention, ...]


class Stored(Wording, Protocol):
    """An item that went this way before: normalised, redacted."""

    @property
    def rating(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Reread:
    sentiment: Sentiment
    aspects: tuple[Aspect, ...]
    feedback: Feedback


class Pipeline:
    """Built once for a configuration version; ``run`` may be called any number of times with the same result."""

    def __init__(self, config: Config, engine: SentimentEngine, author_key: bytes) -> None:
        if not author_key:
            raise ValueError(
                "the key for author hashes is empty: set TINGFENG_AUTHOR_KEY, or let 'tingfeng init' make one"
            )
        # Built on numpy, which processes that only know of pipelines do without.
        from monitor.keywords.keyword_set import KeywordSet

        self._engine = engine
        self._author_key = author_key
        self._keywords = KeywordSet(config.keywords)
        self._aspects = AspectReader(config.aspects)
        self._attributor = Attributor(config)
        self._timezone = config.settings.timezone

    def run(self, source: Source, raws: Sequence[RawMention], collected_at: datetime) -> Enriched:
        """Each raw mention becomes a mention or a rejection. ``collected_at`` is aware UTC."""
        zone = source.timezone or self._timezone
        context = SourceContext(source.id, zone, source.lang, source.product, source.date_order)
        items: list[Normalised] = []
        rejections: list[Rejection] = []
        found: list[RawMention] = []
        for raw in raws:
            outcome = normalise(raw, context, collected_at)
            if isinstance(outcome, Rejection):
                rejections.append(outcome)
            else:
                found.append(raw)
                items.append(redacted(outcome))
        sentiments = score_wordings(self._engine, items, source.id)
        matches = self._keywords.match_many([document(item) for item in items])
        texts = [item.text for item in items]
        prints = fingerprints(texts)
        aspects = self._aspects.read(texts, self._engine)
        found_in = zip(items, sentiments, matches, prints, aspects, strict=True)
        mentions = (self._mention(source, *each) for each in found_in)
        return Enriched(tuple(mentions), tuple(rejections), tuple(found))

    def reread(self, source_id: str, items: Sequence[Stored]) -> list[Reread]:
        """What the engine, and what follows from it, says now of items of a source that are stored."""
        verdicts = score_wordings(self._engine, items, source_id)
        aspects = self._aspects.read([item.text for item in items], self._engine)
        return [
            Reread(self._telling(verdict, item.text), found, feedback_of(item.text, verdict, item.rating, found))
            for item, verdict, found in zip(items, verdicts, aspects, strict=True)
        ]

    @property
    def engine(self) -> SentimentEngine:
        return self._engine

    def _mention(
        self,
        source: Source,
        item: Normalised,
        verdict: Sentiment,
        matches: tuple[KeywordMatch, ...],
        fingerprint: Fingerprint,
        aspects: tuple[Aspect, ...],
    ) -> Mention:
        author_hash = hash_author(item.author, self._author_key) if item.author else None
        return Mention(
            source_id=item.source_id,
            external_id=item.external_id,
            url=item.url,
            kind=item.kind,
            title=item.title,
            text=item.text,
            author_hash=author_hash,
            author_masked=mask_author(item.author) if item.author else None,
            published_at=item.published_at,
            collected_at=item.collected_at,
            rating=item.rating,
            lang=item.lang,
            parent_id=item.parent_id,
            likes=item.likes,
            replies=item.replies,
            reposts=item.reposts,
            answers=item.answers,
            sentiment=self._telling(verdict, item.text),
            engine=self._engine.name,
            engine_version=self._engine.version,
            matches=matches,
            subjects=self._attributor.subjects(source, item.title, item.text, matches, item.product),
            fingerprint=fingerprint,
            aspects=aspects,
            feedback=feedback_of(item.text, verdict, item.rating, aspects),
            suspicions=suspicions_of(item.text, verdict, item.rating),
        )

    def _telling(self, verdict: Sentiment, text: str) -> Sentiment:
        """What a brand or product is called is no reason for what is said of it, whatever it means elsewhere."""
        if not verdict.reasons:
            return verdict
        names = self._attributor.spans(text)
        kept = (
            reason
            for reason in verdict.reasons
            if not any(start < reason.span[1] and reason.span[0] < end for start, end in names)
        )
        return replace(verdict, reasons=tuple(kept))


def document(item: Normalised) -> Document:
    """The item as queries see it."""
    return Document(
        text=item.text,
        title=item.title,
        author=item.author,
        site=urlsplit(item.url).hostname if item.url else None,
        source=item.source_id,
        lang=item.lang,
        rating=None if item.rating is None else 1 + 4 * item.rating,
    )


def redacted(item: Normalised) -> Normalised:
    """The item with personal data masked wherever its author wrote freely."""
    title = redact(item.title).text if item.title else None
    text = redact(item.text).text
    product = redact(item.product).text if item.product else None
    answers = tuple(Answer(each.question, redact(each.value).text) for each in item.answers)
    if (title, text, product, answers) == (item.title, item.text, item.product, item.answers):
        return item
    return replace(item, title=title, text=text, product=product, answers=answers)
