"""Whatever is filled in is a report, or faults that pages have words for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawlers.feedback.report import Fault, Report, Sent, read_report
from crawlers.feedback.source import QUESTIONS, SEALED, FormSource
from crawlers.inbound.acceptance import examine
from crawlers.registry import SOURCES
from dashboard.web.i18n import CATALOGUE
from dashboard.web.inbound.form_view import fault_words
from monitor.mention import Rejection
from monitor.normalise.item import SourceContext
from tests.conftest import NOW
from tests.unit.crawlers.feedback import samples

TODAY = date(2026, 11, 23)


def source(**fields: Any) -> FormSource:
    entry = {"id": "website", "kind": "form", "controller": "星河", "privacy": "x@y.example", **fields}
    return FormSource.model_validate(entry)


FORM = source(products=["星河X5手机"])
NAMES = [
    "text", "rating", "product", "frequency", "since", "wish", "order", "phone", "email", "wechat", "may_contact",
    "consent", "fax", "token",
]  # fmt: skip
FILES = st.sampled_from([samples.png(), samples.wav(), b"x"])
LIKELY = st.sampled_from(["", " ", "1", "5", "often", "refund", "星河X5手机", "2026-11-20", "a@b.example", "yes"])


@given(
    st.dictionaries(st.sampled_from(NAMES), LIKELY | st.text(max_size=30)),
    st.dictionaries(st.sampled_from(["picture", "voice"]), st.lists(FILES, max_size=6)),
    st.dictionaries(st.sampled_from(QUESTIONS), st.sampled_from(["required", "optional", "no"])),
    st.booleans(),
)
def test_it_is_a_report_that_can_be_stored_or_faults_with_words(
    values: dict[str, str], files: dict[Any, list[bytes]], ask: dict[Any, Any], sealing: bool
) -> None:
    form = FORM.model_copy(update={"ask": ask})
    found = read_report(Sent(values, files), form, TODAY, sealing=sealing)
    if isinstance(found, Report):
        assert values["consent"].strip()
        assert not found.contact or sealing
        assert not found.files or sealing
        taken = examine(found.mention("7Q2K-9XMD-4TCV", NOW.isoformat()), SourceContext("website", "UTC"), NOW)
        assert not isinstance(taken, Rejection) or taken.reason == "no text"  # of signs that nobody sees
    else:
        assert found
        for fault in found:
            for language in CATALOGUE:
                assert fault_words(language, fault)


def test_a_contact_needs_a_consent_of_its_own_and_an_order_number_does_not() -> None:
    agreed = {"text": "坏了", "consent": "yes"}
    ordered = read_report(Sent({**agreed, "order": "XH-1"}), FORM, TODAY, sealing=True)
    assert isinstance(ordered, Report)
    assert (ordered.contact, ordered.may_contact) == ({"order": "XH-1"}, False)
    assert read_report(Sent({**agreed, "phone": "13900139000"}), FORM, TODAY, sealing=True) == (
        Fault("may_contact", "missing"),
    )


def test_who_does_not_rate_writes_a_post() -> None:
    found = read_report(Sent({"text": "坏了", "consent": "yes"}), FORM, TODAY, sealing=True)
    assert isinstance(found, Report)
    raw = found.mention("n", NOW.isoformat())
    assert (raw.kind, raw.rating, raw.rating_best, raw.answers) == ("post", None, None, None)


def test_nothing_that_must_be_sealed_is_asked_where_nothing_can_be() -> None:
    form = source(ask=dict.fromkeys(SEALED, "required"))
    assert {form.wanted(question, sealing=False) for question in SEALED} == {"no"}
    assert {form.wanted(question, sealing=True) for question in SEALED} == {"required"}
    assert form.wanted("product", sealing=True) == "no", "without products there is nothing to choose"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"every": "1h"}, "a form is never crawled"),
        ({"allowed_origins": ["https://a.example/path"]}, "must be an origin"),
        ({"allowed_origins": ["*"]}, "must be an origin"),
        ({"allowed_origins": ["https://*.a.example"]}, "must be an origin"),
        ({"allowed_origins": ["https://a.example; script-src *"]}, "must be an origin"),
        ({"allowed_origins": ["https://a.example 'self'"]}, "must be an origin"),
        ({"policy": "javascript:alert(1)"}, "must be a web address"),
        ({"product": "x", "products": ["y"]}, "product says which one it is"),
        ({"languages": []}, "at least 1"),
        ({"keep": "1h"}, "at least 1d"),
        ({"ask": {"name": "required"}}, "Input should be"),
        ({"controller": ""}, "at least 1 character"),
    ],
)
def test_a_wrong_entry_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        source(**fields)


def test_it_is_never_crawled() -> None:
    with pytest.raises(TypeError, match="never crawled"):
        SOURCES["form"].page_class()
    assert not FORM.crawled
