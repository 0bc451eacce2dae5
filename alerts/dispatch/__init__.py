"""From the outbox to the channels."""

from alerts.dispatch.sending import DispatchResult, dispatch_due

__all__ = ["DispatchResult", "dispatch_due"]
