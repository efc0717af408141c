"""Contents of attachments: the bytes that were sent to RT, at once and streamed into a file."""
from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

from rtcompat.errors import (NotFound, PermissionDenied, ProtocolError, ServerFailure, Unsupported)
from rtcompat.exchange import FileSink, Request, Response, run
from rtcompat.rest2.contents import original_of
from rtcompat.rest2.sink import ContentSink
from tests.unit.rest2_script import Script, answer, page, rest2

RANDOM = bytes((index * 7919 + index // 256) % 256 for index in range(200_000))
#: (content type, X-RT-Original-Encoding or None, the bytes that were sent, what RT keeps as UTF-8).
CASES = (
    ("image/png", None, RANDOM, RANDOM),
    ("application/octet-stream", None, b"", b""),
    ("text/csv", "iso-8859-1", b"\xe4\xff\n", b"\xe4\xff\n"),  # RT takes only two types for text
    ("text/plain", "utf-8", "Grüße 🎉\u2028\n\n".encode(), "Grüße 🎉\u2028\n\n".encode()),
    ("text/plain", None, "Grüße".encode(), "Grüße".encode()),
    ("text/plain", "iso-8859-1", b"Gr\xfc\xdfe\r\n" * 9000, ("Grüße\r\n" * 9000).encode()),
    ("text/html", "windows-1252", b"<p>\x80 \x93x\x94</p>", "<p>€ “x”</p>".encode()),
    ("text/plain", "iso-2022-jp", "日本\n語\n".encode("iso2022_jp"), "日本\n語\n".encode()),
    ("text/plain", "utf-16", b"\xfe\xff" + "a\nb\nc\n".encode("utf-16-be"), b"a\nb\nc\n"),
)
NAMES = tuple(f"{kind}-{charset}" for kind, charset, _, _ in CASES)


def record(content_type: str, charset: Any, stored: Any, order: str = "first") -> bytes:
    """An attachment as ``GET /attachment/N`` writes it, the content first, in the middle or last;
    the order of keys is random in RT."""
    headers = f"Subject: a \"b\" \\ ü\nContent-Type: {content_type}"
    if charset:
        headers += f"\nX-RT-Original-Encoding: {charset}"
    content = None if stored is None else base64.encodebytes(stored).decode("ascii")
    rest: Dict[str, Any] = {"Headers": headers, "ContentType": content_type,
                            "Parent": {"type": "attachment", "id": "3", "Content": "not this"},
                            "_hyperlinks": [{"ref": "self", "id": 5, "x": ["Content"]}], "id": 5}
    pairs = list(rest.items())
    place = {"first": 0, "middle": 1, "last": len(pairs)}[order]
    pairs.insert(place, ("Content", content))
    return json.dumps(dict(pairs), indent=3, ensure_ascii=False).encode("utf-8")


class Streaming:
    """A ``send`` that feeds the sink of a request in pieces."""

    def __init__(self, body: bytes, size: int) -> None:
        self.body, self.size = body, size

    def __call__(self, request: Request) -> Response:
        assert request.sink is not None
        headers = {"content-type": "application/json; charset=utf-8"}
        assert request.sink.start(200, headers)
        try:
            for start in range(0, len(self.body), self.size):
                request.sink.feed(self.body[start:start + self.size])
            request.sink.finish()
        except BaseException:
            request.sink.abandon()
            raise
        return Response(200, headers, b"", request, sunk=True)


@pytest.mark.parametrize("content_type, charset, sent, stored", CASES, ids=NAMES)
def test_read_attachment_gives_the_bytes_that_were_sent(content_type: str, charset: Any,
                                                        sent: bytes, stored: bytes) -> None:
    script = Script({"GET attachment/5": [answer(content=record(content_type, charset, stored))]})
    assert script.run(rest2().read_attachment(5)) == sent
    assert script.lines == ["GET attachment/5"]


@pytest.mark.parametrize("order", ["first", "middle", "last"])
@pytest.mark.parametrize("content_type, charset, sent, stored", CASES, ids=NAMES)
def test_save_attachment_writes_the_same(content_type: str, charset: Any, sent: bytes,
                                         stored: bytes, order: str, tmp_path: Path) -> None:
    body = record(content_type, charset, stored, order)
    for size in (65536, 997):
        target = tmp_path / f"{size}"
        assert run(rest2().save_attachment(5, target), Streaming(body, size)) == len(sent)
        assert target.read_bytes() == sent
    assert sorted(one.name for one in tmp_path.iterdir()) == ["65536", "997"]


@pytest.mark.parametrize("content_type, charset, sent, stored",
                         [case for case in CASES if len(case[2]) < 200])
def test_the_answer_may_be_cut_anywhere(content_type: str, charset: Any, sent: bytes,
                                        stored: bytes, tmp_path: Path) -> None:
    body = record(content_type, charset, stored, "middle")
    for cut in range(1, len(body)):
        target = FileSink(tmp_path / "cut")
        sink = ContentSink(target)
        assert sink.start(200, {"content-type": "application/json"})
        sink.feed(body[:cut])
        sink.feed(body[cut:])
        sink.finish()
        assert (tmp_path / "cut").read_bytes() == sent, cut


def test_a_read_that_is_sent_again_begins_anew(tmp_path: Path) -> None:
    body = record("text/plain", "iso-8859-1", "ü".encode())
    sink = ContentSink(FileSink(tmp_path / "again"))
    sink.start(200, {"content-type": "application/json"})
    sink.feed(body[:40])
    sink.abandon()
    sink.start(200, {"content-type": "application/json"})
    sink.feed(body)
    sink.finish()
    assert (tmp_path / "again").read_bytes() == b"\xfc"


def test_a_container_has_no_content_and_makes_an_empty_file(tmp_path: Path) -> None:
    sink = ContentSink(FileSink(tmp_path / "container"))
    sink.start(200, {"content-type": "application/json"})
    sink.feed(b'{"ContentType": "multipart/mixed", "Content": null, "id": 5}')
    sink.finish()
    assert (tmp_path / "container").read_bytes() == b""


BROKEN = (b"", b"{", b"{}", b'{"Content": "YQ==', b'{"id": 5}', b'[{"Content": "YQ=="}]',
          b'{"Content": "Y!=="}', b'{"Content": "YQ=="}}', b"<html>", b'{"Content": 5}',
          b'{"Content": ["YQ=="]}', b'{"Content": "\\x"}', b'{"Content": "YQ==", "id": nan5}',
          b'{"Content": "Y\\u00fcQ="}')


@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_attachment_leaves_no_file(body: bytes, tmp_path: Path) -> None:
    target = tmp_path / "kept"
    target.write_bytes(b"as it was")
    sink = ContentSink(FileSink(target))
    sink.start(200, {"content-type": "application/json"})
    with pytest.raises(ProtocolError):
        sink.feed(body)
        sink.finish()
    sink.abandon()
    assert target.read_bytes() == b"as it was" and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("cut", range(1, 20))
def test_escapes_in_base64_are_what_they_stand_for(cut: int, tmp_path: Path) -> None:
    body = (b'{"ContentType": "application/x", "Headers": "", '
            b'"Content": "\\/\\/\\u002f\\/\\n+AA="}')
    sink = ContentSink(FileSink(tmp_path / "escaped"))
    sink.start(200, {"content-type": "application/json"})
    sink.feed(body[:-cut])
    sink.feed(body[-cut:])
    sink.finish()
    assert (tmp_path / "escaped").read_bytes() == b"\xff\xff\xff\xf8\x00"


def test_errors_are_read_and_not_saved(tmp_path: Path) -> None:
    sink = ContentSink(FileSink(tmp_path / "x"))
    assert not sink.start(403, {"content-type": "application/json"})
    assert not sink.start(200, {"content-type": "text/html"})
    for status, body, error in ((403, {"message": "Forbidden"}, PermissionDenied),
                                (404, {"message": "Not Found"}, NotFound),
                                (500, {"message": "Internal Server Error"}, NotFound)):
        script = Script({"GET attachment/5": [answer(body, status)]})
        with pytest.raises(error):
            script.run(rest2().save_attachment(5, tmp_path / "x"))
        with pytest.raises(error):
            script.run(rest2().read_attachment(5))
    empty = Script({"GET attachment/5": [answer(status=500, content=b"")]})
    with pytest.raises(ServerFailure):
        empty.run(rest2().read_attachment(5))
    assert list(tmp_path.iterdir()) == []


def test_containers_have_no_content_and_messages_are_not_given() -> None:
    multipart, message = (record(kind, None, None) for kind in ("multipart/mixed",
                                                                "message/rfc822"))
    script = Script({"GET attachment/5": [answer(content=multipart), answer(content=message)]})
    assert script.run(rest2().read_attachment(5)) == b""
    with pytest.raises(Unsupported) as caught:
        script.run(rest2().read_attachment(5))
    assert caught.value.protocol == "rest2"


def test_before_5_0_1_the_content_is_plain_text(tmp_path: Path) -> None:
    for kind, text, sent in (("text/plain", "Grüße \"1\"\n", "Grüße \"1\"\n".encode()),
                             ("image/png", "\x89PNG\xff\x00", b"\x89PNG\xff\x00")):
        body = json.dumps({"ContentType": kind, "Headers": f"Content-Type: {kind}",
                           "Content": text}).encode()
        script = Script({"GET attachment/5": [answer(content=body)]})
        assert script.run(rest2("5.0.0").read_attachment(5)) == sent
        target = tmp_path / "old"
        assert run(rest2("5.0.0").save_attachment(5, target), Streaming(body, 3)) == len(sent)
        assert target.read_bytes() == sent


def test_a_charset_that_only_perl_knows_is_refused() -> None:
    original = original_of("text/plain", "X-RT-Original-Encoding: MIME-B-Nonsense")
    with pytest.raises(Unsupported):
        original.encode("ü\n".encode())


def test_text_without_line_ends_does_not_pile_up() -> None:
    original = original_of("text/plain", "X-RT-Original-Encoding: iso-8859-1")
    done: List[bytes] = [original.encode("ü".encode() * 65536) for _ in range(40)]
    done.append(original.encode(b"", last=True))
    assert b"".join(done) == b"\xfc" * 65536 * 40
    assert max(map(len, done)) < 1_200_000


def test_a_ticket_id_is_checked_first() -> None:
    script = Script({"POST ticket/7/attachments": [page([])],
                     "HEAD ticket/7": [answer(status=200)],
                     "GET attachment/5": [answer(content=record("text/plain", None, b"x"))]})
    with pytest.raises(NotFound):
        script.run(rest2().read_attachment(5, ticket_id=7))
    script = Script({"POST ticket/7/attachments": [page([{"id": "5"}])],
                     "GET attachment/5": [answer(content=record("text/plain", None, b"x"))]})
    assert script.run(rest2().read_attachment(5, ticket_id=7)) == b"x"
    assert len(script.asked) == 2
