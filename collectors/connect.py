"""Open connections only to addresses that were checked, and end them when their time is up."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError
from urllib3.util import Timeout

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to numeric addresses; raises :class:`OSError`."""

_WRAPPED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))
"""IPv6 addresses that lead to IPv4 ones, private ones too: translated (RFC 6052, 8215) and compatible (RFC 4291)."""


class ForbiddenAddress(Exception):
    """The name leads to an address inside a private network."""


def resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system for the addresses of a host."""
    return list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Say whether a numeric address lies on the open Internet: not private, loopback, link-local, reserved, wrapped."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour or ip.teredo or ip.is_site_local or any(ip in each for each in _WRAPPED):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


@cache
def trust() -> ssl.SSLContext:
    """Trust the authorities that the system trusts and those of certifi: a small container may have none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


class Line:
    """The way out for one request: a pool whose connections go to checked addresses, and a deadline."""

    def __init__(self, resolve: Resolve, *, allow_private: bool) -> None:
        self._resolve = resolve
        self._allow_private = allow_private
        self._handle: socket.socket | None = None
        self.late = False
        """whether the deadline has passed"""

    def manager(self, connect_s: float, read_s: float, trusted: ssl.SSLContext) -> PoolManager:
        """Make a pool manager that follows nothing and tries nothing twice."""
        line = self

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return line._open(self)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return line._open(self)

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class SecurePool(HTTPSConnectionPool):
            ConnectionCls = Secure

        manager = PoolManager(retries=False, timeout=Timeout(connect=connect_s, read=read_s), ssl_context=trusted)
        manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        return manager

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the connection when ``seconds`` have passed, whatever it waits for.

        Time limits on single reads do not stop a server that sends one byte a second.
        """
        timer = threading.Timer(seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            if self._handle is not None:
                self._handle.close()

    def _cut(self) -> None:
        self.late = True
        if self._handle is not None:
            with suppress(OSError):
                self._handle.shutdown(socket.SHUT_RDWR)

    def _open(self, connection: HTTPConnection) -> socket.socket:
        """Connect to the very address that was checked: a name asked twice may answer differently."""
        host, port = connection.host, int(connection.port or 0)
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
        addresses = self._resolve(host.strip("[]"), port)
        if not self._allow_private and not all(map(is_public, addresses)):
            raise ForbiddenAddress(host)
        error: OSError = OSError("the name has no address")
        for address in addresses:
            try:
                opened = socket.create_connection((address, port), timeout=timeout)
            except OSError as failed:
                error = failed
                continue
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            # A second handle to the same connection: TLS takes the first one over.
            self._handle = opened.dup()
            sys.audit("http.client.connect", connection, host, port)
            return opened
        raise NewConnectionError(connection, str(error)) from error
