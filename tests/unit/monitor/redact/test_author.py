"""Authors are recognised again only with the key, and shown only by their first letter."""

from __future__ import annotations

import pytest

from monitor.redact import hash_author, mask_author


def test_the_hash_knows_a_name_in_all_its_spellings_and_needs_the_key() -> None:
    assert hash_author(" Ａlice  W ", b"key") == hash_author("alice w", b"key")
    assert hash_author("alice", b"key") != hash_author("alice", b"other")
    assert hash_author("alice", b"key") != hash_author("bob", b"key")
    assert len(hash_author("王小明\ud800", b"key")) == 64


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王小明", "王**"),
        ("alice", "a****"),
        ("王", "*"),
        ("", "*"),
        ("x" * 300, "x********"),
        ("13812345678", "1********"),
    ],
)
def test_the_mask_keeps_one_character(name: str, masked: str) -> None:
    assert mask_author(name) == masked
