"""`Transport`: sends requests to one site and reads their answers. Knows no word of RT.

A transport is bound to one site. It follows no redirect, keeps no cookie (sessions do, by the
values handed out here) and sends no credentials of its own: not from ``.netrc``, not from a URL.
How often a request is tried and what its failures are called stands in ``rules``. Whether a byte
of a request had left is not guessed from the error but noted where bytes leave.
"""
from __future__ import annotations

import time
from typing import Any, Dict, Iterator, Optional, Sequence, Tuple, Union
from urllib.parse import urlsplit

import requests
import urllib3

from rtcompat.errors import TransportError, Truncated, UsageError
from rtcompat.exchange import Request, relative_to, run
from rtcompat.transport.bodies import is_loopback
from rtcompat.transport.connections import ATTEMPT, broken, connections, no_auth
from rtcompat.transport.failures import explained, refuse_plain_http
from rtcompat.transport.rules import (RETRIES, Answer, Attempt, Call, Divert, Pause, Reception,
                                      Rules)

__all__ = ["Transport"]

_CHUNK = 65536


class Transport(Rules):
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
        super().__init__(url, verify=verify, timeout=timeout, auth=auth, user_agent=user_agent,
                         max_body=max_body)
        self._auth = auth if auth is not None else no_auth
        self._proxies: Dict[str, Any] = {}
        if proxy is not None:
            self._proxies = {"http": proxy, "https": proxy}
        elif is_loopback(urlsplit(self.url).hostname or ""):
            self._proxies = {"http": None, "https": None}
        self._reading = connections(single_use=False)
        self._writing = connections(single_use=True)

    def close(self) -> None:
        """Close every connection; a later request opens new ones."""
        self._reading.close()
        self._writing.close()

    def send(self, request: Request, *, base: str = "", headers: Sequence[Tuple[str, str]] = (),
             retries: int = RETRIES, divert: Optional[Divert] = None) -> Answer:
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

        def step(what: Union[Pause, Attempt]) -> Optional[Answer]:
            if isinstance(what, Pause):
                time.sleep(what.seconds)
                return None
            return self.once(asked, headers, what, divert)
        return run(self._trying(asked, retries), step)

    def ask(self, call: Call) -> Answer:
        """What rules that do not send themselves want sent."""
        return self.send(call.request, base=call.base, headers=call.headers,
                         retries=call.retries, divert=call.divert)

    def once(self, request: Request, headers: Sequence[Tuple[str, str]], attempt: Attempt,
             divert: Optional[Divert]) -> Answer:
        """One try of a request whose path is relative to the site; errors as `send`'s."""
        prepared = self._prepare(request, headers)
        pool = self._reading if request.effect == "read" else self._writing
        settings = pool.merge_environment_settings(prepared.url, dict(self._proxies), True,
                                                   self._verify, None)
        token = ATTEMPT.set(attempt)
        try:
            with self._told(request, attempt) as outcome:
                try:
                    answer = pool.send(prepared, timeout=self._timeout, allow_redirects=False,
                                       **settings)
                except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
                    raise self._failure(error, attempt) from error
                with answer:
                    outcome.append(str(answer.status_code))
                    with Reception(request, self.url, attempt, divert, self._max_body) as taken:
                        taken.head(answer.status_code, answer.headers)
                        for chunk in self._chunks(answer, attempt):
                            taken.feed(chunk)
                        response = taken.end()
                    refuse_plain_http(response)
                    self._answered = True
                    return Answer(response, tuple(answer.raw.headers.getlist("Set-Cookie")))
        finally:
            ATTEMPT.reset(token)

    def _prepare(self, request: Request,
                 headers: Sequence[Tuple[str, str]]) -> requests.PreparedRequest:
        made = self._composed(request, headers)
        try:
            return self._reading.prepare_request(requests.Request(
                made.method, made.url, headers=made.headers, data=made.body, auth=self._auth))
        except (requests.RequestException, UnicodeError):
            pass  # raised anew below, without a text that could quote a header
        raise UsageError("this request cannot be put into HTTP", request=request.line,
                         server=self.url)

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
        return explained(broken(error), attempt, self.url, self._timeout, self._answered)
