"""Aspects of a text with the polarity of the clauses that speak of them. Pure; the sentiment engine is handed in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from ahocorasick_rs import AhoCorasick, MatchKind

from monitor.aspects.clauses import Clause, clauses
from monitor.aspects.direction import directed
from monitor.aspects.lexicon import WORDS, Words
from monitor.keywords.folding import simplified
from monitor.mention import Aspect, Label, Sentiment
from monitor.sentiment.batch import score_batch
from monitor.sentiment.engine import SentimentEngine

#: Asked or wished for, a thing is not judged.
_OPEN = re.compile(
    r"怎么样|如何|[吗么]\s*[？?]?$|[？?]$|多少|什么时候|哪[个款里]|是否|有没有|能不能|可不可以|求推荐|请问"
)
_TURNED = re.compile(
    r"(?:不(?:是|会|太|怎么|再|算|容易)?|没(?:有)?(?:出现|发生|发现|任何|什么)?|无|未(?:见|发现)?|别|"
    r"从不|从未|毫无|not |n't |never |no )$"
)
_REACH = 6
#: |score| below this judges nothing: a clause that only mentions a thing leans somewhere by chance.
_BAND = 0.3
#: Long texts are read to here; what is behind it is not looked at.
_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an aspect is spoken of; ``implied`` is the verdict of the words themselves."""

    aspect: str
    start: int
    end: int
    implied: Label | None


@dataclass(frozen=True, slots=True)
class _Segment:
    """The part of a clause that speaks of one aspect."""

    aspect: str
    start: int
    end: int
    implied: Label | None


class AspectReader:
    """Finds the aspects of one configuration: name → words of its own. A name of :data:`~monitor.aspects.lexicon.WORDS`
    has those words too; without any configured aspect all of them are looked for."""

    def __init__(self, aspects: Mapping[str, Sequence[str]]) -> None:
        self._aspects = {name: tuple(words) for name, words in aspects.items()} or dict.fromkeys(WORDS, ())

    def read(self, texts: Sequence[str], engine: SentimentEngine) -> list[tuple[Aspect, ...]]:
        """For each text its aspects in order, one for each polarity that it has; a neutral one only where the text does
        not judge the aspect elsewhere. All clauses of the batch are one call of the engine."""
        segments = [self._segments(text[:_LONGEST]) for text in texts]
        unjudged = [
            text[segment.start : segment.end]
            for text, found in zip(texts, segments, strict=True)
            for segment in found
            if segment.implied is None
        ]
        # A clause about a product reads like a review wherever it stands: on posts about cars the review scale told
        # praise from blame more often than the social one (0.79 against 0.77 of those that it decided).
        labels = iter([_label(verdict) for verdict in score_batch(engine, unjudged, "review")])
        return [
            collapsed(
                Aspect(each.aspect, next(labels) if each.implied is None else each.implied, (each.start, each.end))
                for each in found
            )
            for found in segments
        ]

    def _segments(self, text: str) -> list[_Segment]:
        plain = spelled(text)
        places = self._places(plain)
        if not places:
            return []
        found: list[_Segment] = []
        ordered = list(clauses(plain))
        for number, clause in enumerate(ordered):
            inside = [place for place in places if clause.start <= place.start < clause.end]
            for start, end, place in _parts(plain, clause, inside):
                end = _with_verdict(plain, ordered, number, place, start, end, places)
                found.append(
                    _Segment(
                        place.aspect,
                        start,
                        end,
                        place.implied or _verdict(plain[start:end], plain[place.start : place.end]),
                    )
                )
        return found

    def _places(self, plain: str) -> list[_Place]:
        """Terms and implied opinions in order; an opinion hides the term that it holds."""
        places = _apart(
            _Place(aspect, found.start(), found.end(), _turned(plain, found.start(), verdict))
            for aspect, pattern, verdict in self._implied
            for found in pattern.finditer(plain)
        )
        taken = [(place.start, place.end, place.aspect) for place in places]
        for index, start, end in self._automaton.find_matches_as_indexes(plain):
            if not _bounded(plain, start, end):
                continue
            for aspect in self._by_term[self._terms[index]]:
                if not any(begin <= start and end <= stop and aspect == other for begin, stop, other in taken):
                    places.append(_Place(aspect, start, end, None))
        return sorted(places, key=lambda place: (place.start, place.end))

    @cached_property
    def _by_term(self) -> dict[str, list[str]]:
        terms: dict[str, list[str]] = defaultdict(list)
        for name, own in self._aspects.items():
            for term in dict.fromkeys(map(spelled, (*own, *WORDS.get(name, Words("")).terms.split()))):
                terms[term].append(name)
        return terms

    @cached_property
    def _terms(self) -> list[str]:
        return list(self._by_term)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        return AhoCorasick(self._terms, matchkind=MatchKind.LeftmostLongest)

    @cached_property
    def _implied(self) -> list[tuple[str, re.Pattern[str], Label]]:
        found: list[tuple[str, re.Pattern[str], Label]] = []
        for name in self._aspects:
            words = WORDS.get(name, Words(""))
            if words.good:
                found.append((name, re.compile(words.good), "positive"))
            if words.bad:
                found.append((name, re.compile(words.bad), "negative"))
        return found


