"""The one reader of ratings: what a page states, onto 0–1 (worst to best)."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: schema.org's defaults for a scale that is not declared.
BEST, WORST = 5.0, 1.0
MAX_LENGTH = 60

_NUMBER = r"(\d{1,6}(?:[.,]\d{1,6})?)"
_PERCENT = re.compile(rf"{_NUMBER} ?%")
_OF_SCALE = re.compile(rf"{_NUMBER} ?(?:stars?|星|分)? ?(?:/|out of|of|满分) ?{_NUMBER} ?(?:stars?|星|分)?")
_PLAIN = re.compile(rf"{_NUMBER} ?(?:stars?|颗?星|分|points?)?(?:好评|差评)?")
_STARS = re.compile(r"([★⭐]{0,10})\ufe0f?(½?)([☆✩]{0,10})")
_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
    "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5,
}  # fmt: skip
#: Shop and review-site verdicts, as points of five.
_VERDICTS = {
    "好评": 5, "中评": 3, "差评": 1, "力荐": 5, "推荐": 4, "还行": 3, "较差": 2, "很差": 1,
    "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "非常不满意": 1,
}  # fmt: skip
_WORD = re.compile(rf"({'|'.join(_WORDS)}) ?(?:stars?|颗?星)?(?:好评|差评)?")


class UnreadableRatingError(ValueError):
    """A stated rating that no known form reads, or that lies outside its scale."""


@lru_cache(maxsize=1024)
def read_rating(stated: str | None, best: str | None = None, worst: str | None = None) -> float | None:
    """0 (worst) to 1 (best); ``None`` where nothing is stated.

    Without a declared scale 1–5 holds; where only the best is known, the worst is 1 up to a best of 10 and else 0.
    A percentage is a row of five stars filled so far, as ``width: 80%`` draws four of them. A bare ``0`` on a scale
    that does not declare 0 means "not rated" in the wild and is ``None``. Raises :class:`UnreadableRatingError`.
    """
    text = _folded(stated)
    if not text:
        return None
    if found := _PERCENT.fullmatch(text):
        return _on_scale(_number(found[1]) / 20, WORST, BEST, text) if _number(found[1]) else None
    if found := _OF_SCALE.fullmatch(text):
        top = _number(found[2])
        return _on_scale(_number(found[1]), _bound(worst), top, text)
    if (points := _points_of_five(text)) is not None:
        return _on_scale(points, WORST, BEST, text)
    word = _WORD.fullmatch(text)
    plain = _PLAIN.fullmatch(text)
    if not word and not plain:
        raise UnreadableRatingError(f"cannot read the rating {text!r}")
    value = float(_WORDS[word[1]]) if word else _number(plain[1]) if plain else 0.0
    lowest = _bound(worst)
    if value == 0 and lowest is None:
        return None
    return _on_scale(value, lowest, _bound(best) or BEST, text)


def _points_of_five(text: str) -> float | None:
    if text in _VERDICTS:
        return float(_VERDICTS[text])
    stars = _STARS.fullmatch(text.replace(" ", "").replace("\ufe0f", ""))
    if stars and stars[1]:
        shown = len(stars[1]) + (0.5 if stars[2] else 0)
        scale = shown + len(stars[3]) if stars[3] else BEST
        return 1 + (shown - 1) / (scale - 1) * 4 if scale > 1 else None
    return None


def _on_scale(value: float, lowest: float | None, highest: float, text: str) -> float:
    floor = lowest if lowest is not None else (WORST if highest <= 10 else 0.0)
    if highest <= floor or value > highest:
        raise UnreadableRatingError(f"the rating {text!r} is outside its scale {floor:g}–{highest:g}")
    if value < floor and lowest is not None and lowest != WORST:
        raise UnreadableRatingError(f"the rating {text!r} is outside its scale {floor:g}–{highest:g}")
    # Half a star of five is shown by sites whose declared worst is 1: it is the worst, not an error.
    return max(0.0, (value - floor) / (highest - floor))


def _bound(stated: str | None) -> float | None:
    text = _folded(stated)
    if not text:
        return None
    if not (found := re.fullmatch(_NUMBER, text)):
        raise UnreadableRatingError(f"cannot read the end {text!r} of the rating scale")
    return _number(found[1])


def _folded(stated: str | None) -> str:
    if stated is None:
        return ""
    if len(stated) > MAX_LENGTH:
        raise UnreadableRatingError(f"cannot read the rating {stated[:MAX_LENGTH]!r}")
    return " ".join(unicodedata.normalize("NFKC", stated).casefold().split())


def _number(digits: str) -> float:
    return float(digits.replace(",", "."))
