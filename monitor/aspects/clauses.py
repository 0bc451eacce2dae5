"""Clauses: the pieces of a text that hold one opinion each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SENTENCE = re.compile(r"[^。！？!?；;…\n~～]+[。！？!?；;…~～]*")
#: A comma ends a clause, and so does a word that turns the opinion round; 却 and 而 stand inside what they turn.
_END = re.compile(
    r"[，,、：:]+|(?<=[\u4e00-\u9fa5）)]) +(?=[\u4e00-\u9fa5])|\.(?=\s|$)"
    r"|(?=但是|但(?!凡)|可是|不过(?!是)|然而|(?<!不)只是(?!为)|(?<!只)就是(?=[^，,。]{2})|反而|而(?=且)|其他|另外|唯一|除了|美中不足"
    r"|\b(?:but|however|although|though|except|and)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """[start, end) of the text, white space and commas not in it; ``sentence`` numbers the sentences from 0."""

    start: int
    end: int
    sentence: int


def clauses(text: str) -> Iterator[Clause]:
    """In order; empty ones are left out."""
    for number, sentence in enumerate(_SENTENCE.finditer(text)):
        start = sentence.start()
        for end in _END.finditer(text, sentence.start(), sentence.end()):
            if end.start() > start:
                yield from _clause(text, start, end.start(), number)
                start = end.end()
            elif end.end() > end.start():
                start = end.end()
        yield from _clause(text, start, sentence.end(), number)


def _clause(text: str, start: int, end: int, number: int) -> Iterator[Clause]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Clause(start, end, number)
