"""From the values of one row or record to a raw mention, or why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args
from urllib.parse import quote

from crawlers.imports.cells import ROUNDED, plain, read_count
from crawlers.imports.opening import DAMAGED
from crawlers.imports.preset import Scale, Shape
from monitor.mention import Kind, RawMention, Rejection
from monitor.normalise.ratings import UnreadableRatingError, read_rating

KINDS: Mapping[str, Kind] = {each: each for each in get_args(Kind)}
#: What exports write for "answers nobody".
NO_PARENT = {"0", "-1"}
_PLACE = re.compile(r"\{([^{}]+)\}")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?!\d)")


def mention_of(
    words: Mapping[str, str | None],
    shape: Shape,
    number: int,
    value: Callable[[str], Any],
    scale: Scale | None = None,
) -> RawMention | Rejection:
    """``words`` by field; ``value`` looks a name of the record up, for the address. ``number`` counts rows from 1."""
    if any(DAMAGED in each for each in words.values() if each):
        return Rejection("bad bytes", f"row {number}")
    external_id, parent_id = known_id(words.get("external_id")), known_id(words.get("parent_id"))
    url = words.get("url") or address(shape.url, value)
    if url is not None and url.startswith("//"):
        url = f"https:{url}"
    text, title = words.get("text"), extracted(words, shape, "title")
    if not text and not title:
        return Rejection("no text", f"row {number}", url)
    rating = extracted(words, shape, "rating")
    if rating is not None:
        rating = shape.ratings.get(rating.casefold(), rating)
    worst, best = (scale.worst, scale.best) if scale is not None else (shape.worst, shape.best)
    if scale is not None and not readable(rating, best, worst):
        rating = None
    return RawMention(
        text=text or "",
        external_id=external_id,
        url=url,
        kind=KINDS.get(words.get("kind") or "", shape.kind),
        title=title,
        author=words.get("author"),
        published=in_year_order(extracted(words, shape, "published"), shape),
        rating=rating,
        rating_best=best if rating is not None else None,
        rating_worst=worst if rating is not None else None,
        lang=words.get("lang"),
        product=words.get("product"),
        parent_id=None if parent_id in NO_PARENT or parent_id == external_id else parent_id,
        markup=shape.markup,
        likes=read_count(words.get("likes")),
        replies=read_count(words.get("replies")),
        reposts=read_count(words.get("reposts")),
    )


def known_id(stated: str | None) -> str | None:
    return None if stated is None or ROUNDED.fullmatch(stated) else stated


def address(template: str | None, value: Callable[[str], Any]) -> str | None:
    """The template with its places filled in; ``None`` where one of them is not stated."""
    if template is None:
        return None
    filled = template
    for name in _PLACE.findall(template):
        words = plain(value(name))
        if words is None or ROUNDED.fullmatch(words):
            return None
        filled = filled.replace(f"{{{name}}}", quote(words, safe=""))
    return filled


def extracted(words: Mapping[str, str | None], shape: Shape, field: str) -> str | None:
    stated = words.get(field)
    if stated is None or field not in shape.extract:
        return stated
    found = shape.extract[field].search(stated)
    return found[1].strip() or None if found else stated


def in_year_order(stated: str | None, shape: Shape) -> str | None:
    """``11/7/2026`` and ``11/7/26`` of an export that writes the month first, as ``2026-11-7``."""
    found = _SLASHED.match(stated) if stated is not None and shape.month_first else None
    if stated is None or found is None:
        return stated
    month, day, year = found.groups()
    return f"{year if len(year) == 4 else f'20{year}'}-{month}-{day}{stated[found.end() :]}"


def readable(rating: str | None, best: str | None, worst: str | None) -> bool:
    """A column that was taken for a rating by its name may hold something else: that is no fault of the row."""
    try:
        return read_rating(rating, best, worst) is not None
    except UnreadableRatingError:
        return False
