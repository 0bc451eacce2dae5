"""Two addresses of one page are one text; what is no safe link is nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.normalise.urls import canonical_url


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("HTTPS://Shop.Example:443/A?id=1&utm_source=x#top", "https://shop.example/A?id=1"),
        ("http://shop.example", "http://shop.example/"),
        ("http://shop.example:8080/?spm=a.b&b=2&a=1", "http://shop.example:8080/?b=2&a=1"),
        ("https://user:secret@shop.example/x", "https://shop.example/x"),
        ("https://shop.example/评论 1", "https://shop.example/%E8%AF%84%E8%AE%BA%201"),
        ("https://shop.example/%E8%AF%84?q=a%20b", "https://shop.example/%E8%AF%84?q=a%20b"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("  https://shop.example/x\n", "https://shop.example/x"),
        ("javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("//shop.example/x", None),
        ("http://", None),
        ("http://shop.example:99999/", None),
        ("http://[::1/", None),
        ('http://a"b/', None),
        ("https://shop.example/" + "a" * 5000, None),
        (None, None),
    ],
)
def test_canonical(stated: str | None, expected: str | None) -> None:
    assert canonical_url(stated) == expected


@given(st.from_regex(r"https?://[a-zA-Z0-9.:@-]{1,12}/[a-z0-9/%~+é中 :@&=;-]{0,20}", fullmatch=True))
def test_a_fragment_changes_nothing(stated: str) -> None:
    stated = stated.strip()  # white space at the end is none any more once a fragment stands behind it
    assert canonical_url(stated) == canonical_url(stated + "#part")


@given(st.text(max_size=80).map(lambda tail: f"https://shop.example/{tail}"))
def test_the_canonical_form_is_its_own_canonical_form(stated: str) -> None:
    once = canonical_url(stated)
    assert once is None or canonical_url(once) == once
