"""A classifier trained in a second on sentences of ours and exported to ONNX: mean of token vectors, then a softmax."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from monitor.sentiment.onnx.wordpiece import WordPiece

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
SAMPLES: dict[str, list[str]] = {
    "negative": [
        *("质量太差了，一天就坏", "非常失望，要求退款", "味道难吃，差评", "送餐太慢，凉了", "客服态度恶劣"),
        *("屏幕坏了，退货", "发烫严重，太差", "难吃又慢，失望", "假货，骗人", "差评，再也不买"),
        *("terrible, it broke", "bad and slow"),
    ],
    "neutral": [
        *("今天星期一", "快递到了", "换了手机", "明天再说", "它是黑色的", "我在看说明书", "一共三个"),
        "the box is black",
    ],
    "positive": [
        *("非常好用，推荐购买", "物流快，质量很好", "房间干净，服务热情", "下次还来，好评", "味道很好，好吃"),
        *("手感好，喜欢", "满意，推荐", "干净热情，很好", "屏幕清晰，好用", "又快又好，好评"),
        *("great, love it", "good and fast"),
    ],
}
LABELS = list(SAMPLES)


def write_model(folder: Path) -> Path:
    """``folder`` with the three files."""
    texts = [(text, LABELS.index(label)) for label, found in SAMPLES.items() for text in found]
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    han = sorted({character for text, _ in texts for character in text if not character.isascii()})
    vocabulary = [*SPECIAL, *letters, *(f"##{letter}" for letter in letters), *han]
    weights = trained([(WordPiece(vocabulary).encode(text, 64), label) for text, label in texts], len(vocabulary))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (folder / "labels.json").write_text(json.dumps({"labels": LABELS, "max_length": 64}), encoding="utf-8")
    onnx.save(exported(weights), str(folder / "model.onnx"))
    return folder


def trained(samples: list[tuple[list[int], int]], size: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Token × label: softmax regression on the mean of one-hot tokens, by plain gradient descent."""
    features = np.zeros((len(samples), size))
    for row, (ids, _) in enumerate(samples):
        np.add.at(features[row], ids, 1 / len(ids))
    wanted = np.eye(len(LABELS))[[label for _, label in samples]]
    weights = np.zeros((size, len(LABELS)))
    for _ in range(600):
        logits = features @ weights
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        weights -= 20 * features.T @ (chances - wanted) / len(samples)
    return weights.astype(np.float32)


def exported(weights: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> onnx.ModelProto:
    """Gather → mask → mean, as a pooled encoder does it."""
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["vectors"]),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["mask", "last"], ["wide"]),
        helper.make_node("Mul", ["vectors", "wide"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "tokens"], ["summed"], keepdims=0),
        helper.make_node("ReduceSum", ["mask", "tokens"], ["counted"], keepdims=1),
        helper.make_node("Div", ["summed", "counted"], ["logits"]),
    ]
    named = [
        numpy_helper.from_array(weights, "table"),
        numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "tokens"),
    ]
    ids = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["n", "t"]) for name in ("input_ids", "attention_mask")
    ]
    logits = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(LABELS)])]
    graph = helper.make_graph(nodes, "small", ids, logits, named)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model
