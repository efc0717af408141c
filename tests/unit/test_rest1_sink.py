"""The content of an attachment as it streams by, in bites of any size."""
from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from rtcompat.exchange import FileSink
from rtcompat.rest1.sink import ContentSink, content_of

HEAD = b"RT/5.0.3+dfsg-3~deb12u6 200 Ok\n\n"
GONE = HEAD + b"# Attachment 99 does not exist.\n\n\n"


def streamed(body: bytes, path: Path, bite: int, line_ends: Optional[int] = None) -> ContentSink:
    sink = ContentSink(FileSink(path), line_ends=line_ends)
    assert sink.start(200, {})
    for start in range(0, len(body), bite):
        sink.feed(body[start:start + bite])
    sink.finish()
    return sink


@pytest.mark.parametrize("bite", [1, 3, 33, 100000])
@pytest.mark.parametrize("content", [
    b"x", b"\n", b"line\n\n\n", bytes(range(256)) * 20, b"# Attachment 99", b"RT/5.0.3 200 Ok\n\n",
    b"# Attachment 99 does not exist.\n\n\nand more", b"# Attachment 9" + b"9" * 1000])
def test_content_goes_into_the_file_byte_for_byte(content: bytes, bite: int,
                                                  tmp_path: Path) -> None:
    sink = streamed(HEAD + content, tmp_path / "a", bite)
    assert (tmp_path / "a").read_bytes() == content
    assert sink.refused is None and not sink.empty
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


@pytest.mark.parametrize("bite", [1, 7, 1000])
@pytest.mark.parametrize("body", [
    GONE, HEAD + b"# Invalid attachment id: 99\n\n\n", HEAD + b"# Ticket 9 does not exist.\n\n\n",
    b"<html>" + b"a proxy's page" * 100, b"RT/5.0.3 400 Bad Request\n\n# x\n", b"short",
    b"RT/5.0.3 401 Credentials required\n", b"no line end " * 1000])
def test_what_is_no_content_never_reaches_the_file(body: bytes, bite: int,
                                                   tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"as it was")
    sink = streamed(body, target, bite)
    assert sink.refused is not None and body.startswith(sink.refused[:50])
    assert len(sink.refused) <= 4000
    assert target.read_bytes() == b"as it was" and list(tmp_path.iterdir()) == [target]


def test_no_byte_at_all_is_told(tmp_path: Path) -> None:
    sink = streamed(b"", tmp_path / "a", 1)
    assert sink.empty and sink.refused is None and not list(tmp_path.iterdir())


@pytest.mark.parametrize("bite", [1, 2, 5, 1000])
@pytest.mark.parametrize("content, count", [(b"text", 0), (b"text", 1), (b"a\n\nb", 4), (b"", 3)])
def test_before_4_4_5_final_line_ends_are_put_back(content: bytes, count: int, bite: int,
                                                   tmp_path: Path) -> None:
    streamed(HEAD + content + b"\n\n\n", tmp_path / "a", bite, count)
    assert (tmp_path / "a").read_bytes() == content + b"\n" * count


def test_another_status_is_read_as_a_whole_and_a_broken_stream_leaves_nothing(
        tmp_path: Path) -> None:
    sink = ContentSink(FileSink(tmp_path / "a"))
    assert not sink.start(302, {})
    assert sink.start(200, {})
    sink.feed(HEAD + b"x" * 1000)
    sink.abandon()
    assert not list(tmp_path.iterdir())


def test_a_second_try_starts_anew(tmp_path: Path) -> None:
    sink = ContentSink(FileSink(tmp_path / "a"))
    sink.start(200, {})
    sink.feed(HEAD + b"half")
    sink.abandon()
    sink.start(200, {})
    sink.feed(HEAD + b"whole")
    sink.finish()
    assert (tmp_path / "a").read_bytes() == b"whole"


def test_content_of() -> None:
    assert content_of(HEAD + b"x\n") == b"x\n" and content_of(HEAD) == b""
    for body in (b"", b"RT/5.0.3 404 Ticket not found\n\nx", b"x" + HEAD):
        assert content_of(body) is None
