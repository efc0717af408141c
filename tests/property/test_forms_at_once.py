"""Forms read by their shapes, and in pieces, are what the lines read one by one give."""
from __future__ import annotations

import copy
import io
import pickle
import time
from pathlib import Path
from typing import Iterator, List, Sequence, Tuple, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtcompat import archive
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1 import forms, formshapes
from rtcompat.rest1.formscan import Scanner, Text
from tests.property import strategies
from tests.recorded import recorded

pytestmark = pytest.mark.property

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
Read = Union[Tuple[object, ...], Tuple[int, str]]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short answers teach shapes, and are read in blocks, as long ones do and are."""
    monkeypatch.setattr(formshapes, "_WORTH", 0)
    monkeypatch.setattr(formshapes, "_PRICE", 0)
    monkeypatch.setattr(formshapes, "_BLOCK", 500)


class _NoShapes(formshapes.Shapes):
    """Learns nothing."""

    def learn(self, form: forms.Form, size: int, left: int) -> None:
        return


def slowly(content: bytes, search: bool, lenient: bool) -> Read:
    """The same, line by line."""
    problems: List[FormSyntaxError] = []
    scanner = Scanner(Text(content, None), None, problems if lenient else None, False,
                      _NoShapes())
    try:
        found = scanner.envelopes(search, False)
    except FormSyntaxError as error:
        return error.lineno, error.line
    return told(found, problems)


def told(found: Sequence[forms.Envelope], problems: Sequence[FormSyntaxError]) -> Read:
    return (tuple(found), [each.body for each in found],
            [field.lineno for each in found for form in each.forms for field in form.fields],
            [(each.lineno, each.line) for each in problems])


def quickly(content: bytes, search: bool, lenient: bool) -> Read:
    problems: List[FormSyntaxError] = []
    try:
        return told(forms.parse(content, search=search, problems=problems if lenient else None),
                    problems)
    except FormSyntaxError as error:
        return error.lineno, error.line


def pieces() -> List[bytes]:
    """Forms of recorded answers that hold several."""
    found: List[bytes] = []
    for each in recorded(FIXTURES):
        if each.content.startswith(b"RT/") and b"\n\n--\n\n" in each.content:
            rest = each.content.partition(b"\n\n")[2].rstrip(b"\n")
            found += [one for one in rest.split(b"\n\n--\n\n") if len(one) < 1500]
    return list(dict.fromkeys(found))


PIECES = pieces()
INSERTED = (b"\n", b"\n\n", b"\n\n\n", b" ", b"\t", b"--\n", b"\n--\n", b"\n\n--\n\n", b": ", b":",
            b"RT/4.4.6 200 Ok\n\n", b"# x\n", b"# c\n\n", b"\x00", b"\x01", b"\xff", b"\xc3\xbc",
            b"\r\n", b"         ", b">> e\n", b"Content: z\n", b"Cc:\n", b"\nCc:", b"\n    ")


@st.composite
def answer(draw: st.DrawFn) -> bytes:
    """Forms that repeat, laid out as RT does or nearly, and then damaged at some places."""
    few = draw(st.lists(st.sampled_from(PIECES), min_size=1, max_size=3))
    chosen = few[:1] * 3 + draw(st.lists(st.sampled_from(few), min_size=1, max_size=8))
    ends = st.sampled_from([b"", b"", b"\n", b"\n\n", b"\n\n\n"])
    text = b"RT/%s 200 Ok\n\n" % draw(st.sampled_from([b"4.4.6", b"3.4.6", b"5.0.3"]))
    text += b"\n\n--\n\n".join(one.rstrip(b"\n") + draw(ends) for one in chosen) + draw(ends)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text) - 1))
        if draw(st.booleans()):
            place = text.find(b"\n", place) + draw(st.integers(0, 1))
        cut = draw(st.sampled_from([0, 0, 1, 7]))
        text = text[:place] + draw(st.sampled_from(INSERTED)) + text[place + cut:]
    return text


@given(answer(), st.booleans(), st.booleans())
@settings(max_examples=300)
def test_at_once_is_as_line_by_line(content: bytes, search: bool, lenient: bool) -> None:
    assert quickly(content, search, lenient) == slowly(content, search, lenient)


@given(strategies.byte_soup, st.booleans(), st.booleans())
@settings(max_examples=100)
def test_so_is_anything(content: bytes, search: bool, lenient: bool) -> None:
    twice = content + b"\n\n--\n\n" + content.partition(b"\n\n")[2]
    assert quickly(twice, search, lenient) == slowly(twice, search, lenient)


def test_so_is_every_recorded_answer() -> None:
    by_shape = 0
    for each in recorded(FIXTURES):
        search = "/search/" in each.path
        content = each.content
        if content.startswith(b"RT/"):
            assert quickly(content, search, True) == slowly(content, search, True), each.file
            if b"\xff" not in content:
                by_shape += sum(form._cut is not None for one in forms.parse(content, problems=[])
                                for form in one.forms)
    assert by_shape > 200


def cut(content: bytes, places: List[int]) -> Iterator[bytes]:
    """A body as it comes over the wire."""
    start = 0
    for place in sorted({each % (len(content) + 1) for each in places}):
        yield content[start:place]
        start = place
    yield content[start:]


@given(answer(), st.lists(st.integers(0, 10000), max_size=12), st.sampled_from([1, 40, 400, 4000]))
@settings(max_examples=300)
def test_a_stream_gives_the_same_wherever_it_is_cut(
        content: bytes, places: List[int], size: int) -> None:
    content = content.replace(b"\xff", b"?").decode("utf-8", "replace").encode()
    try:
        whole = [[one.text, list(one.forms), "" if one.forms else one.body]
                 for one in forms.parse(content)]
    except FormSyntaxError as error:
        with pytest.raises(FormSyntaxError) as caught:
            list(forms.stream(cut(content, places), size=size))
        assert (caught.value.lineno, caught.value.line) == (error.lineno, error.line)
        return
    found: List[List[object]] = []
    held: List[forms.Form] = []
    said = ""
    for batch in forms.stream(cut(content, places), size=size):
        if batch.begins:
            held, said = [], ""
            found.append([])
        held, said = held + list(batch.forms), said + batch.words
        found[-1] = [batch.head.text, held, said]
        for form, place in zip(batch.forms, batch.places):
            assert content[:place.offset].count(b"\n") + 1 == place.line
            if form.fields and not form.comment:
                assert form.fields[0].lineno == place.line
                assert content.startswith(form.fields[0].key.encode(), place.offset)
    assert found == whole


def test_a_form_read_by_its_shape_is_like_any_other() -> None:
    one = b"# 1/2 (id/7/total)\n\nid: 7\nCc:\n\nContent: a\n         b\n\n\nCreator: root\n\n--\n\n"
    (read,) = forms.parse(b"RT/5.0.3 200 Ok\n\n" + one * 8 + b"id: 8\n\n")
    first, form = read.forms[0], read.forms[6]
    assert form._cut is not None and first._cut is None
    assert form.get("CONTENT") == "a\nb\n" and form.get("cc") == "" and form.get("x") is None
    assert form.all("Cc") == ("",) and form.all("x") == () and form.keys() == first.keys()
    assert form.as_dict() == first.as_dict() == {"id": "7", "Cc": "", "Content": "a\nb\n",
                                                 "Creator": "root"}
    assert [each.lineno - form.fields[0].lineno for each in form.fields] == [0, 1, 3, 7]
    assert form.fields[1].listed and form.comment == ("# 1/2 (id/7/total)",)
    assert form == first and hash(form) == hash(first)
    assert pickle.loads(pickle.dumps(form)) == form == copy.deepcopy(form)
    with pytest.raises(AttributeError):
        form.subject
    assert forms.dicts(b"RT/5.0.3 200 Ok\n\n" + one * 8 + b"id: 8\n\n") == [
        each.as_dict() for each in read.forms]


def test_a_long_line_beside_another_charset_takes_its_time_once() -> None:
    def cost(length: int) -> float:
        content = b"RT/4.4.6 200 Ok\n\nid: \xe9\na: " + b"b" * length + b"\n\n"
        began = time.process_time()
        forms.parse(content)
        list(archive.read(io.BytesIO(content)))
        return time.process_time() - began

    assert cost(1 << 16) < 4 * 8 * cost(1 << 13) + 0.2


@pytest.mark.parametrize("one, times", [
    (b"\n", 1 << 18), (b"--\n", 1 << 15), (b"\n\n--\n", 1 << 15), (b"a: \n", 1 << 15),
    (b"a: \n\n--\n\n", 1 << 15), (b"RT/4 200 Ok\n\n", 1 << 15), (b"\n\nRT/\n", 1 << 15),
    (b"id: 1\n\n--\n\na: 2\n\n--\n\n", 1 << 14), (b" \n", 1 << 18), (b"# x\n--\n", 1 << 17),
    (b"RT/4 200 Ok\n\nid: 1\n\n", 1 << 14), (b"id: 1\n\nb: 1\n  2\n\n\n--\n\n", 1 << 14)])
def test_time_is_linear(one: bytes, times: int) -> None:
    def cost(count: int) -> float:
        content = b"RT/4.4.6 200 Ok\n\nid: 1\n\n--\n\n" + one * count
        best = 1e9
        for _ in range(2):
            began = time.process_time()
            forms.parse(content, problems=[])
            best = min(best, time.process_time() - began)
        began = time.process_time()
        for _ in forms.stream([content], problems=[], size=1 << 16):
            pass
        return best + time.process_time() - began

    small = cost(times // 8)
    assert cost(times // 2) < 4 * 4 * small + 0.2
