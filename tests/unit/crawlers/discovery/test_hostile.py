"""Pages made to hurt: none takes long, none raises."""

from __future__ import annotations

import pytest

from crawlers.discovery.dates import DateReader
from crawlers.discovery.layout import explore
from crawlers.discovery.look import Look, words
from tests.unit.crawlers.discovery.layouts import NOW, SHANGHAI
from tests.unit.crawlers.discovery.more_layouts import LAYOUTS


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\0\0<",
        "<div class=a>x 2026-01-01 " * 1500,
        "".join(f'<a href="http://[{number}">title number {number}</a>' for number in range(200)),
        "<p>" + "2026-01-01 " * 20_000,
        "<li class='\"]()'>x 2026-01-01 10:00</li>" * 30,
        "<base href='http://['><div>a</div><div>b</div>",
    ],
    ids=["empty", "nul", "deep", "bad links", "dates", "odd classes", "bad base"],
)
def test_hostile_page_is_survived(body: str) -> None:
    explore(Look("https://x.example/", body, {}), lambda urls: [], DateReader(SHANGHAI, NOW))


@pytest.mark.parametrize("layout", LAYOUTS[:6], ids=lambda layout: layout.__name__)
def test_pages_cut_short_are_survived(layout: object) -> None:
    assert callable(layout)
    text = next(iter(layout().pages.values()))
    for part in range(8):
        look = Look("https://x.example/", text[: len(text) * part // 8], {})
        explore(look, lambda urls: [], DateReader(SHANGHAI, NOW))


def test_words_leave_out_what_nobody_reads() -> None:
    look = Look("https://x.example/", "<body>a<script>b</script>c<!-- d -->e <b>f</b><style>g</style> h</body>", {})
    assert words(look.found("//body")[0]) == "a c e f h"
