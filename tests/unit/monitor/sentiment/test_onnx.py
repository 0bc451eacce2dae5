"""Models of one's own: a real exported one beside the default, and what is said of a folder that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.sentiment.onnx.engine import ModelUnavailableError, OnnxEngine
from monitor.sentiment.onnx.wordpiece import WordPiece
from monitor.sentiment.registry import load_engine
from tests.contracts.small_model import write_model

BAD = ("屏幕太差，失望", "退货，差评", "又慢又难吃", "骗人的假货")
GOOD = ("很好吃，喜欢", "好用，满意", "服务热情", "干净，推荐")
FRESH = [*((text, "negative") for text in BAD), *((text, "positive") for text in GOOD)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model"))


def test_an_exported_model_scores_beside_the_default(folder: Path) -> None:
    texts = [text for text, _ in FRESH]
    for engine in (OnnxEngine(folder=folder), load_engine()):
        said = [each.label for each in engine.score(texts, "review")]
        assert sum(one == truth for one, (_, truth) in zip(said, FRESH, strict=True)) >= 7, engine.name
    assert OnnxEngine(folder=folder).score(["快递到了"], "social")[0].label == "neutral"


def test_other_files_are_another_version(folder: Path, tmp_path: Path) -> None:
    for name in ("model.onnx", "vocab.txt"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    (tmp_path / "labels.json").write_text(json.dumps(["neg", "neu", "pos"]))
    assert OnnxEngine(folder=tmp_path).version != OnnxEngine(folder=folder).version


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("labels.json", None, "has no labels.json"),
        ("labels.json", '["negative", "neutral"]', "must name negative and positive"),
        ("labels.json", '{"labels": ["neg", "pos"], "max_length": 1}', "max_length"),
        ("vocab.txt", "a\nb", r"no \[UNK\]"),
        ("model.onnx", "no model", "cannot be loaded"),
    ],
)
def test_a_folder_that_is_no_model_says_why(
    folder: Path, tmp_path: Path, name: str, content: str | None, reason: str
) -> None:
    for each in ("model.onnx", "vocab.txt", "labels.json"):
        if each != name:
            (tmp_path / each).write_bytes((folder / each).read_bytes())
        elif content is not None:
            (tmp_path / each).write_text(content)
    with pytest.raises(ModelUnavailableError, match=reason):
        OnnxEngine(folder=tmp_path)


def test_without_onnxruntime_it_says_what_to_install(folder: Path) -> None:
    code = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from pathlib import Path\n"
        "from monitor.sentiment.onnx.engine import OnnxEngine\n"
        "try: OnnxEngine(folder=Path(sys.argv[1]))\n"
        "except ImportError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert "tingfeng[onnx]" in done.stdout


def test_words_are_split_as_the_reference_splits_them() -> None:
    known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##aff", "##able", "!", "好", "cafe", "$"]
    tokens = WordPiece(known)
    assert [known[each] for each in tokens.encode("UNaffable!好\x00 Café $x", 20)] == [
        "[CLS]", "un", "##aff", "##able", "!", "好", "cafe", "$", "[UNK]", "[SEP]",
    ]  # fmt: skip
    assert tokens.encode("好" * 100_000, 8) == [2, *[8] * 6, 3]
    assert tokens.pieces("un" * 51) == ["[UNK]"]
    assert WordPiece(known, lower=False).pieces("Un") == ["[UNK]"]
