"""What proves who we are, and how a protocol logs in by it."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Literal, NamedTuple, Optional, Tuple

from rtcompat.errors import UsageError
from rtcompat.exchange import Operation, Request, Response

__all__ = ["Credentials", "LoginAnswer", "Manner"]


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
