"""Which addresses may be fetched: global ones, and whatever the operator lists under ``local``. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

NAT64 = IPv6Network("64:ff9b::/96")


def embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv4-mapped, 6to4, Teredo or NAT64 one, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in NAT64 else address


def is_public(address: str) -> bool:
    """Whether an address (text, a zone id is cut off) is reachable for everyone: global, not multicast or reserved."""
    try:
        found = embedded(ip_address(address.split("%", 1)[0]))
    except ValueError:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def folded(host: str) -> str:
    return host.strip("[]").rstrip(".").lower()


def allowed(host: str, addresses: Iterable[str], local: Collection[str]) -> list[str]:
    """Those of a host's addresses that may be connected to. ``local`` names hosts as they stand in a URL."""
    if folded(host) in {folded(each) for each in local}:
        return list(addresses)
    return [address for address in addresses if is_public(address)]


def fetchable(url: str) -> bool:
    """Whether a URL is http(s) with a host; everything else (file:, ftp:, data:) is never fetched."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
