"""Recorded answers saved after each other come out as they went in, whatever else is damaged."""
from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import List, Sequence, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat.archive import Answer
from rtcompat.archive.cutting import cut
from rtcompat.archive.reading import answers_of
from rtcompat.archive.sources import Source
from rtcompat.rest1.kinds import Kind
from tests.recorded import recorded

pytestmark = pytest.mark.property

MARK = b"\xef\xbb\xbf"
FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


def read_bytes(content: bytes, size: int = 1 << 18) -> List[Answer]:
    stream = io.BytesIO(content)
    return list(answers_of(Source("x", lambda most: stream.read(min(most, size)), True, [])))


@lru_cache(maxsize=1)
def whole_answers() -> Sequence[Tuple[bytes, Answer]]:
    """Recorded answers of one envelope that end in a line end, and how each is read alone."""
    found = []
    for answer in recorded(FIXTURES):
        content = answer.content
        if "/REST/1.0" not in answer.path or not content.startswith(b"RT/") \
                or len(content) > 20_000 or content.count(b"RT/") != 1 \
                or not content.endswith(b"\n") or answer.status != 200:
            continue
        (alone,) = read_bytes(content)
        if alone.kind is not Kind.UNKNOWN:
            found.append((content, alone))
    assert len(found) > 1500
    return found


chosen = st.lists(st.integers(0, 10 ** 6), min_size=1, max_size=6).map(
    lambda numbers: [whole_answers()[number % len(whole_answers())] for number in numbers])


def as_read(answer: Answer) -> Tuple[object, ...]:
    return answer.kind, answer.forms, answer.raw, answer.version, answer.code


@settings(max_examples=60)
@given(chosen, st.sampled_from([1, 7, 64, 1000, 1 << 18]))
def test_answers_after_each_other_come_out_as_they_went_in(
        chosen: List[Tuple[bytes, Answer]], size: int) -> None:
    found = read_bytes(b"".join(content for content, _ in chosen), size)
    assert list(map(as_read, found)) == [as_read(alone) for _, alone in chosen]
    line = 1
    for (content, _), answer in zip(chosen, found):
        assert answer.line == line
        line += content.count(b"\n")


@settings(max_examples=60)
@given(chosen, chosen, st.data())
def test_a_damaged_answer_leaves_the_others_as_they_were(
        before: List[Tuple[bytes, Answer]], after: List[Tuple[bytes, Answer]],
        data: st.DataObject) -> None:
    content, _ = before.pop()
    place = data.draw(st.integers(0, len(content)))
    harm = data.draw(st.sampled_from(["cut", "flip", "insert"]))
    if harm == "cut":
        damaged = content[:place].rstrip(b"\n") + b"\n"
    elif harm == "flip":
        flipped = bytearray(content)
        flipped[min(place, len(content) - 1)] ^= data.draw(st.integers(1, 255))
        damaged = bytes(flipped)
    else:
        damaged = content[:place] + data.draw(st.binary(max_size=40)) + content[place:]
    if not damaged.endswith(b"\n"):
        damaged += b"\n"
    text = b"".join([*(each for each, _ in before), damaged, *(each for each, _ in after)])
    found = read_bytes(text)
    wanted = [as_read(alone) for _, alone in after]
    assert [as_read(answer) for answer in found[-len(after):]] == wanted
    # the last before it may gain what the damage made of a status line
    assert [as_read(answer) for answer in found[:max(0, len(before) - 1)]] == [
        as_read(alone) for _, alone in before[:-1]]


@settings(max_examples=200)
@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([
    b"RT/4.4.6 200 Ok\n\n", b"RT/3.4.6 200 Ok\n\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n",
    b"HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n", b"1f\r\nRT/4.4.6 200 Ok\n\nid: ticket/1\n",
    b"id: ticket/1\n", b"# 1/2 (id/3/total)\n\n", b"\n--\n\n", b"--\r\n", b"12: x\n", b"\xff\xfe",
    b"\xef\xbb\xbf", b"\x1f\x8b\x08\0", b"PK\x03\x04", b"Subject: \xc3\x83\xc2\xbc\n", b"0\r\n\r\n",
    b"Content: a\n         b\n\n\n", b"\r\n", b"From: a@b\n\n"])), max_size=12).map(b"".join),
    st.sampled_from([1, 3, 1 << 18]))
def test_any_bytes_are_read_without_an_error_and_none_is_lost(content: bytes, size: int) -> None:
    found = read_bytes(content, size)
    if all(answer.in_place for answer in found) and b"HTTP/" not in content:
        # nothing but a byte order mark, which is told, and empty lines stand before an answer
        end = 0
        for answer in found:
            between = content[end:answer.offset]
            assert not between.replace(b"\xef\xbb\xbf", b"").strip()
            assert b"\xef" not in between or any("byte order" in one.what
                                                 for one in answer.problems)
            end = answer.offset + len(answer.raw)
            assert content[answer.offset:end] == answer.raw
        assert end == len(content)
    assert b"".join(piece.raw for piece in cut(io.BytesIO(content).read, content=True)) in content
