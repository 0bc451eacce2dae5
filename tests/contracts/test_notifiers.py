"""One suite over every registered notifier. A channel reached by HTTP meets every status, a hang and a dead port."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote_plus

import pytest

from alerts.notifiers import DeliveryError, Notifier
from alerts.notifiers.console import Console, ConsoleConfig
from alerts.notifiers.slack import SlackConfig, message_id
from alerts.registry import CHANNELS, new_notifier
from tests.contracts.receiver import Answer, Receiver, running
from tests.unit.alerts.samples import notification

SECRET = "xoxb-0000-thisIsTheSecret"
#: Statuses after which the same message may pass later.
RETRYABLE = {408, 425, 429} | set(range(500, 600))


def slack(base_url: str) -> Notifier:
    values = {"kind": "slack", "channel": "#pr", "token": SECRET, "base_url": base_url, "timeout": 1}
    return new_notifier(SlackConfig.model_validate(values))


#: Notifiers that send to an HTTP receiver, by kind; every one of them runs through the whole kit.
HTTP: Mapping[str, Callable[[str], Notifier]] = {"slack": slack}
#: Notifiers that do not; they have tests of their own below.
OTHER = {"console"}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    # A proxy of the machine would be asked for loopback addresses too: slack-sdk knows no exceptions.
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with running() as receiver:
        yield receiver


def failure(notifier: Notifier) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        notifier.send(notification())
    error = caught.value
    assert error.reason
    everything = [repr(error), str(error), error.reason, repr(error.__cause__)]
    assert not any(SECRET in text or "thisIsTheSecret" in text for text in everything)
    return error


def test_every_registered_notifier_is_tested() -> None:
    assert set(CHANNELS) == set(HTTP) | OTHER


@pytest.mark.parametrize("kind", HTTP)
class TestOverHttp:
    def test_a_message_arrives_with_its_key_and_figures(self, kind: str, receiver: Receiver) -> None:
        HTTP[kind](receiver.url).send(notification())
        (received,) = receiver.received
        body = unquote_plus(received.body.decode())
        assert notification().idempotency_key in body
        assert "18 of 60 negative against a baseline of 9 %" in body

    def test_the_same_notification_is_the_same_request(self, kind: str, receiver: Receiver) -> None:
        for _ in range(2):
            HTTP[kind](receiver.url).send(notification())
        first, second = receiver.received
        assert (first.path, first.body) == (second.path, second.body)

    @pytest.mark.parametrize("status", [status.value for status in HTTPStatus if status.value >= 300])
    def test_every_status_is_an_error_that_says_whether_to_retry(
        self, kind: str, status: int, receiver: Receiver
    ) -> None:
        receiver.answer = Answer(status, b"" if status == 304 else b'{"ok": false, "error": "nope"}')
        error = failure(HTTP[kind](receiver.url))
        assert error.retryable == (status in RETRYABLE), error.reason
        assert str(status) in error.reason

    def test_the_receivers_wish_to_wait_is_passed_on(self, kind: str, receiver: Receiver) -> None:
        receiver.answer = Answer(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "77"})
        assert failure(HTTP[kind](receiver.url)).retry_after == 77

    @pytest.mark.parametrize("wish", ["soon", "", "Wed, 21 Oct 2026 07:28:00 GMT"])
    def test_a_wish_that_cannot_be_read_is_none(self, kind: str, wish: str, receiver: Receiver) -> None:
        receiver.answer = Answer(429, b"{}", {"Retry-After": wish})
        error = failure(HTTP[kind](receiver.url))
        assert (error.retryable, error.retry_after) == (True, None)

    @pytest.mark.parametrize("body", [b"", b"<html>maintenance</html>", b"[]", b"\xff\xfe", b'{"ok": tr'])
    def test_nonsense_with_status_200_is_not_taken_for_delivered(
        self, kind: str, body: bytes, receiver: Receiver
    ) -> None:
        receiver.answer = Answer(200, body)
        assert failure(HTTP[kind](receiver.url)).retryable

    def test_nonsense_with_status_503_is_retried(self, kind: str, receiver: Receiver) -> None:
        receiver.answer = Answer(503, b"<html>maintenance</html>")
        assert failure(HTTP[kind](receiver.url)).retryable

    def test_a_hang_ends_with_the_timeout(self, kind: str, receiver: Receiver) -> None:
        receiver.answer = Answer(hang=True)
        assert failure(HTTP[kind](receiver.url)).retryable

    def test_a_receiver_that_is_gone_is_retried(self, kind: str, receiver: Receiver) -> None:
        with running() as gone:
            url = gone.url
        assert failure(HTTP[kind](url)).retryable

    def test_an_answer_that_repeats_the_secret_does_not_spread_it(
        self, kind: str, receiver: Receiver, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for status in (200, 400, 500):
            receiver.answer = Answer(status, json.dumps({"ok": False, "error": f"bad token {SECRET}"}).encode())
            failure(HTTP[kind](receiver.url))
        receiver.answer = Answer()
        HTTP[kind](receiver.url).send(notification())
        assert SECRET not in caplog.text


class TestSlack:
    @pytest.mark.parametrize(
        ("code", "retryable"),
        [
            ("invalid_auth", False),
            ("channel_not_found", False),
            ("msg_too_long", False),
            ("ratelimited", True),
            ("internal_error", True),
            ("service_unavailable", True),
        ],
    )
    def test_the_error_of_a_200_decides(self, code: str, retryable: bool, receiver: Receiver) -> None:
        receiver.answer = Answer(200, json.dumps({"ok": False, "error": code}).encode())
        error = failure(slack(receiver.url))
        assert (error.retryable, error.reason) == (retryable, f"slack: {code}")

    def test_it_posts_block_kit_with_the_token_in_the_header_only(self, receiver: Receiver) -> None:
        slack(receiver.url).send(notification())
        (received,) = receiver.received
        assert received.path == "/chat.postMessage"
        assert received.headers["Authorization"] == f"Bearer {SECRET}"
        body: dict[str, Any] = json.loads(received.body)
        assert SECRET not in received.body.decode()
        assert body["channel"] == "#pr"
        assert body["blocks"][0]["text"]["text"] == "Major alert · 星河"
        assert body["metadata"]["event_payload"] == {"idempotency_key": notification().idempotency_key}
        assert body["client_msg_id"] == message_id(notification())

    def test_an_installation_that_began_anew_repeats_no_message_id(self) -> None:
        first = notification()
        later = replace(first, at=first.at + timedelta(hours=1))
        assert message_id(first) == message_id(replace(first))
        assert message_id(first) != message_id(later)

    def test_the_configuration_never_shows_the_token(self) -> None:
        config = SlackConfig.model_validate({"channel": "#pr", "token": SECRET})
        assert SECRET not in f"{config!r} {config} {config.model_dump_json()}"


class TestConsole:
    def test_it_writes_one_line_of_json(self) -> None:
        stream = io.StringIO()
        Console(ConsoleConfig(), stream).send(notification())
        (line,) = stream.getvalue().splitlines()
        written = json.loads(line)
        assert written["idempotency_key"] == notification().idempotency_key
        assert (written["n"], written["k"], written["ticket"]) == (60, 18, "FB20261123001")
        assert written["message"] == "Major alert · 星河: 18 of 60 negative against a baseline of 9 %"

    def test_a_stream_that_is_gone_is_retried(self) -> None:
        stream = io.StringIO()
        stream.close()
        assert failure(Console(ConsoleConfig(), stream)).retryable

    def test_it_is_made_by_the_registry(self, capsys: pytest.CaptureFixture[str]) -> None:
        new_notifier(ConsoleConfig()).send(notification())
        assert notification().idempotency_key in capsys.readouterr().err
