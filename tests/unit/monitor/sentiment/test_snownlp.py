"""SnowNLP: the library's own probability, without its bias on words it never saw."""

from __future__ import annotations

import pytest

from monitor.sentiment.snownlp import MAX_CHARACTERS, SnowNlpEngine, label_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def engine() -> SnowNlpEngine:
    return SnowNlpEngine()


@pytest.mark.parametrize(
    "text", ["电池发烫，充电的时候很吓人", "很好用，推荐给朋友", "快递太慢，退款也不处理", "一般般吧"]
)
def test_chinese_scores_are_those_of_the_library(engine: SnowNlpEngine, text: str) -> None:
    from snownlp import sentiment

    assert (1 + engine.score([text], "review")[0].score) / 2 == pytest.approx(sentiment.classify(text))


def test_a_text_in_unknown_words_is_neutral_however_long(engine: SnowNlpEngine) -> None:
    verdict = engine.score(["zzyzx qwrtp " * 100], "review")[0]
    assert (verdict.label, verdict.score) == ("neutral", 0.0)
    assert verdict.confidence == pytest.approx(1 / 3)


def test_reasons_are_words_that_pull_towards_the_verdict(engine: SnowNlpEngine) -> None:
    text = "质量太差，退货，非常失望"
    verdict = engine.score([text], "review")[0]
    assert verdict.label == "negative"
    worst = min(verdict.reasons, key=lambda reason: reason.weight)
    assert worst.weight < -0.3
    assert text[slice(*worst.span)].strip()


def test_a_positive_text_has_no_negative_reasons_and_filler_is_none(engine: SnowNlpEngine) -> None:
    text = "耳机漂亮，音质清晰流畅，半夜打电话也不错，用户都喜欢，很值得"
    verdict = engine.score([text], "review")[0]
    assert verdict.label == "positive"
    assert {text[slice(*reason.span)] for reason in verdict.reasons} >= {"漂亮", "流畅", "不错"}
    assert all(reason.weight >= 1 / 3 for reason in verdict.reasons), "twice as frequent in positive reviews"


def test_reasons_cost_nothing_when_not_wanted(engine: SnowNlpEngine) -> None:
    bare = SnowNlpEngine(with_reasons=False).score(["质量太差"], "review")[0]
    assert bare.reasons == ()
    assert bare.score == engine.score(["质量太差"], "review")[0].score


def test_a_very_long_text_is_judged_by_its_head(engine: SnowNlpEngine) -> None:
    head = "质量太差，失望。" * (MAX_CHARACTERS // 8)
    verdict, same = engine.score([head + "很好" * 50_000, head], "review")
    assert verdict == same


@pytest.mark.parametrize(
    ("score", "label"), [(-0.1, "negative"), (-0.09, "neutral"), (0.0, "neutral"), (0.09, "neutral"), (0.1, "positive")]
)
def test_the_neutral_band(score: float, label: str) -> None:
    assert label_of(score) == label
