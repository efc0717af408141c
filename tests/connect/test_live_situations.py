"""The situations that need a real RT: who is let in, over what, after how many requests."""
from __future__ import annotations

import http.client
import logging
from typing import Any, Dict, Iterator, List, Set
from urllib.parse import urlsplit

import pytest

from rtcompat import (NotAuthenticated, OutcomeUnknown, PermissionDenied, ProtocolError,
                      TLSFailed, TransportError, connect)
from rtcompat.tracker import Tracker
from tests.bench.bench import Server
from tests.connect.stage import Asked, Said, Stage
from tests.connections import Connections

pytestmark = pytest.mark.live


@pytest.fixture
def requests_sent(caplog: pytest.LogCaptureFixture) -> Iterator[List[str]]:
    """The request lines that the transport logs, as they are sent."""
    lines: List[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(str(record.args[0]) if isinstance(record.args, tuple) else "")

    handler = Keep()
    logger = logging.getLogger("rtcompat.transport")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    yield lines
    logger.setLevel(level)
    logger.removeHandler(handler)


def who(connections: Connections, name: str, user: str = "alice") -> Dict[str, Any]:
    return connections.credentials(name, user)


@pytest.mark.reads
@pytest.mark.parametrize("name, in_use, is_open, count", [
    ("4.4.6", "rest1", {"rest1"}, 3),
    ("5.0.3", "rest2", {"rest1", "rest2"}, 3),
    ("5.0.3-norest1", "rest2", {"rest2"}, 5),
    ("5.0.3-norest2", "rest1", {"rest1"}, 3),
    ("5.0.3-tls", "rest2", {"rest1", "rest2"}, 3),
    ("5.0.3-secure", "rest2", {"rest1", "rest2"}, 3),
    ("sid", "rest2", {"rest1", "rest2"}, 3),
])
def test_what_is_open_is_found_and_one_login_made(
        name: str, in_use: str, is_open: Set[str], count: int, connections: Connections,
        requests_sent: List[str]) -> None:
    server = connections.server(name)
    with connect(server.url, **who(connections, name)) as tracker:
        found = tracker.server()
        assert (found.protocol, set(found.protocols)) == (in_use, is_open)
        assert found.version == server.version and found.url == server.url
        assert len(requests_sent) == count
        assert tracker.get_ticket(server.ids["tickets"]["plain"]).subject == "plain"


@pytest.mark.parametrize("tail", ["/", "/REST/1.0/", "/REST/2.0"])
def test_an_address_below_a_sub_path(tail: str, connections: Connections) -> None:
    server = connections.server("5.0.3-tls")
    with connect(server.url + tail, **who(connections, "5.0.3-tls")) as tracker:
        assert tracker.server().url == server.url


@pytest.mark.parametrize("protocol", ["rest1", "rest2"])
def test_a_protocol_can_be_demanded(protocol: str, connections: Connections) -> None:
    server = connections.server("5.0.3")
    with connect(server.url, protocol=protocol, **who(connections, "5.0.3")) as tracker:
        assert tracker.server().protocol == protocol
    with pytest.raises(ProtocolError) as caught:
        connect(connections.server("4.4.6").url, protocol="rest2", **who(connections, "4.4.6"))
    assert "an RT answers" in str(caught.value)


@pytest.mark.reads
@pytest.mark.parametrize("name", ["4.4.6", "5.0.3", "5.0.3-norest1", "5.0.3-norest2", "sid"])
def test_a_wrong_password(name: str, connections: Connections) -> None:
    given = who(connections, name)
    given["password"] = "not-this-s3cret"
    with pytest.raises(NotAuthenticated) as caught:
        connect(connections.server(name).url, **given)
    assert "s3cret" not in str(caught.value) + repr(vars(caught.value))
    assert caught.value.server and caught.value.advice


@pytest.mark.reads
def test_a_token(connections: Connections) -> None:
    for name, in_use in (("5.0.3", "rest2"), ("5.0.3-norest2", "rest1"), ("sid", "rest2"),
                         ("5.0.3-norest1", "rest2")):
        server = connections.server(name)
        given = who(connections, name)
        with connect(server.url, token=server.users["alice"].token,
                     verify=given["verify"]) as tracker:
            assert tracker.server().protocol == in_use
            assert tracker.whoami().name == "alice"
    with pytest.raises(NotAuthenticated):
        connect(connections.server("4.4.6").url, token="1-14-0123456789abcdef")
    with pytest.raises(NotAuthenticated):
        connect(connections.server("5.0.3").url, token="1-14-0123456789abcdef")
    with pytest.raises(NotAuthenticated):
        connect(connections.server("5.0.3-norest1").url, token="1-14-0123456789abcdef",
                verify=who(connections, "5.0.3-norest1")["verify"])


def test_an_unprivileged_user(connections: Connections) -> None:
    for name in ("4.4.6", "5.0.3-norest2"):
        with pytest.raises(PermissionDenied) as caught:
            connect(connections.server(name).url, **who(connections, name, "uwe"))
        assert "SelfService" in str(caught.value)
    server = connections.server("5.0.3")
    with connect(server.url, **who(connections, "5.0.3", "uwe")) as tracker:
        assert tracker.server().protocol == "rest2"
        assert tracker.get_ticket(server.ids["tickets"]["of uwe"]).subject == "of uwe"


def test_not_rt_and_a_certificate_that_does_not_verify(connections: Connections) -> None:
    plain = connections.server("nginx-plain")
    with pytest.raises(ProtocolError) as caught:
        connect(plain.url, user="alice", password="x",
                verify=str(plain.ca_file) if plain.ca_file else True)
    assert "not RT" in str(caught.value)
    with pytest.raises(TLSFailed) as failed:
        connect(connections.server("5.0.3-tls").url, user="alice", password="x")
    assert failed.value.advice


@pytest.mark.parametrize("protocol", ["rest1", "rest2"])
def test_a_session_is_saved_reused_and_renewed_once(protocol: str, connections: Connections,
                                                    requests_sent: List[str]) -> None:
    server = connections.server("5.0.3")
    number = server.ids["tickets"]["plain"]
    given = who(connections, "5.0.3")
    first = connect(server.url, protocol=protocol, **given)
    first.get_ticket(number)
    saved = first.export_session()
    first.close()
    del requests_sent[:]
    reused = connect(server.url, protocol=protocol, session=saved, user="alice")
    assert reused.get_ticket(number).subject == "plain"
    logins = [line for line in requests_sent if line.startswith("POST REST/1.0/")
              or "Login" in line]
    assert [line for line in logins if line == "POST REST/1.0/"] == []
    reused.close()
    end_all_sessions(server)
    with pytest.raises(NotAuthenticated):
        connect(server.url, protocol=protocol, session=saved, user="alice").get_ticket(number)
    renewing = connect(server.url, protocol=protocol, session=saved, **given)
    text = f"sent once over {protocol} by {id(renewing)}"
    assert renewing.comment(number, text).id == number
    said = [one for one in renewing.get_history(number) if one.content == text]
    assert len(said) == 1
    renewing.close()


def end_all_sessions(server: Server) -> None:
    """Make RT forget every session, as its own clean-up does: the bench keeps them as files."""
    for file in (server.folder / "session_data").rglob("*"):
        if file.is_file():
            file.unlink()


class Dropping:
    """Forwards to a real RT and drops the answer of each write once, after RT has given it."""

    def __init__(self, server: Server) -> None:
        self.target = urlsplit(server.url)
        self.dropped: List[str] = []
        self.armed = False

    def __call__(self, asked: Asked) -> Said:
        link = http.client.HTTPConnection(str(self.target.hostname), self.target.port, timeout=60)
        headers = {name: value for name, value in asked.headers.items()
                   if name not in ("connection", "content-length", "accept-encoding")}
        link.request(asked.method, asked.path, asked.body, headers)
        answer = link.getresponse()
        body = answer.read()
        kept = tuple((name, value) for name, value in answer.getheaders() if name.lower() in
                     ("set-cookie", "location"))
        link.close()
        line = f"{asked.method} {urlsplit(asked.path).path}"
        if self.armed and asked.method in ("POST", "PUT") and line not in self.dropped:
            self.dropped.append(line)
            return Said(drop=True)
        return Said(answer.status, body, answer.getheader("Content-Type") or "text/plain", kept)


def count(tracker: Tracker, subject: str) -> int:
    return len(list(tracker.search_tickets(f"Subject = '{subject}'", fields=())))


@pytest.mark.parametrize("name, protocol", [("4.4.6", "rest1"), ("5.0.3", "rest1"),
                                            ("5.0.3", "rest2"), ("sid", "rest2")])
def test_no_create_reply_or_comment_is_done_twice(name: str, protocol: str,
                                                  connections: Connections) -> None:
    server = connections.server(name)
    straight = connections.tracker(name, "alice", protocol)
    subject = f"dropped answer over {protocol}"
    before = count(straight, subject)
    dropping = Dropping(server)
    with Stage(dropping) as stage:
        with connect(stage.url, protocol=protocol, **who(connections, name)) as tracker:
            tracker.get_ticket(server.ids["tickets"]["plain"])
            dropping.armed = True
            with pytest.raises(OutcomeUnknown) as caught:
                tracker.create_ticket("General", subject=subject, content="once")
            assert caught.value.sent and caught.value.query
            dropping.armed = False
            made = list(straight.search_tickets(caught.value.query, fields=()))
            assert count(straight, subject) == before + 1 and len(made) >= 1
            number = max(one.id for one in made)
            for act in (tracker.reply, tracker.comment):
                dropping.armed = True
                dropping.dropped.clear()
                with pytest.raises(OutcomeUnknown):
                    act(number, f"once by {act.__name__}")
                dropping.armed = False
                said = [one for one in straight.get_history(number)
                        if one.content and one.content.startswith(f"once by {act.__name__}")]
                assert len(said) == 1
            dropping.armed = True
            dropping.dropped.clear()
            try:
                edited = tracker.edit_ticket(number, priority=77)
            except TransportError:
                pytest.fail("an edit whose answer is lost is resolved by reading")
            assert edited.changed == ("priority",)
            dropping.armed = False
            sets = [one for one in straight.get_history(number, types=["Set"])
                    if one.field == "Priority"]
            assert len(sets) == 1
