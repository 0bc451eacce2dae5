"""What was sealed opens as it was, and nothing else opens."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.mention import RawMention
from monitor.vault.binding import Binding
from monitor.vault.codec import Sealed, seal, unseal
from monitor.vault.errors import MasterKeyError, TamperedError
from monitor.vault.keys import MasterKey, new_master_key, read_master_key
from monitor.vault.payload import payload_of
from tests.unit.monitor.vault.samples import FOUND, MASTER

AT = datetime(2026, 11, 23, 12, 0, 0, 123, tzinfo=UTC)
#: Any text that Python can hold, lone surrogates too.
TEXT = st.text(st.characters(exclude_categories=()))


def bound_to(payload: bytes) -> Binding:
    return Binding(7, 2, "shop", "r1", sha256(payload).hexdigest(), len(payload), AT, None, "tingfeng 1 feed")


@given(st.binary(max_size=5000))
def test_what_was_sealed_opens_as_it_was(payload: bytes) -> None:
    bound = bound_to(payload)
    assert unseal(seal(payload, bound, MASTER), bound, MASTER) == payload


@given(
    st.builds(RawMention, text=TEXT, author=st.none() | TEXT, title=st.none() | TEXT, likes=st.none() | st.integers())
)
def test_any_item_has_a_payload_that_reads_back(found: RawMention) -> None:
    # Two lone halves that stand side by side are read as the character they make.
    again = RawMention(**json.loads(payload_of(found)))
    assert joined(again.text) == joined(found.text)
    assert joined(again.author or "") == joined(found.author or "")
    assert (again.likes, again.kind) == (found.likes, found.kind)


def joined(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_the_payload_is_what_was_found_with_nothing_masked() -> None:
    assert payload_of(FOUND).decode() == (
        '{"author":"王小明","external_id":"r1","kind":"review","markup":"html",'
        '"text":"<p>电池发烫，打我 13812345678</p>"}'
    )


def test_a_flipped_bit_anywhere_is_refused() -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    sealed = seal(payload, bound, MASTER)
    for name in ("blob", "wrapped"):
        data: bytes = getattr(sealed, name)
        for place in range(len(data)):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            with pytest.raises(TamperedError):
                unseal(replace(sealed, **{name: bytes(changed)}), bound, MASTER)


@pytest.mark.parametrize("size", [0, 5, 12, 27])
def test_a_truncated_row_is_refused(size: int) -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    sealed = seal(payload, bound, MASTER)
    with pytest.raises(TamperedError, match="mention 7, revision 2"):
        unseal(replace(sealed, blob=sealed.blob[:size]), bound, MASTER)
    with pytest.raises(TamperedError):
        unseal(replace(sealed, wrapped=sealed.wrapped[:size]), bound, MASTER)


OTHERS: dict[str, Any] = {
    "mention_id": 8,
    "revision": 1,
    "source_id": "forum",
    "external_id": "r2",
    "sha256": "0" * 64,
    "size": 1,
    "captured_at": AT + timedelta(microseconds=1),
    "url": "https://shop.example/",
    "collector": "tingfeng 2 feed",
}


@pytest.mark.parametrize("name", [field.name for field in fields(Binding)])
def test_every_column_is_sealed_too(name: str) -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    with pytest.raises(TamperedError):
        unseal(seal(payload, bound, MASTER), replace(bound, **{name: OTHERS[name]}), MASTER)


def test_the_zone_that_a_time_is_written_in_is_no_change() -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    elsewhere = replace(bound, captured_at=AT.astimezone(None))
    assert unseal(seal(payload, bound, MASTER), elsewhere, MASTER) == payload


def test_every_item_has_a_key_and_a_nonce_of_its_own() -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    sealed = [seal(payload, bound, MASTER) for _ in range(50)]
    assert len({each.blob[:12] for each in sealed} | {each.wrapped[:12] for each in sealed}) == 100
    swapped = Sealed(sealed[0].blob, sealed[1].wrapped)
    with pytest.raises(TamperedError):
        unseal(swapped, bound, MASTER)


def test_another_master_key_opens_nothing() -> None:
    payload = payload_of(FOUND)
    bound = bound_to(payload)
    with pytest.raises(TamperedError):
        unseal(seal(payload, bound, MASTER), bound, MasterKey(bytes(32)))


def test_a_new_master_key_reads_back_and_is_never_shown() -> None:
    text = new_master_key()
    key = read_master_key(f" {text}\n")
    assert len(key.secret) == 32
    assert key.id != MASTER.id
    assert key.id not in text
    assert str(key.secret) not in repr(key)


@pytest.mark.parametrize("text", ["hush", "aHVzaA==", "密钥", "!" * 44])
def test_a_malformed_master_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(MasterKeyError, match="TINGFENG_VAULT_KEY") as refused:
        read_master_key(text)
    assert text not in str(refused.value)
