"""Who we are on a server: log in, keep a pool of sessions, renew them. Parses nothing of RT's.

RT locks a session for the whole of a REST 1.0 request, and a request that timed out keeps it
locked. So a session cookie serves one request at a time: the pool opens a further session when
all are in use, and forgets one whose request was lost. While requests come one at a time there
is one session and one login, shared by both protocols.

The cookie is ours, not a cookie jar's: it goes to the site it came from, over the scheme it came
by, also if it was marked secure (RT from 5.0.4 on marks it on plain http too, where the password
has just crossed the same wire), and nowhere else, because a `Transport` has one site and follows
no redirect. Where no session can be had, every request carries the credentials themselves.
"""
from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import (Any, Callable, Dict, FrozenSet, Iterator, List, Literal, Mapping, NamedTuple,
                    Optional, Sequence, Tuple)

from rtcompat.errors import (NotAuthenticated, OutcomeUnknown, RTError, TimedOut, Truncated,
                             UsageError)
from rtcompat.exchange import Operation, Request, Response, Send, relative_to, run
from rtcompat.transport import Transport, rewinder

__all__ = ["Credentials", "LoginAnswer", "Manner", "Session"]


@dataclass(frozen=True)
class Credentials:
    """What proves who we are. Its repr shows the user's name and nothing else.

    Attributes:
        user: RT's login name; needed with a password.
        password: RT's password, or the one that RT has checked elsewhere.
        token: an authentication token (RT 5, or RT-Authen-Token), instead of a password.
        cookie: a session that exists, as ``RT_SID_example.org.80=0123…``; used as it is.
    """

    user: Optional[str] = None
    password: Optional[str] = field(default=None, repr=False)
    token: Optional[str] = field(default=None, repr=False)
    cookie: Optional[str] = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.password is not None and self.token is not None:
            raise UsageError("a password or a token, not both", argument="token")
        if self.password is not None and not self.user:
            raise UsageError("a password needs a user", argument="user")

    @property
    def renewable(self) -> bool:
        """Whether they can log in (a cookie alone cannot)."""
        return self.password is not None or self.token is not None


_CHECK = "check the name and what proves it; RT counts upper and lower case"


class LoginAnswer(NamedTuple):
    """What became of a login.

    Attributes:
        verdict: ``accepted``; ``refused``: RT does not take these credentials; ``none``: no
            session is to be had this way (the page is closed, or is not RT's).
        messages: RT's sentences on it.
        unprivileged: the session is good, but RT redirects this user away from REST 1.0.
        advice: what else the answer tells, or None.
    """

    verdict: Literal["accepted", "refused", "none"]
    messages: Tuple[str, ...] = ()
    unprivileged: bool = False
    advice: Optional[str] = None


@dataclass(frozen=True)
class Manner:
    """How one protocol logs in; its functions stand in the protocol's ``login`` module.

    Attributes:
        name: ``rest1`` or ``rest2``.
        base: what its paths are relative to, below the site.
        headers: sent with each of its requests.
        trial: a cheap read that shows whether RT knows us.
        checks_itself: True where a refusal by the other protocol's login is not the last word.
        login: yields requests relative to the site; the session puts the cookies of each answer
            into the next request.
        logout: ends the session whose cookie its requests are given.
        signed_out: whether an answer is RT's own "I do not know you": nothing was carried out.
            Also asked about the first bytes of an answer that is streamed.
        authorise: the request with the credentials in it, for a site without sessions.
    """

    name: str
    base: str
    headers: Tuple[Tuple[str, str], ...]
    trial: Request
    checks_itself: bool
    login: Callable[[Credentials], Operation[LoginAnswer]]
    logout: Callable[[], Operation[None]]
    signed_out: Callable[[Response], bool]
    authorise: Callable[[Request, Credentials], Request]


