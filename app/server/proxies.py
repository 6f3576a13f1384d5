"""What a proxy in front of the server says of the visitor, if the proxy is one that we know.

Anybody can send `X-Forwarded-For`. It counts only if the connection comes from an address that
the setting `trusted_proxies` names, and it is read from the right: each proxy appends whom it
heard, so what stands left of the first address that is no proxy of ours was made up by the
visitor. Nobody behind this door sees the headers themselves; Gradio would believe all of them.
The header `Forwarded` (RFC 7239) is not read.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Address, Network

GONE = (b"x-forwarded-", b"forwarded", b"x-real-ip")
log = logging.getLogger(__name__)


class Proxies:
    """ASGI middleware: the visitor's address, scheme and host as trusted proxies tell them."""

    def __init__(self, app: ASGIApp, *, trusted: Sequence[Network]) -> None:
        self.app = app
        self._trusted = tuple(trusted)
        self._warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on without the headers of proxies."""
        if scope["type"] == "http":
            headers = Headers(scope=scope)
            peer = address_of((scope.get("client") or ("",))[0])
            if peer is not None and self._trusts(peer):
                scope = _told(scope, self._visitor(peer, headers), headers)
            elif "x-forwarded-for" in headers:
                self._warn(peer)
            scope = {**scope, "headers": _without_forwarding(scope["headers"])}
        await self.app(scope, receive, send)

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def _visitor(self, peer: Address, headers: Headers) -> Address:
        """The first address from the right that is no proxy of ours."""
        said = [part for line in headers.getlist("x-forwarded-for") for part in line.split(",")]
        visitor = peer
        for part in reversed(said):
            found = address_of(part)
            if found is None:  # a proxy of ours does not write such a thing
                return visitor
            visitor = found
            if not self._trusts(found):
                return visitor
        return visitor

    def _warn(self, peer: Address | None) -> None:
        if not self._warned:
            self._warned = True
            log.warning(
                "%s sends X-Forwarded-For, which is ignored. If it is your proxy, name its address"
                " in SECOND_LOOK_TRUSTED_PROXIES.",
                peer,
            )


def address_of(text: str) -> Address | None:
    """`203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1` or `[2001:db8::1]:4711` as an address."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _told(scope: Scope, visitor: Address, headers: Headers) -> Scope:
    """The scope with what the proxy nearest to us says."""
    told = {**scope, "client": (str(visitor), 0)}
    scheme = _last(headers, "x-forwarded-proto").lower()
    if scheme in ("http", "https"):
        told["scheme"] = scheme
    if host := _last(headers, "x-forwarded-host"):
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        told["headers"] = [*others, (b"host", host.encode("latin-1"))]
    return told


def _last(headers: Headers, name: str) -> str:
    return ",".join(headers.getlist(name)).rpartition(",")[2].strip()


def _without_forwarding(headers: Sequence[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    return [pair for pair in headers if not pair[0].lower().startswith(GONE)]
