"""Tables of what fired, what was sent, and what is followed up."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from monitor.store.metadata import Json, Key, UtcDateTime, metadata

series_state = Table(
    "series_state",
    metadata,
    Column("rule_id", String(63), primary_key=True),
    Column("fingerprint", String(64), primary_key=True, comment="hash of the rule and the labels"),
    Column("labels", Json, nullable=False, comment='{"brand": "xinghe"}'),
    Column("state", String(10), nullable=False, comment="inactive, pending, firing"),
    Column("streak", Integer, nullable=False, comment="consecutive true (pending) or clear (firing) evaluations"),
    Column("since", UtcDateTime, comment="of the state"),
    Column("episode", Integer, nullable=False, default=0),
    Column("alert_id", Key, comment="the open episode's alert"),
    Column("evaluated_to", Key, nullable=False, comment="epoch s: end of the last step that was evaluated"),
    Column("status", String(12), nullable=False, comment="ok, warm_up, few, no_data: of the last evaluation"),
    Column("fired_at", UtcDateTime, comment="evaluation that fired last, of a rule with a cooldown"),
)

evaluation = Table(
    "evaluation",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rule_id", String(63), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("step_end", Key, nullable=False, comment="epoch s: evaluated over what ended here"),
    Column("at", UtcDateTime, nullable=False),
    Column("status", String(12), nullable=False),
    Column("active", Boolean, nullable=False, comment="the condition was true"),
    Column("n", Integer, nullable=False),
    Column("k", Integer, nullable=False),
    Column("expected", Float, comment="of what is measured (k, or n of a volume), from the baseline"),
    Column("score", Float, comment="the detector's statistic"),
    Column("threshold", Float),
    Column("window_seconds", Integer, nullable=False),
    Column("config_version_id", Key, nullable=False),
    UniqueConstraint("rule_id", "fingerprint", "step_end"),
)

alert = Table(
    "alert",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rule_id", String(63), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("episode", Integer, nullable=False),
    Column("labels", Json, nullable=False),
    Column("brand_id", String(63)),
    Column("source_id", String(63)),
    Column("severity", String(8), nullable=False),
    Column("state", String(10), nullable=False, comment="firing, resolved"),
    Column("since", UtcDateTime, nullable=False, comment="from when on the condition has been true"),
    Column("fired_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("n", Integer, nullable=False),
    Column("k", Integer, nullable=False),
    Column("expected", Float),
    Column("score", Float),
    Column("window_start", Key, nullable=False, comment="epoch s; with window_end the frozen evidence query"),
    Column("window_end", Key, nullable=False),
    Column("quotes", Json, nullable=False, comment="ids of the mentions quoted in the message"),
    Column("config_version_id", Key, nullable=False),
    Column("measure", String(20), nullable=False, comment="what n, k and expected are about"),
    Column("about", Json, comment="what is wrong with a source: the SourceNote as JSON; null for every other alert"),
    UniqueConstraint("rule_id", "fingerprint", "episode"),
    Index("ix_alert_fired_at", "fired_at"),
    Index("ix_alert_state", "state", "fired_at"),
)

alert_transition = Table(
    "alert_transition",
    metadata,
    Column("id", Key, primary_key=True),
    Column("rule_id", String(63), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("alert_id", Key, ForeignKey("alert.id")),
    Column("from_state", String(10), nullable=False),
    Column("to_state", String(10), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False),
    Index("ix_alert_transition_alert_id", "alert_id", "id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Key, primary_key=True),
    Column(
        "idempotency_key",
        String(200),
        nullable=False,
        unique=True,
        comment="rule/fingerprint/episode/transition/channel",
    ),
    Column("alert_id", Key, ForeignKey("alert.id"), nullable=False),
    Column("channel", String(63), nullable=False),
    Column("transition", String(10), nullable=False, comment="firing, resolved"),
    Column("payload", Json, nullable=False, comment="the Notification as JSON, redacted text only"),
    Column("state", String(8), nullable=False, comment="queued, sent, dead"),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("reason", Text, nullable=False, default="", comment="of the last failure"),
    Index("ix_outbox_due", "state", "due_at"),
    Index("ix_outbox_alert_id", "alert_id"),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Key, primary_key=True),
    Column("outbox_id", Key, ForeignKey("outbox.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("reason", Text, nullable=False, default=""),
    UniqueConstraint("outbox_id", "attempt"),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Key, primary_key=True),
    Column("number", String(20), nullable=False, unique=True, comment="FB + local date + three digits: FB20261123001"),
    Column("alert_id", Key, ForeignKey("alert.id"), unique=True, comment="at most one ticket an alert"),
    Column("title", String(300), nullable=False),
    Column("brand_id", String(63)),
    Column("level", String(2), nullable=False, comment="L1, L2, L3"),
    Column("state", String(12), nullable=False, comment="open, in_progress, resolved"),
    Column("assignee", String(100)),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Index("ix_ticket_state", "state", "id"),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("id", Key, primary_key=True),
    Column("ticket_id", Key, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("action", String(20), nullable=False, comment="opened, assigned, resolved, reopened, noted"),
    Column("note", Text, nullable=False, default=""),
)
