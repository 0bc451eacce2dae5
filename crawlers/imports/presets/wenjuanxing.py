"""问卷星: a survey's answers, one row a person. Open questions are the text, one of satisfaction the rating."""

from __future__ import annotations

import re

from crawlers.imports.preset import Preset, Scale, Shape

#: A question of how satisfied somebody is, and not one of why.
RATED = re.compile(
    r"^(?!.*(?:原因|为什么|理由)).*(?:满意度|满意程度|是否满意|满意吗|评分|打分|可能.*推荐|推荐.*可能|nps)"
)
OPEN = re.compile(
    r"^(?!.*(?:满意度|满意程度|是否满意|满意吗)[^原因]*$).*"
    r"(?:意见|建议|原因|理由|为什么|反馈|评价|看法|想法|说明|留言|吐槽|不足|问题描述|希望|改进|其他想说|补充)"
)

WENJUANXING = Preset(
    name="wenjuanxing",
    title="问卷星",
    shapes=(
        Shape(
            marks=("序号", "提交答卷时间", "所用时间"),
            fields={
                "text": (OPEN,),
                "published": ("提交答卷时间",),
                "rating": (RATED,),
                # 序号 counts from 1 in every survey: it is no id of a source that holds several.
                "external_id": ("答卷编号",),
            },
            kind="review",
            blank=frozenset({"(空)", "(跳过)", "（空）", "（跳过）"}),
            scales=(Scale(re.compile(r"推荐|nps|0 ?[-~到至] ?10"), "0", "10"), Scale(RATED, "1", "5")),
        ),
    ),
)
