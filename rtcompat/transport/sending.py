"""`Transport`: sends requests to one site and reads their answers. Knows no word of RT.

A transport is bound to one site. It follows no redirect, keeps no cookie (sessions do, by the
values handed out here) and sends no credentials of its own: not from ``.netrc``, not from a URL.

Repeating is decided by `Request.effect`. A read is tried again, twice at most, when its
connection failed or broke or a gateway answered 502, 503 or 504; not when time ran out. A write
is sent once, on a connection of its own: one kept alive may be half dead, and then nobody could
tell whether the request had been seen. Whether a byte of a request had left is not guessed from
the error but noted where bytes leave.
"""
from __future__ import annotations

import logging
import time
from importlib import metadata
from typing import (Any, Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence,
                    Tuple, Union)
from urllib.parse import urlsplit

import requests
import urllib3

from rtcompat.errors import (ConnectFailed, OutcomeUnknown, TransportError, Truncated,
                             UsageError)
from rtcompat.exchange import Request, Response, relative_to
from rtcompat.transport.bodies import (checked_header, checked_path, compose_body, encoded,
                                       is_loopback, rewinder, site_url)
from rtcompat.transport.connections import ATTEMPT, Attempt, connections, no_auth
from rtcompat.transport.failures import explained, refuse_plain_http
from rtcompat.transport.settings import checked_timeout, checked_verify

__all__ = ["Answer", "Divert", "Transport"]

_log = logging.getLogger("rtcompat.transport")

#: Told the status, the headers and the first bytes of an answer that has a sink; True keeps the
#: answer away from the sink and has it read into `Response.content` instead.
Divert = Callable[[int, Mapping[str, str], bytes], bool]

#: Seconds between the tries of a read.
_PAUSES = (0.1, 0.4)

#: What a gateway says for a server behind it that is restarting or gone.
_GATEWAY = (502, 503, 504)

_CHUNK = 65536

#: How much of an answer `Divert` gets to see, unless it is shorter.
_HEAD = 256


class Answer(NamedTuple):
    """One HTTP answer.

    Attributes:
        response: as handed on to operations.
        set_cookies: the values of its Set-Cookie headers, in order; secrets.
    """

    response: Response
    set_cookies: Tuple[str, ...]


