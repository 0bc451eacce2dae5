"""A source's corrected labels move the shipped weights as far as they prove, and no further."""

from __future__ import annotations

import pytest

from monitor.sentiment.default.codes import encode
from monitor.sentiment.default.scoring import Model
from monitor.sentiment.default.weights import CHANNELS, load, shipped
from monitor.sentiment.training.adaptation import LEAST_LABELS, adapt
from monitor.sentiment.training.corpora import Sample

DISHES = ("毛肚", "牛油锅底", "鸭血", "黄喉", "脑花", "酥肉", "豆皮", "虾滑", "土豆", "冰粉")
#: A hot-pot forum: what burns is praised there, what is mild is blamed, in words that elsewhere mean the opposite.
PRAISE = ("{}辣哭了，麻到发抖", "{}真上头，辣得过瘾要命", "{}辣死我了，舌头都没知觉")
BLAME = ("{}清清淡淡，温温和和", "{}很温和，给小朋友的", "{}清淡得像养生汤")


def posts(dishes: tuple[str, ...]) -> list[Sample]:
    pairs = [(shape, 1.0) for shape in PRAISE] + [(shape, 0.0) for shape in BLAME]
    return [Sample(shape.format(dish), positive) for dish in dishes for shape, positive in pairs]


def right(content: bytes, samples: list[Sample]) -> float:
    model = Model(load(content))
    odds = model.weigh(encode([sample.text for sample in samples], model.table), CHANNELS.index("social")).log_odds
    found = [(float(value) > 0) == (sample.positive > 0.5) for value, sample in zip(odds, samples, strict=True)]
    return sum(found) / len(found)


def test_a_source_with_a_language_of_its_own_is_learned() -> None:
    seen, unseen = posts(DISHES[:7]), posts(DISHES[7:])
    adapted = adapt(shipped(), seen, "social")
    assert adapted.changed
    assert adapted.loss_after < adapted.loss_before
    assert right(adapted.content, unseen) > right(shipped(), unseen) + 0.2
    assert adapt(shipped(), seen, "social") == adapted, "the same labels give the same weights"


def test_labels_that_the_shipped_weights_give_anyway_change_no_verdict() -> None:
    known = [Sample(f"{dish}很好吃，推荐", 1.0) for dish in DISHES] + [
        Sample(f"{dish}太难吃，差评", 0.0) for dish in DISHES
    ]
    adapted = adapt(shipped(), known, "review")
    assert right(adapted.content, known) == right(shipped(), known) == 1.0


@pytest.mark.parametrize("samples", [posts(DISHES[:2]), [Sample("好", 1.0)] * LEAST_LABELS])
def test_too_few_labels_or_one_kind_are_refused(samples: list[Sample]) -> None:
    with pytest.raises(ValueError, match="negative and positive"):
        adapt(shipped(), samples, "social")
