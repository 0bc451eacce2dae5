"""贴吧: tables or JSON Lines of threads or replies."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

TIEBA = Preset(
    name="tieba",
    title="贴吧",
    shapes=(
        Shape(
            marks=("tieba_name", "comment_id", "content"),
            fields={
                "text": ("content",),
                "external_id": ("comment_id",),
                "url": ("note_url",),
                "author": ("user_nickname",),
                "published": ("publish_time",),
                "parent_id": ("parent_comment_id",),
                "replies": ("sub_comment_count",),
            },
            kind="comment",
            url="https://tieba.baidu.com/p/{note_id}",
        ),
        Shape(
            marks=("tieba_name", "note_id", "title"),
            fields={
                "text": ("desc",),
                "title": ("title",),
                "external_id": ("note_id",),
                "url": ("note_url",),
                "author": ("user_nickname",),
                "published": ("publish_time",),
                "replies": ("total_replay_num",),
            },
            url="https://tieba.baidu.com/p/{note_id}",
        ),
    ),
)
