"""Units sold or orders per product and day, from a table or records: what failure rates are a share of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from crawlers.imports.cells import plain, read_count
from crawlers.imports.columns import Columns, fold, listed, mapped
from crawlers.imports.failure import UnreadableFile
from crawlers.imports.opening import DAMAGED, encoding_of, format_of
from crawlers.imports.preset import Shape
from crawlers.imports.records import JsonFile, keys_at, value_at
from crawlers.imports.table import HEAD, Header, Row, TableFile, headers
from crawlers.imports.workbook import sheet_names
from monitor.mention import Rejection
from monitor.normalise.times import UnreadableTimeError, read_time

#: Column names that are understood without being told.
NAMES = Shape(
    marks=(),
    fields={
        "product": ("product", "product_name", "product name", "title", "item", "产品", "产品名称", "商品", "商品名称",
                    "商品标题", "宝贝标题", "型号", "sku", "asin", "商品编号"),
        "day": ("day", "date", "日期", "统计日期", "时间", "销售日期", "下单日期"),
        "units": ("units", "units ordered", "units sold", "quantity", "qty", "sold", "销量", "销售数量", "件数",
                  "支付件数", "成交件数", "成交商品件数", "数量", "台数", "出货量"),
        "orders": ("orders", "order count", "total order items", "订单数", "订单量", "支付订单数", "成交单量", "单量"),
    },
)  # fmt: skip
FIELDS = tuple(NAMES.fields)
TOTALS = {"合计", "总计", "小计", "汇总", "total", "totals", "sum", "grand total"}
MAX_PRODUCT = 200


@dataclass(frozen=True, slots=True)
class Exposure:
    """``units`` sold and ``orders`` of a product on a day of the source's zone; one of them may be unknown."""

    product: str
    day: date
    units: int | None
    orders: int | None


@dataclass(frozen=True, slots=True)
class DayReader:
    """Reads a stated day in ``zone`` at ``now`` (aware)."""

    zone: ZoneInfo
    now: datetime

    def day_of(self, stated: str) -> date:
        return read_time(stated, self.zone, self.now).at.astimezone(self.zone).date()


def read_exposures(
    path: Path, days: DayReader, columns: Mapping[str, str] | None = None, sheet: str | None = None
) -> Iterator[Exposure | Rejection]:
    """One result a row. ``columns``: product, day, units, orders → column.

    Rejections: "bad bytes", "no product", "no day", "bad day", "future day", "no count" (neither number can be
    read), "total row".
    Raises :class:`UnreadableFile`.
    """
    chosen = columns or {}
    if unknown := set(chosen) - set(FIELDS):
        raise UnreadableFile(f"unknown field {sorted(unknown)[0]!r}: one of {', '.join(FIELDS)}")
    for number, words in rows_of(path, chosen, sheet):
        yield words if isinstance(words, Rejection) else exposure_of(words, number, days)


def rows_of(
    path: Path, chosen: Mapping[str, str], sheet: str | None
) -> Iterator[tuple[int, Mapping[str, str | None] | Rejection]]:
    kind = format_of(path)
    if sheet is not None and kind != "xlsx":
        raise UnreadableFile(f"{path.name}: only a workbook has sheets")
    if kind in ("json", "jsonl"):
        yield from json_rows(JsonFile(path, kind, encoding_of(path)), chosen)
        return
    if kind != "xlsx":
        yield from table_rows(TableFile(path, kind, encoding_of(path)), chosen)
        return
    sheets = sheet_names(path)
    if sheet is not None and sheet not in sheets:
        raise UnreadableFile(f"{path.name}: no sheet {sheet!r}: there are {', '.join(sheets)}")
    yield from table_rows(TableFile(path, "xlsx", "", sheet or sheets[0]), chosen)


def table_rows(
    source: TableFile, chosen: Mapping[str, str]
) -> Iterator[tuple[int, Mapping[str, str | None] | Rejection]]:
    head = list(islice(source.rows(), HEAD))
    if not any(isinstance(row, Rejection) or any(plain(cell) for cell in row) for row in head):
        return
    header, columns = header_of(head, chosen)
    for number, row in enumerate(islice(source.rows(), header.start + header.depth, None), start=1):
        if isinstance(row, Rejection):
            yield number, Rejection(row.reason, f"row {number}")
        elif any(plain(cell) for cell in row):
            yield number, {field: cell_at(row, each.positions[0]) for field, each in columns.items()}


def header_of(head: Sequence[Row | Rejection], chosen: Mapping[str, str]) -> tuple[Header, dict[str, Columns]]:
    best: tuple[Header, dict[str, Columns]] | None = None
    options = [header for header in headers(head) if header.depth == 1]
    for header in options:
        columns = mapped(header.names, NAMES, chosen if header is options[-1] or fitting(header, chosen) else {})
        if {"product", "day"} <= set(columns) and columns.keys() & {"units", "orders"}:
            return header, columns
        best = best or (header, columns)
    there = listed(options[0].names) if options else "none"
    raise UnreadableFile(
        f"columns for the product, the day and the units or orders are needed, and there are: {there}; "
        "name them, such as product=商品,day=日期,units=件数"
    )


def fitting(header: Header, chosen: Mapping[str, str]) -> bool:
    there = {fold(name) for name in header.names}
    return all(fold(column) in there for column in chosen.values())


def json_rows(
    source: JsonFile, chosen: Mapping[str, str]
) -> Iterator[tuple[int, Mapping[str, str | None] | Rejection]]:
    for number, document in source.documents():
        for record in document if isinstance(document, list) else [document]:
            if not isinstance(record, Mapping):
                yield number, Rejection("bad json", f"row {number}")
                continue
            words = {}
            for field in NAMES.fields:
                keys = keys_at(record, NAMES, chosen, field)
                words[field] = plain(value_at(record, keys[0])) if keys else None
            yield number, words


def cell_at(row: Row, position: int) -> str | None:
    return plain(row[position]) if position < len(row) else None


def exposure_of(words: Mapping[str, str | None], number: int, days: DayReader) -> Exposure | Rejection:
    if any(DAMAGED in each for each in words.values() if each):
        return Rejection("bad bytes", f"row {number}")
    product, stated = words.get("product"), words.get("day")
    if any(fold(each) in TOTALS for each in (product, stated) if each is not None):
        return Rejection("total row", f"row {number}")
    if product is None or len(product) > MAX_PRODUCT:
        return Rejection("no product", f"row {number}")
    if stated is None:
        return Rejection("no day", f"row {number}")
    try:
        day = days.day_of(stated)
    except UnreadableTimeError:
        return Rejection("bad day", f"row {number}")
    if day > days.now.astimezone(days.zone).date() + timedelta(days=1):
        return Rejection("future day", f"row {number}")
    units, orders = read_count(words.get("units")), read_count(words.get("orders"))
    if units is None and orders is None:
        return Rejection("no count", f"row {number}")
    return Exposure(product, day, units, orders)
