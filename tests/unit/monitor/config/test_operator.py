from __future__ import annotations

import pytest

from monitor.config.load import InvalidConfig, parse_operator
from tests.unit.monitor.config.kinds import KINDS, Chat, ShopKey

SECRET = "xoxb-5f3a9c"


def errors_of(text: str, environ: dict[str, str]) -> list[str]:
    with pytest.raises(InvalidConfig) as caught:
        parse_operator(text, KINDS, environ)
    found = [error.format("operator.yaml") for error in caught.value.errors]
    assert SECRET not in "".join(found) + str(caught.value)
    return found


def test_a_secret_is_read_from_the_environment() -> None:
    text = "channels: {pr: {kind: chat, room: '#pr', token: '${CHAT_TOKEN}'}}\nlocal: [127.0.0.1]\n"
    operator = parse_operator(text, KINDS, {"CHAT_TOKEN": SECRET})
    channel = operator.channels["pr"]
    assert isinstance(channel, Chat)
    assert channel.token is not None
    assert channel.token.get_secret_value() == SECRET
    assert SECRET not in repr(operator)
    assert operator.local == ("127.0.0.1",)


def test_an_empty_file_is_valid() -> None:
    assert parse_operator("# nothing yet\n", KINDS, {}).channels == {}


@pytest.mark.parametrize("environ", [{}, {"CHAT_TOKEN": ""}])
def test_a_missing_variable_is_named(environ: dict[str, str]) -> None:
    text = "channels:\n  pr: {kind: chat, room: a, token: '${CHAT_TOKEN}'}\n"
    assert errors_of(text, environ) == [
        "operator.yaml:2:36: channels.pr.token: the variable CHAT_TOKEN is not set "
        "(set it in the environment or in .env)"
    ]


@pytest.mark.parametrize("value", [SECRET, f"Bearer {SECRET}", "${CHAT_TOKEN}" + SECRET, f"[{SECRET}]"])
def test_a_secret_written_out_is_refused_and_not_repeated(value: str) -> None:
    text = f"channels:\n  pr: {{kind: chat, room: a, token: {value}}}\n".replace("${CHAT_TOKEN}", "'${CHAT_TOKEN}'")
    assert errors_of(text, {"CHAT_TOKEN": SECRET})


def test_references_elsewhere_are_refused() -> None:
    text = "channels:\n  pr: {kind: chat, room: 'a ${HOME}'}\nlocal: ['${HOST}']\n"
    assert errors_of(text, {"HOME": SECRET, "HOST": SECRET}) == [
        "operator.yaml:2:26: channels.pr.room: ${…} is read only in fields that are secrets (write the value itself)",
        "operator.yaml:3:9: local[0]: ${…} is read only in fields that are secrets (write the value itself)",
    ]


def test_a_validator_that_quotes_the_secret_does_not_leak_it() -> None:
    text = "channels:\n  pr: {kind: chat, room: a, token: '${CHAT_TOKEN}'}\n"
    assert errors_of(text, {"CHAT_TOKEN": f"old-{SECRET}"}) == [
        "operator.yaml:2:36: channels.pr.token: tokens of the old kind are refused (***)"
    ]


def test_all_errors_at_once() -> None:
    text = "channels:\n  a: {kind: chta}\n  b: {}\n  c: 7\n  d: {kind: console, nte: x}\nlocl: []\n"
    assert errors_of(text, {}) == [
        "operator.yaml:2:13: channels.a.kind: unknown kind of channel (did you mean chat?)",
        "operator.yaml:3:6: channels.b.kind: is required (known: chat, console)",
        "operator.yaml:4:6: channels.c: must be a mapping of keys to values (kind: console)",
        "operator.yaml:5:22: channels.d.nte: unknown key (did you mean note?)",
        "operator.yaml:6:1: locl: unknown key (did you mean local?)",
    ]


def test_a_credential_stands_under_its_kind_or_under_a_source() -> None:
    text = "credentials:\n  shop: {key: '${KEY}'}\n  my-shop: {kind: shop, account: b, key: '${KEY}'}\n"
    operator = parse_operator(text, KINDS, {"KEY": SECRET})
    assert {name: (each.kind, each.account) for name, each in operator.credentials.items()} == {
        "shop": ("shop", "main"),
        "my-shop": ("shop", "b"),
    }
    assert isinstance(operator.credentials["shop"], ShopKey)
    assert operator.credentials["shop"].key.get_secret_value() == SECRET
    assert SECRET not in repr(operator)


def test_what_is_wrong_with_credentials_and_acknowledgements_is_said_at_its_place() -> None:
    text = (
        f"credentials:\n  shop: {{key: {SECRET}}}\n  shpo: {{key: '${{KEY}}'}}\n  other: {{kind: feed}}\n"
        "compliance: {shpo: 'Li Na, today', feed: ' '}\n"
    )
    assert errors_of(text, {"KEY": SECRET}) == [
        "operator.yaml:2:15: credentials.shop.key: a secret must not be written into the file "
        "(write ${KEY} and set that variable in the environment or in .env)",
        "operator.yaml:3:9: credentials.shpo.kind: is required (known: shop)",
        "operator.yaml:4:17: credentials.other.kind: unknown kind of source with a credential (known: shop)",
        "operator.yaml:5:14: compliance.shpo: unknown kind of source (did you mean shop?)",
        "operator.yaml:5:42: compliance.feed: must not be empty (write feed: ...)",
    ]
