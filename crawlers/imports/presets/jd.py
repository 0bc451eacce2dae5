"""京东: the merchant back office's table of reviews, and saved answers of a product's reviews."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

TABLE = {
    "text": ("评价内容", "评论内容", "初评内容"),
    "external_id": ("评价编号", "评价id", "评论id"),
    "author": ("用户昵称", "用户账号", "买家昵称", "用户名"),
    "published": ("评价时间", "评论时间", "初评时间"),
    "rating": ("评价星级", "评分", "星级", "商品评分"),
    "product": ("商品名称",),
}

JD = Preset(
    name="jd",
    title="京东",
    shapes=(
        Shape(marks=("商品编号", "评价内容"), fields=TABLE, kind="review", more_text=("追评内容", "追加评价")),
        Shape(marks=("sku编号", "评价内容"), fields=TABLE, kind="review", more_text=("追评内容", "追加评价")),
        Shape(
            marks=("guid", "referenceName", "score"),
            lists=("comments",),
            fields={
                "text": ("content",),
                "external_id": ("id", "guid"),
                "author": ("nickname",),
                "published": ("creationTime",),
                "rating": ("score",),
                "product": ("referenceName",),
                "likes": ("usefulVoteCount",),
                "replies": ("replyCount",),
            },
            kind="review",
            more_text=("afterUserComment.hAfterUserComment.content",),
            url="https://item.jd.com/{referenceId}.html",
        ),
    ),
)
