"""`HttpxTransport`: requests by httpx. The only room that imports it; the extra ``[async]``.

httpx's own transport is used, below its client: that one keeps cookies, follows what the
environment says and has retries of its own, none of which a site's transport does. How often a
request is tried, how it is cancelled and what its failures are called are the rules of
`rtcompat.transport`; whether a byte had left is noted by httpcore's trace.
"""
from __future__ import annotations

import asyncio
import base64
import os
import ssl
from typing import Any, AsyncIterator, Dict, List, Optional, Sequence, Tuple, Union

import httpx

from rtcompat.errors import TransportError, UsageError
from rtcompat.exchange import Request
from rtcompat.transport import (Answer, AsyncTransport, Attempt, Broken, Composed, Divert,
                                Reception, chain, explained, proxy_for, refuse_plain_http,
                                tls_context)

__all__ = ["HttpxTransport"]

_CHUNK = 65536


class HttpxTransport(AsyncTransport):
    """`Transport` by httpx, for the tasks of one event loop. Arguments as there, but ``auth``.

    Args:
        auth: (user, password) for the web server in front, sent as HTTP Basic.
    """

    def __init__(self, url: str, *, verify: Union[bool, str] = True, proxy: Optional[str] = None,
                 timeout: Union[float, Tuple[float, float]] = (10.0, 60.0), auth: Any = None,
                 user_agent: Optional[str] = None, max_body: int = 512 * 1024 * 1024) -> None:
        super().__init__(url, verify=verify, timeout=timeout, auth=auth, user_agent=user_agent,
                         max_body=max_body)
        self._basic = _basic(auth)
        self._through = proxy_for(self.url, proxy)
        self._made: Dict[bool, httpx.AsyncHTTPTransport] = {}

    async def close(self) -> None:
        made, self._made = self._made, {}
        for each in made.values():
            await each.aclose()

    def _begun(self, request: Request, headers: Sequence[Tuple[str, str]], attempt: Attempt,
               divert: Optional[Divert]) -> asyncio.Future[Answer]:
        return asyncio.ensure_future(self._once(request, headers, attempt, divert))

    def _break_off(self, work: asyncio.Future[Answer]) -> None:
        work.cancel()

    async def _once(self, request: Request, headers: Sequence[Tuple[str, str]], attempt: Attempt,
                    divert: Optional[Divert]) -> Answer:
        asked = self._prepared(request, headers, attempt)
        through = self._transport(writing=request.effect != "read")
        with self._told(request, attempt) as outcome:
            try:
                answer = await through.handle_async_request(asked)
            except (httpx.TransportError, OSError) as error:  # OSError: of a file that is sent
                raise self._failure(error, attempt) from error
            answer.request = asked
            try:
                outcome.append(str(answer.status_code))
                with Reception(request, self.url, attempt, divert, self._max_body) as taken:
                    taken.head(answer.status_code, _joined(answer))
                    async for chunk in self._chunks(answer, attempt):
                        taken.feed(chunk)
                    response = taken.end()
                refuse_plain_http(response)
                self._answered = True
                return Answer(response, tuple(answer.headers.get_list("Set-Cookie")))
            finally:
                await answer.aclose()

    def _transport(self, writing: bool) -> httpx.AsyncHTTPTransport:
        """The connections: those for writes are used once."""
        if writing not in self._made:
            limits = httpx.Limits(max_connections=None,
                                  max_keepalive_connections=0 if writing else 16)
            try:
                proxy = httpx.Proxy(self._through) if self._through is not None else None
                # Reading the certificates takes longer than a request.
                secure = self.url.startswith("https:") or proxy is not None
                self._made[writing] = httpx.AsyncHTTPTransport(
                    verify=tls_context(self._verify) if secure else False, trust_env=False,
                    limits=limits, proxy=proxy)
            except (ValueError, ImportError, httpx.InvalidURL):
                self._made.pop(writing, None)
            else:
                return self._made[writing]
            # Raised out here, without the text, which could quote the proxy's password.
            raise UsageError("httpx cannot use this proxy", argument="proxy", server=self.url)
        return self._made[writing]

    def _prepared(self, request: Request, headers: Sequence[Tuple[str, str]],
                  attempt: Attempt) -> httpx.Request:
        made = self._composed(request, headers)
        connect, read = self._timeout
        named = {"Accept-Encoding": "gzip, deflate", **made.headers}
        if self._basic is not None:
            named["Authorization"] = self._basic
        if hasattr(made.body, "read"):
            named["Content-Length"] = str(made.body.len)

        async def trace(event: str, details: Dict[str, Any]) -> None:
            _note(event, details, attempt, self._through is not None)
        extensions = {"timeout": {"connect": connect, "read": read, "write": read, "pool": None},
                      "trace": trace}
        try:
            return httpx.Request(
                made.method, made.url, content=_content(made), extensions=extensions,
                headers=[(name.encode("ascii"), value.encode("latin-1"))
                         for name, value in named.items()])
        except (httpx.InvalidURL, ValueError, TypeError):
            pass  # raised anew below, without a text that could quote a header
        raise UsageError("this request cannot be put into HTTP", request=request.line,
                         server=self.url)

    async def _chunks(self, answer: httpx.Response, attempt: Attempt) -> AsyncIterator[bytes]:
        stream = answer.aiter_bytes(_CHUNK)
        while True:
            try:
                chunk = await stream.__anext__()
            except StopAsyncIteration:
                return
            except (httpx.TransportError, httpx.DecodingError) as error:
                raise self._failure(error, attempt) from error
            yield chunk

    def _failure(self, error: Exception, attempt: Attempt) -> TransportError:
        found = _broken(error, proxied=self._through is not None)
        return explained(found, attempt, self.url, self._timeout, self._answered)


