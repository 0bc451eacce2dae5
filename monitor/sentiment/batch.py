"""Scoring a batch with an engine that may be somebody else's: one bad text must not hold up the others."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from monitor.mention import Channel, Sentiment
from monitor.sentiment.engine import SentimentEngine

#: What a text gets on which the engine fails: kept and counted as neutral, with no confidence at all.
UNSCORED = Sentiment("neutral", 0.0, 0.0)
log = structlog.get_logger(__name__)


def score_batch(engine: SentimentEngine, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
    """One verdict a text, in order. After a failure each text is tried alone, and the failing ones are logged."""
    if not texts:
        return []
    try:
        return _checked(engine, texts, channel)
    except Exception as error:  # noqa: BLE001 - the engine is a plug-in
        log.warning("sentiment_batch_failed", engine=engine.name, texts=len(texts), error=repr(error))
    return [_alone(engine, text, channel) for text in texts]


def _alone(engine: SentimentEngine, text: str, channel: Channel) -> Sentiment:
    try:
        return _checked(engine, [text], channel)[0]
    except Exception as error:  # noqa: BLE001 - the engine is a plug-in
        log.error("sentiment_text_failed", engine=engine.name, characters=len(text), error=repr(error))
        return UNSCORED


def _checked(engine: SentimentEngine, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
    verdicts = engine.score(texts, channel)
    if len(verdicts) != len(texts):
        raise ValueError(f"{len(verdicts)} verdicts for {len(texts)} texts")
    return verdicts
