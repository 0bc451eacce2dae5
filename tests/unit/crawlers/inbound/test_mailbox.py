"""What a mailbox is refused for before anything is said to it, and how its answers are read."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from crawlers.events import Finished
from crawlers.inbound.mailbox import Place, parts, read_mailbox
from crawlers.inbound.models import ImapInbound

PASSWORD = "correct horse"


def mailbox(**fields: object) -> ImapInbound:
    return ImapInbound.model_validate(
        {"host": "127.0.0.1", "port": 1, "user": "reports", "password": SecretStr(PASSWORD), **fields}
    )


@pytest.mark.parametrize(
    ("source", "local", "said"),
    [
        (mailbox(security="plain"), (), "security: plain is only for hosts under local"),
        (mailbox(), (), "127.0.0.1 is a private address"),
        (mailbox(), ("127.0.0.1",), "mailbox at 127.0.0.1: Connection refused"),
    ],
)
def test_a_mailbox_that_may_not_or_cannot_be_read_says_why(
    source: ImapInbound, local: tuple[str, ...], said: str
) -> None:
    (finished,) = list(read_mailbox(source, {}, local))
    assert isinstance(finished, Finished)
    assert finished.outcome == "failed"
    assert finished.reason.startswith(said)
    assert PASSWORD not in finished.reason


def test_attributes_are_found_before_and_behind_the_message() -> None:
    answer = [
        (b'1 (UID 7 INTERNALDATE "07-Nov-2026 07:32:00 -0500" BODY[]<0> {1}', b"x"),
        b")",
        (b"2 (BODY[]<0> {1}", b"y"),
        b' UID 8 INTERNALDATE " 8-Nov-2026 07:32:00 +0800")',
        None,
        b"3 (UID 9)",
    ]
    assert list(parts(answer)) == [
        (7, "07 Nov 2026 07:32:00 -0500", b"x"),
        (8, "8 Nov 2026 07:32:00 +0800", b"y"),
    ]


@pytest.mark.parametrize("cursor", [{}, {"uidvalidity": "1", "uid": 2}, {"uid": 2}])
def test_a_cursor_that_is_none_begins_anew(cursor: dict[str, object]) -> None:
    assert Place.of(cursor) == Place()
    assert Place.of(Place(3, 4).as_cursor()) == Place(3, 4)
