"""The platform's own published sample (token "spamtest", app id wx2c2769f8efd9abc2), and what each message becomes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError

from crawlers.inbound.models import WechatInbound
from crawlers.inbound.refusal import RefusedError
from crawlers.inbound.wechat import mention_of, read_call
from monitor.mention import RawMention, Rejection

ENCRYPT = (
    "hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh"
    "0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRj"
    "pA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6"
    "OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE="
)
QUERY = {
    "timestamp": "1409735669",
    "nonce": "1320562132",
    "msg_signature": "5d197aaffba7e9b25a30732f161a50dee96bd5fa",
}
SENT = datetime.fromtimestamp(1409735669, UTC)
BODY = (
    f"<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName><Encrypt><![CDATA[{ENCRYPT}]]></Encrypt></xml>".encode()
)


def account(app_id: str = "wx2c2769f8efd9abc2") -> WechatInbound:
    return WechatInbound(
        token=SecretStr("spamtest"), aes_key=SecretStr("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"), app_id=app_id
    )


def test_the_published_sample_is_understood() -> None:
    call = read_call(QUERY, BODY, account(), SENT)
    assert mention_of(call.fields, account()) == RawMention(
        text="abcdteT",
        external_id="6054768590064713728",
        kind="post",
        author="oyORnuP8q7ou2gfYjqLzSIWZf0rs",
        published="1409735668",
    )


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(RefusedError, match="cannot be decrypted"):
        read_call(QUERY, BODY, account("wx_other"), SENT)


def test_a_changed_text_is_refused_before_it_is_decrypted() -> None:
    with pytest.raises(RefusedError, match="wrong signature"):
        read_call(QUERY, BODY.replace(b"hyzA", b"hyzB"), account(), SENT)


def test_an_open_message_is_refused_where_the_key_is_configured() -> None:
    with pytest.raises(RefusedError, match="not encrypted"):
        read_call(QUERY, b"<xml><Content>x</Content></xml>", account(), SENT)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"MsgType": "voice", "Recognition": "电池发烫", "MsgId": "1"}, "电池发烫"),
        ({"MsgType": "link", "Title": "标题", "Description": "说明", "Url": "https://a.example/"}, "说明"),
    ],
)
def test_voice_and_links_have_words_too(fields: dict[str, str], text: str) -> None:
    found = mention_of(fields, account())
    assert isinstance(found, RawMention)
    assert found.text == text


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"MsgType": "event", "Event": "subscribe"}, "event"),
        ({"MsgType": "image", "PicUrl": "http://p"}, "no text"),
        ({"MsgType": "voice", "MediaId": "1"}, "no text"),
        ({}, "no text"),
    ],
)
def test_what_says_nothing_is_counted(fields: dict[str, str], reason: str) -> None:
    found = mention_of(fields, account())
    assert isinstance(found, Rejection)
    assert found.reason == reason


def test_a_key_without_an_account_or_of_another_length_is_refused() -> None:
    with pytest.raises(ValidationError, match="needs app_id"):
        WechatInbound(token=SecretStr("t"), aes_key=SecretStr("a" * 43))
    with pytest.raises(ValidationError, match="43 letters"):
        WechatInbound(token=SecretStr("t"), aes_key=SecretStr("a" * 42), app_id="wx1")
