"""Recordings: what is kept, what is not, and how strictly they are given back."""
from __future__ import annotations

import io
from pathlib import Path
from typing import List, Mapping, Tuple

import pytest

from rtcompat.errors import RTError
from rtcompat.exchange import Part, Request, Response, relative_to
from rtcompat.replay import (Recorded, Unrecorded, answers_from, canned, describe, read_recording,
                             recording, replaying)
from rtcompat.transport import Transport
from tests.unit.misbehaving import Misbehaving, Reply, Seen

BODY = b"RT/5.0.3 200 Ok\n\n{\"size\": 3}\n\xff\0\r\n\n"


def live(request: Request) -> Response:
    """Answers with what was asked, in a body that could be mistaken for parts of the file."""
    headers = {"content-type": "text/plain", "date": "now", "set-cookie": "s3cret"}
    content = f"{request.line}\n".encode() + BODY
    return Response(200, headers, content, relative_to(request, "REST/1.0/"), "http://rt")


REQUESTS: Tuple[Request, ...] = (
    Request("GET", "ticket/7", query=(("format", "l"), ("fields", "a,ü"))),
    Request("POST", "x", form=(("content", "Text: ü\n"), ("user", "alice"), ("pass", "s3cret"))),
    Request("POST", "x", parts=(Part("content", b"x"), Part("a", io.BytesIO(b"file"), "a.bin"),
                                Part("pass", b"s3cret"))),
    Request("PUT", "x", json={"b": ["ü"], "a": None}),
    Request("PUT", "x", json=None),
)


def test_what_was_recorded_is_given_back(tmp_path: Path) -> None:
    path = tmp_path / "a.exchange"
    record = recording(live, path, base="REST/1.0/")
    answers = [record(request) for request in REQUESTS]
    replay = replaying(path, base="REST/1.0/")
    for request, answer in zip(REQUESTS, answers):
        found = replay(request)
        assert (found.status, found.content) == (answer.status, answer.content)
        assert found.headers == {"content-type": "text/plain"}
        assert found.request == relative_to(request, "REST/1.0/")
        assert found.server == "http://rt"
    with pytest.raises(Unrecorded, match="nothing is left to answer GET REST/1.0/ticket/7"):
        replay(REQUESTS[0])
    assert b"s3cret" not in path.read_bytes() and b"alice" not in path.read_bytes()


def test_recordings_are_lines_of_json_and_raw_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.exchange"
    recording(live, path)(Request("GET", "x"))
    recording(live, path)(Request("GET", "y"))
    first, second = (b'{"headers": {"content-type": "text/plain"}, "request": {"method": "GET", '
                     b'"path": "%s"}, "server": "http://rt", "size": %d, "status": 200}\n'
                     % (name, 6 + len(BODY)) for name in (b"x", b"y"))
    assert path.read_bytes() == (first + b"GET x\n" + BODY + b"\n"
                                 + second + b"GET y\n" + BODY + b"\n")
    assert [exchange.request["path"] for exchange in read_recording(path)] == ["x", "y"]


