"""Where the packages meet: the plug-in models that ``monitor.config`` checks against, and the notifiers."""

from __future__ import annotations

from collections.abc import Mapping

from alerts.notifiers.contract import Notifier
from alerts.registry import channel_models, detector_params, new_notifier
from crawlers.inbound.registry import INBOUND
from crawlers.registry import credential_models, source_models
from monitor.config.schema import Kinds, OperatorConfig


def kinds() -> Kinds:
    """Every registered source kind, detector, channel, credential and inbound source, with its configuration model."""
    return Kinds(
        sources=source_models(),
        detectors=detector_params(),
        channels=channel_models(),
        credentials=credential_models(),
        inbound=INBOUND,
    )


def notifiers(operator: OperatorConfig) -> Mapping[str, Notifier]:
    """A notifier for each configured channel, by channel id."""
    return {channel: new_notifier(config) for channel, config in operator.channels.items()}
