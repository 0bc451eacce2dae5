"""Which detectors and channels exist. A plug-in is one file and one line here.

Import-light: slack-sdk and its like are imported when a message is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from alerts.detectors.ceiling import CeilingParams
from alerts.detectors.engine import Detector
from alerts.detectors.scan import ScanParams
from alerts.detectors.surge import SurgeParams
from alerts.detectors.wilson import WilsonParams
from alerts.notifiers.console import ConsoleConfig
from alerts.notifiers.contract import Notifier
from alerts.notifiers.slack import SlackConfig
from monitor.config.schema import ChannelConfig, Params, Rule


@dataclass(frozen=True, slots=True)
class DetectorKind:
    """``target`` is "module:Class", called with (params, min_mentions)."""

    params: type[Params]
    target: str


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """``target`` is "module:Class", called with the channel's configuration."""

    config: type[ChannelConfig]
    target: str


DETECTORS: Mapping[str, DetectorKind] = {
    "scan": DetectorKind(ScanParams, "alerts.detectors.scan:Scan"),
    "surge": DetectorKind(SurgeParams, "alerts.detectors.surge:Surge"),
    "wilson": DetectorKind(WilsonParams, "alerts.detectors.wilson:Wilson"),
    "ceiling": DetectorKind(CeilingParams, "alerts.detectors.ceiling:Ceiling"),
}

CHANNELS: Mapping[str, ChannelKind] = {
    "console": ChannelKind(ConsoleConfig, "alerts.notifiers.console:Console"),
    "slack": ChannelKind(SlackConfig, "alerts.notifiers.slack:Slack"),
}


def detector_params() -> Mapping[str, type[Params]]:
    """For ``Kinds.detectors``."""
    return {name: kind.params for name, kind in DETECTORS.items()}


def channel_models() -> Mapping[str, type[ChannelConfig]]:
    """For ``Kinds.channels``."""
    return {name: kind.config for name, kind in CHANNELS.items()}


def new_detector(rule: Rule) -> Detector:
    """A fresh detector for one series of the rule."""
    least = rule.params.usual_min_mentions if rule.min_mentions is None else rule.min_mentions
    detector: Detector = load(DETECTORS[rule.detector].target)(rule.params, least)
    return detector


def new_notifier(config: ChannelConfig) -> Notifier:
    """The notifier of one channel of operator.yaml."""
    notifier: Notifier = load(CHANNELS[config.kind].target)(config)
    return notifier


def load(target: str) -> Any:
    module, name = target.split(":")
    return getattr(import_module(module), name)
