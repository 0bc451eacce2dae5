"""黑猫投诉: saved answers of a company's or a search's complaints, and tables of complaints."""

from __future__ import annotations

from crawlers.imports.preset import Preset, Shape

HEIMAO = Preset(
    name="heimao",
    title="黑猫投诉",
    shapes=(
        Shape(
            marks=("main.sn", "main.title"),
            lists=("result.data.complaints", "result.data.lists"),
            fields={
                "text": ("main.summary",),
                "title": ("main.title",),
                "external_id": ("main.sn",),
                "url": ("main.url",),
                "author": ("author.title",),
                "published": ("main.timestamp",),
                "product": ("main.cotitle",),
            },
            more_text=("main.appeal",),
            # Search results mark the hits with tags.
            markup="html",
            url="https://tousu.sina.com.cn/complaint/view/{main.sn}/",
        ),
        Shape(
            marks=("投诉对象", "投诉要求", "投诉内容"),
            fields={
                "text": ("投诉内容",),
                "title": ("事件标题", "标题", "投诉标题"),
                "external_id": ("投诉编号",),
                "url": ("链接", "投诉链接"),
                "published": ("投诉时间", "日期"),
                "product": ("投诉对象",),
            },
            more_text=("投诉要求",),
        ),
    ),
)
