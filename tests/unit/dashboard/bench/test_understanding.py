"""The parts of the benchmark keep what is promised of accuracy on their own sets; the rest is for the benchmark."""

from __future__ import annotations

import pytest

from dashboard.bench import aspects, clusters, redaction
from dashboard.bench.aspect_sentences import sentences
from monitor.aspects.lexicon import WORDS


@pytest.mark.slow
def test_each_part_tells_its_figures_beside_a_rival() -> None:
    found = {each.figure: each for part in (redaction, clusters, aspects) for each in part.run(400, 1)}
    assert len(found) == 9
    timed = {"redaction reviews", "clusters texts"}
    assert [name for name, each in found.items() if not each.met and name not in timed] == []
    assert found["aspects F1"].value > max(found["aspects F1"].rivals.values())
    assert found["clusters copies found"].rivals


def test_the_sentences_judge_aspects_that_there_are() -> None:
    signs = {sign for _, judged in sentences() for sign in judged}
    assert {sign[:-1] for sign in signs} == set(WORDS)
    assert {sign[-1] for sign in signs} == {"+", "-"}
