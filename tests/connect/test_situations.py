"""Every situation in which one may connect: the right answer, or the right error and its words."""
from __future__ import annotations

import json
import socket
import threading
from typing import Any, Dict

import pytest

from rtcompat import (ConnectFailed, NotAuthenticated, ProtocolError, TimedOut, Unsupported,
                      UsageError,
                      connect, probe)
from tests.connect.stage import Asked, Said, Stage

WHO: Dict[str, Any] = {"user": "alice", "password": "s3cret-word"}
UNKNOWN = json.dumps({"message": "Unauthorized"}).encode()
CREDENTIALS_REQUIRED = b"RT/4.4.6 401 Credentials required\n"
LOGIN = "/NoAuth/Login.html?next=0"


def page(title: str, status: int = 200) -> Said:
    return Said(status, f"<html><title>{title}</title>Password:</html>".encode())


def rest2_only(asked: Asked) -> Said:
    if asked.path.startswith("/REST/2.0/"):
        return Said(401, UNKNOWN, "application/json")
    return page("404 Not Found", 404)


def assert_no_secret(error: BaseException) -> None:
    for text in (str(error), repr(error), str(vars(error))):
        assert "s3cret" not in text


def test_a_login_page_is_not_rt() -> None:
    with Stage(lambda asked: page("Single sign-on")) as stage:
        with pytest.raises(ProtocolError) as caught:
            connect(stage.url, **WHO)
        assert stage.lines == ["GET /REST/2.0/rt", "GET /REST/1.0/"]
        assert "Single sign-on" in str(caught.value) and caught.value.server == stage.url
        assert caught.value.advice
        assert_no_secret(caught.value)


def test_a_redirect_to_another_host_is_not_followed() -> None:
    def away(asked: Asked) -> Said:
        return Said(302, headers=(("Location", "http://sso.example.org/login"),))
    with Stage(away) as stage:
        with pytest.raises(ProtocolError) as caught:
            connect(stage.url, **WHO)
        assert "sso.example.org" in str(caught.value) and len(stage.asked) == 2


def test_a_proxys_error_page() -> None:
    with Stage(lambda asked: page("502 Bad Gateway", 502)) as stage:
        with pytest.raises(ProtocolError) as caught:
            connect(stage.url, **WHO)
        assert "502" in str(caught.value) and len(stage.asked) == 2


def test_an_rt_without_either_protocol_at_this_address() -> None:
    def elsewhere(asked: Asked) -> Said:
        return Said(302, headers=(("Location", LOGIN),))
    with Stage(elsewhere) as stage:
        with pytest.raises(ProtocolError) as caught:
            connect(stage.url, **WHO)
        assert "an RT answers" in str(caught.value)


def test_a_web_server_that_wants_its_own_login() -> None:
    def guarded(asked: Asked) -> Said:
        return Said(401, b"no", headers=(("WWW-Authenticate", "Basic realm=x"),))
    with Stage(guarded) as stage:
        with pytest.raises(NotAuthenticated) as caught:
            connect(stage.url, **WHO)
        assert "auth=" in str(caught.value) and len(stage.asked) == 2


def test_nothing_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(ConnectFailed) as caught:
        connect(f"http://127.0.0.1:{port}", **WHO)
    assert str(port) in str(caught.value) and caught.value.request == "GET REST/2.0/rt"


def test_a_name_that_does_not_resolve() -> None:
    with pytest.raises(ConnectFailed):
        connect("http://no-such-host.invalid", **WHO)


def test_a_hanging_server_is_asked_once() -> None:
    release = threading.Event()
    with Stage(lambda asked: Said(wait=release)) as stage:
        with pytest.raises(TimedOut) as caught:
            connect(stage.url, timeout=0.3, **WHO)
        release.set()
        assert stage.lines == ["GET /REST/2.0/rt"]
        assert caught.value.request == "GET REST/2.0/rt"


def test_redirects_on_the_same_host_move_the_site_before_credentials_are_sent() -> None:
    def moved(asked: Asked) -> Said:
        if not asked.path.startswith("/rt/"):
            return Said(301, headers=(("Location", "/rt" + asked.path),))
        if asked.path == "/rt/REST/1.0/" and asked.method == "GET":
            return Said(200, CREDENTIALS_REQUIRED, "text/plain")
        if asked.path == "/rt/REST/1.0/":
            return Said(200, b"RT/4.4.6 200 Ok\n\n# Invalid object specification: ''\n\nid: \n\n",
                        "text/plain", (("Set-Cookie", "RT_SID_x.80=00ff; path=/rt; secure"),))
        return page("404", 404)
    with Stage(moved) as stage:
        with connect(stage.url, **WHO) as client:
            assert client.server().url == stage.url + "/rt"
            assert client.server().protocols == ("rest1",)
        assert stage.lines[:4] == ["GET /REST/2.0/rt", "GET /rt/REST/2.0/rt",
                                   "GET /rt/REST/1.0/", "POST /rt/REST/1.0/"]
        assert all(b"s3cret" not in one.body for one in stage.asked[:3])
        assert all("s3cret" not in one.path for one in stage.asked)


def test_https_to_http_is_refused() -> None:
    from rtcompat.protocols import detect
    from rtcompat.exchange import Response
    looking = detect("https://rt.example.org", ("rest1",))
    base, request = next(looking)
    with pytest.raises(ProtocolError) as caught:
        looking.send(Response(301, {"location": "http://rt.example.org/REST/1.0/"}, b"", request))
    assert "unencrypted" in str(caught.value)


