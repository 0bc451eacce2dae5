"""淘宝 and 天猫: the merchant back office's table of reviews, and saved answers of a product's reviews."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

TABLE = {
    "text": ("评价内容", "初评内容", "买家评价", "评论内容"),
    "external_id": ("评价id", "评价编号"),
    "author": ("买家昵称", "买家会员名", "评价人"),
    "published": ("评价时间", "初评时间", "评论时间"),
    "rating": ("评价结果", "评价等级", "评价类型", "描述相符"),
    "product": ("宝贝标题", "宝贝名称", "商品标题"),
}
LATER = ("追评内容", "追加评价", "追评")

TAOBAO = Preset(
    name="taobao",
    title="淘宝、天猫",
    shapes=(
        *(
            Shape(marks=("宝贝标题", text), fields=TABLE, kind="review", more_text=LATER)
            for text in ("评价内容", "初评内容", "买家评价")
        ),
        *(
            Shape(marks=("宝贝名称", text), fields=TABLE, kind="review", more_text=LATER)
            for text in ("评价内容", "初评内容", "买家评价")
        ),
        Shape(
            marks=("auctionNumId", "feedback"),
            lists=("data.rateList", "rateList", "rateDetail.rateList"),
            fields={
                "text": ("feedback",),
                "external_id": ("id",),
                "author": ("userNick",),
                "published": ("feedbackDate",),
                "rating": ("rateType",),
                "product": ("auctionTitle",),
                "likes": ("interactInfo.likeCount",),
                "replies": ("interactInfo.commentCount",),
            },
            kind="review",
            more_text=("appendedFeed.appendedFeedback",),
            # 1 is 好评, 0 is 中评, -1 is 差评.
            ratings={"1": "好评", "0": "中评", "-1": "差评"},
            url="https://item.taobao.com/item.htm?id={auctionNumId}",
        ),
    ),
)
