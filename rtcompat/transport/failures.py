"""The errors of the HTTP libraries in our words, each with what to try."""
from __future__ import annotations

import ssl
from typing import Any, Iterator, List, Literal, NamedTuple, Optional, Tuple

import urllib3

from rtcompat.errors import (ConnectFailed, ProtocolError, TimedOut, TLSFailed, TransportError,
                             Truncated)
from rtcompat.exchange import Response
from rtcompat.transport.rules import Attempt

__all__ = ["Broken", "chain", "explained", "refuse_plain_http"]

_CHECK = "check address and port, and whether the server is up; proxy= if one is needed"
_CERTIFICATES = "verify= takes the file of the CA that signed for this site"
#: OpenSSL's names for an answer that is no TLS (3.0: the first; later ones: the second).
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL",
           "PACKET_LENGTH_TOO_LONG")
#: What nginx and Apache say, with 400, to plain HTTP at a port for TLS.
_SPEAKS_TLS = (b"plain HTTP request was sent to HTTPS port",
               b"speaking plain HTTP to an SSL-enabled server port")


class Broken(NamedTuple):
    """An HTTP library's error in no library's terms.

    Attributes:
        kind: ``timeout``: time ran out, while connecting or waiting; ``proxy``; ``tls``;
            ``connection``: anything else.
        why: the innermost reason in words, without a URL.
        mute: the connection ended without an answer. alert: what came was TLS's "no".
    """

    kind: Literal["timeout", "proxy", "tls", "connection"]
    why: str
    error: Exception
    mute: bool = False
    alert: bool = False


def chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those it wraps, outermost first."""
    seen: List[BaseException] = []
    waiting: List[Any] = [error]
    while waiting:
        found = waiting.pop(0)
        if isinstance(found, BaseException) and found not in seen:
            seen.append(found)
            yield found
            waiting += [*found.args, getattr(found, "reason", None), found.__cause__]
            # Any other error's __context__ may be what our caller is just handling.
            if isinstance(found, urllib3.exceptions.NewConnectionError):
                waiting.append(found.__context__)


def explained(found: Broken, attempt: Attempt, url: str, timeout: Tuple[float, float],
              known: bool) -> TransportError:
    """The error of ours for one of the HTTP libraries'.

    Args:
        url: the site's. timeout: seconds for connecting and for each wait.
        known: the site has answered before, so that its address and scheme are right.
    """
    connect, read = timeout
    # Once known, a broken handshake is the network's fault, and a read is tried again.
    handshaking = attempt.reached and url.startswith("https:") and not known
    if found.kind == "timeout":
        if attempt.left:
            return TimedOut(f"no answer within {read:g} seconds",
                            advice="check whether the server is up; timeout= waits longer")
        if handshaking:
            return TLSFailed(f"no TLS connection within {connect:g} seconds",
                             advice=_perhaps_http(url))
        return TimedOut(f"no connection within {connect:g} seconds", advice=_CHECK)
    why = found.why
    if attempt.left:
        return Truncated(f"the connection broke before the whole answer had come: {why}",
                         advice=None if known else _perhaps_https(url, found))
    if found.kind == "proxy":
        return ConnectFailed(f"the proxy cannot be used: {why}",
                             advice="check proxy=, or the proxy that the environment names")
    if found.kind == "tls":
        return TLSFailed(f"no TLS connection: {why}", advice=_tls_advice(url, found.error))
    if handshaking:
        return TLSFailed(f"the connection broke before TLS was agreed on: {why}",
                         advice=_perhaps_http(url))
    return ConnectFailed(f"no connection: {why}", advice=_CHECK)


def refuse_plain_http(response: Response) -> None:
    """Raise for the page by which a web server says that this port is for TLS.

    Raises: ProtocolError; the request itself was not looked at.
    """
    url = response.server or ""
    if (response.status == 400 and url.startswith("http:") and not response.sunk
            and response.content.lstrip().startswith(b"<")
            and any(said in response.content[:4096] for said in _SPEAKS_TLS)):
        raise ProtocolError("the server speaks TLS at this port", status=response.status,
                            body=response.content[:2000].decode("utf-8", "replace"),
                            request=response.request.line, server=url,
                            advice=f"try {_other(url)}")


def _tls_advice(url: str, error: Exception) -> str:
    for found in chain(error):
        if isinstance(found, ssl.SSLError) and not isinstance(found, ssl.SSLCertVerificationError):
            if found.reason in _NO_TLS:
                return f"the server seems to speak plain http at this port: try {_other(url)}"
            # Closed in the handshake: Python 3.9 says the second, later ones the first.
            if isinstance(found, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
                return _perhaps_http(url)
    return _CERTIFICATES


def _perhaps_http(url: str) -> str:
    return (f"the server is busy or down, or seems to speak plain http at this port: "
            f"try {_other(url)}")


def _perhaps_https(url: str, found: Broken) -> Optional[str]:
    """Advice where a first request over http got no answer that is one: OpenSSL closes without a
    word on plain HTTP, others send a TLS alert first."""
    if not url.startswith("http:"):
        return None
    if found.alert:
        return f"the server seems to speak TLS at this port: try {_other(url)}"
    return f"if the server speaks TLS at this port, try {_other(url)}" if found.mute else None


def _other(url: str) -> str:
    """The same address by the other scheme."""
    scheme, _, rest = url.partition(":")
    return f"{'http' if scheme == 'https' else 'https'}:{rest}"
