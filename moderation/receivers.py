"""Speaking to webhooks' receivers: no private address, no redirect, no long wait."""

import ipaddress
import socket
from collections.abc import Iterable

import httpcore
from httpcore import SOCKET_OPTION, NetworkStream, SyncBackend

from moderation.delivery import Failure, Parcel

TIMEOUTS = {"connect": 5.0, "read": 10.0, "write": 10.0, "pool": 5.0}
MAX_CONNECTIONS = 32


class PrivateAddress(Exception):
    """An address that webhooks must not reach."""


class PublicOnly(SyncBackend):
    """Connect to public addresses only.

    The name is resolved once and the very address that was checked is connected to: a name that
    changes its mind between the two cannot lead inside (DNS rebinding).
    """

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Resolve, check and connect; raises PrivateAddress, or what httpcore raises."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        addresses = [str(entry[4][0]) for entry in found]
        if not all(is_public(address) for address in addresses):
            raise PrivateAddress
        return super().connect_tcp(addresses[0], port, timeout, local_address, socket_options)


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open Internet, whichever way it is written."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return inner.is_global and not inner.is_multicast
        # NAT64 (RFC 6052) carries an IPv4 address in its last 32 bits.
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast


class Post:
    """Post parcels; answers None when the receiver took one, else why it did not."""

    def __init__(self, *, allow_private: bool = False) -> None:
        backend = SyncBackend() if allow_private else PublicOnly()
        self._pool = httpcore.ConnectionPool(
            max_connections=MAX_CONNECTIONS, network_backend=backend
        )

    def __call__(self, parcel: Parcel) -> Failure | None:
        """Post one parcel; only a 2xx counts: a redirect is not followed, and no answer is read."""
        try:
            with self._pool.stream(
                "POST",
                parcel.url,
                headers=list(parcel.headers.items()),
                content=parcel.body.encode(),
                extensions={"timeout": TIMEOUTS},
            ) as response:
                status = response.status
        except PrivateAddress:
            return Failure("the address is private")
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            return Failure(f"{type(error).__name__}: {error}".rstrip(": "))
        return None if 200 <= status < 300 else Failure(f"HTTP {status}", answered=True)
