"""Channels that a notification can go out by; one file each."""

from alerts.notifiers.contract import DeliveryError, Notifier

__all__ = ["DeliveryError", "Notifier"]
