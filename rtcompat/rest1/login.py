"""Logging in over REST 1.0: user and password as parameters, or a token; both give a session.

Source: REST/1.0/autohandler, ``logout``; seen on RT 4.4.4 to 5.0.10. A request with
``user`` and ``pass`` is answered by the real result and the cookie of a new session, in every
version. So is one with ``Authorization: token`` from 5.0.0 on; 4.4 answers it as if nobody asked.
"""
from __future__ import annotations

import re
from dataclasses import replace
from typing import Tuple

from rtcompat.errors import ProtocolError
from rtcompat.exchange import Operation, Part, Request, Response
from rtcompat.session import Credentials, LoginAnswer, Manner

__all__ = ["MANNER", "authorise", "login", "logout", "signed_out"]

_BASE = "REST/1.0/"

#: The status line, which every answer of RT 3.4 to 6.0 begins with when it has one.
_STATUS = re.compile(rb"RT/(\S+) (\d{3}) [^\n]*(?:\n|\Z)")


def login(credentials: Credentials) -> Operation[LoginAnswer]:
    """Ask for nothing, with the credentials. One request."""
    request = Request("POST", _BASE, form=(), about="log in")
    response = yield authorise(request, credentials)
    status = _STATUS.match(response.content)
    if status is None:
        if response.status >= 500:
            raise ProtocolError(f"the login was answered by HTTP {response.status}",
                                status=response.status, server=response.server,
                                body=response.content.decode("utf-8", "replace"))
        # An unprivileged user is sent to SelfService (3.6 and later), with a cookie that is good
        # for REST2.
        accepted = response.status == 302 and _goes_to_selfservice(response)
        return LoginAnswer("accepted" if accepted else "none", unprivileged=accepted)
    if status.group(2) == b"401":
        version = status.group(1).decode("ascii", "replace")
        tokenless = credentials.token is not None and _major(version) < 5
        return LoginAnswer("refused", _sentences(response.content[status.end():]), advice=(
                           f"this is RT {version}: REST 1.0 takes tokens from RT 5 on; log in "
                           "with user and password" if tokenless else None))
    return LoginAnswer("accepted")


def logout() -> Operation[None]:
    """End the session. One request, two for an unprivileged user."""
    response = yield Request("POST", _BASE + "logout", form=(), effect="write", about="log out")
    if response.status == 302 and _goes_to_selfservice(response):
        yield Request("GET", "NoAuth/Logout.html", effect="write", about="log out")


def signed_out(response: Response) -> bool:
    """Whether RT says that it does not know who asks: ``401`` inside HTTP 200."""
    status = _STATUS.match(response.content)
    return response.status == 200 and status is not None and status.group(2) == b"401"


def authorise(request: Request, credentials: Credentials) -> Request:
    """The request with the credentials in it: in the body or a header, never in the URL.

    REST 1.0 takes parameters from the body also where it reads, so a GET becomes a POST.
    """
    if credentials.token is not None:
        header = ("Authorization", f"token {credentials.token}")
        return replace(request, headers=(*request.headers, header))
    if credentials.user is None or credentials.password is None:
        return request
    secret = (("user", credentials.user), ("pass", credentials.password))
    if request.parts:
        fields = tuple(Part(name, value.encode("utf-8")) for name, value in secret)
        return replace(request, parts=(*request.parts, *fields))
    form = (*request.query, *(request.form or ()), *secret)
    return replace(request, method="POST", query=(), form=form)


def _major(version: str) -> int:
    digits = re.match(r"\d+", version)
    return int(digits.group()) if digits else 0


def _goes_to_selfservice(response: Response) -> bool:
    return "/SelfService" in response.headers.get("location", "")


def _sentences(body: bytes) -> Tuple[str, ...]:
    lines = body.decode("utf-8", "replace").splitlines()
    return tuple(line.strip() for line in lines if line.strip())


MANNER = Manner(name="rest1", base=_BASE, headers=(("Accept-Language", "en"),),
                trial=Request("GET", "", about="try the session"),
                checks_itself=False, login=login, logout=logout, signed_out=signed_out,
                authorise=authorise)
