"""微博: posts and comments in the form of the open platform's answers, and tables of posts or comments."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

WEIBO = Preset(
    name="weibo",
    title="微博",
    shapes=(
        Shape(
            marks=("created_at", "text", "reposts_count", "user"),
            lists=("statuses", "data.cards.mblog", "data.cards.card_group.mblog", "data.list"),
            fields={
                "text": ("longText.longTextContent", "text_raw", "text"),
                "external_id": ("idstr", "id"),
                "author": ("user.screen_name",),
                "published": ("created_at",),
                "likes": ("attitudes_count",),
                "replies": ("comments_count",),
                "reposts": ("reposts_count",),
            },
            markup="html",
            url="https://m.weibo.cn/detail/{id}",
        ),
        Shape(
            marks=("微博正文", "发布时间", "转发数"),
            fields={
                "text": ("微博正文",),
                "external_id": ("id", "微博id"),
                "author": ("用户昵称", "用户名"),
                "published": ("发布时间",),
                "likes": ("点赞数",),
                "replies": ("评论数",),
                "reposts": ("转发数",),
            },
            url="https://m.weibo.cn/detail/{id}",
        ),
        Shape(
            marks=("note_id", "comment_id", "content", "comment_like_count"),
            fields={
                "text": ("content",),
                "external_id": ("comment_id",),
                "author": ("nickname",),
                "published": ("create_time", "create_date_time"),
                "parent_id": ("parent_comment_id",),
                "likes": ("comment_like_count",),
                "replies": ("sub_comment_count",),
            },
            kind="comment",
            url="https://m.weibo.cn/detail/{note_id}",
        ),
        Shape(
            marks=("note_id", "content", "create_date_time", "shared_count"),
            fields={
                "text": ("content",),
                "external_id": ("note_id",),
                "url": ("note_url",),
                "author": ("nickname",),
                "published": ("create_time", "create_date_time"),
                "likes": ("liked_count",),
                "replies": ("comments_count",),
                "reposts": ("shared_count",),
            },
            url="https://m.weibo.cn/detail/{note_id}",
        ),
    ),
)
