"""Tickets: one for each alert that a route says is somebody's work."""

from alerts.tickets.life import NotAllowedError, TicketError, UnknownTicketError, allowed
from alerts.tickets.queue import (
    Ticket,
    TicketEvent,
    assign,
    list_tickets,
    note,
    open_for_alert,
    reopen,
    resolve,
    show,
)

__all__ = [
    "NotAllowedError",
    "Ticket",
    "TicketError",
    "TicketEvent",
    "UnknownTicketError",
    "allowed",
    "assign",
    "list_tickets",
    "note",
    "open_for_alert",
    "reopen",
    "resolve",
    "show",
]
