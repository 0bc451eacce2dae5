"""The measures, on cases that can be counted by hand."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from dashboard.bench.keywords import Figure
from dashboard.bench.pages import write_pages
from dashboard.bench.sentiment import labelled
from dashboard.bench.verdicts import Scores, accuracy, calibration_error, macro_f1, negative_recall

GIVEN = Scores([1, 1, -1, -1, 0], [0.9, -0.1, -0.9, 0.0, 0.5])


def test_neutral_texts_are_left_out_of_two_classes_and_zero_is_negative() -> None:
    assert accuracy(GIVEN) == 0.75
    assert negative_recall(GIVEN) == 1.0


def test_calibration_is_the_gap_between_what_is_claimed_and_what_holds() -> None:
    assert calibration_error(Scores([1, -1], [1.0, -1.0])) == 0.0
    assert calibration_error(Scores([1, 1, -1, -1], [0.8, 0.8, 0.8, 0.8])) == pytest.approx(0.4)


def test_macro_f1_is_the_mean_over_three_labels() -> None:
    assert macro_f1([-1, 0, 1], [-1, 0, 1]) == 1.0
    assert macro_f1([-1, -1, 1, 0], [-1, 1, 1, -1]) == pytest.approx((0.5 + 0 + 2 / 3) / 3)


def test_sets_are_read_with_their_channel(tmp_path: Path) -> None:
    for name in ("test_waimai.csv.gz", "test_posts.csv.gz"):
        with gzip.open(tmp_path / name, "wt", encoding="utf-8") as stream:
            stream.write('text,label,category\n"好，吃",pos,a\n差,neg,a\n')
    posts, waimai = labelled(tmp_path)
    assert (posts.name, posts.channel, waimai.channel) == ("posts", "social", "review")
    assert (waimai.texts, waimai.labels) == (("好，吃", "差"), (1, -1))


def test_both_pages_hold_the_same_figures(tmp_path: Path) -> None:
    write_pages(tmp_path / "b.md", [Figure("compile", 1.5, "s", 2.0, True, {"re": 3.0})])
    rows = [(tmp_path / name).read_text(encoding="utf-8").splitlines()[-1] for name in ("b.md", "b.zh-CN.md")]
    assert rows == ["| compile | 1.5s | ≤ 2s | re 3s |"] * 2
