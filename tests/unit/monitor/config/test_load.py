from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.registry import channel_models, detector_params
from crawlers.registry import source_models
from monitor.config.load import InvalidConfig, check_routes, parse_config, parse_operator
from monitor.config.schema import Kinds
from tests.unit.monitor.config.broken import BASE, BROKEN
from tests.unit.monitor.config.kinds import KINDS, Feed, Window

ROOT = Path(__file__).parents[4]
SHIPPED = Kinds(source_models(), detector_params(), channel_models())
FULL = (
    BASE
    + """\
keywords:
  - {id: safety, query: '(起火 OR 发烫) NEAR/10 电池', brand: xinghe, severity: critical}
sources:
  - {id: news, kind: feed, url: https://news.example/feed, every: 10m, brand: xinghe}
rules:
  - {id: spike, measure: negative_ratio, detector: wilson, params: {window: 30m}, for: 3}
routes:
  - {match: {rule: safety}, notify: [console, pager]}
"""
)


def errors_of(text: str) -> list[str]:
    with pytest.raises(InvalidConfig) as caught:
        parse_config(text, KINDS)
    return [error.format("k.yaml") for error in caught.value.errors]


@pytest.mark.parametrize("text", BROKEN)
def test_every_error_is_named_with_its_place(text: str) -> None:
    assert sorted(errors_of(text)) == sorted(BROKEN[text])


def test_errors_come_in_the_order_of_the_file() -> None:
    lines = [int(line.split(":")[1]) for line in errors_of("version: 2\nbrands: []\nx: 1\nkeywords: 7\n")]
    assert lines == [1, 2, 3, 4]


def test_a_valid_file_gives_the_models_of_each_kind() -> None:
    config = parse_config(FULL, KINDS)
    source, rule = config.source("news"), config.rule("spike")
    assert isinstance(source, Feed)
    assert (source.url, source.every) == ("https://news.example/feed", timedelta(minutes=10))
    assert rule is not None
    assert isinstance(rule.params, Window)
    assert (rule.params.window, rule.pending) == (timedelta(minutes=30), 3)


def test_a_byte_order_mark_moves_no_column() -> None:
    with pytest.raises(InvalidConfig) as caught:
        parse_config("\ufeffversion: 2\n" + BASE.split("\n", 1)[1], KINDS)
    assert [(error.line, error.column) for error in caught.value.errors] == [(1, 10)]


def test_yaml_is_1_2_and_safe() -> None:
    config = parse_config(BASE + "aspects: {no: [yes, on, '2026-01-01', 12:30]}\n", KINDS)
    assert dict(config.aspects) == {"no": ("yes", "on", "2026-01-01", "12:30")}


@pytest.mark.parametrize(
    "text", ["a: " + "x" * 1_000_001, "a: " + "[" * 2000, BASE + "x: " + "9" * 5000, BASE + "x: .inf"]
)
def test_a_bomb_is_an_error(text: str) -> None:
    assert errors_of(text)


@given(st.text(alphabet=st.sampled_from("ab:-[]{}#&*!|>'\"%@, \n\t\\?1\x00\ud800中"), max_size=40))
def test_any_text_is_a_configuration_or_an_error_with_a_place(text: str) -> None:
    with pytest.raises(InvalidConfig) as caught:
        parse_config(text, KINDS)
    assert all(error.line >= 1 and error.column >= 1 and error.message for error in caught.value.errors)


def test_routes_to_unknown_channels_are_found_with_their_place() -> None:
    operator = parse_operator("channels: {console: {kind: console}}", KINDS, {})
    errors = check_routes(parse_config(FULL, KINDS), operator, FULL)
    assert [error.format("k.yaml") for error in errors] == [
        "k.yaml:11:47: routes[0].notify[1]: unknown channel 'pager' (known: console)"
    ]


def test_the_shipped_examples_are_valid_as_they_stand() -> None:
    text = (ROOT / "keywords.yaml").read_text(encoding="utf-8")
    config = parse_config(text, SHIPPED)
    operator = parse_operator((ROOT / "operator.example.yaml").read_text(encoding="utf-8"), SHIPPED, {})
    assert check_routes(config, operator, text) == ()
    assert {source.kind for source in config.sources} <= set(SHIPPED.sources)
    assert not any(source.enabled for source in config.sources)


@pytest.mark.parametrize("step", ["5s", "10s", "1m", "15m", "1h", "1d"])
def test_steps_that_divide_a_day_and_the_longest_intervals_are_taken(step: str) -> None:
    source = "sources: [{id: a, kind: feed, url: x, every: 365d, timezone: Asia/Shanghai}]\n"
    settings = f"settings: {{step: {step}, close_delay: 7d, timezone: UTC}}\n"
    config = parse_config(BASE + source + settings, KINDS)
    assert timedelta(days=1) % config.settings.step == timedelta()
    assert config.sources[0].every == timedelta(days=365)
