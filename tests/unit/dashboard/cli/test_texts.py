from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.dashboard.cli.conftest import Run

pytestmark = pytest.mark.slow


def lines(output: str) -> list[Any]:
    return [json.loads(line) for line in output.splitlines()]


def given(*rows: dict[str, Any] | str) -> str:
    return "".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)) + "\n" for row in rows)


def test_score_answers_each_line_in_its_place(tingfeng: Run) -> None:
    done = tingfeng(
        "score",
        stdin=given(
            {"id": 1, "text": "非常好用，很喜欢"},
            "nonsense",
            {"id": "b", "text": "垃圾，太差了", "channel": "social"},
            {"id": 3, "text": "x", "channel": "radio"},
            r'{"id": 4, "text": "\ud800坏"}',
            {"text": ""},
        ),
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third, fourth, fifth, last = lines(done.stdout)
    assert (first["id"], first["label"], third["id"], third["label"]) == (1, "positive", "b", "negative")
    assert second == {"id": None, "error": "not JSON"}
    assert fourth == {"id": 3, "error": "channel is neither review nor social"}
    assert fifth["id"] == 4
    assert (last["id"], last["label"], last["score"]) == (None, "neutral", 0)
    for verdict in (first, third):
        assert -1 <= verdict["score"] <= 1
        assert 0 <= verdict["confidence"] <= 1
        assert all(reason["span"][0] < reason["span"][1] for reason in verdict["reasons"])


def test_score_without_reasons_gives_none(tingfeng: Run) -> None:
    done = tingfeng("score", "--no-reasons", stdin=given({"id": 1, "text": "垃圾"}))
    assert lines(done.stdout)[0]["reasons"] == []


CONFIG = """\
version: 1
brands:
  - {id: a, name: 星河, role: own}
keywords:
  - {id: refund, query: '退款 AND NOT 已退款'}
  - {id: low, query: '电池 AND rating:[1 TO 2]'}
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "k.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return file


def test_match_gives_keywords_and_spans(tingfeng: Run, config: Path) -> None:
    done = tingfeng(
        "match",
        "--config",
        config,
        stdin=given(
            {"id": 1, "text": "申请退 款三次"},
            {"id": 2, "text": "已退款"},
            {"id": 3, "text": "很好", "title": "我要退款"},
            {"id": 4, "text": "电池不行", "rating": 2},
            {"id": 5, "text": "电池不行"},
            {"id": 6, "text": "电池", "rating": "two"},
        ),
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert lines(done.stdout) == [
        {"id": 1, "matches": [{"keyword": "refund", "spans": [[2, 5]]}]},
        {"id": 2, "matches": []},
        {"id": 3, "matches": [{"keyword": "refund", "spans": [], "title_spans": [[2, 4]]}]},
        {"id": 4, "matches": [{"keyword": "low", "spans": [[0, 2]]}]},
        {"id": 5, "matches": []},
        {"id": 6, "error": "rating is not a number"},
    ]


def test_match_refuses_a_broken_configuration(tingfeng: Run, config: Path) -> None:
    config.write_text(CONFIG.replace("退款 AND", "退款 AND AND"), encoding="utf-8")
    done = tingfeng("match", "--config", config, stdin=given({"id": 1, "text": "a"}))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{config}:5:" in done.stderr


def test_redact_masks_and_says_what(tingfeng: Run) -> None:
    done = tingfeng("redact", stdin=given({"id": 1, "text": "电话13812345678"}, {"id": 2, "text": "订单号 1234"}))
    first, second = lines(done.stdout)
    assert "13812345678" not in first["text"]
    ((kind, span),) = ((each["kind"], each["span"]) for each in first["masked"])
    assert (kind, span) == ("phone", [2, len(first["text"])])
    assert second == {"id": 2, "text": "订单号 1234", "masked": []}


def test_cluster_numbers_what_repeats_itself(tingfeng: Run) -> None:
    said = "充电时突然发烫，客服一直推脱，等了三天也没有说法"
    done = tingfeng("cluster", stdin=given({"id": "a", "text": said}, {"id": "b"}, {"id": "c", "text": said + "！"}))
    assert lines(done.stdout) == [
        {"id": "a", "cluster": 0},
        {"id": "b", "error": "text is missing"},
        {"id": "c", "cluster": 0},
    ]


def test_aspects_tells_what_each_clause_judges(tingfeng: Run, config: Path) -> None:
    done = tingfeng("aspects", stdin=given({"id": 1, "text": "物流快但是质量差"}, {"id": 2, "text": 3}))
    assert lines(done.stdout) == [
        {
            "id": 1,
            "aspects": [
                {"aspect": "logistics", "polarity": "positive", "span": [0, 3]},
                {"aspect": "quality", "polarity": "negative", "span": [3, 8]},
            ],
        },
        {"id": 2, "error": "text is not text"},
    ]
    config.write_text(CONFIG + "aspects: {speed: [物流]}\n", encoding="utf-8")
    done = tingfeng("aspects", "--config", config, stdin=given({"id": 1, "text": "物流快但是质量差"}))
    assert [each["aspect"] for each in lines(done.stdout)[0]["aspects"]] == ["speed"]
