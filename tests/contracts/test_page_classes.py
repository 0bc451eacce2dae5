"""One suite over every kind of source: its saved pages give what is expected, and no damage makes it raise.

A case is ``tests/pages/<kind>/<case>/``: ``page.*`` as it came, ``meta.json`` (source, url, content type, the context
that its request carried) and ``expected.jsonl``. A layout change of a site adds a case and never edits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from crawlers.charset import readable
from crawlers.events import Found, Rejected, to_line
from crawlers.page import Deleted, Follow, Page, Parsed
from crawlers.registry import SOURCES
from monitor.mention import Normalised, RawMention, Rejection
from monitor.normalise.item import SourceContext, normalise
from tests.contracts.damage import damaged

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/meta.json"))
CLASSES = {"html": HtmlResponse, "xml": XmlResponse, "json": TextResponse, "jsonl": TextResponse}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHANGHAI = SourceContext("case", "Asia/Shanghai")


def page_of(case: Path) -> Page[Any]:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    entry = SOURCES[meta["source"]["kind"]]
    source = entry.model.model_validate({"id": "case", **meta["source"]})
    return entry.page_class()(source)


def response_of(case: Path, body: bytes | None = None) -> TextResponse:
    meta = json.loads((case / "meta.json").read_text("utf-8"))
    saved = next(case.glob("page.*"))
    kind = CLASSES[saved.suffix[1:]]
    headers = {"Content-Type": meta.get("content_type", "text/html; charset=utf-8"), **meta.get("headers", {})}
    url = meta.get("url") or meta["source"]["url"]
    request = Request(url, meta={"context": meta.get("context", {})})
    body = saved.read_bytes() if body is None else body
    return readable(kind(url=url, body=body, headers=headers, request=request))


def lines(found: Iterator[Parsed] | list[Parsed]) -> list[dict[str, Any]]:
    """What was yielded, without what is unset; the detail of a rejection is for people and may change."""
    shown = []
    for each in found:
        name = {RawMention: "mention", Rejection: "rejection", Follow: "follow", Deleted: "deleted"}[type(each)]
        fields = {
            key: value for key, value in asdict(each).items() if value not in (None, "", {}, False) and key != "detail"
        }
        shown.append({name: fields})
    return shown


def is_unset(value: object) -> bool:
    return value is None or value is False or value == "" or value == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_saved_page_gives_what_is_expected(case: Path) -> None:
    expected = [json.loads(line) for line in (case / "expected.jsonl").read_text("utf-8").splitlines()]
    assert lines(list(page_of(case).parse(response_of(case)))) == expected


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_truncated_and_garbled_pages_give_items_or_counted_rejections(case: Path) -> None:
    saved = next(case.glob("page.*"))
    for body in damaged(response_of(case).body, saved.suffix, case.name):
        for found in page_of(case).parse(response_of(case, body)):
            assert usable(found), (body[:200], found)


def usable(found: Parsed) -> bool:
    """Whether the crawl and the steps behind it can go on with it."""
    if isinstance(found, RawMention):
        return isinstance(normalise(found, SHANGHAI, NOW), Normalised | Rejection) and event(to_line(Found(found)))
    if isinstance(found, Follow):
        return event(json.dumps([found.url, dict(found.context), found.version]).encode())
    if isinstance(found, Rejection):
        return bool(found.reason) and event(to_line(Rejected(found.reason, found.url)))
    return isinstance(found, Deleted) and bool(found.external_id)


def event(line: bytes) -> bool:
    return bool(json.loads(line))


@pytest.mark.slow
# The first example imports every parser, which no deadline for one of them allows for.
# Each example is given to every page class.
@settings(deadline=None, max_examples=25)
@given(body=st.binary(max_size=400))
def test_any_bytes_are_survived(body: bytes) -> None:
    for case in CASES:
        list(page_of(case).parse(response_of(case, body)))


def test_every_kind_has_two_cases_of_its_shape_and_a_hostile_one() -> None:
    cases: dict[str, list[str]] = {kind: [] for kind, entry in SOURCES.items() if entry.page}
    for case in CASES:
        meta = json.loads((case / "meta.json").read_text("utf-8"))
        assert case.parent.name.replace("_", "-") == meta["source"]["kind"]
        assert len(meta["origin"]) > 3, f"{case}: say where the shape of the page is from"
        cases[meta["source"]["kind"]].append(case.name)
    for kind, names in cases.items():
        hostile = [name for name in names if "hostile" in name]
        assert hostile, f"{kind} has no hostile case"
        assert len(names) - len(hostile) >= 2, f"{kind} has one case of its shape only"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_first_request_is_the_configured_site(case: Path) -> None:
    page = page_of(case)
    # Where an API is that takes a credential is the operator's to say, and the page class's own default.
    site = getattr(page.source, "url", None) or getattr(page.source, "base", None) or page.base  # type: ignore[attr-defined]
    assert all(follow.url.startswith(site) for follow in page.start())
