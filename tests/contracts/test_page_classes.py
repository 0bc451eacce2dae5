"""One suite over every kind of source: its saved pages give what is expected, and no damage makes it raise.

A case is ``tests/pages/<kind>/<case>/``: ``page.*`` as it came, ``meta.json`` (source, url, content type, the context
that its request carried) and ``expected.jsonl``. A layout change of a site adds a case and never edits one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse, XmlResponse

from crawlers.charset import readable
from crawlers.page import Deleted, Follow, Page, Parsed
from crawlers.registry import SOURCES
from monitor.mention import RawMention, Rejection

PAGES = Path(__file__).parents[1] / "pages"
CASES = sorted(path.parent for path in PAGES.glob("*/*/meta.json"))
CLASSES = {"html": HtmlResponse, "xml": XmlResponse, "json": TextResponse, "jsonl": TextResponse}
DAMAGES = [
    b"",
    b"\0",
    b"<",
    b"{",
    b"[]",
    b"null",
    b'{"topic_list": 1}',
    b'{"post_stream": {"posts": [1]}}',
    b"\xff\xfe\xfd",
]


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


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_truncated_and_damaged_pages_never_raise(case: Path) -> None:
    whole = response_of(case).body
    for body in [*DAMAGES, *(whole[: len(whole) * part // 24] for part in range(24))]:
        for found in page_of(case).parse(response_of(case, body)):
            assert isinstance(found, RawMention | Rejection | Follow | Deleted)


@pytest.mark.slow
# The first example imports every parser, which no deadline for one of them allows for.
@settings(deadline=None)
@given(body=st.binary(max_size=400))
def test_any_bytes_are_survived(body: bytes) -> None:
    for case in CASES:
        list(page_of(case).parse(response_of(case, body)))


def test_every_kind_has_a_case() -> None:
    assert {case.parent.name.replace("_", "-") for case in CASES} == {
        kind for kind, entry in SOURCES.items() if entry.page
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_first_request_is_the_configured_site(case: Path) -> None:
    page = page_of(case)
    # Where an API is that takes a credential is the operator's to say, and the page class's own default.
    site = getattr(page.source, "url", None) or getattr(page.source, "base", None) or page.base  # type: ignore[attr-defined]
    assert all(follow.url.startswith(site) for follow in page.start())
