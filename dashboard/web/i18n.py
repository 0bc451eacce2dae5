"""The two languages of the pages: a flat catalogue of keys, each present in both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from dashboard.web.words import (
    en,
    form_en,
    form_zh,
    health_en,
    health_zh,
    importing_en,
    importing_zh,
    keywords_en,
    keywords_zh,
    labels_en,
    labels_zh,
    outlets_en,
    outlets_zh,
    understanding_en,
    understanding_zh,
    zh,
)

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
CATALOGUE: Mapping[Language, Mapping[str, str]] = {
    "zh-CN": {
        **zh.WORDS,
        **health_zh.WORDS,
        **outlets_zh.WORDS,
        **form_zh.WORDS,
        **importing_zh.WORDS,
        **keywords_zh.WORDS,
        **labels_zh.WORDS,
        **understanding_zh.WORDS,
    },
    "en": {
        **en.WORDS,
        **health_en.WORDS,
        **outlets_en.WORDS,
        **form_en.WORDS,
        **importing_en.WORDS,
        **keywords_en.WORDS,
        **labels_en.WORDS,
        **understanding_en.WORDS,
    },
}


def known_language(value: str | None) -> Language | None:
    """``value`` as a language of ours, read leniently (``zh``, ``en-GB``); ``None`` for anything else."""
    if not value:
        return None
    for language in LANGUAGES:
        if value.lower().split("-")[0] == language.split("-")[0]:
            return language
    return None


def preferred(accept_language: str, default: Language) -> Language:
    """The first language of an Accept-Language header that we speak. Weights are taken to be in order, as browsers
    send them."""
    for part in accept_language.split(","):
        language = known_language(part.split(";")[0].strip())
        if language:
            return language
    return default


def say(language: Language, key: str, /, **values: object) -> str:
    """The words for ``key``; a key that is in no catalogue is a programming error and raises ``KeyError``.

    Where the language has words of their own for a single one (``key.one``), an ``n`` of 1 picks them.
    """
    catalogue = CATALOGUE[language]
    single = f"{key}.one"
    if single in catalogue and str(values.get("n")) == "1":
        return catalogue[single].format(**values)
    words = catalogue[key]
    return words.format(**values) if values else words
