"""Below requests: connection pools that note when a byte leaves, and why connecting failed.

Whether a write may have been carried out hangs on one fact, whether any byte of it had left, and
the errors of the HTTP libraries do not tell it (a TLS error may come before the request or after
it). So the connections note it themselves, in an `Attempt` that travels in a context variable.
"""
from __future__ import annotations

import http.client
import http.cookiejar
from contextvars import ContextVar
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from rtcompat.transport.failures import Broken, chain
from rtcompat.transport.rules import Attempt

__all__ = ["ATTEMPT", "broken", "connections", "no_auth"]


ATTEMPT: ContextVar[Attempt] = ContextVar("ATTEMPT")


class _Connection(HTTPConnection):
    """Notes the first byte that leaves after connecting (a proxy's CONNECT is connecting)."""

    def connect(self) -> None:
        attempt = ATTEMPT.get()
        attempt.connecting = True
        try:
            super().connect()
        finally:
            attempt.connecting = False

    def _new_conn(self) -> Any:
        """The TCP connection. One to a proxy does not tell whether the server can be reached."""
        made = super()._new_conn()
        ATTEMPT.get().reached = getattr(self, "proxy", None) is None
        return made

    def send(self, data: Any) -> None:
        attempt = ATTEMPT.get()
        if self.sock is None and self.auto_open:
            self.connect()
        if not attempt.connecting:
            attempt.leaving(self.sock)
        super().send(data)


class _TLSConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


class _SingleUsePool(_Pool):
    """Closes each connection after one answer, also if the server would keep it open."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _SingleUseTLSPool(_TLSPool):
    """The same over TLS."""

    def _put_conn(self, conn: Any) -> None:
        if conn is not None:
            conn.close()
        super()._put_conn(conn)


class _Adapter(HTTPAdapter):
    """requests' adapter with our pools, and without retries of its own."""

    def __init__(self, *, single_use: bool) -> None:
        self._pools = ({"http": _SingleUsePool, "https": _SingleUseTLSPool} if single_use
                       else {"http": _Pool, "https": _TLSPool})
        super().__init__(pool_connections=2, pool_maxsize=16, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False,
                         **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **proxy_kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def connections(*, single_use: bool) -> requests.Session:
    """A requests session with pools of ours and no memory: no cookies, no retries.

    Args:
        single_use: every request gets a connection of its own.
    """
    adapter = _Adapter(single_use=single_use)
    session = requests.Session()
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.cookies.set_policy(_NoCookies())
    return session


class _NoCookies(http.cookiejar.DefaultCookiePolicy):
    """Keeps the jar of requests empty: it would send a session where we did not choose to."""

    def set_ok(self, cookie: http.cookiejar.Cookie, request: Any) -> bool:
        return False

    def return_ok(self, cookie: http.cookiejar.Cookie, request: Any) -> bool:
        return False


def no_auth(prepared: requests.PreparedRequest) -> requests.PreparedRequest:
    """Stands where requests would look for a ``.netrc`` otherwise."""
    return prepared


def broken(error: Exception) -> Broken:
    """What one of the libraries' errors says, in no library's terms."""
    # For urllib3 (1.26, 2.8) a refused connection is a kind of ConnectTimeoutError.
    kinds = (requests.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
    if isinstance(error, requests.ConnectTimeout) or any(
            isinstance(found, kinds)
            and not isinstance(found, urllib3.exceptions.NewConnectionError)
            for found in chain(error)):
        return Broken("timeout", "", error)
    said = _reason(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return Broken("proxy", said, error)
    if isinstance(error, requests.exceptions.SSLError):
        return Broken("tls", said, error)
    inner = list(chain(error))
    alert = any(isinstance(found, http.client.BadStatusLine)
                and str(found.args[0])[:2] == "\x15\x03" for found in inner)
    # http.client's "closed without an answer" is a ConnectionError, too.
    mute = any(isinstance(found, ConnectionError) for found in inner)
    return Broken("connection", said, error, mute=mute, alert=alert)


def _reason(error: BaseException) -> str:
    """The innermost reason in words. Never the text of an outer error: it quotes the URL."""
    for found in chain(error):
        said = getattr(found, "verify_message", None) or getattr(found, "strerror", None)
        if isinstance(said, str) and said:
            return said
    for found in chain(error):
        if isinstance(found, urllib3.exceptions.IncompleteRead):
            return "it ended too early"
    return list(chain(error))[-1].__class__.__name__