def test_http_to_https_moves_the_site() -> None:
    from rtcompat.protocols import detect
    from rtcompat.exchange import Response
    looking = detect("http://rt.example.org", ("rest1",))
    _, request = next(looking)
    base, again = looking.send(
        Response(301, {"location": "https://rt.example.org/REST/1.0/"}, b"", request))
    assert base == "https://rt.example.org" and again.path == "REST/1.0/"
    with pytest.raises(StopIteration) as done:
        looking.send(Response(200, {}, CREDENTIALS_REQUIRED, again))
    assert done.value.value.open == ("rest1",) and done.value.value.version == "4.4.6"


def test_wrong_password_where_only_rest2_is_open() -> None:
    with Stage(rest2_only) as stage:
        with pytest.raises(NotAuthenticated) as caught:
            connect(stage.url, **WHO)
        assert_no_secret(caught.value)
        assert not any("s3cret" in one.path for one in stage.asked)


def test_a_token_is_not_sent_to_an_rt_4() -> None:
    def rt4(asked: Asked) -> Said:
        if asked.path == "/REST/1.0/":
            return Said(200, CREDENTIALS_REQUIRED, "text/plain")
        return Said(302, headers=(("Location", LOGIN),))
    with Stage(rt4) as stage:
        with pytest.raises(NotAuthenticated) as caught:
            connect(stage.url, token="1-14-s3cret")
        assert "4.4.6" in str(caught.value) and "password" in str(caught.value)
        assert len(stage.asked) == 2
        assert all("authorization" not in one.headers for one in stage.asked)


@pytest.mark.parametrize("url", [
    "rt.example.org", "ftp://rt.example.org", "https://", "https://u:p@rt.example.org",
    "https://rt.example.org/?q=1", "https://rt.example.org:port"])
def test_an_address_that_cannot_be_right_sends_nothing(url: str) -> None:
    with pytest.raises(UsageError):
        connect(url, **WHO)


@pytest.mark.parametrize("who", [
    {}, {"user": "alice"}, {"password": "x"}, {"user": "a", "password": "x", "token": "t"},
    {"token": "t", "auth": ("a", "b")}])
def test_credentials_that_cannot_be_right_send_nothing(who: Dict[str, Any]) -> None:
    with Stage(rest2_only) as stage:
        with pytest.raises(UsageError):
            connect(stage.url, **who)
        assert stage.asked == []


@pytest.mark.parametrize("tail", ["", "/", "/REST/1.0", "/REST/1.0/", "/REST/2.0", "/REST/2.0/rt",
                                  "/REST/1.0/ticket/7"])
def test_any_address_of_a_site_is_the_site(tail: str) -> None:
    with Stage(rest2_only) as stage:
        assert probe(stage.url + tail).url == stage.url
        assert stage.lines == ["GET /REST/2.0/rt", "GET /REST/1.0/"]


def test_probe_reports_without_credentials() -> None:
    with Stage(rest2_only) as stage:
        found = probe(stage.url)
    assert found.protocols == {"rest2": "open", "rest1": "closed"}
    assert found.version is None and "404" in found.answered["rest1"]


def old_rt(pages: bool, rest1: bool = True) -> Any:
    """RT 4.4 with the REST2 extension: since 1.09 its pages say how many there are."""
    def answer(asked: Asked) -> Said:
        if asked.path.startswith("/REST/2.0/"):
            if "cookie" not in asked.headers and "authorization" not in asked.headers:
                return Said(401, UNKNOWN, "application/json")
            if asked.path.endswith("/rt"):
                return Said(200, b'{"Version":"4.4.6","Plugins":["RT::Extension::REST2"]}',
                            "application/json")
            found = {"count": 0, "total": 0, "page": 1, "per_page": 1, "items": [],
                     **({"pages": 0} if pages else {})}
            return Said(200, json.dumps(found).encode(), "application/json")
        if not rest1:
            if asked.path.startswith("/NoAuth/Login"):
                return Said(302, headers=(("Location", "/"),
                                          ("Set-Cookie", "RT_SID_x.80=a1; path=/")))
            return page("403 Forbidden", 403)
        if "user=" in asked.body.decode():
            return Said(200, b"RT/4.4.6 200 Ok\n\n# Invalid object specification: ''\n\nid: \n\n",
                        headers=(("Set-Cookie", "RT_SID_x.80=a1; path=/"),))
        return Said(200, CREDENTIALS_REQUIRED)
    return answer


@pytest.mark.parametrize("pages, protocol", [(True, "rest2"), (False, "rest1")])
def test_an_old_extension_that_drops_things_silently_is_not_used(
        pages: bool, protocol: str) -> None:
    for route in (True, False):
        with Stage(old_rt(pages)) as stage:
            with connect(stage.url, route=route, **WHO) as rt:
                assert rt.server().protocol == protocol
                # The extension never learnt to merge; REST 1.0 beside it can.
                assert rt.server().supports("merge_ticket") is (route or protocol == "rest1")
            assert "GET /REST/2.0/tickets" in [line.partition("?")[0] for line in stage.lines]


def test_an_old_extension_alone_is_refused_and_says_what_to_do() -> None:
    with Stage(old_rt(False)) as stage:
        with pytest.raises(Unsupported) as caught:
            connect(stage.url, protocol="rest2", **WHO)
        assert "1.09" in str(caught.value) and "update" in str(caught.value)
        assert_no_secret(caught.value)
