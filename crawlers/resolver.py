"""Name resolution for Scrapy that answers only addresses which may be fetched; the connection goes to those.

Twisted resolves at every connection, IP literals too, so each redirect hop is checked, and a name that answers
differently a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from crawlers.address import allowed

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: Hosts that were refused in this process, so that the reason can be told apart from an unknown name.
REFUSED: set[str] = set()


@implementer(IResolutionReceiver)
class Filter:
    """Hands on the addresses that may be connected to, and notes a host that has none of these."""

    def __init__(self, receiver: Any, host: str, local: Sequence[str]) -> None:
        self.receiver = receiver
        self.host = host
        self.local = local
        self.kept = 0
        self.dropped = 0

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's interface
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's interface
        if allowed(self.host, [address.host], self.local):
            self.kept += 1
            self.receiver.addressResolved(address)
        else:
            self.dropped += 1

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's interface
        if self.dropped and not self.kept:
            REFUSED.add(self.host)
        self.receiver.resolutionComplete()


@implementer(IHostnameResolver)
class PublicResolver:
    """Wraps the reactor's own resolver. Scrapy installs it (setting ``TWISTED_DNS_RESOLVER``)."""

    def __init__(self, reactor: Any, local: Sequence[str]) -> None:
        self.reactor = reactor
        self.inner = reactor.nameResolver
        self.local = local

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicResolver:
        return cls(reactor, crawler.settings.getlist("LOCAL_HOSTS"))

    def install_on_reactor(self) -> None:
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802 - Twisted's interface
        self,
        receiver: Any,
        hostName: str,  # noqa: N803 - Twisted's interface
        portNumber: int = 0,  # noqa: N803 - Twisted's interface
        addressTypes: Any = None,  # noqa: N803 - Twisted's interface
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's interface
    ) -> IHostResolution:
        wrapped = Filter(receiver, hostName, self.local)
        answer: IHostResolution = self.inner.resolveHostName(
            wrapped, hostName, portNumber, addressTypes, transportSemantics
        )
        return answer
