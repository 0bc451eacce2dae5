from __future__ import annotations

import pytest

from crawlers.weburl import checked


@pytest.mark.parametrize("port", ["65536", "99999999", "0", "x"])
def test_a_source_with_an_impossible_port_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="not a port: write a number from 1 to 65535"):
        checked(f"https://shop.example:{port}/feed")


@pytest.mark.parametrize("end", ["", ":", ":1", ":65535"])
def test_a_source_with_a_port_or_without_one_is_taken(end: str) -> None:
    assert checked(f"https://shop.example{end}/feed") == f"https://shop.example{end}/feed"
