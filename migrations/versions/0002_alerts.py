"""Tables of what fired, what was sent, what is followed up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.store.metadata import Json, Key, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("id", Key, nullable=False),
        sa.Column("rule_id", sa.String(length=63), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("labels", Json, nullable=False),
        sa.Column("brand_id", sa.String(length=63), nullable=True),
        sa.Column("source_id", sa.String(length=63), nullable=True),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False, comment="firing, resolved"),
        sa.Column("since", UtcDateTime(), nullable=False, comment="from when on the condition has been true"),
        sa.Column("fired_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("window_start", Key, nullable=False, comment="epoch s; with window_end the frozen evidence query"),
        sa.Column("window_end", Key, nullable=False),
        sa.Column("quotes", Json, nullable=False, comment="ids of the mentions quoted in the message"),
        sa.Column("config_version_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("rule_id", "fingerprint", "episode", name=op.f("uq_alert_rule_id_fingerprint_episode")),
    )
    op.create_index("ix_alert_fired_at", "alert", ["fired_at"], unique=False)
    op.create_index("ix_alert_state", "alert", ["state", "fired_at"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", Key, nullable=False),
        sa.Column("rule_id", sa.String(length=63), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("step_end", Key, nullable=False, comment="epoch s: evaluated over what ended here"),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, comment="the condition was true"),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Float(), nullable=True, comment="of k, from the baseline"),
        sa.Column("score", sa.Float(), nullable=True, comment="the detector's statistic"),
        sa.Column("threshold", sa.Float(), nullable=True),
        sa.Column("window_seconds", sa.Integer(), nullable=False),
        sa.Column("config_version_id", Key, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint(
            "rule_id", "fingerprint", "step_end", name=op.f("uq_evaluation_rule_id_fingerprint_step_end")
        ),
    )
    op.create_table(
        "series_state",
        sa.Column("rule_id", sa.String(length=63), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False, comment="hash of the rule and the labels"),
        sa.Column("labels", Json, nullable=False, comment='{"brand": "xinghe"}'),
        sa.Column("state", sa.String(length=10), nullable=False, comment="inactive, pending, firing"),
        sa.Column(
            "streak", sa.Integer(), nullable=False, comment="consecutive true (pending) or clear (firing) evaluations"
        ),
        sa.Column("since", UtcDateTime(), nullable=True, comment="of the state"),
        sa.Column("episode", sa.Integer(), nullable=False),
        sa.Column("alert_id", Key, nullable=True, comment="the open episode's alert"),
        sa.Column("evaluated_to", Key, nullable=False, comment="epoch s: end of the last step that was evaluated"),
        sa.Column(
            "status", sa.String(length=12), nullable=False, comment="ok, warm_up, few, no_data: of the last evaluation"
        ),
        sa.PrimaryKeyConstraint("rule_id", "fingerprint", name=op.f("pk_series_state")),
    )
    op.create_table(
        "alert_transition",
        sa.Column("id", Key, nullable=False),
        sa.Column("rule_id", sa.String(length=63), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("alert_id", Key, nullable=True),
        sa.Column("from_state", sa.String(length=10), nullable=False),
        sa.Column("to_state", sa.String(length=10), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_transition_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_transition")),
    )
    op.create_index("ix_alert_transition_alert_id", "alert_transition", ["alert_id", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Key, nullable=False),
        sa.Column(
            "idempotency_key",
            sa.String(length=200),
            nullable=False,
            comment="rule/fingerprint/episode/transition/channel",
        ),
        sa.Column("alert_id", Key, nullable=False),
        sa.Column("channel", sa.String(length=63), nullable=False),
        sa.Column("transition", sa.String(length=10), nullable=False, comment="firing, resolved"),
        sa.Column("payload", Json, nullable=False, comment="the Notification as JSON, redacted text only"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="queued, sent, dead"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False, comment="of the last failure"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_outbox_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_outbox_idempotency_key")),
    )
    op.create_index("ix_outbox_alert_id", "outbox", ["alert_id"], unique=False)
    op.create_index("ix_outbox_due", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "ticket",
        sa.Column("id", Key, nullable=False),
        sa.Column(
            "number", sa.String(length=20), nullable=False, comment="FB + local date + three digits: FB20261123001"
        ),
        sa.Column("alert_id", Key, nullable=True, comment="at most one ticket an alert"),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("brand_id", sa.String(length=63), nullable=True),
        sa.Column("level", sa.String(length=2), nullable=False, comment="L1, L2, L3"),
        sa.Column("state", sa.String(length=12), nullable=False, comment="open, in_progress, resolved"),
        sa.Column("assignee", sa.String(length=100), nullable=True),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_ticket_alert_id_alert")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("alert_id", name=op.f("uq_ticket_alert_id")),
        sa.UniqueConstraint("number", name=op.f("uq_ticket_number")),
    )
    op.create_index("ix_ticket_state", "ticket", ["state", "id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", Key, nullable=False),
        sa.Column("outbox_id", Key, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox.id"], name=op.f("fk_delivery_outbox_id_outbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("outbox_id", "attempt", name=op.f("uq_delivery_outbox_id_attempt")),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", Key, nullable=False),
        sa.Column("ticket_id", Key, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column(
            "action", sa.String(length=20), nullable=False, comment="opened, assigned, resolved, reopened, noted"
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_event_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"], unique=False)


def downgrade() -> None:
    for table in (
        "ticket_event",
        "delivery",
        "ticket",
        "outbox",
        "alert_transition",
        "series_state",
        "evaluation",
        "alert",
    ):
        op.drop_table(table)
