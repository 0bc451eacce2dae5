"""Bilibili: saved answers of comments, and tables of videos or comments."""

from __future__ import annotations

from dataclasses import replace

from crawlers.imports.preset import Preset, Shape
from crawlers.imports.presets.comment_columns import COMMENT_COLUMNS

REPLY = Shape(
    marks=("rpid", "content.message"),
    lists=("data.top_replies", "data.upper.top", "data.replies"),
    fields={
        "text": ("content.message",),
        "external_id": ("rpid",),
        "author": ("member.uname",),
        "published": ("ctime",),
        "parent_id": ("parent",),
        "likes": ("like",),
        "replies": ("rcount",),
    },
    kind="comment",
    children="replies",
)

BILIBILI = Preset(
    name="bilibili",
    title="Bilibili",
    shapes=(
        # Type 1 is a comment on a video; the others (articles, 动态) have no address that the record tells.
        replace(REPLY, equals={"type": "1"}, url="https://www.bilibili.com/video/av{oid}#reply{rpid}"),
        REPLY,
        Shape(
            marks=("video_id", "comment_id", "content", "parent_comment_id"),
            fields=COMMENT_COLUMNS,
            kind="comment",
            url="https://www.bilibili.com/video/av{video_id}#reply{comment_id}",
        ),
        Shape(
            marks=("video_id", "video_danmaku", "title"),
            fields={
                "text": ("desc",),
                "title": ("title",),
                "external_id": ("video_id",),
                "url": ("video_url",),
                "author": ("nickname",),
                "published": ("create_time",),
                "likes": ("liked_count",),
                "replies": ("video_comment",),
                "reposts": ("video_share_count",),
            },
            url="https://www.bilibili.com/video/av{video_id}",
        ),
    ),
)
