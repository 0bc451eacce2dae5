"""Notifications as the evaluation makes them, for every test of what is done with one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.notification import Label, Links, Notification, Quote

AT = datetime(2026, 11, 23, 12, 10, tzinfo=UTC)


def notification() -> Notification:
    """60 mentions of 星河, 18 of them negative, against a baseline of 9 %."""
    return Notification(
        idempotency_key="spike/0123456789abcdef/1/firing/slack-pr",
        alert_id=7,
        rule="spike",
        measure="negative_ratio",
        severity="major",
        transition="firing",
        labels=(Label("brand", "xinghe", "星河"),),
        n=60,
        k=18,
        expected=5.4,
        baseline=0.09,
        window_seconds=6 * 3600,
        since=AT - timedelta(hours=7, minutes=10),
        at=AT,
        reason="condition true 2 times in a row",
        quotes=(
            Quote(41, "充电时电池\n发烫", "王**", "https://shop.example/r/41", 0.0, "shop", AT),
            Quote(42, "<!channel> *hot* & <https://evil.example|click>", None, None, None, "forum", None),
        ),
        links=Links("/alerts/7", "/mentions?brand=xinghe", "/tickets/FB20261123001"),
        ticket="FB20261123001",
        language="en",
        timezone="Asia/Shanghai",
    )
