"""A faulty engine costs its own text and no other."""

from __future__ import annotations

from structlog.testing import capture_logs

from monitor.sentiment.batch import UNSCORED, score_batch
from tests.unit.monitor.sentiment.engines import BrittleEngine, ForgetfulEngine, WordEngine


def test_the_batch_goes_to_the_engine_in_one_call() -> None:
    engine = WordEngine()
    assert [verdict.label for verdict in score_batch(engine, ["好", "差", "嗯"], "review")] == [
        "positive",
        "negative",
        "neutral",
    ]
    assert engine.calls == [("review", ("好", "差", "嗯"))]


def test_nothing_to_score_is_no_call() -> None:
    engine = WordEngine()
    assert score_batch(engine, [], "review") == []
    assert engine.calls == []


def test_a_text_that_breaks_the_engine_is_kept_without_confidence_and_logged_without_its_words() -> None:
    with capture_logs() as logs:
        verdicts = score_batch(BrittleEngine(), ["好", "毒药", "差"], "social")
    assert [verdict.label for verdict in verdicts] == ["positive", "neutral", "negative"]
    assert verdicts[1] == UNSCORED
    assert [entry["event"] for entry in logs] == ["sentiment_batch_failed", "sentiment_text_failed"]
    assert "毒" not in str(logs)
    assert "cannot digest" in str(logs)


def test_a_missing_verdict_never_shifts_the_others() -> None:
    with capture_logs():
        assert score_batch(ForgetfulEngine(), ["好", "差"], "review") == [UNSCORED, UNSCORED]
