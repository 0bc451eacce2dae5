from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.counts import CountsError, opened, read_counts
from alerts.replay import Counted, dense, replay, usual_rule

HOUR = 3600


def story(seed: int = 3, days: int = 45) -> list[Counted]:
    """A series at 12 % with a crisis on the fortieth day, and hours without mentions."""
    rng = random.Random(seed)
    found = []
    for hour in range(24 * days):
        ratio = 0.5 if 40 * 24 <= hour < 41 * 24 else 0.12
        n = rng.choice([0, 4, 8, 12])
        if n:
            found.append(Counted(hour * HOUR, n, sum(rng.random() < ratio for _ in range(n))))
    return found


STORY = story()
END = STORY[-1].start


def turns(steps: list[Counted], until: int) -> list[tuple[int, str]]:
    return [(turn.start, turn.transition) for turn in replay(usual_rule("ratio"), steps, HOUR, until)]


def test_a_crisis_fires_once_and_resolves() -> None:
    found = turns(STORY, END)
    assert [transition for _, transition in found] == ["firing", "resolved"]
    assert 40 * 24 * HOUR <= found[0][0] < (40 * 24 + 6) * HOUR


@settings(max_examples=20, deadline=None)
@given(cut=st.integers(38 * 24, 45 * 24 - 1))
def test_a_file_cut_off_anywhere_gives_the_same_turns_up_to_the_cut(cut: int) -> None:
    head = [step for step in STORY if step.start <= cut * HOUR]
    assert turns(head, head[-1].start) == [turn for turn in turns(STORY, END) if turn[0] <= head[-1].start]


def test_steps_between_are_empty_and_steps_off_the_grid_are_kept() -> None:
    steps = [Counted(7, 1, 0), Counted(7 + 3 * HOUR + 5, 2, 1)]
    assert [step.start for step in dense(steps, HOUR, 4 * HOUR + 20)] == [
        7,
        7 + HOUR,
        7 + 2 * HOUR,
        7 + 3 * HOUR + 5,
        7 + 4 * HOUR + 5,
    ]


def test_volume_needs_no_negatives() -> None:
    steps = [Counted(hour * HOUR, 20, 0) for hour in range(72)] + [Counted(72 * HOUR, 90, 0)]
    (turn,) = replay(usual_rule("volume"), steps, HOUR, 72 * HOUR)
    assert (turn.start, turn.transition, turn.finding.n) == (72 * HOUR, "firing", 90)


def test_counts_are_read_in_time_order_packed_or_not(tmp_path: Path) -> None:
    rows = ["a,2026-11-23T01:00:00Z,5,2", "b,2026-11-23T00:00:00,1,0", "a,2026-11-23T08:00:00+08:00,3,0"]
    text = "\n".join(["series,hour,mentions,negatives", *rows])
    plain, packed = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    plain.write_text("\ufeff" + text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    for path in (plain, packed):
        with opened(path) as lines:
            found = read_counts(lines, negatives=True)
        assert {name: [(step.n, step.k) for step in steps] for name, steps in found.items()} == {
            "a": [(3, 0), (5, 2)],
            "b": [(1, 0)],
        }
        assert found["a"][1].start - found["a"][0].start == HOUR


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        ("series,hour,mentions\na,2026-11-23T01:00:00Z,5", 1, "negatives"),
        ("series,hour,mentions,negatives\na,yesterday,5,2", 2, "no time"),
        ("series,hour,mentions,negatives\na,2026-11-23T01:00:00Z,-5,2", 2, "no count"),
        ("series,hour,mentions,negatives\na,2026-11-23T01:00:00Z,5", 2, "no count"),
        ("series,hour,mentions,negatives\na,2026-11-23T01:00:00Z,5,6", 2, "more negative"),
        (
            "series,hour,mentions,negatives\na,2026-11-23T01:00:00Z,5,1\na,2026-11-23T01:00:00Z,5,1",
            3,
            "twice",
        ),
    ],
)
def test_a_bad_line_is_named(rows: str, line: int, says: str) -> None:
    with pytest.raises(CountsError, match=says) as caught:
        read_counts(rows.splitlines(keepends=True), negatives=True)
    assert caught.value.line == line
