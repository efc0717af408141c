"""Whatever is done to the dumps of the corpus, they are read, and what is untouched comes out."""
from __future__ import annotations

import io
import sys
from functools import lru_cache
from types import FrameType
from typing import Any, Callable, Iterable, List, Mapping, Sequence, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat.archive import Answer, read
from rtcompat.archive.reading import answers_of
from rtcompat.archive.sources import Source
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.kinds import Kind
from tests.dumps import corpus
from tests.dumps.pieces import piece

pytestmark = pytest.mark.property

#: Dumps of these are not read as what they are once something stands before or behind them.
_APART = ("HTTP headers", "chunked as sent", "tar", "tar.gz", "zip", "gzip", "xz", "bzip2")
_LARGEST = 30_000


class Dumped(io.BytesIO):
    """A file that gives no more at a time than it is told to."""

    name = "dump"

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__(content)
        self._most = most

    def read(self, size: "int | None" = -1) -> bytes:
        return super().read(self._most if size is None or size < 0 else min(size, self._most))


#: What is drawn are names: hypothesis and pytest print what fails, and answers are long.
Chosen = List[str]


@lru_cache(maxsize=1)
def contents() -> Mapping[str, bytes]:
    """All dumps that are files of no great length."""
    found = {dump.name: dump.path.read_bytes() for dump in corpus.dumps()
             if dump.path.is_file() and dump.path.stat().st_size <= _LARGEST}
    assert len(found) > 250
    return found


@lru_cache(maxsize=1)
def whole() -> Mapping[str, Tuple[Answer, ...]]:
    """Those that hold whole answers and nothing else, as each is read alone."""
    found = {}
    for dump in corpus.dumps():
        if dump.path.is_dir() or dump.damages not in (("none",), ("several answers",)):
            continue
        content = dump.path.read_bytes()
        if len(content) > _LARGEST or not content.startswith(b"RT/") \
                or not content.endswith(b"\n") or b"RT/3.4" in content:
            continue
        there = tuple(answers(content, 1 << 18))
        # a content ends nowhere by itself, nor does a status line of 200 without an empty line
        if not any(answer.kind in (Kind.UNKNOWN, Kind.ATTACHMENT_CONTENT, Kind.LOGGED_OUT)
                   for answer in there):
            found[dump.name] = there
    assert len(found) > 80
    return found


def answers(content: bytes, most: int) -> List[Answer]:
    stream = Dumped(content, most)
    return list(answers_of(Source("dump", stream.read, True, [])))


def as_read(found: Iterable[Answer]) -> List[Tuple[object, ...]]:
    return [(answer.kind, answer.version, answer.code, answer.raw[:60], len(answer.raw),
             hash((answer.raw, answer.forms))) for answer in found]


def alone(chosen: Chosen) -> List[Tuple[object, ...]]:
    return as_read(answer for name in chosen for answer in whole()[name])


def text_of(chosen: Chosen) -> bytes:
    return b"".join(contents()[name] for name in chosen)


sizes = st.sampled_from([1, 11, 512, 4096, 1 << 18])
any_dump = st.deferred(lambda: st.sampled_from(sorted(contents())))
whole_dumps = st.deferred(lambda: st.lists(st.sampled_from(sorted(whole())), min_size=1,
                                           max_size=4))


def cut_anywhere(content: bytes, data: st.DataObject) -> bytes:
    return content[:data.draw(st.integers(0, len(content)))]


def flipped(content: bytes, data: st.DataObject) -> bytes:
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 8)) if changed else 0):
        changed[data.draw(st.integers(0, len(changed) - 1))] ^= data.draw(st.integers(1, 255))
    return bytes(changed)


def inserted(content: bytes, data: st.DataObject) -> bytes:
    place = data.draw(st.integers(0, len(content)))
    return content[:place] + data.draw(st.one_of(st.binary(max_size=60), st.sampled_from([
        b"\n", b"\r\n", b"\n--\n\n", b"RT/4.4.6 200 Ok\n\n", b"\0" * 100, b"\xef\xbb\xbf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", b"> ", b"\t"]))) + content[place:]


def without_a_part(content: bytes, data: st.DataObject) -> bytes:
    first, second = sorted(data.draw(st.tuples(st.integers(0, len(content)),
                                               st.integers(0, len(content)))))
    return content[:first] + content[second:]


def turned_about(content: bytes, data: st.DataObject) -> bytes:
    place = data.draw(st.integers(0, len(content)))
    return content[place:] + content[:place]


def joined(content: bytes, data: st.DataObject) -> bytes:
    return content + contents()[data.draw(any_dump)]


