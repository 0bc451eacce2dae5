"""The columns in which MediaCrawler, a collector that many use, writes the comments of several platforms alike."""

from __future__ import annotations

from collections.abc import Mapping

COMMENT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "text": ("content",),
    "external_id": ("comment_id",),
    "author": ("nickname",),
    "published": ("create_time",),
    "parent_id": ("parent_comment_id",),
    "likes": ("like_count",),
    "replies": ("sub_comment_count",),
}
