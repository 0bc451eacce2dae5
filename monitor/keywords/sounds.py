"""Homophones: Han characters of one sound (pinyin, tones aside) become one character, so that 威信 finds 微信.

A character is read by itself, in its commonest reading: text and query are read alike, whatever stands around.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from monitor.keywords.folding import Folded, folded_text, is_han


@lru_cache(maxsize=65536)
def syllable(character: str) -> str:
    """The sound of a folded Han character without its tone ("lv" for 绿); "" where it has none that is known."""
    # Imported here: it reads its tables for a third of a second, and most configurations have no use for it.
    from pypinyin import Style
    from pypinyin.constants import PINYIN_DICT
    from pypinyin.style import convert

    reading = PINYIN_DICT.get(ord(character), "").split(",")[0]
    return convert(reading, Style.NORMAL, strict=False) if reading else ""


@lru_cache(maxsize=1)
def first_of_sound() -> dict[str, str]:
    """The character that stands for each sound met so far: the first that was met."""
    return {}


@lru_cache(maxsize=65536)
def sound_of(character: str) -> str:
    """The character that stands for the sound of a folded character; itself where it is not Han or has no sound."""
    if not is_han(character):
        return character
    found = syllable(character)
    return first_of_sound().setdefault(found, character) if found else character


def sounded(folded: Folded) -> Folded:
    """A folded text by its sounds, with the same way back."""
    return replace(folded, text="".join(map(sound_of, folded.text)), _squeezed=[], _units=[])


def sounded_text(text: str) -> str:
    return "".join(map(sound_of, folded_text(text)))
