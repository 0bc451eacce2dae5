"""Which column means what: by the user's words, by a preset, or by names that are understood without being told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawlers.imports.failure import UnreadableFile
from crawlers.imports.preset import FIELDS, Names, Shape

#: Names that are understood without being told, folded; the first that is there wins.
KNOWN: Mapping[str, Names] = {
    "text": ("text", "content", "body", "review", "review_text", "comment", "message", "评论", "评论内容", "评价内容",
             "内容", "评价", "正文", "反馈内容", "投诉内容"),
    "external_id": ("external_id", "id", "review_id", "comment_id", "编号", "评论id", "评价id"),
    "url": ("url", "link", "链接", "网址"),
    "kind": ("kind", "类型"),
    "title": ("title", "headline", "subject", "标题"),
    "author": ("author", "user", "username", "nickname", "用户", "用户名", "昵称", "作者", "买家昵称", "用户昵称"),
    "published": ("published_at", "published", "date", "time", "datetime", "created_at", "timestamp", "时间", "日期",
                  "评论时间", "评价时间", "发布时间", "提交时间"),
    "rating": ("rating", "score", "stars", "star", "评分", "星级", "打分"),
    "lang": ("lang", "language", "语言"),
    "product": ("product", "product_name", "产品", "商品", "商品名称", "产品名称"),
    "parent_id": ("parent_id", "parent", "reply_to"),
    "likes": ("likes", "like_count", "点赞数"),
    "replies": ("replies", "reply_count", "回复数", "评论数"),
    "reposts": ("reposts", "repost_count", "转发数"),
}  # fmt: skip

#: What a file is read as when no preset fits it.
GENERIC = Shape(marks=(), fields=KNOWN, kind="review")
#: Our own export names the 1–5 rating ``rating`` and the sentiment ``score``: these columns say that it is ours.
OURS = {"collected_at", "external_id", "label", "score"}
#: Between the two parts of a name that stands in two header rows.
PART = " / "


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a field, by position. Several are joined, one below the other."""

    positions: tuple[int, ...]
    names: tuple[str, ...]


def fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name.replace("\ufeff", "")).casefold().split())


def check_fields(chosen: Mapping[str, str]) -> None:
    if unknown := set(chosen) - set(FIELDS):
        raise UnreadableFile(f"unknown field {sorted(unknown)[0]!r}: one of {', '.join(FIELDS)}")


def places(header: Sequence[str]) -> dict[str, int]:
    """Folded name → position; also by the lower part of a name in two header rows, where only one column has it."""
    found: dict[str, int] = {}
    parts: dict[str, list[int]] = {}
    for position, name in enumerate(header):
        found.setdefault(fold(name), position)
        if PART in name:
            parts.setdefault(fold(name.rpartition(PART)[2]), []).append(position)
    for part, positions in parts.items():
        if len(positions) == 1:
            found.setdefault(part, positions[0])
    found.pop("", None)
    return found


def fits(shape: Shape, header: Sequence[str]) -> bool:
    """Whether a table with this header has the shape: a shape of nested records is none of a table."""
    there = places(header)
    return not shape.equals and all(fold(mark) in there for mark in shape.marks)


def mapped(header: Sequence[str], shape: Shape, chosen: Mapping[str, str]) -> dict[str, Columns]:
    """Field → its columns, for those that are there. ``chosen`` (field → column, or columns joined by ``+``) wins.

    Raises :class:`UnreadableFile` where a chosen column is missing.
    """
    there = places(header)
    ours = shape is GENERIC and set(there) >= OURS
    found: dict[str, Columns] = {}
    for field in dict.fromkeys((*shape.fields, *chosen)):
        if field in chosen:
            positions = chosen_positions(chosen[field], there, header)
        else:
            names: Names = ("rating",) if ours and field == "rating" else shape.fields.get(field, ())
            positions = first_there(names, there, header, every=field == "text")
        if positions:
            found[field] = Columns(positions, tuple(header[at] for at in positions))
    return found


def chosen_positions(wanted: str, there: Mapping[str, int], header: Sequence[str]) -> tuple[int, ...]:
    if fold(wanted) in there:
        return (there[fold(wanted)],)
    names = [fold(part) for part in wanted.split("+")]
    missing = next((name for name in names if name not in there), None)
    if missing is not None:
        raise UnreadableFile(f"no column {missing!r}: there are {listed(header)}")
    return tuple(there[name] for name in names)


def first_there(names: Names, there: Mapping[str, int], header: Sequence[str], *, every: bool) -> tuple[int, ...]:
    for name in names:
        if isinstance(name, re.Pattern):
            matching = tuple(at for at, column in enumerate(header) if name.search(fold(column)))
            if matching:
                return matching if every else matching[:1]
        elif fold(name) in there:
            return (there[fold(name)],)
    return ()


def listed(header: Sequence[str]) -> str:
    names = [name for name in header if name.strip()]
    return ", ".join(names[:40]) + (f" and {len(names) - 40} more" if len(names) > 40 else "")
