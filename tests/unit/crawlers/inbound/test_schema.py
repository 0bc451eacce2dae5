from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.inbound.acceptance import Acceptable, examine
from crawlers.inbound.refusal import RefusedError
from crawlers.inbound.schema import Fault, read_items, read_mentions
from monitor.mention import RawMention, Rejection
from monitor.normalise.item import SourceContext
from tests.conftest import NOW

CONTEXT = SourceContext("api", "Asia/Shanghai")


@pytest.mark.parametrize(
    "body", ['{"text": "x"}', '{"mentions": [{"text": "x"}]}', '\ufeff{"text": "x"}', '\n{"text":"x"}\n']
)
def test_one_mention_in_each_of_its_forms(body: str) -> None:
    assert read_items(body.encode(), lines=body.startswith("\n")) == [{"text": "x"}]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"mentions": [], "source": "x"}', "unknown key"),
        (b'{"mentions": []}', "no items"),
        (b'{"mentions": {}}', "not a list"),
        (b'["x"]', "not an object"),
        (b'{"text": "x",}', "line 1, column"),
        (b"\xb5\xe7", "at byte 0"),
    ],
)
def test_what_is_wrong_with_a_body_is_said_with_its_place(body: bytes, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        read_items(body, lines=False)


def test_times_and_numbers_of_programs() -> None:
    items = [{"text": "a", "published_at": 1732363200, "rating": 4.0}, {"text": "b", "rating": True}]
    (_, first), (_, second) = read_mentions(items, "review")
    assert isinstance(first, RawMention)
    assert (first.published, first.rating, first.kind) == ("1732363200", "4", "review")
    assert isinstance(second, Fault)


@pytest.mark.parametrize("stated", ["昨天 15:32", "3 hours ago", "11-20 10:00", "today at noon"])
def test_times_that_move_are_refused(stated: str) -> None:
    found = examine(RawMention(text="x", published=stated), CONTEXT, NOW)
    assert isinstance(found, Rejection)
    assert found.reason == "relative date"


@pytest.mark.parametrize("stated", ["2026-11-23T11:00:00Z", "2026-11-20 10:00", "1763892000", None])
def test_times_that_stand_are_taken(stated: str | None) -> None:
    assert isinstance(examine(RawMention(text="x", published=stated), CONTEXT, NOW), Acceptable)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["text", "rating", "published_at", "external_id", "x"]), inner)
    ),
)


@given(JSON)
def test_no_item_breaks_it(item: object) -> None:
    for value in read_items(json.dumps({"mentions": [item]}).encode(), lines=False):
        for _, found in read_mentions([value], "post"):
            if isinstance(found, RawMention):
                assert isinstance(examine(found, CONTEXT, NOW), Acceptable | Rejection)
