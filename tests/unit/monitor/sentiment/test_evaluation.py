"""The figures of an evaluation against ones worked out by hand."""

from __future__ import annotations

import pytest

from monitor.mention import Label, Sentiment
from monitor.sentiment.evaluation import Judged, evaluate, wilson


def judged(source: str, truth: Label, said: Label, score: float, times: int = 1) -> list[Judged]:
    size = abs(score)
    return [Judged(source, truth, Sentiment(said, score, 1 - size if said == "neutral" else (1 + size) / 2))] * times


def test_two_way_where_no_label_is_neutral() -> None:
    found = evaluate(
        [
            *judged("a", "negative", "neutral", -0.02, 6),
            *judged("a", "positive", "positive", 0.9, 3),
            *judged("b", "positive", "negative", -0.5),
        ]
    )
    assert (found.mode, found.worst_source) == ("two-way", "b")
    overall = found.overall
    assert overall.confusion["negative"] == {"negative": 6, "neutral": 0, "positive": 0}
    assert overall.accuracy.value == 0.9
    assert overall.negative_recall.value == 1.0
    # F1 of negative 12/13, of positive 6/7.
    assert overall.macro_f1.value == pytest.approx((12 / 13 + 6 / 7) / 2, abs=1e-4)
    # Bins: 0.51 (6, all right), 0.95 (3, all right), 0.75 (1, wrong).
    assert overall.calibration_error.value == pytest.approx((6 * 0.49 + 3 * 0.05 + 0.75) / 10, abs=1e-4)
    assert (overall.macro_f1.low or 0) < (12 / 13 + 6 / 7) / 2 < (overall.macro_f1.high or 0)
    assert found.by_source["b"].negative_recall.value is None


def test_three_way_counts_the_labels_as_they_are() -> None:
    found = evaluate([*judged("a", "neutral", "neutral", 0.0, 2), *judged("a", "negative", "neutral", -0.1, 2)])
    assert found.mode == "three-way"
    assert found.overall.accuracy.value == 0.5
    assert found.overall.macro_f1.value == pytest.approx((0 + 2 / 3) / 2, abs=1e-4)
    assert found == evaluate([*judged("a", "neutral", "neutral", 0.0, 2), *judged("a", "negative", "neutral", -0.1, 2)])


def test_a_source_of_few_labels_is_not_called_the_worst() -> None:
    told = [*judged("few", "positive", "negative", -0.5, 3), *judged("many", "negative", "negative", -0.5, 25)]
    assert evaluate(told).worst_source == "many"


def test_the_interval_of_a_share() -> None:
    assert wilson(8, 10) == wilson(8, 10)
    found = wilson(8, 10)
    assert (found.low, found.high) == (0.4902, 0.9433)  # R: prop.test(8, 10, correct = FALSE)


def test_nothing_to_measure_on() -> None:
    with pytest.raises(ValueError, match="no labels"):
        evaluate([])
