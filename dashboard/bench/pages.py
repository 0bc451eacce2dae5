"""docs/benchmarks.md and its Chinese twin, written from the figures of ``tingfeng bench text --out``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from dashboard.bench.keywords import Figure

_ENGLISH: Final = """\
# Benchmarks

[中文](benchmarks.zh-CN.md)

Written by `tingfeng bench text --out docs/benchmarks.md`. Speed is counted by the processor time of one core. The
labelled sets are none of ours and are not shipped: `--data DIR` names a folder of `test_*.csv.gz` (text, label); the
default engine was never fitted on them ([model card](model-card.md)). Rivals read a sample of each set.

| figure | value | must be | beside |
|---|---|---|---|
"""
_CHINESE: Final = """\
# 基准测试

[English](benchmarks.md)

由 `tingfeng bench text --out docs/benchmarks.md` 生成。速度按单核处理器时间计算。
带标注的数据集不属于本项目，也不随产品发布：用 `--data DIR` 指定存放 `test_*.csv.gz`（text、label）的文件夹；
默认引擎没有在这些数据上拟合过（见[模型卡](model-card.zh-CN.md)）。
对比的软件只读每个数据集的一个样本。

| 指标 | 数值 | 应达到 | 对比 |
|---|---|---|---|
"""


def write_pages(english: Path, figures: Sequence[Figure]) -> None:
    """``english`` and, beside it, the same name with ``.zh-CN``."""
    rows = "".join(_row(figure) for figure in figures)
    english.write_text(_ENGLISH + rows, encoding="utf-8")
    english.with_suffix(".zh-CN.md").write_text(_CHINESE + rows, encoding="utf-8")


def _row(figure: Figure) -> str:
    beside = ", ".join(f"{name} {value:g}{figure.unit}" for name, value in figure.rivals.items())
    sign = "≤" if figure.unit == "s" or figure.figure.startswith("calibration") else "≥"
    must = f"{sign} {figure.must:g}{figure.unit}" if figure.must else ""
    return f"| {figure.figure} | {figure.value:g}{figure.unit} | {must} | {beside} |\n"
