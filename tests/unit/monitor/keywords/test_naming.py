from __future__ import annotations

import pytest

from monitor.config.schema import Keyword
from monitor.keywords.naming import keyword_name


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ('(起火 OR 爆炸 OR "烧起来" OR 发烫) NEAR/10 (电池 OR 充电)', "起火 / 爆炸 / 烧起来…"),
        ("退款 AND NOT 已退款", "退款"),
        ('title:"起火 了" lang:zh', "起火 了"),
        ("{iPhone} OR art*", "iPhone / art*"),
        ("退款 OR 退款", "退款"),
        ("/a+b/ OR source:shop", "safety"),
        ("起火 AND (", "safety"),
    ],
)
def test_a_keyword_without_a_topic_is_called_by_the_words_it_looks_for(query: str, name: str) -> None:
    assert keyword_name(Keyword(id="safety", query=query)) == name


def test_a_topic_comes_first() -> None:
    assert keyword_name(Keyword(id="safety", query="起火", topic="电池安全")) == "电池安全"
