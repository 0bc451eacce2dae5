"""What the public pages of a form show: language, words to agree to, and the page itself, which needs no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from fastapi import Request
from fastapi.responses import HTMLResponse

from crawlers.feedback.report import TRAP, WAYS, Fault
from crawlers.feedback.source import (
    FREQUENCIES,
    LONGEST,
    MIB,
    PICTURE_BYTES,
    PICTURES,
    QUESTIONS,
    VOICE_BYTES,
    WISHES,
    FormSource,
)
from dashboard.web.access import services_of
from dashboard.web.i18n import CATALOGUE, Language, known_language, preferred, say
from dashboard.web.inbound.parts import LIMIT
from dashboard.web.shell import templates
from monitor.vault.consent import Notice


def language_of(request: Request, source: FormSource | None) -> Language:
    """The one in the address, else the first of the browser's that the form speaks, else the form's first."""
    spoken: Sequence[Language] = source.languages if source else ("zh-CN", "en")
    wished = known_language(request.query_params.get("lang"))
    if wished is not None and wished in spoken:
        return wished
    default = services_of(request).language
    browser = preferred(request.headers.get("accept-language", ""), default if default in spoken else spoken[0])
    return browser if browser in spoken else spoken[0]


def notice_of(source: FormSource, language: Language, *, sealing: bool) -> Notice:
    """Who keeps what, what for, how long, and where to turn to: the duty to inform of PIPL article 17."""
    say_ = partial(say, language)
    asked = [name for name in QUESTIONS if source.wanted(name, sealing=sealing) != "no"]
    items = say_("form.comma").join(say_(f"form.kept.{name}") for name in ("text", *asked))
    purpose = source.purpose.get(language) or say_("form.purpose")
    days = source.keep.days
    lines = [
        say_("form.notice.who", controller=source.controller, items=items, purpose=purpose),
        say_("form.notice.how"),
        say_("form.notice.sealed" if sealing else "form.notice.open", n=days),
        say_("form.notice.rights", privacy=source.privacy),
        say_("form.notice.age"),
    ]
    if source.policy:
        lines.append(say_("form.notice.policy", address=source.policy))
    return Notice(language, "\n".join(lines))


def policy(source: FormSource | None) -> str:
    """Nothing but our own style sheet; and no frame but in the pages that the form names."""
    ancestors = " ".join(source.allowed_origins) if source and source.allowed_origins else "'none'"
    parts = ("default-src 'none'", "style-src 'self'", "img-src 'self'", "form-action 'self'", "base-uri 'none'")
    return "; ".join((*parts, f"frame-ancestors {ancestors}"))


def render(
    request: Request, template: str, source: FormSource | None, *, status: int = 200, **context: object
) -> HTMLResponse:
    language = language_of(request, source)
    shared: dict[str, object] = {
        "t": partial(say, language),
        "language": language,
        "source": source,
        "title": (source.title.get(language) if source else None) or say(language, "form.title"),
        "path": request.url.path,
    }
    body = templates().get_template(template).render(shared | context)
    headers = {"Content-Security-Policy": policy(source), "Vary": "Accept-Language"}
    return HTMLResponse(body, status, headers=headers)


def form_page(
    request: Request,
    source: FormSource,
    token: str,
    *,
    sealing: bool,
    status: int = 200,
    values: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    dropped: bool = False,
) -> HTMLResponse:
    """``values`` are what was typed before; ``dropped``: files were among it, which no browser lets us put back."""
    language = language_of(request, source)
    words: dict[str, str] = {}
    for fault in faults:
        words.setdefault(fault.field, fault_words(language, fault))
    return render(
        request,
        "form.html",
        source,
        status=status,
        token=token,
        notice=notice_of(source, language, sealing=sealing),
        values=values or {},
        faults=words,
        dropped=dropped,
        wanted=partial(source.wanted, sealing=sealing),
        trap=TRAP,
        ways=list(WAYS),
        frequencies=FREQUENCIES,
        wishes=WISHES,
        longest=LONGEST,
        pictures=PICTURES,
        picture_size=PICTURE_BYTES // MIB,
        voice_size=VOICE_BYTES // MIB,
        today=services_of(request).clock().date().isoformat(),
    )


def fault_words(language: Language, fault: Fault) -> str:
    """What is wrong with one field, in a sentence that stands for itself."""
    limits: dict[str, object] = {"n": LONGEST, "most": PICTURES, "size": PICTURE_BYTES // MIB}
    if fault.field == "voice":
        limits["size"] = VOICE_BYTES // MIB
    return say(language, f"form.fault.{fault.field}.{fault.reason}", **limits)


def refusal_page(request: Request, source: FormSource | None, status: int, reason: str, wait: int) -> HTMLResponse:
    """``wait`` in seconds, where there is something to wait for."""
    language = language_of(request, source)
    key = f"form.refused.{reason}"
    known = key if key in CATALOGUE[language] else "form.refused.other"
    said = say(language, known, n=max(1, -(-wait // 60)), total=LIMIT // MIB)
    return render(request, "form_refused.html", source, status=status, said=said)
