"""Where messages may go: to addresses that the whole world can reach, and to nothing inside of anybody's house.

A name is looked up when the connection is made, and the connection goes to the very address that was looked at: a name
that leads elsewhere a moment later gains nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpcore

from service.errors import Fault, Invalid

Address = IPv4Address | IPv6Address

Allowed = Callable[[Address], bool]
"""Whether messages may go to that address."""

Resolve = Callable[[str, int], Awaitable[Sequence[Address]]]
"""The addresses of a name."""

LONGEST_URL = 2_000
_TRANSLATED = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))  # NAT64: another's IPv4 in IPv6
_SCHEMES = {"https": 443, "http": 80}


class Refused(httpcore.ConnectError):
    """The name leads to where nothing may be sent."""


def public(address: Address) -> bool:
    """Whether the whole world can reach it: neither private, loopback, link-local, reserved nor one of many."""
    if isinstance(address, IPv6Address):
        within = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(one is not None and not public(one) for one in within):
            return False
        if any(address in network for network in _TRANSLATED):
            return public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address.is_site_local:
            return False
    return address.is_global and not (
        address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
        or address.is_reserved or address.is_unspecified
    )  # fmt: skip


def public_or_loopback(address: Address) -> bool:
    """The same for development, where the receiver runs on this machine."""
    return address.is_loopback or public(address)


def checked_url(text: str, allowed: Allowed) -> str:
    """That URL, as it is kept. Raises `Invalid` for one that nothing may be sent to."""
    try:
        url = httpcore.URL(text.strip())
        host, port = url.host.decode().strip("[]"), url.port
    except (ValueError, TypeError, UnicodeError):
        raise _refused("is no URL") from None
    scheme = url.scheme.decode()
    if len(text) > LONGEST_URL or not text.isascii() or any(sign in text for sign in "\r\n\t \\"):
        raise _refused(f"must be plain ASCII without spaces, at most {LONGEST_URL:,} characters")
    if scheme not in _SCHEMES or not host or (port is not None and not 0 < port < 2**16):
        raise _refused("must begin with https:// and name a host")
    if "@" in text.split("//", 1)[-1].split("/", 1)[0]:
        raise _refused("must not carry a user or a password")
    address = _literal(host)
    if address is not None and not allowed(address):
        raise _refused(f"leads to {address}, which is not an address that the whole world can reach")
    if scheme == "http" and not (address is not None and address.is_loopback):
        raise _refused("must begin with https://")
    return text.strip()


async def resolve(host: str, port: int) -> Sequence[Address]:
    """The addresses of a name, as the system tells them."""
    if (literal := _literal(host)) is not None:
        return [literal]
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(ip_address(one[4][0]) for one in found))


class Checking(httpcore.AsyncNetworkBackend):
    """Connects to addresses that are allowed only. What is above it still speaks of the name: the `Host` header, and
    the certificate."""

    def __init__(self, allowed: Allowed, resolve: Resolve = resolve) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - as the library asks
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first address of that name. Raises `Refused` where any of them is not allowed."""
        found = await self._resolve(host.strip("[]"), port)
        if not found:
            raise httpcore.ConnectError("the name has no address")
        for address in found:
            if not self._allowed(address):
                raise Refused(f"the name leads to {address}, which is not an address that the whole world can reach")
        return await self._network.connect_tcp(str(found[0]), port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._network.sleep(seconds)


def _literal(host: str) -> Address | None:
    """The address that a host is; also of the short and numeric forms that systems read as one (127.1, 0x7f000001)."""
    if host == "localhost" or host.endswith(".localhost"):
        return IPv4Address("127.0.0.1")
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def _refused(why: str) -> Invalid:
    return Invalid(f"The URL {why}.", code="subscription.url", faults=[Fault("/url", why)])
