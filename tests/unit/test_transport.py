"""The transports against a server that misbehaves: what is sent, how often, what errors say.

One suite for the blocking one and for those that are awaited, by threads and by httpx.
"""
from __future__ import annotations

import io
import logging
import pickle
import socket
import struct
import sys
import threading
from pathlib import Path
from typing import (Any, BinaryIO, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Union,
                    cast)

import pytest

from rtcompat.errors import (ConnectFailed, OutcomeUnknown, ProtocolError, RTError, TimedOut,
                             TLSFailed, TransportError, Truncated, UsageError)
from rtcompat.exchange import Effect, Part, Request
from rtcompat.transport import Answer, Transport, rewinder
from tests.awaited import HttpxFace, ThreadFace
from tests.unit.misbehaving import Misbehaving, Reply, Seen

OK = Reply(b"fine")
KINDS: Dict[str, Callable[..., Any]] = {"blocking": Transport, "threads": ThreadFace,
                                        "httpx": HttpxFace}


@pytest.fixture(autouse=True, params=list(KINDS))
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Which transport `Transport` is in this module."""
    made: List[Any] = []

    def make(url: str, **options: Any) -> Any:
        made.append(KINDS[request.param](url, **options))
        return made[-1]
    monkeypatch.setattr(sys.modules[__name__], "Transport", make)
    yield request.param
    for each in made:
        each.close()


class Once:
    """Misbehaves the first time it is asked, and is fine from then on."""

    def __init__(self, first: Reply, times: int = 1) -> None:
        self.first = first
        self.left = times

    def __call__(self, seen: Seen) -> Reply:
        self.left -= 1
        return self.first if self.left >= 0 else OK


def send(server: Misbehaving, request: Request, **options: Any) -> Answer:
    transport = Transport(server.url, timeout=(2, 2))
    try:
        return transport.send(request, **options)
    finally:
        transport.close()


def unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# -- what is sent ----------------------------------------------------------------------------

def test_path_query_and_headers() -> None:
    with Misbehaving(lambda seen: OK) as server:
        answer = send(server, Request("GET", "ticket/7", query=(("query", "a=b&c +ü"),),
                                      headers=(("X-Own", "1"),)),
                      base="REST/1.0/", headers=(("Accept-Language", "en"),))
        seen = server.seen[0]
    assert answer.response.content == b"fine"
    assert answer.response.request.line == "GET REST/1.0/ticket/7"
    assert answer.response.server == server.url
    assert seen.target == "/REST/1.0/ticket/7?query=a%3Db%26c%20%2B%C3%BC"
    assert seen.headers["accept-language"] == "en" and seen.headers["x-own"] == "1"
    assert "mozilla" not in seen.headers["user-agent"].lower()
    assert "rtcompat" in seen.headers["user-agent"]
    assert "authorization" not in seen.headers and "cookie" not in seen.headers


def test_percent_encoded_names_arrive_as_they_were_encoded() -> None:
    with Misbehaving(lambda seen: OK) as server:
        send(server, Request("GET", "queue/Two%20words%2Fand%20%C3%BC%7E"), base="REST/2.0/")
        # Libraries differ in the one sign that need not be encoded.
        target = server.seen[0].target.replace("%7E", "~")
        assert target == "/REST/2.0/queue/Two%20words%2Fand%20%C3%BC~"


def test_sub_path() -> None:
    with Misbehaving(lambda seen: OK) as server:
        transport = Transport(server.url + "/sub/rt/")
        transport.send(Request("GET", "rt"), base="REST/2.0/")
        transport.close()
        assert transport.url == server.url + "/sub/rt"
        assert server.seen[0].target == "/sub/rt/REST/2.0/rt"


def test_form_is_utf8() -> None:
    with Misbehaving(lambda seen: OK) as server:
        send(server, Request("POST", "x", form=(("content", "Text: Grüße\n + & ; 100%"),),
                             effect="write"))
        seen = server.seen[0]
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.body == b"content=Text%3A%20Gr%C3%BC%C3%9Fe%0A%20%2B%20%26%20%3B%20100%25"


@pytest.mark.parametrize("value, body", [
    ({"Subject": "Grüße"}, '{"Subject": "Grüße"}'), (None, "null"), ({}, "{}"), ([], "[]")])
def test_json(value: Any, body: str) -> None:
    with Misbehaving(lambda seen: OK) as server:
        send(server, Request("PUT", "x", json=value, effect="write"))
        assert server.seen[0].headers["content-type"] == "application/json"
        assert server.seen[0].body.decode() == body


def test_no_body() -> None:
    with Misbehaving(lambda seen: OK) as server:
        send(server, Request("PUT", "x", effect="write"))
        assert "content-type" not in server.seen[0].headers
        assert server.seen[0].body == b""


def test_multipart(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"--skipped--" + b"\r\n--x" * 50000)
    with Misbehaving(lambda seen: OK) as server, (tmp_path / "file").open("rb") as file:
        file.seek(11)
        send(server, Request("POST", "x", effect="write-once", parts=(
            Part("content", "Text: ü".encode()),
            Part("JSON", b"{}", content_type="application/json"),
            Part("attachment_1", file, filename="Größe, 100%.txt"),
            Part("attachment_2", b"\0\xff", filename="a.bin", content_type="image/png"))))
        seen = server.seen[0]
    boundary = seen.headers["content-type"].split("boundary=")[1].encode()
    assert int(seen.headers["content-length"]) == len(seen.body)
    parts = [part.strip(b"\r\n") for part in seen.body.split(b"--" + boundary)]
    assert parts[1] == b'Content-Disposition: form-data; name="content"\r\n\r\nText: \xc3\xbc'
    assert parts[2] == (b'Content-Disposition: form-data; name="JSON"\r\n'
                        b'Content-Type: application/json\r\n\r\n{}')
    assert parts[3] == ('Content-Disposition: form-data; name="attachment_1"; '
                        'filename="Größe, 100%.txt"\r\n\r\n').encode() + (
                            b"\r\n--x" * 50000)
    assert parts[4] == (b'Content-Disposition: form-data; name="attachment_2"; filename="a.bin"'
                        b'\r\nContent-Type: image/png\r\n\r\n\0\xff')
    assert parts[5] == b"--"


def test_in_memory_files_are_sent_from_where_they_stand() -> None:
    with Misbehaving(lambda seen: OK) as server:
        file = io.BytesIO(b"skipped, sent")
        file.seek(9)
        send(server, Request("POST", "x", parts=(Part("a", file, filename="a"),)))
        assert b"\r\n\r\nsent\r\n" in server.seen[0].body


def test_repeats_rewind_files() -> None:
    with Misbehaving(Once(Reply(b"bad gateway", 502))) as server:
        file = io.BytesIO(b"the content")
        send(server, Request("POST", "x", parts=(Part("a", file, filename="a"),)))
        bodies = [seen.body for seen in server.seen]
    assert len(bodies) == 2 and all(b"the content" in body for body in bodies)


class Pipe(io.RawIOBase):
    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("request_", [
    Request("GET", "queue/../user/1"), Request("GET", "queue/%2e%2E"), Request("GET", "a b"),
    Request("GET", "ü"), Request("GET", "a?b"), Request("GET", "a\nb"),
    Request("GET", "x", headers=(("X-A", "line\nline"),)),
    Request("GET", "x", headers=(("X-A", "snow ☃"),)),
    Request("POST", "x", form=(("a", "\ud800"),)), Request("POST", "x", json={"a": "\ud800"}),
    Request("POST", "x", json={"a": float("nan")}), Request("POST", "x", json={"a": object()}),
    Request("POST", "x", form=(), json={}),
    Request("POST", "x", parts=(Part("a", b"", filename='a"b'),)),
    Request("POST", "x", parts=(Part("a", b"", filename="a\nb"),)),
    Request("POST", "x", parts=(Part("a", cast(BinaryIO, Pipe())),)),
], ids=lambda request: request.path)
def test_refused_before_sending(request_: Request) -> None:
    with Misbehaving(lambda seen: OK) as server:
        with pytest.raises(UsageError) as caught:
            send(server, request_)
        assert server.seen == []
    assert "snow" not in str(caught.value) and "line\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://rt.example.org", "rt.example.org", "http://", "",
                                 "http://u:secret@rt.example.org", "http://secret@rt.example.org",
                                 "http://rt.example.org/?a=secret", "http://h/#secret"])
def test_urls_that_are_none(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Transport(url)
    assert "secret" not in str(caught.value)


def test_no_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login root password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with Misbehaving(lambda seen: OK) as server:
        send(server, Request("GET", "x"))
        assert "authorization" not in server.seen[0].headers


def test_web_server_credentials_are_handed_on() -> None:
    with Misbehaving(lambda seen: OK) as server:
        transport = Transport(server.url, auth=("web", "pass"))
        transport.send(Request("GET", "x"))
        transport.close()
        assert server.seen[0].headers["authorization"] == "Basic d2ViOnBhc3M="
        assert transport.has_auth


def test_environment_proxy_is_not_asked_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{unused_port()}")
    with Misbehaving(lambda seen: OK) as server:
        assert send(server, Request("GET", "x")).response.content == b"fine"


def test_explicit_proxy() -> None:
    with Misbehaving(lambda seen: OK) as proxy:
        transport = Transport("http://rt.example.org/rt", proxy=proxy.url)
        transport.send(Request("GET", "x"))
        transport.close()
        assert proxy.seen[0].target == "http://rt.example.org/rt/x"


# -- what comes back -------------------------------------------------------------------------

def test_redirects_are_answers_and_cookies_are_values() -> None:
    reply = Reply(b"moved", 302, (("Location", "http://127.0.0.1:1/"), ("Set-Cookie", "a=1, 2"),
                                  ("Set-Cookie", "b=2; path=/; secure"), ("X-A", "1"),
                                  ("X-A", "2")))
    with Misbehaving(lambda seen: reply) as server:
        transport = Transport(server.url)
        answers = [transport.send(Request("GET", "x")) for _ in range(2)]
        transport.close()
        assert all("cookie" not in seen.headers for seen in server.seen)
    assert answers[0].response.status == 302
    assert answers[0].set_cookies == ("a=1, 2", "b=2; path=/; secure")
    assert "set-cookie" not in answers[0].response.headers
    assert answers[0].response.headers["x-a"] == "1, 2"


class Kept:
    """A sink that keeps what it is given."""

    def __init__(self, accept: Union[bool, Exception] = True) -> None:
        self.accept = accept
        self.content = b""
        self.log: List[str] = []

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self.log.append(f"start {status}")
        if isinstance(self.accept, Exception):
            raise self.accept
        return self.accept

    def feed(self, chunk: bytes) -> None:
        self.content += chunk

    def finish(self) -> None:
        self.log.append("finish")

    def abandon(self) -> None:
        self.log.append("abandon")


def test_sink_takes_the_body() -> None:
    sink = Kept()
    with Misbehaving(lambda seen: Reply(b"0123456789" * 50000)) as server:
        response = send(server, Request("GET", "x", sink=sink)).response
    assert response.sunk and response.content == b""
    assert sink.content == b"0123456789" * 50000
    assert sink.log == ["start 200", "finish"]


def test_sink_that_declines() -> None:
    sink = Kept(accept=False)
    with Misbehaving(lambda seen: Reply(b"no such thing", 404)) as server:
        response = send(server, Request("GET", "x", sink=sink)).response
    assert (response.sunk, response.content, sink.log) == (False, b"no such thing", ["start 404"])


def test_sink_that_refuses() -> None:
    sink = Kept(accept=ValueError("not this"))
    with Misbehaving(lambda seen: OK) as server:
        with pytest.raises(ValueError, match="not this"):
            send(server, Request("GET", "x", sink=sink))


def test_divert_sees_the_beginning_and_the_sink_gets_all() -> None:
    sink = Kept()
    shown: List[Tuple[int, bytes]] = []

    def divert(status: int, headers: Mapping[str, str], first: bytes) -> bool:
        shown.append((status, first))
        return False
    body = b"RT/5.0.3 200 Ok\n\n" + b"0123456789" * 100000
    with Misbehaving(lambda seen: Reply(body, 203)) as server:
        response = send(server, Request("GET", "x", sink=sink), divert=divert).response
    assert response.sunk and sink.content == body
    assert len(shown) == 1 and shown[0][0] == 203
    assert body.startswith(shown[0][1]) and 256 <= len(shown[0][1]) < len(body)
    assert sink.log == ["start 203", "finish"]


def test_diverted() -> None:
    sink = Kept()
    with Misbehaving(lambda seen: OK) as server:
        response = send(server, Request("GET", "x", sink=sink),
                        divert=lambda status, headers, first: first == b"fine").response
    assert (response.sunk, response.content, sink.log) == (False, b"fine", [])


def test_size_limit() -> None:
    with Misbehaving(lambda seen: Reply(b"x" * 5000)) as server:
        transport = Transport(server.url, max_body=4999)
        with pytest.raises(TransportError, match="larger than 4999 bytes"):
            transport.send(Request("GET", "x"))
        assert len(server.seen) == 1
        sink = Kept()
        assert transport.send(Request("GET", "x", sink=sink)).response.sunk
        transport.close()
    assert len(sink.content) == 5000


# -- what fails ------------------------------------------------------------------------------

EFFECTS: Tuple[Effect, ...] = ("write", "write-once")
LOST: Tuple[Reply, ...] = (Reply(fault="drop"), Reply(fault="reset"),
                           Reply(b"x" * 100, fault="cut"), Reply(b"x" * 100, fault="cut-chunk"))


@pytest.mark.parametrize("lost", LOST, ids=lambda reply: reply.fault)
def test_lost_answer_to_a_read_is_asked_for_again(lost: Reply) -> None:
    with Misbehaving(Once(lost, times=2)) as server:
        assert send(server, Request("GET", "x")).response.content == b"fine"
        assert len(server.seen) == 3


@pytest.mark.parametrize("lost", LOST, ids=lambda reply: reply.fault)
def test_a_read_is_tried_three_times(lost: Reply) -> None:
    with Misbehaving(lambda seen: lost) as server:
        with pytest.raises(Truncated) as caught:
            send(server, Request("GET", "x"), base="REST/1.0/")
        assert len(server.seen) == 3
    assert caught.value.request == "GET REST/1.0/x" and caught.value.server == server.url


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("lost", LOST, ids=lambda reply: reply.fault)
def test_lost_answer_to_a_write_is_unknown_and_never_repeated(lost: Reply, effect: Effect) -> None:
    with Misbehaving(lambda seen: lost) as server:
        with pytest.raises(OutcomeUnknown) as caught:
            send(server, Request("POST", "ticket", json={}, effect=effect,
                                 about="create a ticket"), base="REST/2.0/")
        assert server.paths() == ["POST /REST/2.0/ticket"]
    error = caught.value
    assert error.sent and not error.resolved
    assert "create a ticket may have been carried out" in str(error)
    assert isinstance(error.__cause__, Truncated)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_a_server_that_drops_each_answer_once_gets_each_write_once() -> None:
    done: List[str] = []
    dropped: Dict[str, bool] = {}

    def work(seen: Seen) -> Reply:
        if seen.method == "POST":
            done.append(seen.target)
        if not dropped.setdefault(seen.method + seen.target, False):
            dropped[seen.method + seen.target] = True
            return Reply(fault="drop")
        return OK
    with Misbehaving(work) as server:
        transport = Transport(server.url)
        for number in range(5):
            assert transport.send(Request("GET", f"ticket/{number}")).response.status == 200
            with pytest.raises(OutcomeUnknown):
                transport.send(Request("POST", f"ticket/{number}", json={},
                                       effect="write-once"))
        transport.close()
    assert done == [f"/ticket/{number}" for number in range(5)]


def test_a_write_does_not_trust_a_connection_kept_alive() -> None:
    with Misbehaving(lambda seen: OK) as server:
        transport = Transport(server.url)
        for _ in range(3):
            transport.send(Request("GET", "x"))
            transport.send(Request("POST", "x", effect="write"))
        transport.close()
        reads = {seen.connection for seen in server.seen if seen.method == "GET"}
        writes = [seen.connection for seen in server.seen if seen.method == "POST"]
    assert len(reads) == 1
    assert len(set(writes)) == 3 and reads.isdisjoint(writes)


def test_a_read_survives_a_connection_that_was_closed_meanwhile() -> None:
    with Misbehaving(lambda seen: Reply(b"fine", fault="close-later")) as server:
        transport = Transport(server.url)
        for _ in range(5):
            assert transport.send(Request("GET", "x")).response.content == b"fine"
        transport.close()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_gateway_errors(status: int) -> None:
    with Misbehaving(Once(Reply(b"gateway", status))) as server:
        assert send(server, Request("GET", "x")).response.status == 200
    with Misbehaving(lambda seen: Reply(b"gateway", status)) as server:
        assert send(server, Request("GET", "x")).response.status == status
        assert len(server.seen) == 3
    with Misbehaving(lambda seen: Reply(b"gateway", status)) as server:
        assert send(server, Request("POST", "x", effect="write")).response.status == status
        assert send(server, Request("GET", "x"), retries=0).response.status == status
        assert len(server.seen) == 2


def test_rts_own_500_is_an_answer() -> None:
    with Misbehaving(lambda seen: Reply(b"", 500)) as server:
        assert send(server, Request("GET", "x")).response.status == 500
        assert len(server.seen) == 1


@pytest.mark.parametrize("fault", ["stall", "stall-body"])
def test_time_runs_out(fault: str) -> None:
    with Misbehaving(lambda seen: Reply(b"x" * 100, fault=fault)) as server:
        transport = Transport(server.url, timeout=(1, 0.2))
        with pytest.raises(TimedOut, match="no answer within 0.2 seconds"):
            transport.send(Request("GET", "x"))
        assert len(server.seen) == 1
        with pytest.raises(OutcomeUnknown) as caught:
            transport.send(Request("POST", "x", effect="write-once"))
        assert isinstance(caught.value.__cause__, TimedOut)
        assert len(server.seen) == 2
        transport.close()


@pytest.mark.parametrize("effect", ["read", "write", "write-once"])
def test_nothing_listens(effect: Effect) -> None:
    transport = Transport(f"http://127.0.0.1:{unused_port()}")
    with pytest.raises(ConnectFailed, match="no connection: Connection refused"):
        transport.send(Request("POST", "x", effect=effect), retries=0)
    transport.close()


def test_unknown_host() -> None:
    transport = Transport("http://rt.invalid")
    with pytest.raises(ConnectFailed):
        transport.send(Request("GET", "x"), retries=0)
    transport.close()


@pytest.mark.parametrize("effect", ["read", "write-once"])
def test_no_tls_there(effect: Effect) -> None:
    with Misbehaving(lambda seen: OK) as server:
        transport = Transport(server.url.replace("http:", "https:"))
        with pytest.raises(TLSFailed, match="no TLS connection"):
            transport.send(Request("POST", "x", effect=effect))
        transport.close()


def failed(url: str, timeout: Any = (1, 1), **options: Any) -> RTError:
    """The error of a first request, for a read that is not repeated."""
    transport = Transport(url, timeout=timeout, **options)
    try:
        with pytest.raises(RTError) as caught:
            transport.send(Request("GET", "x"), retries=0)
    finally:
        transport.close()
    return caught.value


class Mute:
    """A port that accepts connections and does this with each."""

    def __init__(self, does: Callable[[socket.socket], None]) -> None:
        self._does = does
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._held: List[socket.socket] = []
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        while True:
            try:
                link, _ = self._socket.accept()
            except OSError:
                return
            self._held.append(link)
            self._does(link)

    def __enter__(self) -> "Mute":
        self._thread.start()
        return self

    def __exit__(self, *of_exit: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
        for link in self._held:
            link.close()


def says(content: bytes) -> Callable[[socket.socket], None]:
    """Read once, say this, close."""
    def does(link: socket.socket) -> None:
        link.recv(65536)
        link.sendall(content)
        link.close()
    return does


def resets(link: socket.socket) -> None:
    """Read once, then break the connection by a reset."""
    link.recv(1)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()


@pytest.mark.parametrize("does, what, sure", [
    (says(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "no TLS connection: ", True),
    (says(b""), "TLS", False), (resets, "TLS", False),
    (lambda link: None, "no TLS connection within 0.3 seconds", False)])
def test_https_to_a_port_for_http(does: Any, what: str, sure: bool) -> None:
    with Mute(does) as port:
        error = failed(f"https://127.0.0.1:{port.port}/rt", timeout=(0.3, 2))
        assert type(error) is TLSFailed and what in error.what
        advice = error.advice or ""
        assert advice.endswith(f"try http://127.0.0.1:{port.port}/rt")
        assert advice.startswith("the server seems to speak plain http") is sure


@pytest.mark.parametrize("does, sure", [
    (says(b"\x15\x03\x01\x00\x02\x02\x46"), True), (says(b""), False), (resets, False)])
def test_http_to_a_port_for_tls(does: Any, sure: bool) -> None:
    with Mute(does) as port:
        error = failed(f"http://127.0.0.1:{port.port}/rt")
        assert type(error) is Truncated
        advice = error.advice or ""
        assert advice.endswith(f"try https://127.0.0.1:{port.port}/rt")
        assert advice.startswith("the server seems to speak TLS") is sure


@pytest.mark.parametrize("said", ["The plain HTTP request was sent to HTTPS port",
                                  "You're speaking plain HTTP to an SSL-enabled server port."])
@pytest.mark.parametrize("effect", ["read", "write-once"])
def test_a_web_server_that_says_that_the_port_is_for_tls(said: str, effect: Effect) -> None:
    page = Reply(f"<html><p>{said}</p>".encode(), 400)
    with Misbehaving(lambda seen: page) as server:
        with pytest.raises(ProtocolError, match="speaks TLS") as caught:
            send(server, Request("POST", "x", effect=effect))
        assert caught.value.advice == f"try https://127.0.0.1:{server.port}"
        assert len(server.seen) == 1


@pytest.mark.parametrize("reply", [
    Reply(b'{"message": "plain HTTP request was sent to HTTPS port"}', 400),
    Reply(b"<p>plain HTTP request was sent to HTTPS port", 200), Reply(b"<p>no", 400)])
def test_other_answers_are_not_taken_for_that(reply: Reply) -> None:
    with Misbehaving(lambda seen: reply) as server:
        assert send(server, Request("GET", "x")).response.status == reply.status


def test_a_server_that_has_answered_is_not_said_to_speak_tls() -> None:
    replies = [OK, Reply(fault="drop")]
    with Misbehaving(lambda seen: replies[min(len(server.seen), 2) - 1]) as server:
        transport = Transport(server.url)
        transport.send(Request("GET", "x"))
        with pytest.raises(Truncated) as caught:
            transport.send(Request("GET", "x"), retries=0)
        transport.close()
    assert caught.value.advice is None


def test_failures_to_connect_and_to_answer_say_what_to_check() -> None:
    gone = failed(f"http://127.0.0.1:{unused_port()}")
    assert type(gone) is ConnectFailed
    assert "address and port" in (gone.advice or "") and "proxy=" in (gone.advice or "")
    with Misbehaving(lambda seen: Reply(fault="stall")) as server:
        slow = failed(server.url, timeout=(1, 0.2))
    assert type(slow) is TimedOut and "timeout=" in (slow.advice or "")
    proxy = failed("http://rt.example.org", proxy=f"http://127.0.0.1:{unused_port()}")
    assert type(proxy) is ConnectFailed and "proxy=" in (proxy.advice or "")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("verify", ["/nonexistent.pem", "", 0, None, "a\0b", b"/etc"])
def test_certificates_that_are_not_there(scheme: str, verify: Any) -> None:
    with pytest.raises(UsageError) as caught:
        Transport(f"{scheme}://rt.example.org", verify=verify)
    assert caught.value.argument == "verify"


def test_certificates_that_are_there(tmp_path: Path) -> None:
    for verify in (True, False, str(tmp_path), cast(Any, tmp_path)):
        Transport("https://rt.example.org", verify=verify).close()


@pytest.mark.parametrize("timeout", [0, -1, None, "5", True, float("nan"), float("inf"), (1,),
                                     (1, 0), (1, None), (1, 2, 3), ()])
def test_timeouts_that_are_none(timeout: Any) -> None:
    with pytest.raises(UsageError) as caught:
        Transport("http://rt.example.org", timeout=timeout)
    assert caught.value.argument == "timeout"


@pytest.mark.parametrize("timeout", [0.2, (5, 0.2), [5, 0.2]])
def test_a_timeout_is_a_number_or_a_pair(timeout: Any) -> None:
    with Misbehaving(lambda seen: Reply(fault="stall")) as server:
        assert "within 0.2 seconds" in failed(server.url, timeout=timeout).what


def test_a_proxy_that_is_gone() -> None:
    transport = Transport("https://rt.example.org",
                          proxy=f"http://user:secret@127.0.0.1:{unused_port()}")
    with pytest.raises(ConnectFailed, match="the proxy cannot be used") as caught:
        transport.send(Request("POST", "x", effect="write-once"))
    transport.close()
    assert "secret" not in str(caught.value)


def test_a_proxy_that_refuses_the_tunnel() -> None:
    with Misbehaving(lambda seen: OK) as proxy:  # does not know CONNECT: 501
        transport = Transport("https://rt.example.org", proxy=proxy.url)
        with pytest.raises(ConnectFailed):
            transport.send(Request("POST", "x", effect="write-once"))
        transport.close()
        assert proxy.seen == []


def test_a_sink_is_not_fed_twice() -> None:
    sink = Kept()
    with Misbehaving(Once(Reply(b"x" * 1000, fault="cut"))) as server:
        with pytest.raises(Truncated):
            send(server, Request("GET", "x", sink=sink))
        assert len(server.seen) == 1
    assert sink.log == ["start 200", "abandon"]


def test_a_full_disk_is_not_the_networks_fault() -> None:
    class Full(Kept):
        def feed(self, chunk: bytes) -> None:
            raise OSError(28, "No space left on device")
    sink = Full()
    with Misbehaving(lambda seen: OK) as server:
        with pytest.raises(OSError, match="No space left") as caught:
            send(server, Request("GET", "x", sink=sink))
    assert not isinstance(caught.value, RTError) and sink.log == ["start 200", "abandon"]


def test_a_file_that_shrinks_while_it_is_sent() -> None:
    class Shrinking(io.BytesIO):
        def read(self, size: Optional[int] = -1) -> bytes:
            return b""
    request = Request("POST", "x", effect="write-once",
                      parts=(Part("a", Shrinking(b"x" * 100), filename="a"),))
    with Misbehaving(lambda seen: OK) as server:
        with pytest.raises(OutcomeUnknown):
            send(server, request)


def test_rewinder_puts_files_back() -> None:
    file = io.BytesIO(b"0123456789")
    file.seek(4)
    rewind = rewinder(Request("POST", "x", parts=(Part("a", b"bytes"), Part("b", file))))
    assert file.read() == b"456789"
    rewind()
    assert file.tell() == 4


def test_many_threads() -> None:
    with Misbehaving(lambda seen: Reply(seen.target.encode())) as server:
        transport = Transport(server.url)
        wrong: List[str] = []

        def work(number: int) -> None:
            for effect in ("read", "write"):
                path = f"{effect}/{number}"
                found = transport.send(Request("GET", path, effect=effect))
                if found.response.content.decode() != "/" + path:
                    wrong.append(path)
        threads = [threading.Thread(target=work, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        transport.close()
        assert len(server.seen) == 40 and wrong == []


# -- what is told ----------------------------------------------------------------------------

def test_nothing_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    secrets = ["s3cret-query", "s3cret-form", "s3cret-cookie", "s3cret-body", "s3cret-set"]
    reply = Reply(b"s3cret-body", headers=(("Set-Cookie", "a=s3cret-set"),))
    request = Request("POST", "x", query=(("q", "s3cret-query"),), effect="write",
                      form=(("pass", "s3cret-form"),))
    with caplog.at_level(logging.DEBUG, logger="rtcompat"), Misbehaving(lambda seen: reply) as live:
        transport = Transport(live.url)
        transport.send(request, headers=(("Cookie", "s3cret-cookie"),))
        live.answering = lambda seen: Reply(fault="drop")
        with pytest.raises(OutcomeUnknown) as caught:
            transport.send(request, headers=(("Cookie", "s3cret-cookie"),))
        transport.close()
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("rtcompat")]
    assert [line.split(",")[0] for line in lines] == ["POST x: 200", "POST x: Truncated"]
    told = "\n".join([*lines, repr(transport), str(caught.value), repr(caught.value),
                      str(caught.value.__cause__)])
    assert not any(secret in told for secret in secrets)


@pytest.mark.parametrize("fail", [
    lambda: Transport(f"http://127.0.0.1:{unused_port()}").send(
        Request("GET", "x", query=(("q", "s3cret"),)), retries=0)])
def test_errors_do_not_quote_the_query(fail: Callable[[], Answer]) -> None:
    with pytest.raises(TransportError) as caught:
        fail()
    assert "s3cret" not in str(caught.value)
    assert "GET x at http://127.0.0.1:" in str(caught.value)
