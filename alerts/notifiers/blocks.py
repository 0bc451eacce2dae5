"""Block Kit of a notification (docs.slack.dev/block-kit). Text from mentions is never markup: it is escaped."""

from __future__ import annotations

from typing import Any

from alerts.message import WORDS, Message, render
from alerts.notification import Notification

ICONS = {"critical": ":rotating_light:", "major": ":warning:", "minor": ":information_source:"}

#: Limits of Block Kit, in characters.
HEADER_LENGTH = 150
TEXT_LENGTH = 3000


def blocks(notification: Notification, dashboard: str | None) -> list[dict[str, Any]]:
    """Header, figures, quotes, facts and, where the dashboard's address is known, buttons."""
    message = render(notification)
    icon = ":white_check_mark:" if notification.transition == "resolved" else ICONS[notification.severity]
    built: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": cut(message.title, HEADER_LENGTH)}},
        section(f"{icon} *{escape(message.summary)}*"),
    ]
    if message.quotes and notification.transition == "firing":
        built.append(section("\n".join(quotes(notification, message))))
    built.append({"type": "context", "elements": [{"type": "mrkdwn", "text": escape(" | ".join(message.facts))}]})
    if dashboard:
        built.append({"type": "actions", "elements": buttons(notification, dashboard)})
    return built


def quotes(notification: Notification, message: Message) -> list[str]:
    """Each with a link to where it was said, if that is known."""
    original = WORDS[notification.language]["original"]
    return [
        f"> {escape(line)}" + (f" <{address(quote.url)}|{original}>" if quote.url else "")
        for line, quote in zip(message.quotes, notification.quotes, strict=True)
    ]


def address(url: str) -> str:
    """A URL inside Slack's <…|…>, which it cannot leave."""
    return url.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")


def buttons(notification: Notification, dashboard: str) -> list[dict[str, Any]]:
    words, links = WORDS[notification.language], notification.links
    targets = [("open_alert", links.alert), ("open_mentions", links.mentions), ("open_ticket", links.ticket)]
    return [
        {"type": "button", "text": {"type": "plain_text", "text": words[name]}, "url": dashboard + path}
        for name, path in targets
        if path
    ]


def fallback(notification: Notification) -> str:
    """The plain line for notifications and screen readers."""
    return escape(render(notification).headline)


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": cut(text, TEXT_LENGTH)}}


def escape(text: str) -> str:
    """Slack's three control characters; without them no mention, link or channel can be forged. The formatting
    signs * _ ~ ` get a zero-width space before them, for Slack knows no escape for those."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    for sign in "*_~`":
        text = text.replace(sign, f"\u200b{sign}")
    return text


def cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
