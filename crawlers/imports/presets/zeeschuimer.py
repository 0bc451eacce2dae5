"""Zeeschuimer: what a researcher's own browser saw on several platforms, one JSON record a line.

Each record is an envelope (``nav_index``, ``item_id``, ``timestamp_collected``, ``source_platform``,
``source_platform_url``, ``source_url``, ``user_agent``) around ``data``, the platform's own object.
"""

from __future__ import annotations

from dataclasses import replace

from crawlers.imports.preset import Names, Preset, Shape
from crawlers.imports.presets.douyin import DOUYIN
from crawlers.imports.presets.xiaohongshu import XIAOHONGSHU

ENVELOPE = ("source_platform", "timestamp_collected", "data")


def inside(shape: Shape, platform: str) -> Shape:
    """The shape of a platform's object, within the envelope."""

    def under(path: str) -> str:
        return f"data.{path}"

    fields: dict[str, Names] = {
        field: tuple(under(name) for name in names if isinstance(name, str)) for field, names in shape.fields.items()
    }
    return replace(
        shape,
        marks=(*ENVELOPE, *map(under, shape.marks)),
        equals={"source_platform": platform, **{under(path): stated for path, stated in shape.equals.items()}},
        fields=fields,
        more_text=tuple(map(under, shape.more_text)),
        lists=(),
        children=None,
        url=shape.url.replace("{", "{data.") if shape.url else None,
    )


def embedded(fields: dict[str, Names], marks: tuple[str, ...], platform: str, url: str) -> Shape:
    return inside(Shape(marks=marks, fields=fields, url=url), platform)


#: The object that a 小红书 page carries in itself, with other names than the answers have.
PAGE_NOTE: dict[str, Names] = {
    "text": ("note.desc",),
    "title": ("note.title",),
    "external_id": ("id",),
    "author": ("note.user.nickname",),
    "published": ("note.time",),
    "likes": ("note.interactInfo.likedCount", "note.interact_info.liked_count"),
}
PAGE_VIDEO: dict[str, Names] = {
    "text": ("desc",),
    "external_id": ("awemeId",),
    "author": ("authorInfo.nickname",),
    "published": ("createTime",),
    "likes": ("stats.diggCount",),
    "replies": ("stats.commentCount",),
    "reposts": ("stats.shareCount",),
}
BILIBILI_VIDEO: dict[str, Names] = {
    "text": ("desc",),
    "title": ("title",),
    "external_id": ("bvid",),
    "author": ("owner.name",),
    "published": ("pubdate",),
    "likes": ("stat.like",),
    "replies": ("stat.reply",),
    "reposts": ("stat.share",),
}
TIKTOK: dict[str, Names] = {
    "text": ("desc",),
    "external_id": ("id",),
    "author": ("author.nickname", "author.uniqueId"),
    "published": ("createTime",),
    "likes": ("stats.diggCount",),
    "replies": ("stats.commentCount",),
    "reposts": ("stats.shareCount",),
}
TWEET: dict[str, Names] = {
    "text": ("legacy.full_text",),
    "external_id": ("rest_id", "id"),
    "author": ("core.user_results.result.legacy.screen_name", "core.user_results.result.core.screen_name"),
    "published": ("legacy.created_at",),
    "lang": ("legacy.lang",),
    "parent_id": ("legacy.in_reply_to_status_id_str",),
    "likes": ("legacy.favorite_count",),
    "replies": ("legacy.reply_count",),
    "reposts": ("legacy.retweet_count",),
}

ZEESCHUIMER = Preset(
    name="zeeschuimer",
    title="Zeeschuimer",
    shapes=(
        inside(XIAOHONGSHU.shapes[0], "xiaohongshu.com"),
        embedded(PAGE_NOTE, ("note.user",), "xiaohongshu.com", "https://www.xiaohongshu.com/explore/{id}"),
        inside(XIAOHONGSHU.shapes[1], "xiaohongshu-comments"),
        inside(DOUYIN.shapes[1], "douyin.com"),
        embedded(PAGE_VIDEO, ("awemeId", "authorInfo"), "douyin.com", "https://www.douyin.com/video/{awemeId}"),
        embedded(BILIBILI_VIDEO, ("bvid", "title"), "bilibili.com", "https://www.bilibili.com/video/{bvid}"),
        embedded(TIKTOK, ("desc", "createTime"), "tiktok.com", "https://www.tiktok.com/@{author.uniqueId}/video/{id}"),
        embedded(TWEET, ("legacy.full_text",), "twitter.com", "https://x.com/i/status/{rest_id}"),
        embedded(TWEET, ("legacy.full_text",), "x.com", "https://x.com/i/status/{rest_id}"),
    ),
)
