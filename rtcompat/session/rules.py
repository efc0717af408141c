"""What a session does by rule, whoever sends: log in, use the pool's cookies, renew, log out.

RT locks a session for the whole of a REST 1.0 request, and a request that timed out keeps it
locked. So a session cookie serves one request at a time: the pool opens a further session when
all are in use, and forgets one whose request was lost. While requests come one at a time there
is one session and one login, shared by both protocols.

The cookie is ours, not a cookie jar's: it goes to the site it came from, over the scheme it came
by, also if it was marked secure (RT from 5.0.4 on marks it on plain http too, where the password
has just crossed the same wire), and nowhere else, because a transport has one site and follows
no redirect. Where no session can be had, every request carries the credentials themselves.

Each rule is a generator: it yields what a transport is to be asked and is sent its `Answer`.
"""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import (Any, Callable, Dict, FrozenSet, Generator, List, Mapping, Optional, Sequence,
                    Tuple, TypeVar)

from rtcompat.errors import NotAuthenticated, RTError, UsageError
from rtcompat.exchange import Operation, Request, Response, relative_to
from rtcompat.session.manners import Credentials, LoginAnswer, Manner
from rtcompat.session.pool import Pool
from rtcompat.transport import Answer, Call, rewinder

__all__ = ["Rules", "Steps"]

T = TypeVar("T")

#: Yields what is to be sent, is sent the answers, and returns the result.
Steps = Generator[Call, Answer, T]

_CHECK = "check the name and what proves it; RT counts upper and lower case"