@pytest.mark.parametrize("cut", [1, 5, len(BODY) + 3])
def test_a_recording_that_is_cut_off(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.exchange"
    recording(live, path)(Request("GET", "x"))
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(ValueError, match="exchange 1 is cut off"):
        replaying(path)


@pytest.mark.parametrize("other", [
    Request("POST", "ticket/7", query=(("format", "l"), ("fields", "a,ü"))),
    Request("GET", "ticket/8", query=(("format", "l"), ("fields", "a,ü"))),
    Request("GET", "ticket/7", query=(("fields", "a,ü"), ("format", "l"))),
    Request("GET", "ticket/7"),
    Request("GET", "ticket/7", query=(("format", "l"), ("fields", "a,ü")), form=()),
    REQUESTS[1],
])
def test_replaying_is_strict(tmp_path: Path, other: Request) -> None:
    path = tmp_path / "a.exchange"
    recording(live, path)(REQUESTS[0])
    replay = replaying(path)
    with pytest.raises(Unrecorded, match="was asked, GET ticket/7 .* is recorded") as caught:
        replay(other)
    assert not isinstance(caught.value, RTError) and "s3cret" not in str(caught.value)
    assert replay(REQUESTS[0]).status == 200


def test_files_are_described_by_content_and_left_where_they_stood() -> None:
    file = io.BytesIO(b"skip|content")
    file.seek(5)
    request = Request("POST", "x", parts=(Part("a", file, "ü.bin", "text/plain"),))
    assert describe(request, "REST/2.0/") == {
        "method": "POST", "path": "REST/2.0/x",
        "parts": [["a", "ü.bin", "text/plain", "7:ed7002b439e9ac84"]]}
    assert file.read() == b"content"


def test_json_is_described_by_value_not_by_order() -> None:
    one = describe(Request("PUT", "x", json={"a": 1, "b": 2}))
    assert one == describe(Request("PUT", "x", json={"b": 2, "a": 1}))
    assert one != describe(Request("PUT", "x", json={"b": 2, "a": 2}))


class Kept:
    def __init__(self, accept: bool) -> None:
        self.accept = accept
        self.content = b""
        self.log: List[str] = []

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self.log.append(f"start {status} {headers['content-type']}")
        return self.accept

    def feed(self, chunk: bytes) -> None:
        if chunk == b"poison":
            raise ValueError("poison")
        self.content += chunk

    def finish(self) -> None:
        self.log.append("finish")

    def abandon(self) -> None:
        self.log.append("abandon")


@pytest.mark.parametrize("accept", [True, False])
def test_downloads(tmp_path: Path, accept: bool) -> None:
    path = tmp_path / "a.exchange"

    def answer(seen: Seen) -> Reply:
        return Reply(BODY * 9999, headers=(("Content-Type", "image/png"),))
    with Misbehaving(answer) as server:
        transport = Transport(server.url)
        sinks = [Kept(accept), Kept(accept)]
        responses = [recording(lambda request: transport.send(request).response, path)(
            Request("GET", "x", sink=sinks[0]))]
        transport.close()
    responses.append(replaying(path)(Request("GET", "x", sink=sinks[1])))
    for response, sink in zip(responses, sinks):
        assert response.sunk is accept
        assert (sink.content, response.content) == ((BODY * 9999, b"") if accept
                                                    else (b"", BODY * 9999))
        assert sink.log == ["start 200 image/png"] + ["finish"] * accept


def test_a_sink_that_fails_is_abandoned() -> None:
    sink = Kept(True)
    answer = Recorded(200, b"poison", {"content-type": "x"}, {})
    with pytest.raises(ValueError, match="poison"):
        canned({("GET", "x"): answer})(Request("GET", "x", sink=sink))
    assert sink.log == ["start 200 x", "abandon"]


def test_answers_by_request(tmp_path: Path) -> None:
    path = tmp_path / "a.exchange"
    counting = iter(range(10))

    def numbered(request: Request) -> Response:
        return Response(200, {}, b"%d" % next(counting), request)
    record = recording(numbered, path)
    for name in ("x", "y", "x"):
        record(Request("GET", name))
    send = answers_from(read_recording(path))
    assert [send(Request("GET", name)).content for name in "yxyxx"] == [b"1", b"0", b"1", b"2",
                                                                        b"2"]
    with pytest.raises(Unrecorded, match='not recorded: GET x {"query"'):
        send(Request("GET", "x", query=(("a", "b"),)))


def test_canned() -> None:
    send = canned({("GET", "REST/1.0/x"): b"plain", ("GET", "REST/1.0/x?a=b+c"): b"with query",
                   ("POST", "REST/1.0/x"): Recorded(404, b"no", {"a": "b"}, {})},
                  base="REST/1.0/", server="http://rt")
    assert send(Request("GET", "x")).content == b"plain"
    assert send(Request("GET", "x", query=(("d", "e"),))).content == b"plain"
    found = send(Request("GET", "x", query=(("a", "b c"),)))
    assert (found.status, found.content, found.server) == (200, b"with query", "http://rt")
    assert found.request.path == "REST/1.0/x"
    refused = send(Request("POST", "x", form=(("a", "b"),)))
    assert (refused.status, refused.headers) == (404, {"a": "b"})
    with pytest.raises(Unrecorded, match=r"no answer is given for GET REST/1.0/y\?a=1"):
        send(Request("GET", "y", query=(("a", "1"),)))
