"""Histories, attachments and their bytes from saved answers."""
from __future__ import annotations

from pathlib import Path
from typing import Dict, List, Sequence, Tuple, Union

import pytest

from rtcompat import archive
from rtcompat.errors import NotFound, NotSaved, PermissionDenied
from rtcompat.model import NOT_LOADED
from rtcompat.rest1.forms import Form
from tests.unit.archive_dump import answer, entry, form, ticket, written

PARTS = "\n1: untitled (5b)\n2: a.bin (4b)"
LIST = form({"id": "ticket/7/attachments",
             "Attachments": "1: (Unnamed) (text/plain / 5b), 2: a.bin (application/x / 4b)"})
Files = Dict[str, Union[bytes, Sequence[Form]]]


def part(number: int, **changed: str) -> Form:
    return form({"id": str(number), "Subject": "", "Creator": "12",
                 "Created": "2024-01-15 08:37:11", "Transaction": "70", "Parent": "0",
                 "MessageId": "", "Filename": "", "ContentType": "text/plain",
                 "ContentEncoding": "none", "Headers": "", "Content": "hello", **changed})


def _opened(folder: Path, files: Files) -> archive.Archive:
    return archive.open(written(folder, files), timezone="UTC")


def test_a_history_with_its_list_has_bodies_and_attachments(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70, Content="hello", Attachments=PARTS)],
                            "l.txt": [LIST]}) as saved:
        one, = saved.get_history(7)
        assert (one.content, one.html, one.rendered) == ("hello", None, None)
        assert [(each.id, each.filename, each.content_type, each.size, each.transaction_id)
                for each in one.attachments] == [(1, None, "text/plain", None, 70),
                                                 (2, "a.bin", "application/x", 4, 70)]
        assert saved.get_attachments(7) == one.attachments
        assert saved.get_transaction(70) == one
        short, = saved.get_history(7, content=False)
        assert short.content is NOT_LOADED and short.attachments is NOT_LOADED
        assert list(saved.get_history(7, types=["Comment"])) == []


def test_a_history_alone_tells_what_is_certain(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [
            entry(70, total=3, Content="hello", Attachments=PARTS),
            entry(71, total=3, Content="other", Attachments="\n3: untitled (900b)"),
            entry(72, total=3)]}) as saved:
        first, second, third = saved.get_history(7)
        assert (first.content, first.html) == ("hello", None)
        assert first.attachments[1].filename == "a.bin"
        assert first.attachments[1].content_type is NOT_LOADED
        # as long as it is, it is no text/plain: rendered from something
        assert (second.content, second.html, second.rendered) == (NOT_LOADED, NOT_LOADED, "other")
        assert (third.content, third.html, third.attachments) == (None, None, ())


def test_html_bodies_come_from_their_forms_or_are_not_loaded(tmp_path: Path) -> None:
    listed = form({"id": "ticket/7/attachments",
                   "Attachments": "1: (Unnamed) (text/html / 12b)"})
    history = entry(70, Content="hello", Attachments="\n1: untitled (12b)")
    files: Files = {"h.txt": [history], "l.txt": [listed]}
    with _opened(tmp_path, files) as saved:
        one, = saved.get_history(7)
        assert (one.content, one.html, one.rendered) == (None, NOT_LOADED, "hello")
    files["1.txt"] = [part(1, ContentType="text/html", Content="<b>hello</b>")]
    with _opened(tmp_path, files) as saved:
        one, = saved.get_history(7)
        assert (one.content, one.html, one.rendered) == (None, "<b>hello</b>", "hello")
    del files["1.txt"]
    (tmp_path / "1.txt").unlink()
    files["attachment/1/content"] = b"RT/4.4.6 200 Ok\n\n<b>hello</b>"
    with _opened(tmp_path, files) as saved:
        one, = saved.get_history(7)
        assert one.html == "<b>hello</b>"


def test_a_history_that_is_cut_is_told(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70, total=3), entry(71, total=3)]}) as saved:
        assert [one.id for one in saved.get_history(7)] == [70, 71]
        assert [one.what for one in saved.problems] == ["ticket/7/history: 2 of 3 transactions"]


def test_single_transactions_are_no_history_but_together(tmp_path: Path) -> None:
    files: Files = {"a.txt": [entry(70, total=2)]}
    with _opened(tmp_path, files) as saved:
        assert saved.get_transaction(70).id == 70
        with pytest.raises(NotSaved, match="but for 1 of its transactions"):
            saved.get_history(7)
    files["b.txt"] = [entry(71, total=2)]
    with _opened(tmp_path, files) as saved:
        assert [one.id for one in saved.get_history(7)] == [70, 71]


