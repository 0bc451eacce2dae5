"""Tables of the outlets, of what they received and nobody typed in yet, and of the checks of their boxes."""

from __future__ import annotations

from sqlalchemy import Column, Date, Index, Integer, String, Table, UniqueConstraint

from monitor.store.metadata import Key, UtcDateTime, metadata

outlet = Table(
    "outlet",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("outlet_id", String(63), primary_key=True),
    Column("name", String(200), nullable=False, comment="as the configuration has it, or had it last"),
    Column("region", String(200)),
    Column("entered_at", UtcDateTime, nullable=False, comment="no box check is owed that was due before"),
    Column("left_at", UtcDateTime, comment="when it left the configuration"),
)

intake = Table(
    "intake",
    metadata,
    Column("id", Key, primary_key=True),
    Column("source_id", String(63), nullable=False),
    Column("outlet_id", String(63), comment="null: received by no outlet, as on a hotline"),
    Column("medium", String(8), nullable=False, comment="call, slip, counter"),
    Column("number", String(60), nullable=False, comment="written on the slip, or the call's; id of the mention"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=False, comment="when it is to be transcribed by"),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("registered_by", String(100), nullable=False),
    Column("submission", String(32), nullable=False, comment="of the form: sent twice, it is stored once"),
    Column("place", Integer, nullable=False, comment="among the items of its submission"),
    Column("state", String(12), nullable=False, comment="waiting, transcribed, set_aside"),
    Column("done_at", UtcDateTime),
    Column("done_by", String(100)),
    Column("reason", String(20), comment="of set_aside: blank, illegible, duplicate, other"),
    UniqueConstraint("source_id", "number"),
    UniqueConstraint("source_id", "submission", "place"),
    Index("ix_intake_waiting", "source_id", "state", "due_at"),
    Index("ix_intake_received_at", "source_id", "received_at"),
)

box_check = Table(
    "box_check",
    metadata,
    Column("source_id", String(63), primary_key=True),
    Column("outlet_id", String(63), primary_key=True),
    Column("day", Date, primary_key=True, comment="in the source's zone"),
    Column("checked_at", UtcDateTime, nullable=False),
    Column("checked_by", String(100), nullable=False),
    Column("slips", Integer, nullable=False, comment="found in the box; each is registered as an intake"),
)