def _basic(auth: Any) -> Optional[str]:
    if auth is None:
        return None
    if not (isinstance(auth, (tuple, list)) and len(auth) == 2
            and all(isinstance(part, str) for part in auth)):
        raise UsageError("over httpx, auth is a pair (user, password)", argument="auth",
                         advice="transport='threads' takes whatever requests does")
    return "Basic " + base64.b64encode(":".join(auth).encode("latin-1")).decode("ascii")


def _content(made: Composed) -> Any:
    return _read(made.body) if hasattr(made.body, "read") else made.body


async def _read(body: Any) -> AsyncIterator[bytes]:
    chunk = body.read(_CHUNK)
    while chunk:
        yield chunk
        chunk = body.read(_CHUNK)


def _joined(answer: httpx.Response) -> Dict[str, str]:
    """The headers, as requests reads them: several of one name joined, bytes taken as latin-1."""
    found: Dict[str, List[str]] = {}
    for name, value in answer.headers.raw:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in found.items()}


def _note(event: str, details: Dict[str, Any], attempt: Attempt, proxied: bool) -> None:
    """Take from httpcore's trace what an `Attempt` is to know."""
    if event == "connection.connect_tcp.complete":
        attempt.reached = not proxied
    elif event.endswith(".send_request_headers.started"):
        asked = details.get("request")
        # A proxy's CONNECT is connecting.
        if getattr(asked, "method", b"") != b"CONNECT":
            attempt.leaving()


def _broken(error: Exception, proxied: bool) -> Broken:
    """What one of httpx's errors says, in no library's terms."""
    if isinstance(error, httpx.TimeoutException):
        return Broken("timeout", "", error)
    said, inner = _reason(error), list(chain(error))
    if any(isinstance(found, ssl.SSLError) for found in inner):
        return Broken("tls", said, error)
    if isinstance(error, httpx.ProxyError) or proxied and isinstance(error, httpx.ConnectError):
        return Broken("proxy", said, error)
    ended = isinstance(error, httpx.RemoteProtocolError)
    # So h11 calls an answer that begins with a control character, as TLS does.
    return Broken("connection", said, error,
                  mute=any(isinstance(found, (ConnectionError, httpx.NetworkError))
                           for found in inner)
                  or ended and "without sending a response" in str(error),
                  alert=ended and "illegal request line" in str(error))


def _reason(error: Exception) -> str:
    """The innermost reason in words; never a text with the URL."""
    for found in chain(error):
        if isinstance(found, ssl.SSLCertVerificationError):
            return found.verify_message
        if isinstance(found, OSError) and found.strerror:
            if isinstance(found, ssl.SSLError) or found.errno is None or found.errno < 0:
                return found.strerror
            return os.strerror(found.errno)  # asyncio puts the address into its own words
    if isinstance(error, httpx.RemoteProtocolError):
        return "it ended too early"
    return list(chain(error))[-1].__class__.__name__
