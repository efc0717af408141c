"""Sessions against a server that logs in, locks and forgets as RT does.

One suite for blocking sessions and for those that are awaited, by threads and by httpx.
"""
from __future__ import annotations

import io
import json
import logging
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Callable, Dict, Iterator, List, Mapping, Tuple

import pytest

from rtcompat.errors import (ConnectFailed, NotAuthenticated, OutcomeUnknown, ProtocolError,
                             TimedOut, UsageError)
from rtcompat.exchange import Part, Request, Response
from rtcompat.rest1.login import MANNER as REST1
from rtcompat.rest2.login import MANNER as REST2
from rtcompat.session import Credentials, Manner, Session
from rtcompat.transport import Transport
from tests.awaited import AwaitedSession, HttpxFace, ThreadFace
from tests.unit.misbehaving import LikeRT, Misbehaving, Reply, Seen

PASSWORD = Credentials("alice", "s3cret")
TOKEN = Credentials(token="1-14-t0ken")
BOTH = (REST1, REST2)
READ = Request("GET", "ticket/7")
KINDS: Dict[str, Tuple[Any, Any]] = {
    "blocking": (Session, Transport), "threads": (AwaitedSession, ThreadFace),
    "httpx": (AwaitedSession, HttpxFace)}


@pytest.fixture(autouse=True, params=list(KINDS))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Which session `Session` is in this module, and which transport `Transport`."""
    session, transport = KINDS[request.param]
    made: List[Any] = []

    def make(url: str, **options: Any) -> Any:
        made.append(transport(url, **options))
        return made[-1]
    monkeypatch.setattr(sys.modules[__name__], "Transport", make)
    monkeypatch.setattr(sys.modules[__name__], "Session", session)
    yield request.param
    for each in made:
        each.close()


def work(seen: Seen) -> Reply:
    if seen.path.startswith("/REST/1.0/"):
        return Reply(b"RT/5.0.3 200 Ok\n\nid: ticket/7\n\n")
    return Reply(b'{"id":7}')


class Site:
    """A running `LikeRT` and the sessions made with it."""

    def __init__(self, rt: LikeRT) -> None:
        self.rt = rt
        self.server = Misbehaving(rt)
        self.opened: List[Session] = []

    def session(self, credentials: Credentials = PASSWORD, logins: Tuple[Manner, ...] = BOTH,
                timeout: float = 5, **options: Any) -> Session:
        session = Session(Transport(self.server.url, timeout=timeout), credentials, logins,
                          **options)
        self.opened.append(session)
        return session

    def paths(self) -> List[str]:
        """What arrived since the last call, without ``/REST``."""
        paths = [path.replace("/REST", "") for path in self.server.paths()]
        self.server.seen.clear()
        return paths


@contextmanager
def site(answering: Callable[[Seen], Reply] = work, **options: Any) -> Iterator[Site]:
    running = Site(LikeRT(answering, tokens={"1-14-t0ken": "alice"}, **options))
    with running.server:
        try:
            yield running
        finally:
            for session in running.opened:
                session.close()


# -- one login -------------------------------------------------------------------------------

def test_one_login_and_one_session_for_both_protocols() -> None:
    with site() as rt:
        session = rt.session()
        one, two = session.sender(REST1), session.sender(REST2)
        answers = [one(READ), two(READ), one(READ), two(READ)]
        assert rt.paths() == ["POST /1.0/", "GET /1.0/ticket/7", "GET /2.0/ticket/7",
                              "GET /1.0/ticket/7", "GET /2.0/ticket/7"]
        assert len(rt.rt.sessions) == 1
    assert answers[0].content.startswith(b"RT/5.0.3 200 Ok")
    assert answers[0].request == replace(READ, path="REST/1.0/ticket/7")
    assert answers[1].content == b'{"id":7}' and answers[1].server == rt.server.url


def test_only_the_login_carries_the_password_and_only_the_cookie_follows() -> None:
    with site() as rt:
        session = rt.session()
        session.sender(REST1)(READ)
        session.sender(REST2)(READ)
        login, first, second = rt.server.seen
    assert login.form == {"user": "alice", "pass": "s3cret"} and "cookie" not in login.headers
    assert "s3cret" not in login.target
    # The cookie was marked secure, and comes back over plain http all the same.
    assert first.headers["cookie"] == f"RT_SID_example.org.80={1:032x}"
    assert second.headers["cookie"] == first.headers["cookie"]
    assert "authorization" not in first.headers and "authorization" not in second.headers
    assert first.headers["accept-language"] == "en"
    assert second.headers["accept"] == "application/json"


def test_open_logs_in_once() -> None:
    with site() as rt:
        session = rt.session()
        assert session.open(REST2)
        assert rt.paths() == ["POST /1.0/"]
        session.sender(REST2)(READ)
        assert rt.paths() == ["GET /2.0/ticket/7"]


def test_without_rest1_the_form_gives_the_session() -> None:
    with site(closed=("/REST/1.0",)) as rt:
        session = rt.session(logins=(REST2,))
        assert session.open(REST2)
        session.sender(REST2)(READ)
        assert rt.paths() == ["POST /NoAuth/Login.html", "GET /2.0/rt", "GET /2.0/ticket/7"]


def test_rest1_closed_although_it_was_thought_open() -> None:
    with site(closed=("/REST/1.0",)) as rt:
        session = rt.session()
        session.sender(REST2)(READ)
        assert rt.paths() == ["POST /1.0/", "POST /NoAuth/Login.html", "GET /2.0/rt",
                              "GET /2.0/ticket/7"]


def test_without_rest1_and_form_each_request_carries_basic() -> None:
    with site(closed=("/REST/1.0", "/NoAuth")) as rt:
        session = rt.session(logins=(REST2,))
        assert not session.open(REST2)
        session.sender(REST2)(READ)
        session.sender(REST2)(READ)
        seen = list(rt.server.seen)
        assert rt.paths() == ["POST /NoAuth/Login.html", "GET /2.0/rt", "GET /2.0/ticket/7",
                              "GET /2.0/ticket/7"]
    assert {one.headers.get("authorization") for one in seen[1:]} == {"Basic YWxpY2U6czNjcmV0"}


def test_sessions_that_do_not_hold() -> None:
    with site(stable=False) as rt:
        session = rt.session()
        for manner in BOTH:
            send = session.sender(manner)
            first = send(replace(READ, query=(("format", "l"),)))
            assert b"s3cret" not in repr(first.request).encode()
            rt.server.seen.clear()
            send(replace(READ, query=(("format", "l"),)))
            (seen,) = rt.server.seen
            if manner is REST1:
                assert (seen.method, seen.target) == ("POST", "/REST/1.0/ticket/7")
                assert seen.form == {"format": "l", "user": "alice", "pass": "s3cret"}
            else:
                assert seen.target == "/REST/2.0/ticket/7?format=l"
                assert seen.headers["authorization"].startswith("Basic ")


def test_rest1_multipart_can_carry_credentials_too() -> None:
    carrying = REST1.authorise(Request("POST", "x", parts=(Part("content", b"x"),)), PASSWORD)
    assert [(part.name, part.content) for part in carrying.parts] == [
        ("content", b"x"), ("user", b"alice"), ("pass", b"s3cret")]
    assert carrying.query == ()


def test_unprivileged_users_get_a_session_for_rest2() -> None:
    with site(unprivileged=("alice",)) as rt:
        session = rt.session()
        assert session.sender(REST2)(READ).content == b'{"id":7}'
        assert session.unprivileged
        assert session.sender(REST1)(READ).status == 302
        assert rt.paths() == ["POST /1.0/", "GET /2.0/ticket/7", "GET /1.0/ticket/7"]


def test_a_token_gives_a_session_where_rest1_is() -> None:
    with site() as rt:
        session = rt.session(TOKEN)
        session.sender(REST2)(READ)
        login, read = rt.server.seen
    assert login.path == "/REST/1.0/" and login.headers["authorization"] == "token 1-14-t0ken"
    assert "authorization" not in read.headers and "cookie" in read.headers


def test_a_token_goes_with_each_request_where_rest1_is_not() -> None:
    with site() as rt:
        session = rt.session(TOKEN, logins=(REST2,))
        assert not session.open(REST2)
        session.sender(REST2)(READ)
        assert [seen.headers.get("authorization") for seen in rt.server.seen] == [
            "token 1-14-t0ken"] * 2


def test_a_cookie_is_used_as_it_is() -> None:
    with site() as rt:
        first = rt.session()
        first.open(REST1)
        cookie = first.export()["cookies"][0]
        rt.paths()
        session = rt.session(Credentials(cookie=cookie))
        assert session.open(REST2)
        session.sender(REST1)(READ)
        assert rt.paths() == ["GET /2.0/rt", "GET /1.0/ticket/7"]
        rt.rt.expire()
        for _ in range(2):
            with pytest.raises(NotAuthenticated, match="the session has expired"):
                session.sender(REST1)(READ)
        assert rt.paths() == ["GET /1.0/ticket/7"]


def test_the_web_servers_word_is_enough() -> None:
    def remote_user(seen: Seen) -> Reply:
        known = seen.headers.get("authorization") == "Basic d2ViOnBhc3M="
        return work(seen) if known else Reply(b"", 401, (("WWW-Authenticate", "Basic"),))
    with Misbehaving(remote_user) as server:
        session = Session(Transport(server.url, auth=("web", "pass")), Credentials(), BOTH)
        assert session.sender(REST1)(READ).status == 200
        assert len(server.seen) == 1
        session.close()


def test_a_token_and_the_web_servers_login_do_not_go_together() -> None:
    with pytest.raises(UsageError, match="same header"):
        Session(Transport("http://127.0.0.1", auth=("web", "pass")), TOKEN, BOTH)


# -- refusals --------------------------------------------------------------------------------

WRONG = Credentials("alice", "wrong-s3cret")


def test_wrong_password() -> None:
    with site() as rt:
        with pytest.raises(NotAuthenticated) as caught:
            rt.session(WRONG).sender(REST1)(READ)
        assert rt.paths() == ["POST /1.0/"]
        with pytest.raises(NotAuthenticated) as also:
            rt.session(WRONG).sender(REST2)(READ)
        assert rt.paths() == ["POST /1.0/", "GET /2.0/ticket/7"]
        for manner, logins, paths in ((REST1, BOTH, ["POST /1.0/"]),
                                      (REST2, BOTH, ["POST /1.0/", "GET /2.0/rt"]),
                                      (REST2, (REST2,), ["POST /NoAuth/Login.html",
                                                         "GET /2.0/rt", "GET /2.0/rt"])):
            with pytest.raises(NotAuthenticated):
                rt.session(WRONG, logins=logins).open(manner)
            assert rt.paths() == paths
    assert str(caught.value) == (
        "RT does not accept this password of alice (RT said: Your username or password is "
        f"incorrect) [POST REST/1.0/ at {rt.server.url}] - check the name and what proves it; RT "
        "counts upper and lower case")
    assert str(also.value) == str(caught.value)


def test_a_user_whom_only_rest2_knows() -> None:
    with site() as rt:
        def answering(seen: Seen) -> Reply:
            if seen.path.startswith("/REST/1.0"):
                return Reply(b"RT/5.0.3 401 Credentials required\n")
            return rt.rt(seen)
        rt.server.answering = answering
        session = rt.session()
        assert not session.open(REST2)
        assert session.sender(REST2)(READ).status == 200
        assert rt.paths() == ["POST /1.0/", "GET /2.0/rt", "GET /2.0/ticket/7"]
        with pytest.raises(NotAuthenticated):
            session.sender(REST1)(READ)


def test_a_token_where_rt_is_too_old() -> None:
    with site(version="4.4.6") as rt:
        rt.rt.tokens.clear()
        with pytest.raises(NotAuthenticated) as caught:
            rt.session(TOKEN, logins=(REST1,)).open(REST1)
    assert "this is RT 4.4.6: REST 1.0 takes tokens from RT 5 on" in str(caught.value)
    assert "t0ken" not in str(caught.value)


@pytest.mark.parametrize("manner", BOTH, ids=lambda manner: manner.name)
def test_nobody(manner: Manner) -> None:
    with site() as rt:
        session = rt.session(Credentials())
        with pytest.raises(NotAuthenticated, match="RT does not know who asks"):
            session.sender(manner)(READ)
        assert len(rt.server.seen) == 1


def test_a_broken_login_is_no_refusal() -> None:
    with Misbehaving(lambda seen: Reply(b"<html>oops</html>", 500)) as server:
        session = Session(Transport(server.url), PASSWORD, BOTH)
        with pytest.raises(ProtocolError, match="HTTP 500"):
            session.sender(REST2)(READ)
        session.close()


@pytest.mark.parametrize("arguments", [
    {"user": "a", "password": "b", "token": "c"}, {"password": "b"}, {"user": "", "password": "b"}])
def test_credentials_that_cannot_be(arguments: Mapping[str, str]) -> None:
    with pytest.raises(UsageError):
        Credentials(**arguments)


# -- renewal ---------------------------------------------------------------------------------

@pytest.mark.parametrize("manner", BOTH, ids=lambda manner: manner.name)
def test_an_expired_session_is_renewed_once(manner: Manner) -> None:
    with site() as rt:
        session = rt.session()
        send = session.sender(manner)
        send(READ)
        rt.rt.expire()
        rt.paths()
        assert send(READ).status == 200
        base = manner.base[5:]
        assert rt.paths() == [f"GET /{base}ticket/7", "POST /1.0/", f"GET /{base}ticket/7"]
        send(READ)
        assert rt.paths() == [f"GET /{base}ticket/7"]


@pytest.mark.parametrize("manner", BOTH, ids=lambda manner: manner.name)
def test_a_write_is_repeated_on_the_signed_out_answer_with_its_file(manner: Manner) -> None:
    done: List[bytes] = []

    def create(seen: Seen) -> Reply:
        done.append(seen.body)
        return work(seen)
    with site(create) as rt:
        session = rt.session()
        session.open(manner)
        rt.rt.expire()
        file = io.BytesIO(b"skipped, the file's content")
        file.seek(9)
        response = session.sender(manner)(Request(
            "POST", "ticket/new", effect="write-once",
            parts=(Part("content", b"id: ticket/new"), Part("attachment_1", file, filename="a"))))
        assert response.status == 200
    assert len(done) == 1 and b"\r\n\r\nthe file's content\r\n" in done[0]


def test_several_expired_sessions_cost_one_login_for_each_request() -> None:
    with site() as rt:
        saved = {"url": rt.server.url, "user": "alice",
                 "cookies": [f"RT_SID_example.org.80=dead{number}" for number in range(3)]}
        session = rt.session(saved=saved)
        session.sender(REST1)(READ)
        assert rt.paths() == ["GET /1.0/ticket/7", "POST /1.0/", "GET /1.0/ticket/7"]
        session.sender(REST1)(READ)
        assert rt.paths() == ["GET /1.0/ticket/7"]


def test_signed_out_again() -> None:
    with site(stable=False, basic=False) as rt:
        session = rt.session()
        with pytest.raises(NotAuthenticated):
            session.sender(REST2)(READ)
        assert len(rt.paths()) == 3


def test_the_password_was_changed_meanwhile() -> None:
    with site() as rt:
        session = rt.session()
        session.open(REST1)
        rt.rt.expire()
        rt.rt.users["alice"] = "another"
        with pytest.raises(NotAuthenticated, match="does not accept this password"):
            session.sender(REST1)(READ)
        rt.rt.users["alice"] = "s3cret"
        assert session.sender(REST1)(READ).status == 200


def test_a_proxys_401_and_302_are_no_reason_to_send_again() -> None:
    for reply in (Reply(b"{\"message\":\"x\"}", 401, (("WWW-Authenticate", "Basic"),)),
                  Reply(b"<html>", 401), Reply(b"<html>", 302, (("Location", "/sso"),))):
        with site(lambda seen: reply) as rt:
            response = rt.session().sender(REST2)(replace(READ, effect="write-once"))
            assert response.status == reply.status
            assert rt.paths() == ["POST /1.0/", "GET /2.0/ticket/7"]


class Kept:
    def __init__(self) -> None:
        self.content = b""

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        return status == 200

    def feed(self, chunk: bytes) -> None:
        self.content += chunk

    def finish(self) -> None:
        self.content += b"|"

    def abandon(self) -> None:
        raise AssertionError("nothing was begun that could be given up")


@pytest.mark.parametrize("manner", BOTH, ids=lambda manner: manner.name)
def test_a_download_never_gets_the_signed_out_answer(manner: Manner) -> None:
    content = b"RT/5.0.3 200 Ok\n\nRT/5.0.3 401 Credentials required\n" * 1000
    with site(lambda seen: Reply(content)) as rt:
        session = rt.session()
        session.open(manner)
        rt.rt.expire()
        sink = Kept()
        response = session.sender(manner)(replace(READ, sink=sink))
    assert response.sunk and sink.content == content + b"|"


# -- the pool --------------------------------------------------------------------------------

def in_threads(count: int, task: Callable[[], object]) -> List[BaseException]:
    failures: List[BaseException] = []

    def guarded() -> None:
        try:
            task()
        except BaseException as error:
            failures.append(error)
    threads = [threading.Thread(target=guarded) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_at_most_four_sessions_each_for_one_request_at_a_time() -> None:
    busy: List[str] = []
    most: List[int] = []
    guard = threading.Lock()
    four = threading.Event()

    def slow(seen: Seen) -> Reply:
        cookie = seen.headers["cookie"]
        with guard:
            assert cookie not in busy
            busy.append(cookie)
            most.append(len(busy))
            if len(busy) == 4:
                four.set()
        four.wait(60)
        time.sleep(0.05)  # a fifth would come in now
        with guard:
            busy.remove(cookie)
        return work(seen)
    with site(slow) as rt:
        session = rt.session()
        send = session.sender(REST2)
        assert in_threads(10, lambda: send(READ)) == []
        assert max(most) == 4 and len(rt.rt.logins) == 4
        assert len(session.export()["cookies"]) == 4
        send(READ)
        assert len(rt.rt.logins) == 4


def test_slow_reads_run_side_by_side() -> None:
    together = threading.Barrier(4, timeout=60)

    def slow(seen: Seen) -> Reply:
        together.wait()
        return work(seen)
    with site(slow) as rt:
        session = rt.session()
        send = session.sender(REST1)
        session.open(REST1)
        assert in_threads(4, lambda: send(READ)) == []
        assert not together.broken and len(rt.rt.logins) == 4


def test_a_session_whose_request_timed_out_is_left_alone() -> None:
    stalling = [True]

    def first_stalls(seen: Seen) -> Reply:
        return Reply(fault="stall") if stalling and stalling.pop() else work(seen)
    with site(first_stalls) as rt:
        session = rt.session(timeout=0.3)
        with pytest.raises(TimedOut):
            session.sender(REST1)(READ)
        # The server still holds the first session's lock: its cookie would wait for it.
        assert session.sender(REST1)(READ).status == 200
        assert rt.paths() == ["POST /1.0/", "GET /1.0/ticket/7"] * 2
        stalling.append(True)
        with pytest.raises(OutcomeUnknown):
            session.sender(REST1)(replace(READ, effect="write"))
        assert session.export()["cookies"] == []


def test_a_failed_login_does_not_use_up_the_pool() -> None:
    with site() as rt:
        session = rt.session(WRONG, size=1)
        for _ in range(3):
            with pytest.raises(NotAuthenticated):
                session.sender(REST1)(READ)
    with pytest.raises(ConnectFailed):
        session.sender(REST1)(READ)


# -- saving and ending -----------------------------------------------------------------------

def test_a_saved_session_needs_no_login() -> None:
    with site() as rt:
        first = rt.session()
        first.open(REST1)
        saved = json.loads(json.dumps(first.export()))
        rt.paths()
        for credentials in (PASSWORD, Credentials("alice"), Credentials()):
            again = rt.session(credentials, saved=saved)
            assert again.open(REST1)
            assert again.sender(REST2)(READ).status == 200
            assert rt.paths() == ["GET /1.0/", "GET /2.0/ticket/7"]
        rt.rt.expire()
        again = rt.session(PASSWORD, saved=saved)
        assert again.open(REST2)
        assert rt.paths() == ["GET /2.0/rt", "POST /1.0/", "GET /2.0/rt"]
        again = rt.session(Credentials(), saved=saved)
        rt.rt.expire()
        with pytest.raises(NotAuthenticated, match="expired"):
            again.open(REST2)


@pytest.mark.parametrize("change", [{"url": "http://127.0.0.1:1"}, {"user": "bob"},
                                    {"cookies": None}, {"cookies": [1]}])
def test_a_session_saved_elsewhere(change: Mapping[str, Any]) -> None:
    saved = {"url": "http://127.0.0.1", "user": "alice", "cookies": ["a=b"], **change}
    with pytest.raises(UsageError):
        Session(Transport("http://127.0.0.1"), PASSWORD, BOTH, saved=saved)


@pytest.mark.parametrize("unprivileged", [(), ("alice",)])
@pytest.mark.parametrize("logins", [BOTH, (REST2,)])
def test_logout(logins: Tuple[Manner, ...], unprivileged: Tuple[str, ...]) -> None:
    with site(unprivileged=unprivileged) as rt:
        session = rt.session(logins=logins)
        session.open(REST2)
        assert len(rt.rt.sessions) == 1
        session.logout()
        assert rt.rt.sessions == {} and session.export()["cookies"] == []
        rt.paths()
        session.logout()
        assert rt.paths() == []
        assert session.sender(REST2)(READ).status == 200


def test_logout_tries_all_and_tells() -> None:
    with site() as rt:
        cookies = ["a=1", "a=2"]
        session = rt.session(saved={"url": rt.server.url, "user": "alice", "cookies": cookies})
        rt.server.answering = lambda seen: Reply(fault="drop")
        with pytest.raises(OutcomeUnknown):
            session.logout()
        assert [seen.headers["cookie"] for seen in rt.server.seen] == cookies


# -- secrets ---------------------------------------------------------------------------------

def test_nothing_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    told: List[object] = []
    with caplog.at_level(logging.DEBUG, logger="rtcompat"), site() as rt:
        for credentials in (PASSWORD, TOKEN, Credentials("alice", "wrong-s3cret"),
                            Credentials(cookie="RT_SID_example.org.80=5e55104")):
            for logins in (BOTH, (REST2,)):
                session = rt.session(credentials, logins=logins)
                try:
                    response: Response = session.sender(REST2)(READ)
                    told += [response, response.request]
                except NotAuthenticated as error:
                    told += [error, error.__dict__]
                told += [credentials, session]
        secrets = ["s3cret", "t0ken", "5e55104", "RT_SID", "czNjcmV0"]
    lines = [record.getMessage() for record in caplog.records]
    assert "GET REST/2.0/ticket/7: 200" in " ".join(lines)
    everything = "\n".join([*lines, *(f"{one} {one!r}" for one in told)])
    assert [secret for secret in secrets if secret in everything] == []
