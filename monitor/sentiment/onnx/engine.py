"""A classifier of one's own: a local folder with ``model.onnx``, ``vocab.txt`` and ``labels.json``, as exported from a
BERT-like model. Nothing is fetched.

``model.onnx`` takes ``input_ids`` and ``attention_mask`` (and ``token_type_ids``, where it wants them), int64, texts ×
tokens, and answers logits, texts × labels. ``labels.json`` is the labels in the order of the logits (``["negative",
"neutral", "positive"]``, or two of them), or ``{"labels": […], "lower": false, "max_length": 256}``.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.mention import Channel, Label, Sentiment
from monitor.sentiment.label_names import read_label
from monitor.sentiment.onnx.wordpiece import WordPiece

#: Names the model folder.
VARIABLE = "TINGFENG_ONNX_MODEL"
FILES = ("model.onnx", "vocab.txt", "labels.json")
BATCH = 32
USUAL_TOKENS, MOST_TOKENS = 256, 512
NEUTRAL = Sentiment("neutral", 0.0, 1.0)

Floats = NDArray[np.float64]


class ModelUnavailableError(ImportError):
    """The model cannot be loaded: the message says what is missing and what to do. To a caller it is a part that is not
    installed, as an import that fails."""


@dataclass(frozen=True, slots=True)
class Shape:
    """labels.json."""

    labels: tuple[Label, ...]
    lower: bool = True
    max_length: int = USUAL_TOKENS


class OnnxEngine:
    """See :class:`~monitor.sentiment.engine.SentimentEngine`. Gives no reasons: the model keeps them to itself. The
    channel makes no difference to it. ``folder`` is told by ``TINGFENG_ONNX_MODEL`` where it is not handed in."""

    name = "onnx"

    def __init__(self, *, with_reasons: bool = True, folder: Path | None = None) -> None:
        place = folder or Path(os.environ.get(VARIABLE, ""))
        if folder is None and not os.environ.get(VARIABLE):
            raise ModelUnavailableError(f"engine onnx: set {VARIABLE} to a folder with {', '.join(FILES)}")
        if lacking := [name for name in FILES if not (place / name).is_file()]:
            raise ModelUnavailableError(f"engine onnx: {place} has no {', '.join(lacking)}")
        contents = [(place / name).read_bytes() for name in FILES]
        self.version = hashlib.sha256(b"".join(hashlib.sha256(each).digest() for each in contents)).hexdigest()[:12]
        self._session = session(contents[0])
        try:
            self._shape = read_shape(contents[2])
            self._tokens = WordPiece(contents[1].decode().splitlines(), lower=self._shape.lower)
        except (ValueError, UnicodeDecodeError) as error:
            raise ModelUnavailableError(f"engine onnx: {place}: {error}") from error
        self._inputs = {each.name for each in self._session.get_inputs()}
        if missing := {"input_ids", "attention_mask"} - self._inputs:
            raise ModelUnavailableError(f"engine onnx: {place / FILES[0]} has no input {', '.join(sorted(missing))}")

    def score(self, texts: Sequence[str], channel: Channel) -> list[Sentiment]:
        """Distinct texts by their length, so that little is padded."""
        encoded = {text: self._tokens.encode(text, self._shape.max_length) for text in dict.fromkeys(texts)}
        spoken = sorted(
            (text for text in encoded if len(encoded[text]) > 2), key=lambda text: (len(encoded[text]), text)
        )
        verdicts: dict[str, Sentiment] = {}
        for start in range(0, len(spoken), BATCH):
            batch = spoken[start : start + BATCH]
            for text, row in zip(batch, self._chances([encoded[text] for text in batch]), strict=True):
                verdicts[text] = verdict(dict(zip(self._shape.labels, row.tolist(), strict=True)))
        return [verdicts.get(text, NEUTRAL) for text in texts]

    def _chances(self, batch: Sequence[Sequence[int]]) -> Floats:
        """By text and label, each row adding up to 1."""
        longest = max(map(len, batch))
        ids = np.full((len(batch), longest), self._tokens.padding, dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (logits, *_) = self._session.run(None, {name: given[name] for name in self._inputs})
        # Six digits: how the texts are batched moves the last bits.
        raised = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float64)
        chances: Floats = np.round(raised / raised.sum(axis=1, keepdims=True), 6)
        return chances


def session(model: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelUnavailableError("engine onnx needs onnxruntime: install the extra, tingfeng[onnx]") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # workers are processes; more threads would fight them
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ModelUnavailableError(f"engine onnx: model.onnx cannot be loaded: {error}") from error


def read_shape(content: bytes) -> Shape:
    """Raises ``ValueError`` saying what is wrong with labels.json."""
    told = json.loads(content)
    fields: dict[str, Any] = {"labels": told} if isinstance(told, list) else told
    if not isinstance(fields, dict) or not isinstance(fields.get("labels"), list):
        raise ValueError("labels.json must be a list of labels, or an object with labels")
    labels = [read_label(each) for each in fields["labels"]]
    known = [label for label in labels if label is not None]
    if len(known) != len(labels) or len(set(known)) != len(known) or not {"negative", "positive"} <= set(known):
        raise ValueError("labels.json must name negative and positive, and may name neutral, each once")
    longest = fields.get("max_length", USUAL_TOKENS)
    if not isinstance(longest, int) or not 2 < longest <= MOST_TOKENS:
        raise ValueError(f"labels.json: max_length must be 3 to {MOST_TOKENS}")
    return Shape(tuple(known), bool(fields.get("lower", True)), longest)


def verdict(chances: dict[Label, float]) -> Sentiment:
    """score = P(positive) − P(negative), so that (1 + score) / 2 shares the neutral part between both; the label is the
    likeliest one."""
    score = max(-1.0, min(1.0, chances["positive"] - chances["negative"]))
    label = max(chances, key=lambda each: chances[each])
    if label == "neutral" or score == 0:
        return Sentiment("neutral", score, chances.get("neutral", 1 - abs(score)))
    return Sentiment(label, score, (1 + abs(score)) / 2)
