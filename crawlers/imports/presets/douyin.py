"""抖音: saved answers (videos, search results, comments), and tables of videos or comments."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape
from crawlers.imports.presets.comment_columns import COMMENT_COLUMNS

VIDEO_URL = "https://www.douyin.com/video/{aweme_id}"

DOUYIN = Preset(
    name="douyin",
    title="抖音",
    shapes=(
        Shape(
            marks=("cid", "aweme_id", "text"),
            lists=("comments",),
            fields={
                "text": ("text",),
                "external_id": ("cid",),
                "author": ("user.nickname",),
                "published": ("create_time",),
                "parent_id": ("reply_id",),
                "likes": ("digg_count",),
                "replies": ("reply_comment_total",),
            },
            kind="comment",
            children="reply_comment",
            url=VIDEO_URL,
        ),
        Shape(
            marks=("aweme_id", "author.nickname"),
            lists=("aweme_list", "data.aweme_info"),
            fields={
                "text": ("desc",),
                "external_id": ("aweme_id",),
                "author": ("author.nickname",),
                "published": ("create_time",),
                "likes": ("statistics.digg_count",),
                "replies": ("statistics.comment_count",),
                "reposts": ("statistics.share_count",),
            },
            url=VIDEO_URL,
        ),
        Shape(
            marks=("aweme_id", "comment_id", "content"),
            fields=COMMENT_COLUMNS,
            kind="comment",
            url=VIDEO_URL,
        ),
        Shape(
            marks=("aweme_id", "desc", "liked_count"),
            fields={
                "text": ("desc",),
                "title": ("title",),
                "external_id": ("aweme_id",),
                "url": ("aweme_url",),
                "author": ("nickname",),
                "published": ("create_time",),
                "likes": ("liked_count",),
                "replies": ("comment_count",),
                "reposts": ("share_count",),
            },
            url=VIDEO_URL,
        ),
    ),
)
