"""A small correction is learned where it helps, refused where it does not, kept, and applied by source."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from monitor.mention import Channel, Label, Sentiment
from monitor.sentiment.adaptation.engine import AdaptedEngine
from monitor.sentiment.adaptation.fitting import Example, NothingLearnedError, learn
from monitor.sentiment.adaptation.weights import Adaptation, AdaptationError, dump, load

ABOUT = ["屏幕", "电池", "客服", "快递", "价格", "手感", "系统", "相机"]


class Shy:
    """Says 太顶 is neutral, for it has never seen the word."""

    name = "shy"
    version = "1"

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        return [Sentiment("negative", -0.8, 0.9) if "差" in text else Sentiment("neutral", 0.02, 0.9) for text in texts]


def example(text: str, label: Label, source: str = "shop") -> Example:
    (said,) = Shy().score([text], "review")
    return Example(text, said.score, said.label, label, source)


def of_slang(number: int, source: str = "shop") -> list[Example]:
    random = Random(source)
    found = []
    for place in range(number):
        subject = random.choice(ABOUT)
        text, label = [(f"{subject}太顶了", "positive"), (f"{subject}很差", "negative"), (f"换了{subject}", "neutral")][
            place % 3
        ]
        found.append(example(text, label, source))  # type: ignore[arg-type]
    return found


def adaptation(**corrections: Sequence[Example]) -> Adaptation:
    learned = {key: learn(examples) for key, examples in corrections.items()}
    return load(dump(Adaptation("shy", "1", "2026-11-23T12:00:00+00:00", learned)))


def test_a_word_of_the_source_is_learned_for_it_alone() -> None:
    made = adaptation(shop=of_slang(60))
    engine = AdaptedEngine(Shy(), made, "forum")
    assert engine.version == f"1+{made.digest[:8]}"
    texts = ["充电器太顶了", "换了充电器", "充电器很差", ""]
    labels = [each.label for each in engine.for_source("shop").score(texts, "review")]
    assert labels == ["positive", "neutral", "negative", "neutral"]
    assert engine.score(texts, "review") == Shy().score(texts, "review")
    assert engine.for_source("shop").version == engine.version
    proof = made.corrections["shop"].proof
    assert (proof.n, proof.gained, proof.lost) == (60, 20, 0)


def test_the_same_labels_teach_the_same() -> None:
    assert dump(adaptation(shop=of_slang(40))) == dump(adaptation(shop=of_slang(40)))


def test_what_serves_other_sources_is_proved_on_sources_held_back() -> None:
    everywhere = [*of_slang(30, "a"), *of_slang(30, "b"), *of_slang(30, "c")]
    assert learn(everywhere, by_group=True).proof.gained == 30


def test_where_nothing_is_to_be_gained_it_says_so() -> None:
    random = Random(7)
    noise: list[Example] = [
        example("".join(random.choices("天地玄黄宇宙洪荒", k=6)), random.choice(["negative", "positive"]))
        for _ in range(80)
    ]
    right = [example(f"{word}很差", "negative") for word in ABOUT * 6] + [
        example(f"换了{word}", "neutral") for word in ABOUT
    ]
    with pytest.raises(NothingLearnedError, match="no gain"):
        learn(right)
    with pytest.raises(NothingLearnedError, match="10 labels, 30 are needed"):
        learn(noise[:10])
    with pytest.raises(NothingLearnedError, match="all 48 labels are negative"):
        learn(right[:48])


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1, "corrections": {"a": 1}}'])
def test_what_is_no_adaptation_is_refused(content: bytes) -> None:
    with pytest.raises(AdaptationError, match="train --adapt"):
        load(content)


def test_another_version_of_the_engine_is_another_engine() -> None:
    with pytest.raises(ValueError, match="learned on shy 0"):
        AdaptedEngine(Shy(), Adaptation("shy", "0", "", {}))
