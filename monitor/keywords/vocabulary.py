"""The patterns of many queries, each once, and the words that an automaton has to look for to find them.

A pattern is *sighted* where the automaton's hits and a few checks on arrays are all there is to it; this holds for
terms and for most phrases. Any other is *read* in the texts that hold one of its words; without a word, in all texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from monitor.keywords.automaton import LONGEST
from monitor.keywords.folding import PLAIN, folded_text, is_word, squeeze
from monitor.keywords.necessary import necessary
from monitor.keywords.patterns import CLOSE, PHRASE_GAP, TERM_GAP, Pattern, Regex, Words
from monitor.keywords.syntax import And, Find, Near, Node, Or

#: What a word is looked for in: letters and digits only, where no Latin word is entered in its middle; the sounds of
#: these; letters and digits, Latin words inside too; or every character.
Haystack = Literal["letters", "sounds", "inside", "signs"]
HAYSTACKS: tuple[Haystack, ...] = ("letters", "sounds", "inside", "signs")
#: How characters of a sighted pattern may stand apart: as in a term, as in a phrase between Han characters, not at all.
Joint = Literal["term", "phrase", "none"]


@dataclass(frozen=True, slots=True)
class Sighted:
    """Found by its one word, which is all of it. ``begins`` and ``ends``: must stand at a word boundary there."""

    word: str
    haystack: Haystack
    joint: Joint
    begins: bool
    ends: bool
    prefix: bool


@dataclass(frozen=True, slots=True)
class Read:
    """Found by reading a text that holds one of ``words``; without words, any text."""

    words: tuple[str, ...] = ()
    haystack: Haystack = "letters"


Way = Sighted | Read


def way_of(pattern: Pattern) -> Way:
    """How a pattern is found in texts whose characters fold one by one."""
    if isinstance(pattern, Regex):
        return through([*necessary(pattern.source)])
    if not isinstance(pattern, Words):
        return Read()
    if pattern.form == "given":
        return through([pattern.text])
    whole = set(pattern.gaps) <= {CLOSE}
    plain = pattern.text.isalnum() and len(pattern.text) <= LONGEST
    if pattern.form == "sound":
        return sighted(pattern, "sounds") if plain and joint_of(pattern) else Read()
    if plain and joint_of(pattern):
        return sighted(pattern, "letters")
    if whole and len(pattern.text) <= LONGEST and not pattern.text.isalnum():
        return sighted(pattern, "signs")
    if squeezed := squeeze(pattern.text):
        return Read((squeezed[:LONGEST],))
    return Read((longest_close(pattern),), "signs")


def through(written: list[str]) -> Read:
    """By strings that the text holds as it is. Folded they stand in the folded text, where each character folds to
    one; a string that has others is in no such text, or cannot be told."""
    if not written or not all(map(PLAIN.covers, written)):
        return Read()
    folded = [folded_text(each) for each in written]
    squeezed = [squeeze(each)[:LONGEST] for each in folded]
    if all(squeezed):
        # /phone/ is in iphone, and what is a letter as written may be none when folded.
        return Read(tuple(dict.fromkeys(squeezed)), "inside")
    return Read(tuple(dict.fromkeys(each[:LONGEST] for each in folded)), "signs")


def joint_of(pattern: Words) -> Joint | None:
    """``None``: its gaps are of several kinds. Those of a term or a phrase stand between Han characters, and between
    all of these, so that one answer for each place of a text is enough."""
    gaps = set(pattern.gaps) - {CLOSE}
    if not gaps:
        return "none"
    return "term" if gaps == {TERM_GAP} else "phrase" if gaps == {PHRASE_GAP} else None


def sighted(pattern: Words, haystack: Haystack) -> Sighted:
    text = pattern.text
    joint = "none" if haystack == "signs" else joint_of(pattern)
    assert joint is not None  # noqa: S101 - asked before
    begins, ends = is_word(text[0]), is_word(text[-1]) and not pattern.prefix
    return Sighted(text, haystack, joint, begins, ends, pattern.prefix)


def longest_close(pattern: Words) -> str:
    """The longest run of characters between which nothing may stand."""
    runs = [""]
    for character, gap in zip(pattern.text, pattern.gaps, strict=True):
        if gap == CLOSE:
            runs[-1] += character
        else:
            runs.append(character)
    return max(runs, key=len)[:LONGEST]


@dataclass
class Vocabulary:
    """Patterns by number. Equal ones have one number."""

    patterns: list[Pattern] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    _numbers: dict[object, int] = field(default_factory=dict)

    def number(self, pattern: Pattern) -> int:
        key: object = pattern.source if isinstance(pattern, Regex) else pattern
        known = self._numbers.setdefault(key, len(self.patterns))
        if known == len(self.patterns):
            self.patterns.append(pattern)
            self.ways.append(way_of(pattern))
        return known


def needed(node: Node, vocabulary: Vocabulary) -> frozenset[int] | None:
    """Patterns of which every matching document holds at least one; ``None`` where that cannot be said, or where one
    of them has no word by which to tell."""
    if isinstance(node, Find):
        number = vocabulary.number(node.pattern)
        way = vocabulary.ways[number]
        return None if isinstance(way, Read) and not way.words else frozenset({number})
    if isinstance(node, Near):
        return rarest(
            (any_of((needed(find, vocabulary) for find in side)) for side in (node.left, node.right)), vocabulary
        )
    if isinstance(node, And):
        return rarest((needed(part, vocabulary) for part in node.parts), vocabulary)
    if isinstance(node, Or):
        return any_of(needed(part, vocabulary) for part in node.parts)
    return None


def any_of(choices: Iterable[frozenset[int] | None]) -> frozenset[int] | None:
    found: frozenset[int] = frozenset()
    for choice in choices:
        if choice is None:
            return None
        found |= choice
    return found


def rarest(choices: Iterable[frozenset[int] | None], vocabulary: Vocabulary) -> frozenset[int] | None:
    """The choice whose shortest word is longest: it rules out the most texts."""
    known = [choice for choice in choices if choice]
    return max(
        known, key=lambda choice: (min(word_length(vocabulary.ways[n]) for n in choice), -len(choice)), default=None
    )


def word_length(way: Way) -> int:
    return len(way.word) if isinstance(way, Sighted) else min(map(len, way.words))
