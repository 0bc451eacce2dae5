"""What an import would bring, and sales under their configured names."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from crawlers.imports.exposure import Exposure
from crawlers.imports.reading import open_import
from dashboard.operation.exposure import gather
from dashboard.operation.importing import import_source, in_zone
from dashboard.operation.preview import preview
from monitor.config.schema import Config, Source
from monitor.mention import Rejection
from monitor.store.exposure import Sold

DAY = date(2026, 11, 7)


def config(timezone: str | None = None) -> Config:
    products = [{"name": "星河X5手机", "aliases": ["X5"]}]
    made = Config.model_validate(
        {
            "version": 1,
            "brands": [{"id": "xinghe", "name": "星河", "role": "own", "products": products}],
            "keywords": [],
        }
    )
    return made.model_copy(update={"sources": (Source(id="survey", kind="import", timezone=timezone),)})


def test_samples_are_masked_and_reasons_counted_over_the_whole_file(tmp_path: Path, now: datetime) -> None:
    rows = ["id,内容,用户,评分,时间"]
    rows += [f"{number},电话13812345678,王小明,2,2026-11-07 08:00" for number in range(8)]
    rows += ["a,,x,1,", "b,好,x,1,never", "c,好,x,9,", "d,好,x,5,"]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(rows), encoding="gb18030")
    shown = preview(open_import(path), config(), import_source(config(), "shop"), now).as_json()
    assert shown["columns"] == {
        "text": ["内容"], "external_id": ["id"], "author": ["用户"], "published": ["时间"], "rating": ["评分"],
    }  # fmt: skip
    assert (shown["encoding"], shown["rows"], shown["usable"], shown["undated"]) == ("gb18030", 12, 9, 1)
    assert shown["rejected"] == {"bad date": 1, "bad rating": 1, "no text": 1}
    assert shown["examples"] == {"no text": "item 9", "bad date": "item 10", "bad rating": "item 11"}
    samples = shown["samples"]
    assert isinstance(samples, list)
    assert len(samples) == 5
    assert samples[0] | {
        "text": "电话138****5678", "author": "王**", "rating": 2.0, "published_at": "2026-11-07T00:00:00+00:00",
    } == samples[0]  # fmt: skip


def test_the_zone_is_the_sources_then_the_presets_then_the_installations(tmp_path: Path, now: datetime) -> None:
    path = tmp_path / "a.csv"
    path.write_text("asin,rating,body,date\nB0,5,good,11/7/2026 10:00\n", encoding="utf-8")
    file = open_import(path)

    def published(settings: Config) -> object:
        source = in_zone(import_source(settings, "survey"), file.layout.timezone)
        return preview(file, settings, source, now).samples[0]["published_at"]

    assert published(config()) == "2026-11-07T18:00:00+00:00"
    assert published(config(timezone="Europe/Berlin")) == "2026-11-07T09:00:00+00:00"
    assert import_source(config(), "survey").timezone is None


def test_rows_of_one_day_add_up_under_the_configured_name() -> None:
    found: list[Exposure | Rejection] = [
        Exposure("x5", DAY, 3, None),
        Exposure("星河X5手机", DAY, 4, 2),
        Exposure("Other", DAY, 1, None),
        Rejection("bad day", "row 4"),
    ]
    gathered = gather(found, config())
    assert gathered.sold == {("星河X5手机", DAY): Sold(7, 2), ("Other", DAY): Sold(1, None)}
    assert (gathered.rows, gathered.rejected, gathered.unknown) == (4, {"bad day": 1}, ("Other",))
