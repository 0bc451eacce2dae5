"""Step two of nine: what was found becomes what can be compared. Everything that parses stands in this package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.mention import Answer, Normalised, RawMention, Rejection
from monitor.normalise.identity import external_id, stated_id
from monitor.normalise.language import declared_language, detect_language
from monitor.normalise.ratings import UnreadableRatingError, read_rating
from monitor.normalise.text import clean_line, clean_text
from monitor.normalise.times import DateOrder, StatedTime, UnreadableTimeError, read_time
from monitor.normalise.urls import canonical_url

#: Characters of one item, as found and as text. A longer one is a page that was taken for a post.
MAX_RAW, MAX_TEXT = 4_000_000, 100_000
MAX_TITLE, MAX_NAME, MAX_QUESTION = 500, 200, 40
#: Clocks and time zones differ; a post from beyond this has a wrong date.
FUTURE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What the source's configuration says about all its items. ``timezone`` is an IANA name; ``date_order`` that of
    numeric dates, where it is known."""

    source_id: str
    timezone: str
    lang: str | None = None
    product: str | None = None
    date_order: DateOrder | None = None


def normalise(raw: RawMention, context: SourceContext, collected_at: datetime) -> Normalised | Rejection:
    """The item in UTC, on 0–1 and as plain text, or why not.

    Reasons: ``no text``, ``bad date`` (stated, but unreadable), ``bad rating``, ``future date`` (more than a day
    after ``collected_at``, which is aware), ``too long``. A title alone stands in for a missing text.
    """
    url = canonical_url(raw.url)
    if len(raw.text) > MAX_RAW or len(raw.title or "") > MAX_RAW:
        return Rejection("too long", f"{len(raw.text)} characters as found", url)
    markup = raw.markup == "html"
    title = clean_line(raw.title, markup=markup, limit=MAX_TITLE)
    text = clean_text(raw.text, markup=markup) or title or ""
    if not any(ch.isprintable() and not ch.isspace() for ch in text):
        return Rejection("no text", "", url)
    if len(text) > MAX_TEXT:
        return Rejection("too long", f"{len(text)} characters of text, at most {MAX_TEXT}", url)
    try:
        rating = read_rating(raw.rating, raw.rating_best, raw.rating_worst)
    except UnreadableRatingError as error:
        return Rejection("bad rating", str(error), url)
    try:
        published = _published(raw.published, context, collected_at)
    except UnreadableTimeError as error:
        return Rejection("bad date", str(error), url)
    if published and published.at > collected_at + FUTURE:
        return Rejection("future date", f"published {published.at.isoformat()}", url)
    author = clean_line(raw.author, limit=MAX_NAME)
    return Normalised(
        source_id=context.source_id,
        external_id=external_id(raw.external_id, url, author, _stable(published), f"{title or ''}\n{text}"),
        url=url,
        kind=raw.kind,
        title=None if title == text else title,
        text=text,
        author=author,
        published_at=published.at if published else None,
        collected_at=collected_at,
        rating=rating,
        lang=declared_language(raw.lang) or declared_language(context.lang) or detect_language(text),
        product=context.product or clean_line(raw.product, limit=MAX_NAME),
        parent_id=stated_id(raw.parent_id),
        likes=raw.likes,
        replies=raw.replies,
        reposts=raw.reposts,
        answers=tuple(_answers(raw.answers)) if raw.answers else (),
    )


def _answers(stated: Mapping[str, str]) -> Iterator[Answer]:
    """In the order of their questions; what is no short line is left out."""
    for question, value in sorted(stated.items()):
        said = clean_line(value, limit=MAX_NAME)
        if said and len(question) <= MAX_QUESTION:
            yield Answer(question, said)


def _published(stated: str | None, context: SourceContext, collected_at: datetime) -> StatedTime | None:
    if stated is None or not stated.strip():
        return None
    return read_time(stated, ZoneInfo(context.timezone), collected_at, context.date_order)


def _stable(published: StatedTime | None) -> datetime | None:
    return published.at if published and published.fixed else None
