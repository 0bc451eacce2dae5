"""What another set of keywords would add and lose on mentions that are stored, before it is applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from monitor.config.schema import Keyword
from monitor.keywords.document import Document
from monitor.keywords.keyword_set import HashAuthor, KeywordSet
from monitor.mention import KeywordMatch

T = TypeVar("T")
Change = Literal["added", "removed", "changed"]


@dataclass
class Effect(Generic[T]):
    """What becomes of one keyword. ``fields`` are those of its entry that differ; ``before`` and ``after`` count the
    mentions that it finds, the samples are the first that it gains and loses."""

    keyword: str
    change: Change
    fields: tuple[str, ...]
    before: int = 0
    after: int = 0
    added: int = 0
    lost: int = 0
    samples_added: list[tuple[T, KeywordMatch]] = field(default_factory=list)
    samples_lost: list[tuple[T, KeywordMatch]] = field(default_factory=list)


class Rehearsal(Generic[T]):
    """Reads mentions in batches, each ``T`` with the document that it is to queries. Keywords that stay as they are
    are not asked: their matches stay, too."""

    def __init__(
        self, old: Sequence[Keyword], new: Sequence[Keyword], *, samples: int, hash_author: HashAuthor | None = None
    ) -> None:
        before, after = ({keyword.id: keyword for keyword in keywords} for keywords in (old, new))
        self.effects: dict[str, Effect[T]] = {
            name: Effect(name, *change_of(before.get(name), after.get(name)))
            for name in dict.fromkeys([*before, *after])
            if before.get(name) != after.get(name)
        }
        self.mentions = self.mentions_added = self.mentions_lost = 0
        self._samples = samples
        self._old, self._new = (
            KeywordSet([each for each in keywords if each.id in self.effects], hash_author) for keywords in (old, new)
        )

    def read(self, batch: Sequence[tuple[T, Document]]) -> None:
        documents = [document for _, document in batch]
        self.mentions += len(batch)
        both = zip(batch, self._old.match_many(documents), self._new.match_many(documents), strict=True)
        for (mention, _), old, new in both:
            if old or new:
                self._compare(mention, {match.keyword: match for match in old}, {match.keyword: match for match in new})

    def _compare(self, mention: T, old: dict[str, KeywordMatch], new: dict[str, KeywordMatch]) -> None:
        for name in old:
            self.effects[name].before += 1
        for name in new:
            self.effects[name].after += 1
        gained, lost = [new[name] for name in new if name not in old], [old[name] for name in old if name not in new]
        for match in gained:
            effect = self.effects[match.keyword]
            effect.added += 1
            if len(effect.samples_added) < self._samples:
                effect.samples_added.append((mention, match))
        for match in lost:
            effect = self.effects[match.keyword]
            effect.lost += 1
            if len(effect.samples_lost) < self._samples:
                effect.samples_lost.append((mention, match))
        self.mentions_added += bool(gained)
        self.mentions_lost += bool(lost)


def change_of(old: Keyword | None, new: Keyword | None) -> tuple[Change, tuple[str, ...]]:
    if old is None or new is None:
        return ("added", ()) if old is None else ("removed", ())
    return "changed", tuple(name for name in Keyword.model_fields if getattr(old, name) != getattr(new, name))
