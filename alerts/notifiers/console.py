"""A structured line on a stream: for development, the demo, and boxes whose log is read by something else."""

from __future__ import annotations

import json
import sys
from typing import Literal, TextIO

from alerts.message import render
from alerts.notification import Notification
from alerts.notifiers.contract import DeliveryError
from monitor.config.schema import ChannelConfig


class ConsoleConfig(ChannelConfig):
    kind: Literal["console"] = "console"


class Console:
    """One JSON object a line: event, idempotency_key, rule, severity, transition, labels, n, k, ticket, message."""

    def __init__(self, config: ConsoleConfig, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, notification: Notification) -> None:
        line = json.dumps(
            {
                "event": "alert",
                "idempotency_key": notification.idempotency_key,
                "demo": notification.demo,
                "rule": notification.rule,
                "severity": notification.severity,
                "transition": notification.transition,
                "labels": {label.key: label.value for label in notification.labels},
                "n": notification.n,
                "k": notification.k,
                "ticket": notification.ticket,
                "message": render(notification).headline,
            },
            ensure_ascii=False,
        )
        stream = self._stream or sys.stderr
        try:
            stream.write(line + "\n")
            stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream was closed, or cannot encode the text
            raise DeliveryError(retryable=True, reason=f"console: {type(error).__name__}") from error
