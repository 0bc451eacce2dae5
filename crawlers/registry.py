"""Every kind of source: its configuration model and its page class. Imports nothing heavy (no Scrapy, no parser)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal, cast

from crawlers.feedback.source import FormSource
from crawlers.imports.source import ImportSource
from crawlers.page import Page
from crawlers.pages.appstore import AppStoreSource
from crawlers.pages.bluesky import BlueskySource
from crawlers.pages.bluesky_jetstream import BlueskyJetstreamSource
from crawlers.pages.discourse import DiscourseSource
from crawlers.pages.discuz import DiscuzSource
from crawlers.pages.douban import DoubanSource
from crawlers.pages.feed import FeedSource
from crawlers.pages.flarum import FlarumSource
from crawlers.pages.gdelt import GdeltSource
from crawlers.pages.google_play import GooglePlayCredential, GooglePlaySource
from crawlers.pages.hacker_news import HackerNewsSource
from crawlers.pages.isso import IssoSource
from crawlers.pages.lemmy import LemmySource
from crawlers.pages.mastodon import MastodonSource
from crawlers.pages.misago import MisagoSource
from crawlers.pages.nodebb import NodebbSource
from crawlers.pages.phpbb import PhpbbSource
from crawlers.pages.reddit import RedditCredential, RedditSource
from crawlers.pages.schema_org import SchemaOrgSource
from crawlers.pages.selectors import SelectorsSource
from crawlers.pages.stack_exchange import StackExchangeSource
from crawlers.pages.steam import SteamSource
from crawlers.pages.taptap import TapTapSource
from crawlers.pages.trustpilot import TrustpilotCredential, TrustpilotSource
from crawlers.pages.v2ex import V2exSource
from crawlers.pages.waline import WalineSource
from crawlers.pages.weibo import WeiboCredential, WeiboSource
from crawlers.pages.wordpress import WordpressSource
from crawlers.pages.xenforo import XenforoSource
from crawlers.pages.youtube import YoutubeCredential, YoutubeSource
from monitor.config.schema import Credential, Source
from monitor.outlets.source import TranscriptsSource


@dataclass(frozen=True, slots=True)
class SourceKind:
    """``page`` is ``"module:Class"``, imported only in the crawl process. ``legal``: B is read only after an
    acknowledgement in operator.yaml, and with the ``credential`` that its API asks for. ``stream``: its class is a
    :class:`crawlers.stream.Stream`, which is listened to; all others have pages, which are fetched."""

    model: type[Source]
    #: ``None``: it is never read; users bring its files, or people fill in its form.
    page: str | None
    legal: Literal["A", "B", "C"] = "A"
    credential: type[Credential] | None = None
    stream: bool = False
    #: Whether it was seen at work: on the real thing, on a stand-in of it only, or not (the guide's "unverified live").
    seen: Literal["live", "stand-in", "no"] = "no"

    def page_class(self) -> type[Page[Any]]:
        """Raises :class:`TypeError` for a kind that is never crawled."""
        if self.page is None:
            raise TypeError(f"{self.model.__name__} is never crawled")
        module, name = self.page.split(":")
        return cast(type[Page[Any]], getattr(import_module(module), name))


SOURCES: Mapping[str, SourceKind] = {
    "appstore": SourceKind(AppStoreSource, "crawlers.pages.appstore:AppStorePage"),
    "bluesky": SourceKind(BlueskySource, "crawlers.pages.bluesky:BlueskyPage", seen="stand-in"),
    "bluesky-jetstream": SourceKind(
        BlueskyJetstreamSource, "crawlers.pages.bluesky_jetstream:BlueskyJetstream", stream=True
    ),
    "discourse": SourceKind(DiscourseSource, "crawlers.pages.discourse:DiscoursePage"),
    "discuz": SourceKind(DiscuzSource, "crawlers.pages.discuz:DiscuzPage"),
    "douban": SourceKind(DoubanSource, "crawlers.pages.douban:DoubanPage", "B"),
    "feed": SourceKind(FeedSource, "crawlers.pages.feed:FeedPage", seen="live"),
    "flarum": SourceKind(FlarumSource, "crawlers.pages.flarum:FlarumPage"),
    "form": SourceKind(FormSource, None, seen="live"),
    "gdelt": SourceKind(GdeltSource, "crawlers.pages.gdelt:GdeltPage"),
    "google-play": SourceKind(GooglePlaySource, "crawlers.pages.google_play:GooglePlayPage", "B", GooglePlayCredential),
    "hacker-news": SourceKind(HackerNewsSource, "crawlers.pages.hacker_news:HackerNewsPage"),
    "import": SourceKind(ImportSource, None, "C", seen="live"),
    "isso": SourceKind(IssoSource, "crawlers.pages.isso:IssoPage", seen="live"),
    "lemmy": SourceKind(LemmySource, "crawlers.pages.lemmy:LemmyPage"),
    "mastodon": SourceKind(MastodonSource, "crawlers.pages.mastodon:MastodonPage", seen="stand-in"),
    "misago": SourceKind(MisagoSource, "crawlers.pages.misago:MisagoPage", seen="live"),
    "nodebb": SourceKind(NodebbSource, "crawlers.pages.nodebb:NodebbPage"),
    "phpbb": SourceKind(PhpbbSource, "crawlers.pages.phpbb:PhpbbPage"),
    "reddit": SourceKind(RedditSource, "crawlers.pages.reddit:RedditPage", "B", RedditCredential),
    "schema-org": SourceKind(SchemaOrgSource, "crawlers.pages.schema_org:SchemaOrgPage", seen="live"),
    "selectors": SourceKind(SelectorsSource, "crawlers.pages.selectors:SelectorsPage", seen="live"),
    "stack-exchange": SourceKind(StackExchangeSource, "crawlers.pages.stack_exchange:StackExchangePage"),
    "steam": SourceKind(SteamSource, "crawlers.pages.steam:SteamPage"),
    "taptap": SourceKind(TapTapSource, "crawlers.pages.taptap:TapTapPage"),
    "transcripts": SourceKind(TranscriptsSource, None, "C", seen="live"),
    "trustpilot": SourceKind(TrustpilotSource, "crawlers.pages.trustpilot:TrustpilotPage", "B", TrustpilotCredential),
    "v2ex": SourceKind(V2exSource, "crawlers.pages.v2ex:V2exPage"),
    "waline": SourceKind(WalineSource, "crawlers.pages.waline:WalinePage", seen="live"),
    "weibo": SourceKind(WeiboSource, "crawlers.pages.weibo:WeiboPage", "B", WeiboCredential),
    "wordpress": SourceKind(WordpressSource, "crawlers.pages.wordpress:WordpressPage", seen="live"),
    "xenforo": SourceKind(XenforoSource, "crawlers.pages.xenforo:XenforoPage"),
    "youtube": SourceKind(YoutubeSource, "crawlers.pages.youtube:YoutubePage", "B", YoutubeCredential),
}


def credential_models() -> Mapping[str, type[Credential]]:
    """What the API of each kind asks for, for ``monitor.config.schema.Kinds``."""
    return {kind: entry.credential for kind, entry in SOURCES.items() if entry.credential}


def source_models() -> Mapping[str, type[Source]]:
    """The configuration model of each kind, for ``monitor.config.schema.Kinds``."""
    return {kind: entry.model for kind, entry in SOURCES.items()}
