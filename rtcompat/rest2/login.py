"""Logging in for REST2, which has no login of its own: the web's form gives a session.

REST2 takes any session of the web (seen on RT 5.0.3, 5.0.7, 5.0.10), and answers a
request with a cookie some forty times faster than one whose password or token it has to check.
Whether the form let us in is not told by its page, so the session is used once to find out.
"""
from __future__ import annotations

import base64
import json
from dataclasses import replace

from rtcompat.errors import UsageError
from rtcompat.exchange import Operation, Request, Response
from rtcompat.session import Credentials, LoginAnswer, Manner

__all__ = ["MANNER", "authorise", "login", "logout", "signed_out"]

_BASE = "REST/2.0/"


def login(credentials: Credentials) -> Operation[LoginAnswer]:
    """Post the web's login form, then ask REST2 for its version by the session that this gave.

    Two requests with a password; none with a token, for which the web has no form. Refusal is
    left to the first real request: the form may also be closed, or not be RT's.
    """
    if credentials.user is None or credentials.password is None:
        return LoginAnswer("none")
    form = (("user", credentials.user), ("pass", credentials.password))
    page = yield Request("POST", "NoAuth/Login.html", form=form, about="log in")
    if page.status not in (200, 302):
        return LoginAnswer("none")
    response = yield Request("GET", _BASE + "rt", about="try the session")
    return LoginAnswer("accepted" if response.status == 200 and _version(response) else "none")


def logout() -> Operation[None]:
    """End the session by the web's page for it. One request."""
    yield Request("GET", "NoAuth/Logout.html", effect="write", about="log out")


def signed_out(response: Response) -> bool:
    """Whether RT says that it does not know who asks.

    401 with a JSON message and no challenge (a proxy's 401 has one), or, if a cookie was sent,
    302 with the text ``Login required`` (RT 5.0.3).
    """
    if response.status == 302:
        return response.content.strip() == b"Login required"
    if response.status != 401 or "www-authenticate" in response.headers:
        return False
    return isinstance(_object(response).get("message"), str)


def authorise(request: Request, credentials: Credentials) -> Request:
    """The request with an Authorization header: ``token``, or ``Basic`` in UTF-8."""
    if credentials.token is not None:
        value = f"token {credentials.token}"
    elif credentials.user is None or credentials.password is None:
        return request
    elif ":" in credentials.user:
        raise UsageError("a user whose name has a colon cannot log in by Basic", argument="user")
    else:
        pair = f"{credentials.user}:{credentials.password}".encode("utf-8")
        value = "Basic " + base64.b64encode(pair).decode("ascii")
    return replace(request, headers=(*request.headers, ("Authorization", value)))


def _version(response: Response) -> bool:
    return isinstance(_object(response).get("Version"), str)


def _object(response: Response) -> "dict[str, object]":
    try:
        value = json.loads(response.content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


MANNER = Manner(name="rest2", base=_BASE, headers=(("Accept", "application/json"),),
                trial=Request("GET", "rt", about="try the session"),
                checks_itself=True, login=login, logout=logout, signed_out=signed_out,
                authorise=authorise)
