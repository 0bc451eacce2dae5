"""Why an alert changed its state, a crawl ended, an item was rejected or a message was not delivered, in words: for
messages and for pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from alerts import reasons_zh
from monitor.rewording import reworded

Language = Literal["zh-CN", "en"]

REASONS: Mapping[Language, Mapping[str, str]] = {"zh-CN": reasons_zh.WORDS, "en": {}}


def reason_words(language: Language, reason: str) -> str:
    """A reason that is not known is shown as it is."""
    return reworded(REASONS[language], reason)