class Transport:
    """Sends requests to one site. Safe to use from several threads at once.

    Args:
        url: the site, ``http`` or ``https``, a sub-path if RT lives under one; without user,
            password, query or fragment.
        verify: False accepts any certificate; a str is a file or folder of CA certificates.
        proxy: URL of an HTTP proxy; None: as the environment says, but none for loopback.
        timeout: seconds for connecting and for each wait for bytes; one number or two.
        auth: what requests takes as ``auth=``, for the web server in front; handed on unread.
        user_agent: ours if None; never one with "Mozilla" in it: RT redirects browsers where it
            answers others (REST2, 5.0.0 to 6.0).
        max_body: bytes of an answer that are read into memory at most.

    Raises:
        UsageError: the URL is none, or holds credentials; ``verify`` names nothing that is there;
            ``timeout`` is no time to wait.
    """

    def __init__(self, url: str, *, verify: Union[bool, str] = True, proxy: Optional[str] = None,
                 timeout: Union[float, Tuple[float, float]] = (10.0, 60.0), auth: Any = None,
                 user_agent: Optional[str] = None, max_body: int = 512 * 1024 * 1024) -> None:
        self.url = site_url(url)
        self.has_auth = auth is not None
        self._verify = checked_verify(verify)
        self._timeout = checked_timeout(timeout)
        self._answered = False
        self._auth = auth if auth is not None else no_auth
        self._max_body = max_body
        self._headers = (("User-Agent", user_agent or _own_name()), ("Accept", "*/*"))
        self._proxies: Dict[str, Any] = {}
        if proxy is not None:
            self._proxies = {"http": proxy, "https": proxy}
        elif is_loopback(urlsplit(self.url).hostname or ""):
            self._proxies = {"http": None, "https": None}
        self._reading = connections(single_use=False)
        self._writing = connections(single_use=True)

    def __repr__(self) -> str:
        return f"Transport({self.url!r})"

    def close(self) -> None:
        """Close every connection; a later request opens new ones."""
        self._reading.close()
        self._writing.close()

    def send(self, request: Request, *, base: str = "", headers: Sequence[Tuple[str, str]] = (),
             retries: int = len(_PAUSES), divert: Optional[Divert] = None) -> Answer:
        """Send one request and read its answer.

        Args:
            request: as the operation made it; open files are read from where they stand.
            base: what its path is relative to, below the site (``REST/1.0/``).
            headers: further headers, credentials too; the request's own come after them.
            retries: how often a read may be tried again, two at most.
            divert: see `Divert`.

        Returns:
            The answer, whatever its status; redirects too.

        Raises:
            UsageError: the request cannot be put into HTTP; nothing was sent.
            TransportError: no whole answer to a read, or no byte of a write had left.
            ProtocolError: a web server says that this port is for TLS.
            OutcomeUnknown: a byte of a write had left; the `TransportError` is its cause.
        """
        asked = relative_to(request, base)
        rewind = rewinder(asked)
        prepared = self._prepare(asked, headers)
        for pause in _PAUSES[:retries] if asked.effect == "read" else ():
            attempt = Attempt()
            try:
                answer = self._once(asked, prepared, attempt, divert)
                if answer.response.status not in _GATEWAY:
                    return answer
            except (ConnectFailed, Truncated):
                if attempt.sinking:
                    raise
            time.sleep(pause)
            rewind()
            prepared = self._prepare(asked, headers)
        return self._once(asked, prepared, Attempt(), divert)

    def _prepare(self, request: Request,
                 headers: Sequence[Tuple[str, str]]) -> requests.PreparedRequest:
        content, content_type = compose_body(request)
        merged = dict(self._headers)
        if request.effect != "read":
            merged["Connection"] = "close"
        for name, value in (*headers, *request.headers):
            merged[name] = checked_header(name, value)
        if content_type is not None:
            merged["Content-Type"] = content_type
        url = f"{self.url}/{checked_path(request.path)}"
        if request.query:
            url += "?" + encoded(request.query)
        try:
            return self._reading.prepare_request(requests.Request(
                request.method, url, headers=merged, data=content, auth=self._auth))
        except (requests.RequestException, UnicodeError):
            pass  # raised anew below, without a text that could quote a header
        raise UsageError("this request cannot be put into HTTP", request=request.line,
                         server=self.url)

    def _once(self, request: Request, prepared: requests.PreparedRequest, attempt: Attempt,
              divert: Optional[Divert]) -> Answer:
        """One try. Bytes that leave are noted in ``attempt``."""
        pool = self._reading if request.effect == "read" else self._writing
        settings = pool.merge_environment_settings(prepared.url, dict(self._proxies), True,
                                                   self._verify, None)
        began = time.monotonic()
        outcome = "failed"
        token = ATTEMPT.set(attempt)
        try:
            try:
                answer = pool.send(prepared, timeout=self._timeout, allow_redirects=False,
                                   **settings)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                raise self._failure(error, attempt) from error
            with answer:
                outcome = str(answer.status_code)
                response = self._response(request, answer, attempt, divert)
                refuse_plain_http(response)
                self._answered = True
                return Answer(response, tuple(answer.raw.headers.getlist("Set-Cookie")))
        except TransportError as failure:
            outcome = type(failure).__name__
            failure.request, failure.server = request.line, self.url
            if request.effect == "read" or not attempt.left:
                raise
            raise OutcomeUnknown(
                f"{request.about or 'this write'} may have been carried out: {failure.what}",
                request=request.line, server=self.url) from failure
        finally:
            ATTEMPT.reset(token)
            _log.debug("%s: %s, %.0f ms", request.line, outcome,
                       1000 * (time.monotonic() - began))

    def _response(self, request: Request, answer: requests.Response, attempt: Attempt,
                  divert: Optional[Divert]) -> Response:
        headers = {name.lower(): value for name, value in answer.headers.items()
                   if name.lower() != "set-cookie"}
        chunks = self._chunks(answer, attempt)
        content, sink = b"", request.sink
        if sink is not None and divert is not None:
            content = _first(chunks)
            if divert(answer.status_code, headers, content):
                sink = None
        sunk = sink is not None and sink.start(answer.status_code, headers)
        if sink is None or not sunk:
            content = self._collect(content, chunks)
            return Response(answer.status_code, headers, content, request, self.url)
        attempt.sinking = True
        try:
            if content:
                sink.feed(content)
            for chunk in chunks:
                sink.feed(chunk)
            sink.finish()
        except BaseException:
            sink.abandon()
            raise
        return Response(answer.status_code, headers, b"", request, self.url, sunk=True)

    def _collect(self, first: bytes, chunks: Iterator[bytes]) -> bytes:
        parts: List[bytes] = [first]
        size = len(first)
        for chunk in chunks:
            size += len(chunk)
            if size > self._max_body:
                raise TransportError(f"the answer is larger than {self._max_body} bytes",
                                     advice="save it into a file, or raise max_body")
            parts.append(chunk)
        return b"".join(parts)

    def _chunks(self, answer: requests.Response, attempt: Attempt) -> Iterator[bytes]:
        stream = answer.iter_content(_CHUNK)
        while True:
            try:
                chunk = next(stream, None)
            except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                raise self._failure(error, attempt) from error
            if chunk is None:
                break
            yield chunk
        # urllib3 before 2 lets a body end early although its length was declared.
        declared = answer.headers.get("Content-Length", "")
        if (declared.isdigit() and "Transfer-Encoding" not in answer.headers
                and answer.request.method != "HEAD" and answer.status_code not in (204, 304)
                and answer.raw.tell() < int(declared)):
            raise Truncated(f"the answer ended after {answer.raw.tell()} of {declared} bytes")

    def _failure(self, error: Exception, attempt: Attempt) -> TransportError:
        """The error of ours for one of the HTTP libraries'."""
        return explained(error, attempt, self.url, self._timeout, self._answered)


def _first(chunks: Iterator[bytes]) -> bytes:
    """The beginning of a body: `_HEAD` bytes at least, or all."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= _HEAD:
            break
    return head


def _own_name() -> str:
    """``rtcompat/0.1.0``; without the number where the package runs from its sources."""
    try:
        return f"rtcompat/{metadata.version('rtcompat')}"
    except metadata.PackageNotFoundError:
        return "rtcompat"
