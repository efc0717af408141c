"""Operations are driven, and downloads appear only when they are whole."""
from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path
from typing import List

import pytest

from rtcompat.errors import TimedOut
from rtcompat.exchange import (NO_JSON, FileSink, Operation, Request, Response, relative_to, run,
                               run_async)


def answer(request: Request) -> Response:
    return Response(200, {}, request.path.encode(), request)


def two_reads() -> Operation[List[bytes]]:
    first = yield Request("GET", "a")
    second = yield Request("GET", "b")
    return [first.content, second.content]


def resolving() -> Operation[str]:
    try:
        yield Request("PUT", "a", effect="write")
    except TimedOut as error:
        return f"resolved {error.what} by {(yield Request('GET', 'b')).content.decode()}"
    return "done"


def failing(request: Request) -> Response:
    if request.effect == "write":
        raise TimedOut("slow")
    return answer(request)


def test_an_operation_gets_each_answer_and_returns_its_result() -> None:
    assert run(two_reads(), answer) == [b"a", b"b"]


def test_a_failure_is_thrown_into_the_operation() -> None:
    assert run(resolving(), failing) == "resolved slow by b"

    def hopeless(request: Request) -> Response:
        raise TimedOut("slow")
    with pytest.raises(TimedOut):
        run(two_reads(), hopeless)


def test_the_same_with_an_awaiting_send() -> None:
    async def awaited(request: Request) -> Response:
        return failing(request)
    assert asyncio.run(run_async(resolving(), awaited)) == "resolved slow by b"
    assert asyncio.run(run_async(two_reads(), awaited)) == [b"a", b"b"]


def test_requests_know_their_line_and_place() -> None:
    request = Request("POST", "ticket/7", form=(("pass", "secret"),))
    assert request.line == "POST ticket/7" and request.json is NO_JSON
    assert relative_to(request, "REST/1.0/").line == "POST REST/1.0/ticket/7"
    assert repr(NO_JSON) == "NO_JSON"


def test_a_file_stands_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    sink = FileSink(target)
    sink.write(b"new ")
    assert target.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 2
    sink.abandon()
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
    sink = FileSink(target)
    sink.write(b"new ")
    sink.write(b"content")
    sink.finish()
    assert target.read_bytes() == b"new content" and sink.size == 11
    assert stat.S_IMODE(os.stat(target).st_mode) & 0o600 == 0o600
    FileSink(tmp_path / "empty").finish()
    assert (tmp_path / "empty").read_bytes() == b""