def test_a_short_history_has_sentences_only(tmp_path: Path) -> None:
    short = form({"70": "Ticket created by alice", "71": "Comments added by root"},
                 ("# 2/2 (/total)",))
    with _opened(tmp_path, {"ticket/7/history.txt": [short]}) as saved:
        assert [(one.id, one.rt_description, one.type) for one in saved.get_history(7)] == [
            (70, "Ticket created by alice", NOT_LOADED),
            (71, "Comments added by root", NOT_LOADED)]


def test_a_history_of_some_fields_tells_those(tmp_path: Path) -> None:
    some = form({"id": "70", "Data": "x"}, ("# 1/1 (id/70/total)",))
    with _opened(tmp_path, {"ticket/7/history.txt": [some]}) as saved:
        one, = saved.get_history(7)
        assert (one.id, one.data, one.type, one.content, one.ticket_id) == (
            70, "x", NOT_LOADED, NOT_LOADED, 7)


def test_a_damaged_transaction_keeps_no_other_away(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70, total=2, Created="yesterday"),
                                      entry(71, total=2)]}) as saved:
        assert [one.id for one in saved.get_history(7)] == [71]
        assert [one.what for one in saved.problems if "transaction 70 is left out" in one.what]


def test_histories_of_two_tickets_in_one_answer_are_two(tmp_path: Path) -> None:
    both = answer(entry(70, 7, total=2), entry(71, 7, total=2)) \
        + answer(entry(80, 8, total=2), entry(81, 8, total=2))
    with _opened(tmp_path, {"x.txt": both}) as saved:
        assert [[one.id for one in each.get()] for each in saved.get_histories([7, 8])] == [
            [70, 71], [80, 81]]


def test_tickets_with_one_history_were_merged(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70, 7, total=2), entry(71, 6, total=2)],
                            "t.txt": [ticket(7)]}) as saved:
        assert saved.get_ticket(6).id == 7
        assert [one.id for one in saved.get_history(6)] == [70, 71]


def test_attachments_of_another_ticket_are_not_found(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70, Attachments=PARTS)], "1.txt": [part(1)],
                            "9.txt": [part(9, Transaction="500")], "t.txt": [ticket()]}) as saved:
        assert saved.get_attachment(1, ticket_id=7).transaction_id == 70
        with pytest.raises(NotFound, match="no attachment 9"):
            saved.get_attachment(9, ticket_id=7)
        with pytest.raises(NotFound, match="no attachment 9"):
            saved.read_attachment(9, ticket_id=7)
        with pytest.raises(NotSaved):
            saved.get_attachment(1, ticket_id=8)
        with pytest.raises(NotFound):
            saved.get_transaction(70, ticket_id=8)
        known = saved.get_attachment(2)  # only the history tells of it
        assert (known.filename, known.headers) == ("a.bin", NOT_LOADED)


def test_an_empty_list_is_one_without_attachments(tmp_path: Path) -> None:
    with _opened(tmp_path, {"h.txt": [entry(70)], "ticket/7/attachments.txt": b""}) as saved:
        assert saved.get_attachments(7) == ()


def test_what_nobody_may_see_is_refused(tmp_path: Path) -> None:
    empty = part(1, Creator="", Created="", ContentType="", Content="")
    with _opened(tmp_path, {"1.txt": [empty]}) as saved:
        with pytest.raises(PermissionDenied):
            saved.get_attachment(1)
        with pytest.raises(PermissionDenied):
            saved.read_attachment(1)


# -- bytes ----------------------------------------------------------------------------------------

def test_exact_contents_stream_into_files(tmp_path: Path) -> None:
    content = bytes(range(256)) * 12000 + b"\n\n\n"
    (tmp_path / "out").mkdir()
    with _opened(tmp_path / "in", {
            "ticket/7/attachments/1/content": b"RT/4.4.6 200 Ok\n\n" + content}) as saved:
        assert saved.read_attachment(1) == content
        assert saved.save_attachment(1, tmp_path / "out" / "x") == len(content)
        assert (tmp_path / "out" / "x").read_bytes() == content
        with pytest.raises(NotSaved):
            saved.save_attachment(2, tmp_path / "out" / "y")
        assert [each.name for each in (tmp_path / "out").iterdir()] == ["x"]


