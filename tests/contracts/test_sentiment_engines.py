"""What every registered sentiment engine must hold to; a new registry line is tested by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import ENGINES, load_engine
from tests.contracts.small_model import write_model

TEXTS = [
    "质量太差了，用了一天就坏，非常失望，要求退款",
    "非常好用，物流快，质量很好，推荐购买",
    "",
    " \n\t\u3000",
    "质量太差了，用了一天就坏，非常失望，要求退款",
    "😡😡😡",
    "The battery overheats, terrible",
    "\x00\ud800 \U0010ffff",
    "好" * 5000,
    "a" * 100_000,
    "退款 " * 50,
]


#: Engines that take seconds to load: left out of the fast suite.
SLOW = {"snownlp"}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in sorted(ENGINES)],
)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SentimentEngine]:
    with pytest.MonkeyPatch.context() as environ:
        if request.param == "onnx":
            environ.setenv("TINGFENG_ONNX_MODEL", str(write_model(tmp_path_factory.mktemp("model"))))
        yield load_engine(request.param)


def test_name_and_version_fit_their_columns(engine: SentimentEngine) -> None:
    assert engine.name in ENGINES
    assert 0 < len(engine.name) <= 40
    assert 0 < len(engine.version) <= 40


@pytest.mark.parametrize("channel", ["review", "social"])
def test_one_verdict_a_text_in_order_and_equal_for_equal(engine: SentimentEngine, channel: str) -> None:
    verdicts = engine.score(TEXTS, "review" if channel == "review" else "social")
    assert len(verdicts) == len(TEXTS)
    assert verdicts[0] == verdicts[4]
    assert engine.score([], "review") == []
    assert engine.score(list(reversed(TEXTS)), "review")[::-1] == engine.score(TEXTS, "review")


def test_scores_confidences_and_spans_are_in_range(engine: SentimentEngine) -> None:
    for text, verdict in zip(TEXTS, engine.score(TEXTS, "review"), strict=True):
        assert -1 <= verdict.score <= 1
        assert 0 <= verdict.confidence <= 1
        if verdict.label != "neutral":
            assert (verdict.score > 0) == (verdict.label == "positive")
            assert verdict.confidence == pytest.approx((1 + abs(verdict.score)) / 2)
        assert [reason.span for reason in verdict.reasons] == sorted(reason.span for reason in verdict.reasons)
        for reason in verdict.reasons:
            assert 0 <= reason.span[0] < reason.span[1] <= len(text)
            assert -1 <= reason.weight <= 1


def test_nothing_said_is_neutral(engine: SentimentEngine) -> None:
    for verdict in engine.score(["", " \n\t\u3000"], "review"):
        assert (verdict.label, verdict.score, verdict.reasons) == ("neutral", 0.0, ())


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("质量太差了，用了一天就坏，非常失望，要求退款", "negative"),
        ("味道难吃，送餐慢，差评", "negative"),
        ("非常好用，物流快，质量很好，推荐购买", "positive"),
        ("房间干净，服务热情，下次还来", "positive"),
    ],
)
def test_golden_sentences(engine: SentimentEngine, text: str, label: str) -> None:
    assert engine.score([text], "review")[0].label == label


def test_reasons_can_be_switched_off(engine: SentimentEngine) -> None:
    bare = load_engine(engine.name, with_reasons=False)
    assert all(verdict.reasons == () for verdict in bare.score(TEXTS, "review"))
    assert [v.score for v in bare.score(TEXTS, "review")] == [v.score for v in engine.score(TEXTS, "review")]
