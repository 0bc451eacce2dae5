"""WordPiece as BERT's models have it (Devlin et al., 2018; the reference is google-research/bert ``tokenization.py``):
clean, set CJK characters apart, fold, split at punctuation, then the longest known pieces from the left."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

UNKNOWN, START, END, PADDING = "[UNK]", "[CLS]", "[SEP]", "[PAD]"
#: A longer word is unknown as a whole, as in the reference; it also keeps the search for pieces linear.
LONGEST_WORD = 100
#: Blocks of ideographs, as in the reference.
CJK = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B820, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class VocabularyError(ValueError):
    """vocab.txt lacks a token that every text needs."""


class WordPiece:
    """``tokens``: the lines of vocab.txt. ``lower``: fold case and accents, as uncased models want."""

    def __init__(self, tokens: Sequence[str], *, lower: bool = True) -> None:
        self._ids = {token: place for place, token in enumerate(tokens)}
        if lacking := [token for token in (UNKNOWN, START, END, PADDING) if token not in self._ids]:
            raise VocabularyError(
                f"vocab.txt has no {', '.join(lacking)}: it must be the model's own, one token a line"
            )
        self.padding = self._ids[PADDING]
        self._lower = lower

    def encode(self, text: str, longest: int) -> list[int]:
        """``[CLS] … [SEP]``, at most ``longest`` ids. Only as much of the text is read as can be needed."""
        ids = [self._ids[START]]
        # A piece has a character at least; what is dropped or white counts for none, hence the head room.
        for word in words(text[: longest * LONGEST_WORD], lower=self._lower):
            ids += [self._ids[piece] for piece in self.pieces(word)]
            if len(ids) >= longest:
                break
        return [*ids[: longest - 1], self._ids[END]]

    def pieces(self, word: str) -> list[str]:
        if len(word) > LONGEST_WORD:
            return [UNKNOWN]
        found: list[str] = []
        start = 0
        while start < len(word):
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in self._ids), 0)
            if not end:
                return [UNKNOWN]
            found.append(mark + word[start:end])
            start = end
        return found


def words(text: str, *, lower: bool) -> Iterator[str]:
    spaced = "".join(_spaced(character) for character in text)
    for word in spaced.split():
        folded = unaccented(word.lower()) if lower else word
        yield from split_at_punctuation(folded)


def _spaced(character: str) -> str:
    code = ord(character)
    if character.isspace():
        return " "
    if code in (0, 0xFFFD) or unicodedata.category(character).startswith("C"):
        return ""
    return f" {character} " if any(first <= code <= last for first, last in CJK) else character


def unaccented(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", word) if unicodedata.category(each) != "Mn")


def split_at_punctuation(word: str) -> Iterator[str]:
    current = ""
    for character in word:
        if not is_punctuation(character):
            current += character
            continue
        if current:
            yield current
        yield character
        current = ""
    if current:
        yield current


def is_punctuation(character: str) -> bool:
    """All ASCII that is no letter, digit or space counts, symbols such as ``$`` too, as in the reference."""
    return (character.isascii() and not character.isalnum()) or unicodedata.category(character).startswith("P")
