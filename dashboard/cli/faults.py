"""How a command fails: a message on standard error and one of the four exit codes."""

from __future__ import annotations

WRONG = 1  # the data or the configuration is wrong
USAGE = 2
UNAVAILABLE = 3  # a part is not available: the message says which


class Fault(Exception):  # noqa: N818 - also raised where nothing broke, such as an unknown ticket
    """Ends the command with ``code``; ``message`` says where it is wrong and what to do."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def explain(error: Exception) -> Fault | None:
    """The fault behind an expected error of the packages below; ``None`` for what is a bug.

    Only called once something failed, so that these imports cost no command anything.
    """
    from sqlalchemy.exc import OperationalError

    from alerts.tickets import TicketError
    from dashboard.operation.home import HomeError
    from dashboard.operation.supervisor import PortTakenError
    from dashboard.web.accounts import AccountError
    from monitor.config.errors import InvalidConfig
    from monitor.keywords import QueryError

    if isinstance(error, Fault):
        return error
    if isinstance(error, InvalidConfig):
        return Fault(WRONG, "\n".join(each.format("operator.yaml") for each in error.errors))
    if isinstance(error, QueryError):
        return Fault(WRONG, f"query: position {error.position + 1}: {error.message} ({error.hint})")
    if isinstance(error, OperationalError):
        return Fault(UNAVAILABLE, f"database: {error.orig}")
    if isinstance(error, PortTakenError):
        return Fault(UNAVAILABLE, str(error))
    if isinstance(error, HomeError | TicketError | AccountError):
        return Fault(WRONG, str(error))
    return None
