"""Slack by ``chat.postMessage``. A bot token with ``chat:write`` is all it needs.

Which answers are worth another try is decided here; the retries themselves are the dispatcher's, so slack-sdk's own
are off. slack-sdk is imported when the first message is sent: the registry must stay light.
"""

from __future__ import annotations

import http.client
import logging
import uuid
from typing import Annotated, Any, Literal
from urllib.error import URLError

from pydantic import Field, HttpUrl, SecretStr, StringConstraints

from alerts.notification import Notification
from alerts.notifiers.blocks import blocks, fallback
from alerts.notifiers.contract import DeliveryError
from monitor.config.schema import ChannelConfig

#: Errors in a 200 answer after which the same message may pass later (docs.slack.dev, chat.postMessage).
TRANSIENT = frozenset(
    {"ratelimited", "rate_limited", "fatal_error", "internal_error", "request_timeout", "service_unavailable"}
)
TRANSIENT_STATUSES = frozenset({408, 425, 429})

# slack-sdk logs request bodies at DEBUG; nothing of ours may hang on another library's idea of a secret.
SILENT = logging.getLogger("alerts.slack.silent")
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False
SILENT.setLevel(logging.CRITICAL + 1)


class SlackConfig(ChannelConfig):
    """``base_url`` is for a stand-in or a proxy of Slack; ``dashboard_url`` turns the links absolute, without it
    there are none; ``timeout`` in seconds for the whole answer."""

    kind: Literal["slack"] = "slack"
    channel: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    token: SecretStr
    base_url: HttpUrl = HttpUrl("https://slack.com/api/")
    dashboard_url: HttpUrl | None = None
    timeout: int = Field(default=10, ge=1, le=60)


class Slack:
    def __init__(self, config: SlackConfig) -> None:
        self._config = config

    def send(self, notification: Notification) -> None:
        from slack_sdk import WebClient
        from slack_sdk.errors import SlackApiError, SlackClientError

        config = self._config
        client = WebClient(
            token=config.token.get_secret_value(),
            base_url=str(config.base_url),
            timeout=config.timeout,
            retry_handlers=[],
            logger=SILENT,
        )
        dashboard = str(config.dashboard_url).rstrip("/") if config.dashboard_url else None
        try:
            client.chat_postMessage(
                channel=config.channel,
                text=fallback(notification),
                blocks=blocks(notification, dashboard),
                unfurl_links=False,
                unfurl_media=False,
                metadata={
                    "event_type": "tingfeng_alert",
                    "event_payload": {"idempotency_key": notification.idempotency_key},
                },
                client_msg_id=message_id(notification),
            )
        except SlackApiError as error:
            raise refused(error.response) from None
        except (SlackClientError, URLError, OSError, http.client.HTTPException, ValueError) as error:
            # Only the type: such messages may quote the request, and with it the token.
            raise DeliveryError(retryable=True, reason=f"slack: {type(error).__name__}") from None


def message_id(notification: Notification) -> str:
    """The same UUID at every try and in every process. The time is part of it: two installations, or one that began
    anew, count their episodes from 1 and would otherwise send ids that Slack has seen."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tingfeng:{notification.idempotency_key}@{notification.at.isoformat()}"))


def refused(response: Any) -> DeliveryError:
    """What an answer that is not "ok" means. Slack's error codes are short words; anything else is not repeated."""
    status = int(response.status_code)
    code = response.data.get("error") if isinstance(response.data, dict) else None
    code = code if isinstance(code, str) and code.replace("_", "").isalnum() and len(code) <= 60 else "no error code"
    if status == 200:
        return DeliveryError(code in TRANSIENT or code == "no error code", f"slack: {code}")
    retryable = status >= 500 or status in TRANSIENT_STATUSES
    return DeliveryError(retryable, f"slack: HTTP {status} ({code})", retry_after(response.headers))


def retry_after(headers: Any) -> float | None:
    """Retry-After in seconds; the HTTP-date form, which Slack does not use, counts as absent."""
    found = next((value for key, value in dict(headers).items() if key.lower() == "retry-after"), None)
    if isinstance(found, list):
        found = found[0] if found else None
    try:
        return max(0.0, float(str(found)))
    except ValueError:
        return None
