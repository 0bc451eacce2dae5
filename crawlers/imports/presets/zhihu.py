"""知乎: saved answers and comments, and tables of either."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

ZHIHU = Preset(
    name="zhihu",
    title="知乎",
    shapes=(
        Shape(
            marks=("question.id", "voteup_count", "content"),
            lists=("data",),
            fields={
                "text": ("content", "excerpt"),
                "title": ("question.title", "question.name"),
                "external_id": ("id",),
                "author": ("author.name",),
                "published": ("created_time",),
                "likes": ("voteup_count",),
                "replies": ("comment_count",),
            },
            markup="html",
            url="https://www.zhihu.com/question/{question.id}/answer/{id}",
        ),
        Shape(
            marks=("content", "created_time", "child_comment_count"),
            lists=("data",),
            fields={
                "text": ("content",),
                "external_id": ("id",),
                "author": ("author.name", "author.member.name"),
                "published": ("created_time",),
                "parent_id": ("reply_comment_id",),
                "likes": ("like_count", "vote_count"),
                "replies": ("child_comment_count",),
            },
            kind="comment",
            markup="html",
            children="child_comments",
        ),
        Shape(
            marks=("content_id", "comment_id", "content", "publish_time"),
            fields={
                "text": ("content",),
                "external_id": ("comment_id",),
                "author": ("user_nickname",),
                "published": ("publish_time",),
                "parent_id": ("parent_comment_id",),
                "likes": ("like_count",),
                "replies": ("sub_comment_count",),
            },
            kind="comment",
        ),
        Shape(
            marks=("content_id", "content_text", "voteup_count"),
            fields={
                "text": ("content_text",),
                "title": ("title",),
                "external_id": ("content_id",),
                "url": ("content_url",),
                "author": ("user_nickname",),
                "published": ("created_time",),
                "likes": ("voteup_count",),
                "replies": ("comment_count",),
            },
        ),
    ),
)
