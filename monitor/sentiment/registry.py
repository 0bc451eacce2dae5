"""The sentiment engines by name. A new one: a file, a line here; the contract suite finds it by itself."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from monitor.sentiment.engine import SentimentEngine

#: ``module:Class``; imported when asked for, since a model may cost seconds and hundreds of megabytes.
ENGINES: Mapping[str, str] = {
    "default": "monitor.sentiment.default.engine:DefaultEngine",
    "onnx": "monitor.sentiment.onnx.engine:OnnxEngine",
    "snownlp": "monitor.sentiment.snownlp:SnowNlpEngine",
}


#: What a configuration that names none gets.
DEFAULT = "default"


def load_engine(name: str = DEFAULT, *, with_reasons: bool = True) -> SentimentEngine:
    """The engine, its model loaded. Raises ``KeyError`` with the known names for an unknown one."""
    if name not in ENGINES:
        raise KeyError(f"no sentiment engine {name!r}; there are: {', '.join(sorted(ENGINES))}")
    module, _, attribute = ENGINES[name].partition(":")
    return cast(SentimentEngine, getattr(import_module(module), attribute)(with_reasons=with_reasons))
