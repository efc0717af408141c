"""Which part of a message is its body."""
from __future__ import annotations

from typing import Optional, Tuple

import pytest

from rtcompat.model import Attachment, Transaction
from rtcompat.rest1.bodies import draft
from rtcompat.rest1.forms import Field, Form

NOTHING = "Diese Transaktion scheint keinen Inhalt zu haben"
MESSAGE = Transaction(12, 7, "Correspond")


def part(number: int, kind: str, name: Optional[str] = None) -> Attachment:
    return Attachment(number, filename=name, content_type=kind)


def text(number: int, kind: str, content: str, headers: str = "") -> Tuple[int, Form]:
    return number, Form(fields=(Field("ContentType", kind), Field("Headers", headers),
                                Field("Content", content)))


def test_one_plain_text_that_fits_its_size_is_the_body() -> None:
    for content, size in (("hello\n", "6b"), ("x" * 1024, "1024b"), ("y" * 2970, "2.9k"),
                          ("ü" * 2048, "2k")):
        one = draft(MESSAGE, content, (part(1, "text/plain"),), {1: size})
        assert one.open_parts == ()
        done = one.finished({})
        assert (done.content, done.html, done.rendered) == (content, None, None)
        assert [each.id for each in done.attachments] == [1]


@pytest.mark.parametrize("printed, size", [("other", "6b"), ("", "0b"), (NOTHING, "6b")])
def test_a_text_that_does_not_fit_is_read(printed: str, size: str) -> None:
    one = draft(MESSAGE, printed, (part(1, "text/plain"),), {1: size})
    assert one.open_parts == (1,)
    assert one.finished(dict([text(1, "text/plain", "0")])).content == "0"
    assert one.finished({}).content is None  # not shown to us


def test_no_text_no_body_whatever_rt_prints() -> None:
    for parts in ((), (part(1, "image/png"),), (part(1, "text/plain", "a.txt"),),
                  (part(1, "multipart/mixed"), part(2, "text/plain", "a.txt"))):
        one = draft(MESSAGE, NOTHING, parts, {})
        assert one.open_parts == ()
        done = one.finished({})
        assert done.content is done.html is done.rendered is None


def test_html_stays_html_and_rts_text_of_it_is_kept_apart() -> None:
    one = draft(MESSAGE, "made of it", (part(1, "text/html"),), {1: "9b"})
    assert one.open_parts == (1,)
    done = one.finished(dict([text(1, "text/html", "<b>x</b>\n")]))
    assert (done.content, done.html, done.rendered) == (None, "<b>x</b>\n", "made of it")


def test_both_bodies_of_a_mail() -> None:
    parts = (part(3, "text/html"), part(1, "multipart/alternative"), part(2, "text/plain"))
    one = draft(MESSAGE, "plain", parts, {2: "5b", 3: "4b"})
    assert one.open_parts == (2, 3)
    done = one.finished(dict([text(2, "text/plain", "plain"), text(3, "text/html", "<p>")]))
    assert (done.content, done.html, done.rendered) == ("plain", "<p>", None)
    assert [each.id for each in done.attachments] == [1, 2, 3]


def test_the_first_of_several_counts_and_attached_parts_do_not() -> None:
    parts = (part(1, "text/plain"), part(2, "text/plain"), part(3, "text/plain"))
    one = draft(MESSAGE, "second", parts, {})
    done = one.finished(dict([
        text(1, "text/plain", "first", "Content-Disposition: attachment; size=1"),
        text(2, "text/plain", "second", "Content-Disposition: inline"),
        text(3, "text/plain", "third")]))
    assert done.content == "second"