class Rules:
    """A user's sessions on one site; see `Session` for the arguments.

    Args:
        url: the site's. has_auth: whether the web server in front gets credentials already.
    """

    def __init__(self, url: str, has_auth: bool, credentials: Credentials,
                 logins: Sequence[Manner], *, size: int = 4,
                 saved: Optional[Mapping[str, Any]] = None) -> None:
        if credentials.token is not None and has_auth:
            raise UsageError("a token and the web server's own login need the same header",
                             argument="token", server=url,
                             advice="give user and password: RT takes them by form")
        self._url, self._has_auth = url, has_auth
        self._credentials = credentials
        self._logins = tuple(logins)
        cookies = _saved_cookies(saved, url, credentials) if saved is not None else []
        if credentials.cookie is not None:
            cookies.append(credentials.cookie.strip())
        self._pool = Pool(cookies, size if credentials.renewable else len(cookies),
                          renewable=credentials.renewable)
        #: Whether a login has shown that RT keeps this user out of REST 1.0.
        self.unprivileged = False
        self._anonymous = not cookies and not credentials.renewable
        #: Requests at once that never wait for a session.
        self._places = size if self._anonymous or credentials.renewable else len(cookies)
        #: Manners that send the credentials with each request, because no session is to be had.
        self._each: FrozenSet[str] = frozenset()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._url!r}, user={self._credentials.user!r})"

    def opening(self, manner: Manner) -> Steps[bool]:
        """See `Session.open`."""
        if not self._credentials.renewable or self._pool.idle():
            yield from self.sending(manner.trial, manner)
            return bool(self._pool.idle())
        with self._pool.slot() as slot:
            refusal = None
            if slot.cookie is None:
                slot.cookie, refusal = yield from self._log_in()
            if slot.cookie is not None:
                return True
        yield from self._without_session(manner.trial, manner, refusal)
        return False

    def export(self) -> Dict[str, Any]:
        """The sessions not in use, as plain data to save: secrets, good until RT forgets them."""
        return {"url": self._url, "user": self._credentials.user,
                "cookies": self._pool.idle()}

    def ending(self) -> Steps[None]:
        """See `Session.logout`."""
        failures: List[RTError] = []
        for cookie in self._pool.drain():
            manner = self._logins[0]
            try:
                yield from self._on_site(manner.logout(), manner, _jar(cookie))
            except RTError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def sending(self, request: Request, manner: Manner) -> Steps[Response]:
        """One request of a protocol's operations, with a login before it where it needs one."""
        rewind = rewinder(request)
        if self._anonymous or manner.name in self._each:
            return (yield from self._with_credentials(request, manner))
        with self._pool.slot() as slot:
            if slot.cookie is not None:
                response = yield from self._with_cookie(request, manner, slot.cookie)
                if not manner.signed_out(response):
                    return response
                slot.cookie = None
                rewind()
            slot.cookie, refusal = yield from self._log_in()
            if slot.cookie is not None:
                response = yield from self._with_cookie(request, manner, slot.cookie)
                if not manner.signed_out(response):
                    return response
                slot.cookie = None
                rewind()
        return (yield from self._without_session(request, manner, refusal))

    def _without_session(self, request: Request, manner: Manner,
                         refusal: Optional[NotAuthenticated]) -> Steps[Response]:
        """Send the credentials with the request, and from now on, if that is of any use."""
        if refusal is not None and not manner.checks_itself:
            raise refusal
        response = yield from self._with_credentials(request, manner, refusal)
        self._each |= {manner.name}
        return response

    def _with_cookie(self, request: Request, manner: Manner, cookie: str) -> Steps[Response]:
        return self._exchange(request, request, manner, (("Cookie", cookie),))

    def _with_credentials(self, request: Request, manner: Manner,
                          refusal: Optional[NotAuthenticated] = None) -> Steps[Response]:
        """Send the credentials with the request itself; ``refusal`` says more than a 401 does."""
        carrying = request
        if self._credentials.renewable:
            carrying = manner.authorise(request, self._credentials)
        if carrying.headers != request.headers and self._has_auth:
            raise NotAuthenticated(
                "RT gives no session, and the web server's login leaves no room for RT's",
                server=self._url, request=request.line)
        response = yield from self._exchange(request, carrying, manner, ())
        if manner.signed_out(response):
            raise refusal or NotAuthenticated(
                "RT does not know who asks", server=self._url, code=401,
                request=response.request.line, advice="log in with valid credentials")
        return response

    def _exchange(self, request: Request, carrying: Request, manner: Manner,
                  secret: Tuple[Tuple[str, str], ...]) -> Steps[Response]:
        def divert(status: int, headers: Mapping[str, str], first: bytes) -> bool:
            return manner.signed_out(Response(status, headers, first, request))
        answer = yield Call(self._url, carrying, manner.base, (*manner.headers, *secret),
                            divert=divert)
        return replace(answer.response, request=relative_to(request, manner.base))

    def _log_in(self) -> Steps[Tuple[Optional[str], Optional[NotAuthenticated]]]:
        """A new session's cookie, or None and why RT refused (None if no session is to be had).

        Raises:
            NotAuthenticated: there is nothing to log in with.
        """
        if not self._credentials.renewable:
            raise NotAuthenticated("the session has expired", server=self._url,
                                   code=401, advice="log in with user and password or a token")
        for login in self._logins:
            jar: Dict[str, str] = {}
            answer = yield from self._on_site(login.login(self._credentials), login, jar)
            if answer.verdict == "refused":
                return None, self._refusal(answer, login)
            if answer.verdict == "accepted" and jar:
                self.unprivileged = answer.unprivileged
                return "; ".join(f"{name}={value}" for name, value in jar.items()), None
        return None, None

    def _on_site(self, operation: Operation[T], manner: Manner,
                 jar: Dict[str, str]) -> Steps[T]:
        """An operation with paths relative to the site, which keeps cookies in ``jar``."""
        resume: Callable[[], Request] = partial(next, operation)
        while True:
            try:
                request = resume()
            except StopIteration as stop:
                result: T = stop.value
                break
            cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
            headers = (*manner.headers, ("Cookie", cookie)) if cookie else manner.headers
            try:
                answer = yield Call(self._url, request, headers=headers)
            except Exception as error:
                resume = partial(operation.throw, error)
                continue
            for line in answer.set_cookies:
                name, _, value = line.split(";", 1)[0].partition("=")
                if name.strip() and value.strip():
                    jar[name.strip()] = value.strip()
            resume = partial(operation.send, answer.response)
        return result

    def _refusal(self, answer: LoginAnswer, login: Manner) -> NotAuthenticated:
        what = ("RT does not accept this token" if self._credentials.token is not None else
                f"RT does not accept this password of {self._credentials.user}")
        return NotAuthenticated(what, server=self._url, messages=answer.messages,
                                code=401, request=f"POST {login.base}",
                                advice=answer.advice or _CHECK)


def _jar(cookie: str) -> Dict[str, str]:
    pairs = (pair.strip().partition("=") for pair in cookie.split(";"))
    return {name: value for name, _, value in pairs}


def _saved_cookies(saved: Mapping[str, Any], url: str,
                   credentials: Credentials) -> List[str]:
    cookies = saved.get("cookies")
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) for cookie in cookies):
        raise UsageError("this is no saved session", argument="saved")
    if saved.get("url") != url:
        raise UsageError("this session was saved from another site", argument="saved",
                         server=url)
    if credentials.user is not None and saved.get("user") != credentials.user:
        raise UsageError("this session was saved for another user", argument="saved",
                         server=url)
    return list(cookies)