class Session:
    """Sends a user's requests to one site. Safe to use from several threads at once.

    Args:
        transport: bound to the site.
        credentials: none at all lets the web server in front decide who we are.
        logins: manners to log in by, in this order; only protocols that the site has.
        size: sessions at most, and so requests at once; further ones wait.
        saved: what `export` gave; an expired session is renewed if the credentials can.

    Raises:
        UsageError: a token together with credentials for the web server, which need the same
            header; or ``saved`` is from another site or user.
    """

    def __init__(self, transport: Transport, credentials: Credentials,
                 logins: Sequence[Manner], *, size: int = 4,
                 saved: Optional[Mapping[str, Any]] = None) -> None:
        if credentials.token is not None and transport.has_auth:
            raise UsageError("a token and the web server's own login need the same header",
                             argument="token", server=transport.url,
                             advice="give user and password: RT takes them by form")
        self._transport = transport
        self._credentials = credentials
        self._logins = tuple(logins)
        cookies = _saved_cookies(saved, transport, credentials) if saved is not None else []
        if credentials.cookie is not None:
            cookies.append(credentials.cookie.strip())
        self._pool = _Pool(cookies, size if credentials.renewable else len(cookies))
        #: Whether a login has shown that RT keeps this user out of REST 1.0.
        self.unprivileged = False
        self._anonymous = not cookies and not credentials.renewable
        #: Manners that send the credentials with each request, because no session is to be had.
        self._each: FrozenSet[str] = frozenset()

    def __repr__(self) -> str:
        return f"Session({self._transport.url!r}, user={self._credentials.user!r})"

    def sender(self, manner: Manner) -> Send:
        """The ``send`` for operations of a protocol.

        It raises, besides the transport's errors, NotAuthenticated: RT does not take the
        credentials, or the session has expired and there are none to renew it by.
        """
        def send(request: Request) -> Response:
            return self._send(request, manner)
        return send

    def open(self, manner: Manner) -> bool:
        """Log in now; a session that is there already, or credentials alone, are tried instead.

        Requests: 1 where REST 1.0 is open; else 2 with a password and 1 with a token; 1 more
        where there is no session to be had and for refused credentials.

        Returns:
            True with a session; False if the credentials go with each request.

        Raises:
            NotAuthenticated: RT does not take the credentials.
        """
        if not self._credentials.renewable or self._pool.idle():
            self._send(manner.trial, manner)
            return bool(self._pool.idle())
        with self._pool.slot() as slot:
            refusal = None
            if slot.cookie is None:
                slot.cookie, refusal = self._log_in()
            if slot.cookie is not None:
                return True
        self._without_session(manner.trial, manner, refusal)
        return False

    def export(self) -> Dict[str, Any]:
        """The sessions not in use, as plain data to save: secrets, good until RT forgets them."""
        return {"url": self._transport.url, "user": self._credentials.user,
                "cookies": self._pool.idle()}

    def logout(self) -> None:
        """End the sessions not in use. A later request logs in again.

        Raises:
            RTError: the first failure, after every session was tried.
        """
        failures: List[RTError] = []
        for cookie in self._pool.drain():
            manner = self._logins[0]
            try:
                run(manner.logout(), self._site_sender(manner, _jar(cookie)))
            except RTError as error:
                failures.append(error)
        if failures:
            raise failures[0]

    def close(self) -> None:
        """Close the connections; sessions live on at the server (see `logout`)."""
        self._transport.close()

    def _send(self, request: Request, manner: Manner) -> Response:
        rewind = rewinder(request)
        if self._anonymous or manner.name in self._each:
            return self._with_credentials(request, manner)
        with self._pool.slot() as slot:
            if slot.cookie is not None:
                response = self._with_cookie(request, manner, slot.cookie)
                if not manner.signed_out(response):
                    return response
                slot.cookie = None
                rewind()
            slot.cookie, refusal = self._log_in()
            if slot.cookie is not None:
                response = self._with_cookie(request, manner, slot.cookie)
                if not manner.signed_out(response):
                    return response
                slot.cookie = None
                rewind()
        return self._without_session(request, manner, refusal)

    def _without_session(self, request: Request, manner: Manner,
                         refusal: Optional[NotAuthenticated]) -> Response:
        """Send the credentials with the request, and from now on, if that is of any use."""
        if refusal is not None and not manner.checks_itself:
            raise refusal
        response = self._with_credentials(request, manner, refusal)
        self._each |= {manner.name}
        return response

    def _with_cookie(self, request: Request, manner: Manner, cookie: str) -> Response:
        return self._exchange(request, request, manner, (("Cookie", cookie),))

    def _with_credentials(self, request: Request, manner: Manner,
                          refusal: Optional[NotAuthenticated] = None) -> Response:
        """Send the credentials with the request itself; ``refusal`` says more than a 401 does."""
        carrying = request
        if self._credentials.renewable:
            carrying = manner.authorise(request, self._credentials)
        if carrying.headers != request.headers and self._transport.has_auth:
            raise NotAuthenticated(
                "RT gives no session, and the web server's login leaves no room for RT's",
                server=self._transport.url, request=request.line)
        response = self._exchange(request, carrying, manner, ())
        if manner.signed_out(response):
            raise refusal or NotAuthenticated(
                "RT does not know who asks", server=self._transport.url, code=401,
                request=response.request.line, advice="log in with valid credentials")
        return response

    def _exchange(self, request: Request, carrying: Request, manner: Manner,
                  secret: Tuple[Tuple[str, str], ...]) -> Response:
        def divert(status: int, headers: Mapping[str, str], first: bytes) -> bool:
            return manner.signed_out(Response(status, headers, first, request))
        response = self._transport.send(carrying, base=manner.base, divert=divert,
                                        headers=(*manner.headers, *secret)).response
        return replace(response, request=relative_to(request, manner.base))

    def _log_in(self) -> Tuple[Optional[str], Optional[NotAuthenticated]]:
        """A new session's cookie, or None and why RT refused (None if no session is to be had).

        Raises:
            NotAuthenticated: there is nothing to log in with.
        """
        if not self._credentials.renewable:
            raise NotAuthenticated("the session has expired", server=self._transport.url,
                                   code=401, advice="log in with user and password or a token")
        for login in self._logins:
            jar: Dict[str, str] = {}
            answer = run(login.login(self._credentials), self._site_sender(login, jar))
            if answer.verdict == "refused":
                return None, self._refusal(answer, login)
            if answer.verdict == "accepted" and jar:
                self.unprivileged = answer.unprivileged
                return "; ".join(f"{name}={value}" for name, value in jar.items()), None
        return None, None

    def _site_sender(self, manner: Manner, jar: Dict[str, str]) -> Send:
        """A send for paths relative to the site, which keeps cookies in ``jar``."""
        def send(request: Request) -> Response:
            cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
            headers = (*manner.headers, ("Cookie", cookie)) if cookie else manner.headers
            answer = self._transport.send(request, headers=headers)
            for line in answer.set_cookies:
                name, _, value = line.split(";", 1)[0].partition("=")
                if name.strip() and value.strip():
                    jar[name.strip()] = value.strip()
            return answer.response
        return send

    def _refusal(self, answer: LoginAnswer, login: Manner) -> NotAuthenticated:
        what = ("RT does not accept this token" if self._credentials.token is not None else
                f"RT does not accept this password of {self._credentials.user}")
        return NotAuthenticated(what, server=self._transport.url, messages=answer.messages,
                                code=401, request=f"POST {login.base}",
                                advice=answer.advice or _CHECK)


