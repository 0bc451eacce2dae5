"""The contract of a notifier: one method, one exception."""

from __future__ import annotations

from typing import Protocol

from alerts.notification import Notification


class DeliveryError(Exception):
    """Why a notification did not arrive, and what to do about it.

    ``retryable`` says whether the same message may pass later; ``retry_after`` is the receiver's wish in seconds.
    ``reason`` is stored, logged and shown: it never holds a credential.
    """

    def __init__(self, retryable: bool, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retryable = retryable
        self.reason = reason
        self.retry_after = retry_after


class Notifier(Protocol):
    def send(self, notification: Notification) -> None:
        """Delivers, or raises :class:`DeliveryError`. The same ``idempotency_key`` may come again after a crash."""
        ...
