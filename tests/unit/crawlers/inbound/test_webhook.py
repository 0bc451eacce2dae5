from __future__ import annotations

import json

import pytest
from pydantic import SecretStr, ValidationError

from crawlers.inbound.models import WebhookInbound, key_of
from crawlers.inbound.refusal import RefusedError
from crawlers.inbound.webhook import Message, at, read_message, signature
from monitor.mention import RawMention

SECRET = SecretStr("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def message(value: object) -> Message:
    return Message("msg_1", 1732363200, json.dumps(value).encode())


def test_the_signature_of_the_specification() -> None:
    """The vector of the libraries of the Standard Webhooks project."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_item_of_a_message_is_mapped() -> None:
    source = WebhookInbound(
        secret=SECRET,
        items="/data/reviews",
        mapping={"text": "/body", "rating": "/stars", "rating_best": "/of", "author": "/user/name", "likes": "/up"},
        item_kind="review",
    )
    found = list(
        read_message(
            message(
                {"data": {"reviews": [{"body": "坏", "stars": 2, "of": 10, "user": {"name": "王"}, "up": "1.2万"}, 7]}}
            ),
            source,
        )
    )
    first = found[0]
    assert isinstance(first, RawMention)
    assert (first.text, first.rating, first.rating_best, first.author, first.likes) == ("坏", "2", "10", "王", 12000)
    # No time is mapped: it was sent when it happened.
    assert (first.kind, first.published) == ("review", "1732363200")
    assert not isinstance(found[1], RawMention)


def test_other_events_are_passed_over() -> None:
    source = WebhookInbound(secret=SECRET, mapping={"text": "/text"}, only={"/type": "review.created"})
    assert list(read_message(message({"type": "ping", "text": "x"}), source)) == []
    assert len(list(read_message(message({"type": "review.created", "text": "x"}), source))) == 1


def test_a_message_of_too_many_items_is_refused() -> None:
    source = WebhookInbound(secret=SECRET, mapping={"text": "/t"}, items="/all")
    with pytest.raises(RefusedError, match="too many items"):
        list(read_message(message({"all": [{"t": "x"}] * 501}), source))


@pytest.mark.parametrize(
    ("path", "found"), [("/a~1b/0", 1), ("/m~0n", 2), ("/a~1b/01x", None), ("/a~1b/9", None), ("/c/d", None)]
)
def test_json_pointers(path: str, found: object) -> None:
    assert at({"a/b": [1], "m~n": 2, "c": "text"}, path) == found


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": SecretStr("whsec_short")},
        {"secret": SecretStr("plain")},
        {"mapping": {"author": "/a"}},
        {"mapping": {"text": "no/pointer"}},
        {"mapping": {"texts": "/a"}},
    ],
)
def test_a_wrong_entry_is_refused_without_its_secret(wrong: dict[str, object]) -> None:
    good: dict[str, object] = {"secret": SECRET, "mapping": {"text": "/t"}}
    with pytest.raises(ValidationError) as refused:
        WebhookInbound.model_validate(good | wrong)
    assert "whsec_short" not in str(refused.value)
