"""A source added to the text of keywords.yaml: everything else stays as it was."""

from __future__ import annotations

import pytest

from dashboard.operation.wiring import kinds
from monitor.config.errors import InvalidConfig
from monitor.config.load import parse_config
from monitor.config.writing import with_source

HEAD = "# 我们的配置\nversion: 1\nbrands:\n- {id: a, name: 甲, role: own}   # own\n"
ENTRY = {"id": "new", "kind": "feed", "url": "https://x.example/feed", "item_kind": "comment"}
TWO = """sources:
    # the shop
    - id: shop
      kind: selectors
      url: https://x.example/
      item: .r
      fields:
        text: p   # words

    - {id: b, kind: feed,
       url: 'https://y.example/'} # last

# rules follow
rules: []
"""


@pytest.mark.parametrize(
    "tail", [TWO, "", "keywords: []", "sources:\n- {id: b, kind: feed, url: 'https://y.example/'}"]
)
def test_entry_is_added_and_nothing_else_changes(tail: str) -> None:
    before = HEAD + tail
    after = with_source(before, ENTRY, kinds())
    assert parse_config(after, kinds()).sources[-1].id == "new"
    kept = after.splitlines()
    assert all(line in kept for line in before.splitlines())
    assert len(kept) <= len(before.splitlines()) + 6


@pytest.mark.parametrize(
    "sources", ["sources: []  # none yet\n", "sources: [{id: b, kind: feed, url: 'https://y.example/'}]\n"]
)
def test_list_in_brackets_is_written_anew_with_comments_kept(sources: str) -> None:
    after = with_source(HEAD + sources, ENTRY, kinds())
    assert parse_config(after, kinds()).sources[-1].id == "new"
    assert "# 我们的配置" in after
    assert "# own" in after


def test_id_in_use_and_broken_text_are_refused() -> None:
    with pytest.raises(InvalidConfig, match="in use"):
        with_source(HEAD + TWO, {**ENTRY, "id": "shop"}, kinds())
    with pytest.raises(InvalidConfig):
        with_source(HEAD + "rules: 7\n", ENTRY, kinds())
    with pytest.raises(InvalidConfig):
        with_source(HEAD, {"id": "x", "kind": "no-such"}, kinds())


def test_values_that_need_quotes_come_back_the_same() -> None:
    fields = {"text": "./p[1]", "published": {"select": "small", "regex": r"(\d{4}-\d\d: #.*'\")"}}
    entry = {
        "id": "n",
        "kind": "selectors",
        "url": "https://x.example/?a=1&b=2",
        "item": "//div[@class='x']",
        "fields": fields,
    }
    source = parse_config(with_source(HEAD + TWO, entry, kinds()), kinds()).sources[-1]
    assert source.item == entry["item"]
    assert source.fields.published.regex == r"(\d{4}-\d\d: #.*'\")"