OLD: List[Tuple[str, Files, bytes, bool]] = [
    ("nothing tells the line ends", {}, b"hello", False),
    ("the form does", {"1.txt": [part(1, Content="hello\n\n")]}, b"hello\n\n", True),
    ("the list's size does", {"l.txt": [form({
        "id": "ticket/7/attachments", "Attachments": "1: x (text/plain / 6b)"})]}, b"hello\n",
     True),
    ("the stored length does", {"1.txt": [part(
        1, ContentType="application/x", Headers="Content-Length: 7\n",
        Content="Content is not text and will not be displayed!")]}, b"hello\n\n", True),
]


@pytest.mark.parametrize("what, files, wanted, exact", OLD, ids=[one[0] for one in OLD])
def test_line_ends_that_old_versions_do_not_keep(
        what: str, files: Files, wanted: bytes, exact: bool, tmp_path: Path) -> None:
    content = b"RT/4.0.25 200 Ok\n\nhello\n\n\n"
    with _opened(tmp_path, {**files, "attachment/1/content": content}) as saved:
        before = len(saved.problems)
        assert saved.read_attachment(1) == wanted
        assert (len(saved.problems) == before) == exact


def test_empty_contents(tmp_path: Path) -> None:
    with _opened(tmp_path, {
            "attachment/1/content": b"", "ticket/7/attachments/2/content": b"",
            "2.txt": [part(2, Content="0")],
            "3.txt": [part(3, ContentType="multipart/mixed", Content="")]}) as saved:
        assert saved.read_attachment(1) == b""
        assert saved.read_attachment(2) == b"0"  # which RT takes for none
        assert saved.read_attachment(3) == b""


FORMS: List[Tuple[str, Form, str, bytes, bool]] = [
    ("UTF-8", part(1, Content="Grüße\n"), "4.4.6", "Grüße\n".encode(), True),
    ("Latin-1", part(1, Content="Grüße", Headers="X-RT-Original-Encoding: iso-8859-1\n"
                     "Content-Length: 7"), "4.4.6", b"Gr\xfc\xdfe", True),
    ("the length is another", part(1, Content="hello", Headers="Content-Length: 9"), "4.4.6",
     b"hello", False),
    ("a charset that nobody has", part(1, Content="hä", Headers="X-RT-Original-Encoding: x-none"),
     "4.4.6", "hä".encode(), False),
    ("bytes of 3.6", part(1, ContentType="image/png", Content="\x89PNG\xff"), "3.6.11",
     b"\x89PNG\xff", True),
    ("bytes of 4.0 of a length", part(1, ContentType="image/png", Content="\xe4\xf6",
                                      Headers="Content-Length: 4"), "4.0.25",
     "\xe4\xf6".encode(), True),
    ("bytes of 4.0, of two readings", part(1, ContentType="image/png", Content="\xe4\xf6"),
     "4.0.25", b"\xe4\xf6", False),
]


@pytest.mark.parametrize("what, shown, version, wanted, exact", FORMS,
                         ids=[one[0] for one in FORMS])
def test_contents_that_only_a_form_shows(what: str, shown: Form, version: str, wanted: bytes,
                                         exact: bool, tmp_path: Path) -> None:
    with _opened(tmp_path, {"1.txt": answer(shown, version=version)}) as saved:
        before = len(saved.problems)
        assert saved.read_attachment(1) == wanted
        assert (len(saved.problems) == before) == exact


def test_raw_bytes_in_a_form_of_4_0(tmp_path: Path) -> None:
    content = b"\x89PNG\r\n\x1a\n\x00\xff\xfe"
    shown = answer(part(1, ContentType="image/png", Content="@@"), version="4.0.25").replace(
        b"Content: @@", b"\nContent: " + content.replace(b"\n", b"\n         ") + b"\n")
    with _opened(tmp_path, {"1.txt": shown}) as saved:
        assert saved.read_attachment(1) == content


@pytest.mark.parametrize("kind, text", [
    ("application/x", "Content is not text and will not be displayed!\nUse \"rt show …\""),
    ("message/rfc822", "")])
def test_contents_that_no_form_shows_were_not_saved(kind: str, text: str, tmp_path: Path) -> None:
    with _opened(tmp_path, {"1.txt": [part(1, ContentType=kind, Content=text)]}) as saved:
        with pytest.raises(NotSaved, match="attachment/1/content"):
            saved.read_attachment(1)
