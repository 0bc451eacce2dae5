from __future__ import annotations

from monitor.config.schema import Keyword
from monitor.keywords import Document
from monitor.keywords.rehearsal import Rehearsal
from monitor.mention import KeywordMatch

OLD = [Keyword(id="refund", query="退款"), Keyword(id="gone", query="客服"), Keyword(id="same", query="物流")]
NEW = [
    Keyword(id="refund", query="退款 NOT 已退款"),
    Keyword(id="same", query="物流"),
    Keyword(id="heat", query="发烫"),
]


def test_what_is_added_and_lost_is_counted_and_shown() -> None:
    rehearsal: Rehearsal[int] = Rehearsal(OLD, NEW, samples=1)
    texts = ["要退款", "已退款，客服好", "发烫，客服不理", "物流慢", "发烫"]
    for first in (0, 3):
        rehearsal.read([(place, Document(texts[place])) for place in range(first, min(first + 3, len(texts)))])
    refund, gone, heat = rehearsal.effects.values()
    assert (refund.change, refund.fields, refund.before, refund.after, refund.lost) == ("changed", ("query",), 2, 1, 1)
    assert refund.samples_lost == [(1, KeywordMatch("refund", ((1, 3),)))]
    assert (gone.change, gone.lost, gone.samples_lost) == ("removed", 2, [(1, KeywordMatch("gone", ((4, 6),)))])
    assert (heat.change, heat.added, heat.samples_added) == ("added", 2, [(2, KeywordMatch("heat", ((0, 2),)))])
    assert (rehearsal.mentions, rehearsal.mentions_added, rehearsal.mentions_lost) == (5, 2, 2)


def test_what_says_nothing_of_texts_changes_no_match() -> None:
    rehearsal: Rehearsal[int] = Rehearsal(
        [Keyword(id="a", query="退款")], [Keyword(id="a", query="退款", topic="售后")], samples=3
    )
    rehearsal.read([(1, Document("退款"))])
    (effect,) = rehearsal.effects.values()
    assert (effect.fields, effect.before, effect.after, effect.added, effect.lost) == (("topic",), 1, 1, 0, 0)
