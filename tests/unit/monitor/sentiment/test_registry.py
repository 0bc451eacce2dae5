"""Engines are known by name and cost nothing until one is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from monitor.sentiment.registry import load_engine


def test_an_unknown_engine_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="snownlp"):
        load_engine("oracle")


def test_importing_the_pipeline_and_the_registry_loads_no_model() -> None:
    code = "import sys, monitor.pipeline, monitor.sentiment.registry; sys.exit('snownlp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
