"""SurveyMonkey: a survey's answers, one row a person, below two rows that name questions and their parts."""

from __future__ import annotations

import re

from crawlers.imports.preset import Preset, Scale, Shape

#: The second row marks every open question so; where it is empty ("condensed"), the words of the question tell.
OPEN = re.compile(r" / (?:open-ended response|开放式回答|开放式答案|other \(please specify\)|其他[（(]请注明[)）])$")
ASKED = re.compile(r"\bwhy\b|comment|feedback|improve|suggest|tell us|describe|in your own words|意见|建议|原因|反馈")
RATED = re.compile(r"how likely.*recommend|satisf|rate |rating|满意|评分|推荐.*可能")

SURVEYMONKEY = Preset(
    name="surveymonkey",
    title="SurveyMonkey",
    # Its times are in the zone of the account, which the file does not tell.
    timezone=None,
    shapes=tuple(
        Shape(
            marks=marks,
            fields={
                "text": (OPEN, ASKED),
                "published": ("end date", "结束日期", "start date", "开始日期"),
                "rating": (RATED,),
                "external_id": ("respondent id", "受访者 id"),
            },
            kind="review",
            month_first=True,
            second_row=marks[0],
            scales=(Scale(re.compile(r"how likely.*recommend|推荐.*可能"), "0", "10"), Scale(RATED, "1", "5")),
        )
        for marks in (
            ("respondent id", "collector id", "start date"),
            ("受访者 id", "收集器 id", "开始日期"),
        )
    ),
)
