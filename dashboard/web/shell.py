"""What every page shares: the templates, the words, the navigation and the visitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import func, select

from alerts import tables as alert_tables
from alerts.reading import Alert
from alerts.reasons import reason_words
from dashboard.web import assets, formats, forms, icons
from dashboard.web.access import current_visitor, services_of
from dashboard.web.accounts import Role, may
from dashboard.web.configuration import ConfigurationInForce, NoConfigurationError
from dashboard.web.i18n import Language, known_language, preferred, say
from dashboard.web.phrases import configuration_words, query_words
from dashboard.web.sessions import Visitor
from dashboard.web.source_health import about_words
from monitor.config.schema import Config
from monitor.keywords.naming import keyword_name
from monitor.mention import UNATTRIBUTED
from monitor.outlets.source import transcript_sources
from monitor.store.database import reading

LANGUAGE_COOKIE = "tingfeng_language"
FALLBACK_ZONE = "Asia/Shanghai"

#: Address, word key and icon of each entry of the navigation, in order.
OUTLETS = ("/outlets", "nav.outlets", "building-store")
NAVIGATION = (
    ("/", "nav.overview", "layout-dashboard"),
    ("/mentions", "nav.mentions", "message-2"),
    ("/alerts", "nav.alerts", "bell"),
    ("/tickets", "nav.tickets", "ticket"),
    ("/sources", "nav.sources", "rss"),
    ("/keywords", "nav.keywords", "tags"),
    ("/reports", "nav.reports", "file-analytics"),
)


@cache
def templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(asset=assets.address, icons=icons)
    return environment


@dataclass(frozen=True, slots=True)
class Names:
    """Display names of what the store knows by id."""

    config: Config | None
    language: Language

    def brand(self, brand_id: str | None) -> str:
        if brand_id is None or brand_id == "*":
            return say(self.language, "brand.all")
        if brand_id == UNATTRIBUTED:
            return say(self.language, "brand.unattributed")
        found = self.config.brand(brand_id) if self.config else None
        return found.name if found else brand_id

    def keyword(self, keyword_id: str) -> str:
        """Its topic, else the words it looks for; the id of one that has left the configuration."""
        found = next((one for one in self.config.keywords if one.id == keyword_id), None) if self.config else None
        return keyword_name(found) if found else keyword_id

    def series(self, found: Alert) -> str:
        """What an alert watches: brand, source and crisis word; an alert about a source has no brand."""
        word = found.labels.get("keyword")
        brand = None if found.about else self.brand(found.brand_id)
        parts = (brand, found.source_id, self.keyword(word) if word else None)
        return " · ".join(part for part in parts if part)


def configuration_of(request: Request) -> ConfigurationInForce:
    configuration = request.app.state.configuration
    assert isinstance(configuration, ConfigurationInForce)  # noqa: S101 - set by create_app
    return configuration


def visitor_of(request: Request) -> Visitor | None:
    if not hasattr(request.state, "visitor"):
        request.state.visitor = current_visitor(request)
    visitor: Visitor | None = request.state.visitor
    return visitor


def language_of(request: Request) -> Language:
    """The one chosen on the sign-in page, else the signed-in user's, the cookie's, the browser's, the
    installation's."""
    wished: Language | None = getattr(request.state, "language", None)
    if wished:
        return wished
    visitor = visitor_of(request)
    if visitor:
        return visitor.user.language
    chosen = known_language(request.cookies.get(LANGUAGE_COOKIE))
    return chosen or preferred(request.headers.get("accept-language", ""), services_of(request).language)


def zone_of(config: Config | None) -> ZoneInfo:
    return ZoneInfo(config.settings.timezone if config else FALLBACK_ZONE)


def navigation(config: Config | None) -> tuple[tuple[str, str, str], ...]:
    """Outlets stand in it, before the reports, where the configuration has a source of such."""
    if config is None or not transcript_sources(config):
        return NAVIGATION
    return (*NAVIGATION[:-1], OUTLETS, NAVIGATION[-1])


def firing_alerts(request: Request) -> int:
    """How many alerts fire now, for the badge in the navigation."""
    alert = alert_tables.alert
    with reading(services_of(request).engine) as connection:
        query = select(func.count()).select_from(alert).where(alert.c.state == "firing")
        return int(connection.execute(query).scalar_one())


def render(request: Request, template: str, *, status: int = 200, **context: object) -> HTMLResponse:
    """A page or fragment in the visitor's language."""
    services, visitor, language = services_of(request), visitor_of(request), language_of(request)
    configuration, config = configuration_of(request), config_or_none(request)

    def allowed(least: Role) -> bool:
        return visitor is not None and may(visitor.user.role, least)

    shared: dict[str, object] = {
        "t": partial(say, language),
        "reason": partial(reason_words, language),
        "about_words": partial(about_words, language),
        "query_words": partial(query_words, language),
        "configuration_words": partial(configuration_words, language),
        "language": language,
        "count": partial(formats.count, language=language),
        "percent": formats.percent,
        "signed": formats.signed,
        "score": formats.score,
        "clock": formats.Clock(services.clock(), zone_of(config), language),
        "duration": partial(formats.duration, language=language),
        "names": Names(config, language),
        "config": config,
        "visitor": visitor,
        "csrf": forms.masked(visitor.csrf) if visitor else "",
        "allowed": allowed,
        "demo": services.demo,
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
    }
    if visitor:
        shared["navigation"] = navigation(config)
        shared |= {"firing": firing_alerts(request), "configuration_errors": configuration.errors()}
    body = templates().get_template(template).render(shared | context)
    return HTMLResponse(body, status_code=status)


def config_of(request: Request) -> Config:
    """For routes: the configuration in force; raises ``NoConfigurationError``, which has a page of its own."""
    return configuration_of(request).read()


def config_or_none(request: Request) -> Config | None:
    """For pages that also open before the first valid configuration."""
    try:
        return configuration_of(request).read()
    except NoConfigurationError:
        return None


Words = Callable[..., str]