def spelled(text: str) -> str:
    """One spelling, one character for one: lower case, simplified."""
    lower = text.lower()
    return (lower if len(lower) == len(text) else text).translate(simplified())


def collapsed(aspects: Iterable[Aspect]) -> tuple[Aspect, ...]:
    kept: dict[tuple[str, str], Aspect] = {}
    for aspect in aspects:
        kept.setdefault((aspect.name, aspect.polarity), aspect)
    judged = {name for name, polarity in kept if polarity != "neutral"}
    return tuple(each for each in kept.values() if each.polarity != "neutral" or each.name not in judged)


def _bounded(plain: str, start: int, end: int) -> bool:
    """A Latin term stands alone: app is not in apple."""
    if not (plain[start].isascii() and plain[end - 1].isascii()):
        return True
    before, after = plain[start - 1 : start], plain[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _turned(plain: str, start: int, verdict: Label) -> Label:
    if _TURNED.search(plain[max(0, start - _REACH) : start]):
        return "negative" if verdict == "positive" else "positive"
    return verdict


def _parts(plain: str, clause: Clause, places: Sequence[_Place]) -> list[tuple[int, int, _Place]]:
    """A clause with several aspects is cut where the next one begins; several words of one aspect stay together."""
    groups: list[list[_Place]] = []
    for place in places:
        if groups and groups[-1][-1].aspect == place.aspect:
            groups[-1].append(place)
        else:
            groups.append([place])
    parts: list[tuple[int, int, _Place]] = []
    start = clause.start
    for number, group in enumerate(groups):
        judged = next((place for place in group if place.implied), group[0])
        end = groups[number + 1][0].start if number + 1 < len(groups) else clause.end
        bare = not judged.implied and not _said(_without(plain, start, end, group))
        # 快递小哥态度很好: what has nothing of its own shares what follows.
        parts.append((start, clause.end if bare else end, judged))
        start = end
    return parts


def _without(plain: str, start: int, end: int, places: Sequence[_Place]) -> str:
    """[start, end) without the words of ``places``."""
    kept: list[str] = []
    for place in places:
        kept.append(plain[start : place.start])
        start = max(start, place.end)
    return "".join((*kept, plain[start:end]))


def _apart(places: Iterable[_Place]) -> list[_Place]:
    """Of opinions that overlap the one that begins first, of two that begin together the longer: 包装破了 is about the
    parcel, not about the product."""
    kept: list[_Place] = []
    for place in sorted(places, key=lambda place: (place.start, -place.end)):
        if not kept or place.start >= kept[-1].end:
            kept.append(place)
    return kept


def _with_verdict(
    plain: str,
    ordered: Sequence[Clause],
    number: int,
    place: _Place,
    start: int,
    end: int,
    places: Sequence[_Place],
) -> int:
    """物流，太慢了: a bare name reaches for the clauses behind it, up to the sentence's end; in a list (做工、手感都好)
    over the next name too."""
    if place.implied or _said(plain[start : place.start] + plain[place.end : end]):
        return end
    for clause in ordered[number + 1 :]:
        if clause.sentence != ordered[number].sentence:
            break
        listed = "、" in plain[end : clause.start + 1] or plain[end - 1 : end] in ("、", "和", "与", "及")
        if not listed and any(clause.start <= other.start < clause.end for other in places):
            break
        end = clause.end
        if _said(plain[clause.start : clause.end]):
            break
    return end


def _said(rest: str) -> bool:
    """Whether more than a connecting word stands beside the name."""
    return len(re.sub(r"[\W_]|[的了和与及还有都也是在这那]", "", rest)) >= 1


def _label(verdict: Sentiment) -> Label:
    if abs(verdict.score) < _BAND:
        return "neutral"
    return "positive" if verdict.score > 0 else "negative"


def _verdict(segment: str, thing: str) -> Label | None:
    if _OPEN.search(segment):
        return "neutral"
    return directed(segment, thing)
