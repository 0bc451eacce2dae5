"""What a writer wants, how urgent it is, whether it says enough."""

from __future__ import annotations

import pytest

from monitor.aspects.opinions import AspectReader
from monitor.feedback import feedback_of
from monitor.mention import Feedback
from monitor.sentiment.engine import SentimentEngine
from monitor.sentiment.registry import load_engine


@pytest.fixture(scope="module")
def engine() -> SentimentEngine:
    return load_engine(with_reasons=False)


def read(text: str, engine: SentimentEngine, rating: float | None = None) -> Feedback:
    (verdict,) = engine.score([text], "review")
    (aspects,) = AspectReader({}).read([text], engine)
    return feedback_of(text, verdict, rating, aspects)


@pytest.mark.parametrize(
    ("text", "purpose", "urgency"),
    [
        ("很好用，推荐", "praise", "low"),
        ("今天到货，还没拆", "other", "low"),
        ("请问这个怎么退货？", "question", "low"),
        ("什么时候发货啊", "question", "low"),
        ("这款有128G的吗？", "question", "low"),
        ("怎么会有这么差的东西？垃圾", "complaint", "medium"),
        ("建议增加夜间模式", "suggestion", "low"),
        ("希望物流能快一点，其他都很好", "suggestion", "low"),
        ("建议大家别买", "complaint", "medium"),
        ("退款三天了没人处理", "complaint", "medium"),
        ("手机充电冒烟了，再不处理我就打12315", "complaint", "high"),
        ("孩子喝了拉肚子住院了", "complaint", "high"),
        ("App keeps crashing, refund please", "complaint", "medium"),
        ("", "other", "low"),
    ],
)
def test_purpose_and_urgency(text: str, purpose: str, urgency: str, engine: SentimentEngine) -> None:
    found = read(text, engine)
    assert (found.purpose, found.urgency) == (purpose, urgency)


def test_urgency_names_its_reasons(engine: SentimentEngine) -> None:
    assert read("手机充电冒烟了，再不处理我就打12315", engine).reasons == ("danger", "authority")
    assert read("很好，充电再也不怕起火", engine, rating=1.0).reasons == ()


@pytest.mark.parametrize("text", ["不好用", "太差了，垃圾", "有问题", "非常失望的一次购物体验", "terrible"])
def test_blame_without_a_reason_is_vague(text: str, engine: SentimentEngine) -> None:
    assert read(text, engine, rating=0.0).vague


@pytest.mark.parametrize(
    "text", ["质量差", "用了两天就坏了", "屏幕右下角有一条绿线", "不好用，每次都要重新配对才能连上"]
)
def test_blame_with_a_reason_is_not(text: str, engine: SentimentEngine) -> None:
    assert not read(text, engine, rating=0.0).vague


def test_praise_is_never_vague(engine: SentimentEngine) -> None:
    assert not read("好", engine, rating=1.0).vague
