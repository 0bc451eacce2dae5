"""What queries find, marked in the text: ``query → te⟦xt⟧``, read alone and in a set. Nothing marked: nothing found."""

from __future__ import annotations

import re

import pytest

from monitor.config.schema import Keyword
from monitor.keywords import Document, KeywordSet, compile_query

CASES = r"""
退款 → 我要⟦退款⟧，快给我⟦退款⟧
退款 → ⟦退-款⟧ ⟦退、款⟧ ⟦退…款⟧ 退，，，款
退款 → 退了款
退款 → 退；款 退？款 退。款 退！款
退款 → ⟦退,款⟧ ⟦退!款⟧ ⟦退?款⟧
退款 → 退1款
退款 → ⟦退\u200b\u200d款⟧ 退\u200b\u200d\ufeff款
退款 → ⟦退 　款⟧
已退款 → 退款
全额退款 → ⟦全额 退款⟧
苹果 → ⟦蘋果⟧和⟦苹果⟧
蘋果 → ⟦蘋果⟧和⟦苹果⟧
裏面 → ⟦里面⟧
头发 → ⟦頭髮⟧
台湾 → ⟦臺灣⟧
iphone15 → ⟦iPhone15⟧ iPhone 15 iPhone15s
iphone → iphone15 ⟦iphone⟧-15
x5 → ⟦X5⟧ ⟦Ｘ５⟧ x50 ax5
5 → 15 ⟦5⟧ ⟦5⟧.5x ⟦5⟧元
3.5 → 涨到⟦3.5⟧元 13.5 3.55
v2.0 → ⟦V2.0⟧版
4s店 → ⟦4S店⟧ 14S店
c# → ⟦C#⟧和⟦Ｃ＃⟧ c #
.net → ⟦.NET⟧
r&d → ⟦R&D⟧ r & d
a/b → ⟦A/B⟧测试
@客服 → 找⟦@客服⟧
#退款# → ⟦#退款#⟧ ⟦#退 款#⟧ # 退款#
😡 → 太差⟦😡⟧⟦😡⟧
art* → ⟦artful⟧ ⟦art5⟧ ⟦ART⟧ smart
v1* → ⟦v10⟧ ⟦v1⟧.2 av1
{OPPO} → ⟦OPPO⟧ oppo Oppo
{退款} → ⟦退款⟧ 退 款
{退 款} → ⟦退 款⟧ 退款
{C++} → ⟦C++⟧ c++
{a*} → ⟦a*⟧ ab
straße → ⟦STRASSE⟧ ⟦straße⟧
ﬁle → ⟦file⟧ ⟦ﬁle⟧
naïve → ⟦nai\u0308ve⟧ naive
カメラ → ⟦ｶﾒﾗ⟧ ⟦カメラ⟧
한국 → ⟦한국⟧ ⟦\u1112\u1161\u11ab국⟧
привет → ⟦ПРИВЕТ⟧ ⟦Привет⟧ик
㎡ → ⟦㎡⟧ ⟦m2⟧ m 2
№5 → ⟦No5⟧
"no charge" → ⟦no   charge⟧ ⟦No\ncharge⟧ no-charge nocharge
"退款" → ⟦退 \n 款⟧
"退款" → 退。款
"不 好 用" → ⟦不好用⟧ ⟦不  好用⟧
"iphone 手机" → ⟦iPhone手机⟧ ⟦iPhone  手机⟧ iPhone-手机
"手机iphone" → ⟦手机iphone⟧ 手机 iphone
"!!" → 好⟦!!⟧! ⟦！！⟧
"OR" → 5 ⟦or⟧ 6
” 坏 ” → ⟦坏⟧了
电池 发烫 → ⟦发烫⟧的⟦电池⟧
电池 发烫 → 电池 发热
电池 AND 发烫 → 发烫的电。池子
电池 OR 发烫 AND 手机 → ⟦电池⟧
电池 OR 发烫 AND 手机 → 发烫
(电池 OR 发烫) AND 手机 → ⟦发烫⟧的⟦手机⟧
(电池 OR 发烫) NOT (手机 OR 平板) → 电池 平板
电池 NOT "发 烫" → 电池发烫
电池 NOT 发烫 NOT 爆炸 → ⟦电池⟧坏了
NOT 发烫 电池 → ⟦电池⟧
电池 (发烫 OR NOT 正品) → ⟦电池⟧
退款 OR 退款成功 → ⟦退款成功⟧
退款 OR 款成 → ⟦退款⟧成功
哈哈 → ⟦哈哈⟧⟦哈哈⟧哈
a NEAR/0 b → ⟦a⟧, ⟦b⟧
a NEAR/0 b → a 中 b
发烫 NEAR/0 电池 → ⟦电池⟧⟦发烫⟧
发烫 ONEAR/2 电池 → ⟦发烫⟧的是⟦电池⟧
发烫 ONEAR/2 电池 → 电池很发烫
"充 电" NEAR/3 /[0-9]+度/ → ⟦充电⟧到了⟦60度⟧
退款 NEAR 客服 NOT 满意 → ⟦客服⟧不⟦退款⟧
(退款 OR 退货) NEAR/2 (客服 OR 商家) 拒绝 → ⟦商家⟧⟦拒绝⟧⟦退货⟧
/\d{3,}元/ → 花了⟦1299元⟧ 99元
/退(款|货)/ → ⟦退款⟧ ⟦退货⟧ 退 款
/^退/ → ⟦退⟧退
/(?m)^退/ → ⟦退⟧\n⟦退⟧
/\bok\b/ → ⟦ok⟧ OK okay
/(?i)ok/ → ⟦ok⟧ ⟦OK⟧ ⟦ok⟧ay
/[\x{4e00}-\x{9fff}]{4}/ → ab⟦中文四字⟧
/\// 退款 → 退款
A/B NOT 退款 → ⟦a/b⟧
and OR not → ⟦and⟧ ⟦not⟧
NEARBY → ⟦nearby⟧
ANDROID NOT iOS → ⟦Android⟧
（电池 OR 发烫） → ⟦发烫⟧
title:退款 OR 退货 → 退款 ⟦退货⟧
"""


ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\n")


def rows() -> list[tuple[str, str]]:
    lines = (line.partition(" → ") for line in CASES.strip().splitlines())
    return [(query, ESCAPE.sub(lambda found: chr(int(found[1] or "a", 16)), text)) for query, _, text in lines]


def unmarked(marked: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    pieces = re.split("[⟦⟧]", marked)
    ends = [sum(map(len, pieces[: place + 1])) for place in range(len(pieces))]
    return "".join(pieces), tuple(zip(ends[0::2], ends[1::2], strict=False))


@pytest.mark.parametrize(("query", "marked"), rows())
def test_case(query: str, marked: str) -> None:
    text, spans = unmarked(marked)
    hit = compile_query(query).match(Document(text))
    assert (hit.spans if hit else ()) == spans


def test_all_cases_at_once() -> None:
    cases = [(query, *unmarked(marked)) for query, marked in rows()]
    keywords = KeywordSet([Keyword(id=f"k{place}", query=query) for place, (query, *_) in enumerate(cases)])
    found = keywords.match_many([Document(text) for _, text, _ in cases])
    own = [{match.keyword: match.spans for match in matches}.get(f"k{n}", ()) for n, matches in enumerate(found)]
    assert own == [spans for *_, spans in cases]
