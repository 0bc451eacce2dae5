"""Takes messages out of the outbox. At least once: a crash between sending and noting it repeats the message, with
the same idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Connection, Engine, exists, select, update
from sqlalchemy import insert as plain_insert

from alerts.dispatch.backoff import GIVE_UP, wait
from alerts.notification import Notification
from alerts.notifiers import DeliveryError, Notifier
from alerts.tables import delivery, outbox
from monitor.store.database import writing

log = structlog.get_logger()

#: How long a claimed message is nobody else's. Longer than any notifier's timeout.
CLAIM = timedelta(minutes=2)

#: Messages claimed in one run; the rest is due at the next.
LIMIT = 100


@dataclass(frozen=True, slots=True)
class DispatchResult:
    sent: int = 0
    retried: int = 0
    dead: int = 0


@dataclass(frozen=True, slots=True)
class Claimed:
    id: int
    channel: str
    attempt: int
    created_at: datetime
    notification: Notification


def dispatch_due(engine: Engine, notifiers: Mapping[str, Notifier], now: datetime) -> DispatchResult:
    """Sends what is due, oldest first; each message is claimed alone, sent outside any transaction, and noted.

    ``now`` is the time at the call. Sending takes time of its own: a claim counts from when it was made, or a slow
    channel would let it lapse while the message is still being sent.
    """
    tried: set[int] = set()
    outcomes = {"sent": 0, "queued": 0, "dead": 0}
    began = monotonic()

    def current() -> datetime:
        return now + timedelta(seconds=int(monotonic() - began))

    while len(tried) < LIMIT:
        with writing(engine) as connection:
            claimed = claim(connection, current(), tried)
        if claimed is None:
            break
        tried.add(claimed.id)
        error = attempt(claimed, notifiers.get(claimed.channel))
        with writing(engine) as connection:
            outcomes[note(connection, claimed, error, current())] += 1
    return DispatchResult(sent=outcomes["sent"], retried=outcomes["queued"], dead=outcomes["dead"])


def claim(connection: Connection, now: datetime, tried: set[int]) -> Claimed | None:
    """The next due message. One that waits for an earlier message of the same alert and channel is not due:
    "resolved" never overtakes "firing"."""
    earlier = outbox.alias("earlier")
    query = (
        select(outbox)
        .where(outbox.c.state == "queued", outbox.c.due_at <= now, outbox.c.id.not_in(tried))
        .where(
            ~exists().where(
                earlier.c.alert_id == outbox.c.alert_id,
                earlier.c.channel == outbox.c.channel,
                earlier.c.state == "queued",
                earlier.c.id < outbox.c.id,
            )
        )
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=outbox)
    )
    row: Any = connection.execute(query).one_or_none()
    if row is None:
        return None
    # From here on the row is not due: another process leaves it alone until this one is surely gone.
    claimed = {"due_at": now + CLAIM, "attempts": row.attempts + 1}
    connection.execute(update(outbox).where(outbox.c.id == row.id).values(claimed))
    return Claimed(row.id, row.channel, row.attempts + 1, row.created_at, Notification.from_json(row.payload))


def attempt(claimed: Claimed, notifier: Notifier | None) -> DeliveryError | None:
    """What went wrong, or ``None``."""
    if notifier is None:
        return DeliveryError(retryable=True, reason=f"channel {claimed.channel!r} is not in operator.yaml")
    try:
        notifier.send(claimed.notification)
    except DeliveryError as error:
        return error
    except Exception as error:  # noqa: BLE001  a plug-in may raise anything; its text could quote a credential
        reason = f"{type(notifier).__name__} raised {type(error).__name__}"
        log.error("notifier_broken", channel=claimed.channel, notifier=type(notifier).__name__, reason=reason)
        return DeliveryError(retryable=True, reason=reason)
    return None


def note(connection: Connection, claimed: Claimed, error: DeliveryError | None, now: datetime) -> str:
    """The message's new state."""
    reason = "" if error is None else error.reason
    values: dict[str, Any] = {"state": "sent", "sent_at": now, "reason": ""}
    if error is not None:
        values = {"state": "queued", "due_at": now + wait(claimed.attempt, error.retry_after), "reason": reason}
        if not error.retryable:
            values = {"state": "dead", "reason": reason}
        elif values["due_at"] - claimed.created_at > GIVE_UP:
            values = {"state": "dead", "reason": f"given up after {GIVE_UP.days} days: {reason}"}
    connection.execute(
        plain_insert(delivery).values(
            outbox_id=claimed.id, attempt=claimed.attempt, at=now, ok=error is None, reason=reason
        )
    )
    # A sender that was slower than its claim must not undo what a later try has noted.
    still = (outbox.c.id == claimed.id) & (outbox.c.attempts == claimed.attempt)
    connection.execute(update(outbox).where(still).values(values))
    state = str(values["state"])
    log.info(
        "delivery",
        outbox=claimed.id,
        channel=claimed.channel,
        attempt=claimed.attempt,
        transition=claimed.notification.transition,
        state=state,
        reason=reason,
    )
    return state
