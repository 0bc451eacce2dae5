"""小红书: saved answers (notes, search results, comments), and tables of notes or comments."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape
from crawlers.imports.presets.comment_columns import COMMENT_COLUMNS

NOTE_URL = "https://www.xiaohongshu.com/explore/{note_id}"
COMMENT_FIELDS = {
    "text": ("content",),
    "external_id": ("id",),
    "author": ("user_info.nickname",),
    "published": ("create_time",),
    "parent_id": ("target_comment.id",),
    "likes": ("like_count",),
    "replies": ("sub_comment_count",),
}

XIAOHONGSHU = Preset(
    name="xiaohongshu",
    title="小红书",
    shapes=(
        # One note, or one result of a search, which has a title and no text.
        Shape(
            marks=("note_card.user",),
            lists=("data.items",),
            fields={
                "text": ("note_card.desc",),
                "title": ("note_card.title", "note_card.display_title"),
                "external_id": ("note_card.note_id", "id", "note_id"),
                "author": ("note_card.user.nickname", "note_card.user.nick_name"),
                "published": ("note_card.time",),
                "likes": ("note_card.interact_info.liked_count",),
                "replies": ("note_card.interact_info.comment_count",),
                "reposts": ("note_card.interact_info.share_count",),
            },
            url="https://www.xiaohongshu.com/explore/{id}",
        ),
        Shape(
            marks=("user_info", "content", "note_id"),
            lists=("data.comments",),
            fields=COMMENT_FIELDS,
            kind="comment",
            children="sub_comments",
            url=NOTE_URL,
        ),
        Shape(
            marks=("note_id", "comment_id", "content", "pictures", "like_count"),
            fields=COMMENT_COLUMNS,
            kind="comment",
            url=NOTE_URL,
        ),
        Shape(
            marks=("note_id", "desc", "collected_count", "tag_list"),
            fields={
                "text": ("desc",),
                "title": ("title",),
                "external_id": ("note_id",),
                "url": ("note_url",),
                "author": ("nickname",),
                "published": ("time",),
                "likes": ("liked_count",),
                "replies": ("comment_count",),
                "reposts": ("share_count",),
            },
            url=NOTE_URL,
        ),
    ),
)
