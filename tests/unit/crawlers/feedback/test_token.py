"""The token of a form: good for its form, for a day, and in no other shape."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.feedback.token import REFERENCE, TokenError, form_key, name_of, new_token, reference
from tests.conftest import NOW

KEY = form_key(b"a key")


def test_each_copy_has_a_name_of_its_own() -> None:
    first, second = (name_of(new_token("website", NOW, KEY), "website", NOW, KEY) for _ in range(2))
    assert first != second
    assert reference("website", first, KEY) != reference("website", second, KEY)
    assert reference("website", first, KEY) == reference("website", first, KEY)
    assert reference("website", first, KEY) != reference("other", first, KEY)


@pytest.mark.parametrize(
    ("later", "reason"),
    [
        (timedelta(hours=24), None),
        (timedelta(hours=24, seconds=1), "expired"),
        (timedelta(minutes=-5), None),
        (timedelta(minutes=-6), "expired"),
    ],
)
def test_it_is_good_for_a_day(later: timedelta, reason: str | None) -> None:
    assert refused(new_token("website", NOW, KEY), NOW + later) == reason


@given(st.integers(0, 200), st.characters())
def test_a_changed_token_is_forged(at: int, letter: str) -> None:
    token = new_token("website", NOW, KEY)
    place = at % len(token)
    changed = token[:place] + letter + token[place + 1 :]
    assert refused(changed, NOW) == (None if changed == token else "forged")


@given(st.text(max_size=120))
def test_any_text_is_forged(text: str) -> None:
    assert refused(text, NOW) == "forged"


@given(st.binary(min_size=1), st.text(max_size=40))
def test_a_reference_can_be_read_over_the_telephone(key: bytes, name: str) -> None:
    found = reference("website", name, form_key(key))
    assert REFERENCE.fullmatch(found)
    assert not set(found) & set("ILOU")


def test_another_key_or_form_is_forged() -> None:
    assert refused(new_token("other", NOW, KEY), NOW) == "forged"
    assert refused(new_token("website", NOW, form_key(b"another")), NOW) == "forged"


def refused(token: str, now: datetime) -> str | None:
    try:
        name_of(token, "website", now, KEY)
    except TokenError as error:
        return error.reason
    return None