def _jar(cookie: str) -> Dict[str, str]:
    pairs = (pair.strip().partition("=") for pair in cookie.split(";"))
    return {name: value for name, _, value in pairs}


def _saved_cookies(saved: Mapping[str, Any], transport: Transport,
                   credentials: Credentials) -> List[str]:
    cookies = saved.get("cookies")
    if not isinstance(cookies, list) or not all(isinstance(cookie, str) for cookie in cookies):
        raise UsageError("this is no saved session", argument="saved")
    if saved.get("url") != transport.url:
        raise UsageError("this session was saved from another site", argument="saved",
                         server=transport.url)
    if credentials.user is not None and saved.get("user") != credentials.user:
        raise UsageError("this session was saved for another user", argument="saved",
                         server=transport.url)
    return list(cookies)


class _Slot:
    """One place of the pool while a request uses it; ``cookie`` is None without a session."""

    def __init__(self, cookie: Optional[str]) -> None:
        self.cookie = cookie


class _Pool:
    """At most ``size`` cookies, each used by one request at a time, the last used first."""

    def __init__(self, cookies: Sequence[str], size: int) -> None:
        self._idle = list(cookies)
        self._size = size
        self._busy = 0
        self._changed = threading.Condition()

    @contextmanager
    def slot(self) -> Iterator[_Slot]:
        """A place; its cookie goes back afterwards, unless its request was lost on the way."""
        with self._changed:
            self._changed.wait_for(lambda: self._idle or self._busy < self._size)
            slot = _Slot(self._idle.pop() if self._idle else None)
            self._busy += 1
        try:
            yield slot
        except RTError as error:
            # RT may still be at it, and holds the session's lock as long.
            if isinstance(error, (TimedOut, Truncated, OutcomeUnknown)):
                slot.cookie = None
            raise
        except BaseException:
            slot.cookie = None
            raise
        finally:
            with self._changed:
                self._busy -= 1
                if slot.cookie is not None:
                    self._idle.append(slot.cookie)
                self._changed.notify()

    def idle(self) -> List[str]:
        """The cookies that no request uses now."""
        with self._changed:
            return list(self._idle)

    def drain(self) -> List[str]:
        """Take those cookies out."""
        with self._changed:
            idle, self._idle = self._idle, []
            return idle
