"""The language of a text by its script: rough, quick, and never wrong about Chinese against English."""

from __future__ import annotations

import re

#: A language that the script does not tell.
UNKNOWN = "und"
_SAMPLE = 2_000
_DECLARED = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?", re.IGNORECASE)

#: By code point: U+F900, the first compatibility ideograph, is easily pasted as U+8C48, whose range holds Hangul.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ffff"
#: Han counts by the character and Latin by the word, so that a brand name in Latin does not outvote a Chinese clause.
_SCRIPTS = {
    "han": re.compile(f"[{_HAN}]"),
    "kana": re.compile(r"[ぁ-ゖァ-ヺｦ-ﾝ]"),
    "ko": re.compile(r"[가-힣]"),
    "en": re.compile(r"[A-Za-z]+"),
    "latin": re.compile(r"[A-Za-z]*[À-ÖØ-öø-ɏḀ-ỿ][A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ]*"),
    "ru": re.compile(r"[Ѐ-ӿ]+"),
    "ar": re.compile(r"[\u0600-\u06ff]+"),
    "th": re.compile(r"[\u0e00-\u0e7f]+"),
    "el": re.compile(r"[\u0370-\u03ff]+"),
    "he": re.compile(r"[\u0590-\u05ff]+"),
    "hi": re.compile(r"[\u0900-\u097f]+"),
}
#: Nothing but Han, ASCII and the signs that go with them: two scripts to count instead of all.
_HAN_AND_ASCII = re.compile(rf"[\x00-\x7f\u2010-\u2027\u3001-\u3011！-／：-＠{_HAN}]*")


def declared_language(tag: str | None) -> str | None:
    """The primary subtag of a declared language (``zh-Hans-CN`` → ``zh``), or ``None`` where it is no tag."""
    found = _DECLARED.fullmatch((tag or "").strip())
    return found[1].lower() if found else None


def detect_language(text: str) -> str:
    """``zh``, ``ja``, ``ko``, ``en``, ``ru``, … or ``und``; only the first 2,000 characters are looked at."""
    sample = text[:_SAMPLE]
    if _HAN_AND_ASCII.fullmatch(sample):
        han, words = (len(_SCRIPTS[name].findall(sample)) for name in ("han", "en"))
        return ("zh" if han > words else "en") if han or words else UNKNOWN
    counts = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    han, kana, accented = counts.pop("han"), counts.pop("kana"), counts.pop("latin")
    counts["ja" if kana * 10 > han + kana else "zh"] = han + kana
    if accented * 5 > counts["en"]:
        counts[UNKNOWN] = counts.pop("en")
    best = max(counts, key=lambda name: counts[name])
    return best if counts[best] else UNKNOWN
