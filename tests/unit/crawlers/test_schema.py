"""schema.org as pages really write it: what is read once, what is joined, what identifies a review."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse

from crawlers.page import Follow
from crawlers.pages.schema_org import SchemaOrgPage, SchemaOrgSource
from crawlers.schema import json_ld
from monitor.mention import RawMention, Rejection

SHOP = "https://shop.example/p/1"


def read(body: str, url: str = SHOP, listing: str | None = None, **source: Any) -> list[Any]:
    page = SchemaOrgPage(SchemaOrgSource(id="s", url=SHOP, **source))
    request = Request(url, meta={"context": {"listing": listing} if listing else {}})
    return list(page.parse(HtmlResponse(url, body=body.encode(), encoding="utf-8", request=request)))


def mentions(body: str, **given: Any) -> list[RawMention]:
    return [each for each in read(body, **given) if isinstance(each, RawMention)]


def script(document: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(document)}</script>'


def review(text: str, **rest: Any) -> dict[str, Any]:
    return {"@type": "Review", "reviewBody": text, **rest}


def test_one_review_in_three_syntaxes_is_one() -> None:
    inside = '<i {p}="author">{{a}}</i><p {p}="reviewBody">{{t}}</p></div>'
    micro = '<div itemscope itemtype="http://schema.org/Review">' + inside.format(p="itemprop")
    rdfa = '<div vocab="http://schema.org/" typeof="Review">' + inside.format(p="property")
    both = "".join(form.format(a="甲", t="充电  发烫") for form in (micro, rdfa))
    found = mentions(script(review("充电 发烫", author="甲")) + both + micro.format(a="乙", t="充电发烫"))
    assert [(each.author, each.text) for each in found] == [("甲", "充电 发烫"), ("乙", "充电发烫")]


def test_a_list_of_reviews_and_one_alone_are_read_alike() -> None:
    for stated in (review("好"), [review("好")], {"@list": [review("好")]}, {"@set": [review("好")]}):
        assert [each.text for each in mentions(script({"@type": "Product", "review": stated}))] == ["好"]


def test_the_same_review_on_two_parts_of_a_listing_is_the_same() -> None:
    body = script({"@type": "Product", "name": "X5", "review": [review("好", author="甲", **{"@id": "#review-1"})]})
    first = mentions(body)
    second = mentions(body, url=f"{SHOP}?page=2", listing=SHOP)
    assert first == second
    other = mentions(body.replace("#review-1", "#review-80412"), url=f"{SHOP}?page=2", listing=SHOP)
    assert [each.external_id for each in (*first, *other)] == [None, f"{SHOP}#review-80412"]


def test_an_id_that_several_reviews_share_identifies_none() -> None:
    body = script([review("好", **{"@id": SHOP}), review("差", **{"@id": SHOP}), review("中", identifier={"value": 7})])
    assert [(each.text, each.external_id) for each in mentions(body)] == [("好", None), ("差", None), ("中", "7")]


def test_an_aggregate_is_nobodys_rating() -> None:
    rating = {"@type": "AggregateRating", "ratingValue": 4.7, "reviewCount": 300}
    product = {"@type": "Product", "name": "X5", "aggregateRating": rating, "review": review("好", reviewRating=rating)}
    assert [(each.text, each.rating) for each in mentions(script(product))] == [("好", None)]


def test_what_is_about_one_product_of_several_is_not_guessed() -> None:
    two = script([{"@type": "Product", "name": "X5"}, {"@type": "Product", "name": "X6"}, review("好")])
    assert [each.product for each in mentions(two)] == [None]
    one = script([{"@type": "Product", "name": "X5"}, review("好")])
    assert [each.product for each in mentions(one)] == ["X5"]


def test_kinds_choose_what_is_read() -> None:
    body = script(
        [review("好"), {"@type": "Question", "name": "能退吗？", "acceptedAnswer": {"@type": "Answer", "text": "能"}}]
    )
    assert [each.kind for each in mentions(body)] == ["review", "post", "comment"]
    assert [each.text for each in mentions(body, kinds=("review",))] == ["好"]


def test_next_is_what_the_page_says_unless_the_source_does() -> None:
    body = script(review("好")) + '<a rel="next" href="?page=2">2</a><a class="other" href="?part=b">b</a>'
    assert [each.url for each in read(body) if isinstance(each, Follow)] == [f"{SHOP}?page=2"]
    assert [each.url for each in read(body, next="a.other") if isinstance(each, Follow)] == [f"{SHOP}?part=b"]
    assert not [each for each in read(body, next=False) if isinstance(each, Follow)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('{"a": 1,}', [{"a": 1}]),
        ('{"a": [1, 2, ], } ;', [{"a": [1, 2]}]),
        ('/* x */ {"a": "// no \\/* comment"} // end', [{"a": "// no /* comment"}]),
        ('{"a": "it\\\'s"}', [{"a": "it's"}]),
        ('{"a": "C:\\dir"}', [{"a": "C:\\dir"}]),
        ('{"a": "one\ntwo"}', [{"a": "one\ntwo"}]),
        ('{"a": 1}{"b": 2},[3]', [{"a": 1}, {"b": 2}, [3]]),
        ("{&quot;a&quot;: &quot;甲&quot;}", [{"a": "甲"}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ("", []),
    ],
)
def test_what_shops_write_is_mended(written: str, meant: list[Any]) -> None:
    assert json_ld.documents(written) == meant


@pytest.mark.parametrize(
    "written", ["{", "null null", "var a = {}", '{"a": ' * 10_000, f'{{"a": {"9" * 5000}}}', "/*" * 5000]
)
def test_what_cannot_be_mended_is_counted_and_the_rest_is_read(written: str) -> None:
    body = f'<script type="application/ld+json">{written}</script>' + script(review("好"))
    assert [each.reason if isinstance(each, Rejection) else each.text for each in read(body)] == ["bad json-ld", "好"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["Review", "Product", "#r", "_:b"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "@context", "@value", "@reverse", "review", "itemReviewed", "author",
                         "reviewRating", "ratingValue", "reviewBody", "comment", "url", "identifier", "name"]),
        inner, max_size=6,
    ),
    max_leaves=25,
)  # fmt: skip


@given(JSON)
def test_any_json_is_read_or_counted(document: object) -> None:
    assert all(
        isinstance(each, RawMention | Rejection | Follow) for each in read(script(document).replace("</", "<\\/", 1))
    )


ATTRIBUTES = ["itemscope", "itemprop=review", "itemprop=reviewBody", "itemtype=http://schema.org/Review", "id=a",
              "itemref='a b'", "typeof=Review", "property=author", "property=reviewBody", "resource=#r", "about=//[",
              "vocab=http://schema.org/", "prefix='s: http://schema.org/'", "rel=s:author", "href=http://[", "id=b",
              "rel=next", "content=x"]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(["<{} {} {}>", "</{}>"]), st.sampled_from(["div", "a", "p", "meta", "time"]),
                          st.sampled_from(ATTRIBUTES), st.sampled_from(ATTRIBUTES)), max_size=30))  # fmt: skip
def test_any_markup_is_read_or_counted(tags: list[tuple[str, str, str, str]]) -> None:
    body = "好".join(form.format(*rest) for form, *rest in tags)
    assert all(isinstance(each, RawMention | Rejection | Follow) for each in read(body))
