"""What programs send to us: taken into the durable inbox, answered 202, and stored by a worker. Nothing here scores."""

from dashboard.web.inbound.answers import install

__all__ = ["install"]
