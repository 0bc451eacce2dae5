"""The redaction's part of ``tingfeng bench text``: recall on the generated set, look-alikes that stay, and speed, on
ordinary reviews and on texts of which each holds something, beside JioNLP's extractors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any

from dashboard.bench.keywords import Figure, reviews, seconds
from dashboard.bench.personal_data import Sample, samples
from monitor.redact import redact, redact_batch

RECALL, STAYING, RATE = 0.99, 0.99, 100_000.0
#: Longer reviews are cut to this many characters.
LENGTH = 60
#: JioNLP reads a few hundred texts a second.
_RIVAL_TEXTS = 1_000
_EXTRACTORS = (
    "extract_phone_number",
    "extract_id_card",
    "extract_email",
    "extract_qq",
    "extract_wechat_id",
    "extract_motor_vehicle_licence_plate",
)


def run(number: int = 20_000, rounds: int = 3) -> list[Figure]:
    made = list(samples(number))
    rival = rival_of()
    personal = [sample for sample in made if sample.kind is not None]
    look_alikes = [sample for sample in made if sample.kind is None]
    some = made[:_RIVAL_TEXTS]
    beside = {"JioNLP": recall(some, rival)} if rival else {}
    kept = {"JioNLP": staying(some, rival)} if rival else {}
    ordinary = [text[:LENGTH] for text in reviews()[:number]]
    fast = len(ordinary) / seconds(lambda: redact_batch(ordinary), rounds)
    dense = len(made) / seconds(lambda: redact_batch([sample.text for sample in made]), rounds)
    slow = {}
    if rival:
        slow = {"JioNLP": _RIVAL_TEXTS / seconds(lambda: [rival(text) for text in ordinary[:_RIVAL_TEXTS]], 1)}
    return [
        figure("redaction recall", recall(personal, masked), "", RECALL, beside),
        figure("redaction look-alikes that stay", staying(look_alikes, masked), "", STAYING, kept),
        figure("redaction reviews", fast, "/s", RATE, slow),
        figure("redaction texts that all hold something", dense, "/s", 0, {}),
    ]


def masked(text: str) -> set[str]:
    """The pieces of ``text`` that are gone, as far as the samples ask: the whole text where anything was masked."""
    done = redact(text)
    return {text} if done.masked else set()


def recall(made: Sequence[Sample], finds: Callable[[str], set[str]]) -> float:
    """The share of the pieces that are found. Ours must also be gone from the text, whatever was masked."""
    personal = [sample for sample in made if sample.kind is not None]
    return sum(_found(sample, finds) for sample in personal) / max(1, len(personal))


def _found(sample: Sample, finds: Callable[[str], set[str]]) -> bool:
    if finds is masked:
        return sample.piece not in redact(sample.text).text
    digits = "".join(filter(str.isalnum, sample.piece))
    return any("".join(filter(str.isalnum, found)) in digits for found in finds(sample.text) if found)


def staying(made: Sequence[Sample], finds: Callable[[str], set[str]]) -> float:
    look_alikes = [sample for sample in made if sample.kind is None]
    return sum(not finds(sample.text) for sample in look_alikes) / max(1, len(look_alikes))


def rival_of() -> Callable[[str], set[str]] | None:
    """What JioNLP extracts of the kinds that it knows; ``None`` without the extra ``train``."""
    if find_spec("jionlp") is None:
        return None
    import jionlp

    module: Any = jionlp
    extractors = [getattr(module, name) for name in _EXTRACTORS]
    return lambda text: {str(found) for extract in extractors for found in extract(text)}


def figure(name: str, value: float, unit: str, must: float, rivals: dict[str, float]) -> Figure:
    told = {rival: round(rate, 4) for rival, rate in rivals.items()}
    return Figure(name, round(value, 4), unit, must, not must or value >= must, told)
