"""What was learned from labels, and the file that keeps it: corrections on top of an engine whose own weights stay."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import Any

FORMAT = 1


class AdaptationError(ValueError):
    """The file is none of ours, of another format, or damaged: learn anew."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Cross-validation on ``n`` labels: accuracy before and after, and how many of them became right and wrong."""

    n: int
    before: float
    after: float
    gained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Correction:
    """log-odds' = ``scale`` · log-odds + ``bias`` + Σ weights of the known n-grams / √(how many there are); a score
    within ``neutral_band`` of 0 is neutral."""

    scale: float
    bias: float
    neutral_band: float
    ngrams: Mapping[str, float]
    proof: Proof


@dataclass(frozen=True, slots=True)
class Adaptation:
    """``corrections`` by source id, or by ``*review`` and ``*social`` for sources without one of their own. ``refused``
    says why others learned nothing. ``engine`` and ``engine_version`` name what is corrected: on another one the
    corrections mean nothing. ``digest`` names the content."""

    engine: str
    engine_version: str
    made_at: str
    corrections: Mapping[str, Correction]
    refused: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


def dump(adaptation: Adaptation) -> bytes:
    """The file's content; the same for the same adaptation."""
    told = {name: value for name, value in asdict(adaptation).items() if name != "digest"}
    return json.dumps({"format": FORMAT, **told}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def digest_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def load(content: bytes) -> Adaptation:
    """Raises :class:`AdaptationError` for what ``dump`` did not write."""
    try:
        told: dict[str, Any] = json.loads(content)
        if told.pop("format") != FORMAT:
            raise AdaptationError("another format: run tingfeng train --adapt")
        corrections = {
            key: Correction(**{**each, "proof": Proof(**each["proof"])})
            for key, each in told.pop("corrections").items()
        }
        return Adaptation(**told, corrections=corrections, digest=digest_of(content))
    except AdaptationError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AdaptationError(f"the adaptation is damaged ({error}): run tingfeng train --adapt") from error