def woven(content: bytes, data: st.DataObject) -> bytes:
    lines = [content.splitlines(True), contents()[data.draw(any_dump)].splitlines(True)]
    step = data.draw(st.integers(1, 20))
    return b"".join(line for place in range(0, max(map(len, lines)), step)
                    for each in lines for line in each[place:place + step])


HARMS = (cut_anywhere, flipped, inserted, without_a_part, turned_about, joined, woven)


def harmed(content: bytes, data: st.DataObject) -> bytes:
    for harm in data.draw(st.lists(st.sampled_from(HARMS), min_size=1, max_size=3)):
        content = harm(content, data)
    return content


@settings(max_examples=250)
@given(any_dump, sizes, st.booleans(), st.data())
def test_reading_a_harmed_dump_raises_nothing(
        name: str, most: int, repair: bool, data: st.DataObject) -> None:
    changed = harmed(contents()[name], data)
    most = max(most, len(changed) // 2000)
    found = list(read(Dumped(changed, most), repair=repair))
    silent = [answer.line for answer in found
              if answer.kind is Kind.UNKNOWN and answer.raw and not answer.problems
              and not answer.continued]
    assert silent == []
    odd = any(answer.problems for answer in found)
    try:
        list(read(Dumped(changed, most), strict=True, repair=repair))
    except FormSyntaxError:
        assert odd
    else:
        assert not odd


@settings(max_examples=120)
@given(whole_dumps, sizes)
def test_dumps_in_any_order_come_out_as_they_went_in(chosen: Chosen, most: int) -> None:
    text = text_of(chosen)
    assert as_read(answers(text, max(most, len(text) // 2000))) == alone(chosen)


@settings(max_examples=200)
@given(whole_dumps, st.data(), whole_dumps, sizes)
def test_what_is_whole_behind_a_harmed_dump_comes_out(
        before: Chosen, data: st.DataObject, after: Chosen, most: int) -> None:
    name = data.draw(st.sampled_from(joinable()))
    damaged = harmed(contents()[name], data).replace(b"HTTP/", b"http/")
    text = b"".join([text_of(before), damaged, b"\n", text_of(after)])
    found = as_read(answers(text, max(most, len(text) // 2000)))
    wanted = alone(after)
    assert found[len(found) - len(wanted):] == wanted
    # the last before it may gain what the damage made of a status line
    kept = alone(before)[:-1]
    assert found[:len(kept)] == kept


@lru_cache(maxsize=1)
def joinable() -> Sequence[str]:
    return [dump.name for dump in corpus.dumps()
            if dump.name in contents() and not set(dump.damages) & set(_APART)
            and not contents()[dump.name].startswith((b"\xff\xfe", b"\xfe\xff"))
            and b"RT/3.4" not in contents()[dump.name]]


# -- how much work it is ----------------------------------------------------------------------

def work(content: bytes) -> int:
    """Functions called, of Python and of C, while a dump is read."""
    counted = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    stream = Dumped(content, 1 << 16)
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        for _ in read(stream):
            pass
    finally:
        sys.setprofile(before)
    return counted


def _forms(times: int) -> bytes:
    head, _, rest = piece("dumps/4.4.6-torture-headers.txt").partition(b"\n\n")
    form = rest.split(b"\n--\n\n")[0].rstrip(b"\n") + b"\n"
    return head + b"\n\n" + b"\n--\n\n".join([form] * times) + b"\n"


@pytest.mark.parametrize("body", [
    pytest.param(lambda times: piece("dumps/sid-fields.txt") * times, id="tickets"),
    pytest.param(_forms, id="a long history"),
    pytest.param(lambda times: piece("rest1/4.4.6/search-all-s.txt") + b"".join(
        b"%d: a subject\n" % number for number in range(40 * times)), id="a long list"),
    pytest.param(lambda times: text_of(list(joinable()[:60])) * (times // 10), id="everything"),
    pytest.param(lambda times: piece("dumps/made-chunked.txt") * (times // 5), id="chunks"),
    pytest.param(lambda times: b"RT/4.4.6 200 Ok\n\nid: ticket/1\nSubject: "
                 + b"RT/4.4.6 200 Ok " * 200 * times, id="one line"),
    pytest.param(lambda times: b"a: HTTP/1.1 200 OK\n" * 200 * times, id="headers"),
    pytest.param(lambda times: b"$ rt ls\n1: a\n" * 20 * times, id="a shell's text"),
])
def test_ten_times_the_body_is_no_more_than_thirteen_times_the_work(
        body: Callable[[int], bytes]) -> None:
    small, large = body(10), body(100)
    assert 9 * len(small) < len(large) < 11 * len(small)
    assert work(large) < 13 * work(small)
