"""The weights file is read as it was written, and a damaged one says so."""

from __future__ import annotations

import pytest

from monitor.sentiment.default.weights import MAGIC, WeightsError, dump, load, shipped


def test_the_shipped_file_is_small_and_comes_back_the_same() -> None:
    content = shipped()
    assert len(content) < 2_000_000
    assert dump(load(content)) == content


@pytest.mark.parametrize(
    "content",
    [b"", b"tingfeng-sentiment-0\n{}", MAGIC, MAGIC + b"{}\n", shipped()[:-100], shipped()[: len(MAGIC)] + b"[1]\nx"],
)
def test_a_damaged_file_names_the_mend(content: bytes) -> None:
    with pytest.raises(WeightsError, match="tingfeng train"):
        load(content)
