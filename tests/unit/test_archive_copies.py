"""Files that were saved again: what their names say, and copies that differ."""
from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Callable, List

import pytest

from rtcompat import archive
from rtcompat.archive.index import Index
from rtcompat.archive.naming import address_of
from rtcompat.archive.places import Store
from rtcompat.errors import NotFound, NotSaved
from rtcompat.model import NOT_LOADED
from rtcompat.rest1.forms import Form
from tests.unit.archive_dump import answer, entry, form, ticket, written

HEAD = b"RT/4.4.6 200 Ok\n\n"


# -- names ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, address", [
    ("ticket/7/attachments/8/content.1", "ticket/7/attachments/8/content"),
    ("ticket/7/attachments/8/content (1)", "ticket/7/attachments/8/content"),
    ("ticket/7/attachments/8/content-2", "ticket/7/attachments/8/content"),
    ("ticket/7/attachments/8/content-335", "ticket/7/attachments/8/content"),
    ("ticket-7-attachments-8-content-20190102", "ticket/7/attachments/8/content"),
    ("attachment/8/content (12).gz", "attachment/8/content"),
    ("ticket_335_history (1).txt", "ticket/335/history"),
    ("ticket/7/history.1", "ticket/7/history"), ("ticket/7/history.txt.1", "ticket/7/history"),
    ("ticket/7/history - Copy (2).txt", "ticket/7/history"),
    ("ticket/7/history-20260102T101112Z", "ticket/7/history"),
    ("ticket/7/history_2026-01-02_101112.txt", "ticket/7/history"),
    ("ticket/7/links.1", "ticket/7/links"), ("ticket/335/links (1)", "ticket/335/links"),
    ("ticket/7/attachments.1", "ticket/7/attachments"), ("ticket/7/show-2", "ticket/7/show"),
    ("ticket/7/history/id/9.2", "ticket/7/history/id/9"), ("ticket 7 (1).txt", "ticket/7/show"),
    ("7-history-20260102", "ticket/7/history"), ("335-history-2", "ticket/335/history"),
    ("7/history-2019", "ticket/7/history"),
    ("ticket/335/history/3147", "ticket/335/history"),
    # numbers that are none of a copy
    ("335/content/3147", "attachment/3147/content"),
    ("7/history-335", "ticket/335/history"), ("20260102-history-335", "ticket/335/history"),
    ("tickets-1/history-335.txt", "ticket/335/history"),
    ("2019/12/ticket_9.txt", "ticket/9/show"), ("history-335", "ticket/335/history"),
    # either may be meant
    ("2019-history-7", ""), ("2019/history-2020", ""), ("8/content-2", ""),
    ("history.1", ""), ("content (1)", ""),
    # what people are called
    ("user/bob.1", "user/bob.1"), ("user/bob (1)", "user/bob (1)")])
def test_numbers_of_copies_and_dates_are_no_record_s(name: str, address: str) -> None:
    assert address_of(name) == address


def test_a_copy_s_number_takes_nothing_from_another_ticket(tmp_path: Path) -> None:
    refused = b"RT/4.4.6 401 Credentials required\n"
    written(tmp_path, {
        "1/ticket/1/show": [ticket(1)], "1/ticket/1/links": [form({"id": "ticket/1/links"})],
        "1/ticket_335_history (1).txt": [entry(70, 335)], "1/ticket/335/links (1)": refused,
        "1/ticket/335/attachments/8/content (1)": HEAD + b"of 8"})
    with archive.open(tmp_path, timezone="UTC") as saved:
        assert [one.id for one in saved.get_history(335)] == [70]
        for ask in (saved.get_history, saved.read_attachment):
            with pytest.raises(NotSaved):
                ask(1)
        assert saved.read_attachment(8) == b"of 8"
        assert saved.get_links(1) is not None


def test_forms_win_over_a_name_and_it_is_told(tmp_path: Path) -> None:
    written(tmp_path, {
        "ticket/1/show": [ticket(1)], "ticket/1/history": [entry(70, 335)],
        "335": [ticket(335)],
        "ticket/1/links": [form({"id": "ticket/335/links", "RefersTo": "http://a/"})]})
    with archive.open(tmp_path) as saved:
        assert [one.id for one in saved.get_history(335)] == [70]
        assert saved.get_links(335).refers_to
        for ask in (saved.get_history, saved.get_links):
            with pytest.raises(NotSaved):
                ask(1)
        assert [one.what for one in saved.problems] == [
            f"is named as ticket/1/{part}, and its forms, which count, name ticket 335"
            for part in ("history", "links")]


def test_a_merged_ticket_s_name_is_no_wrong_one(tmp_path: Path) -> None:
    written(tmp_path, {
        "ticket/6/show": [ticket(7)], "ticket/6/links": [form({"id": "ticket/7/links"})],
        "ticket/6/history": [entry(70, 7, total=2), entry(71, 6, total=2)]})
    with archive.open(tmp_path) as saved:
        assert [one.id for one in saved.get_history(6)] == [70, 71]
        assert saved.problems == ()


# -- lists that are newer than the history --------------------------------------------------------

OLD = [entry(70, Content="hello", Attachments="\n1: untitled (0b)\n2: untitled (5b)\n"
             "3: first.txt (3b)")]
FIRST = ("1: (Unnamed) (multipart/mixed / 0b), 2: (Unnamed) (text/plain / 5b), "
         "3: first.txt (text/plain / 3b)")


def _listed(text: str) -> Form:
    return form({"id": "ticket/7/attachments", "Attachments": text})


def test_a_list_newer_than_the_history_is_whole(tmp_path: Path) -> None:
    newer = (", 4: (Unnamed) (multipart/mixed / 0b), 5: (Unnamed) (text/plain / 4b), "
             "6: late.pdf (application/pdf / 4b)")
    written(tmp_path, {"t": [ticket()], "h": OLD, "l": [_listed(FIRST + newer)]})
    with archive.open(tmp_path) as saved:
        found = saved.get_attachments(7)
        assert [(one.id, one.filename, one.content_type) for one in found] == [
            (1, None, "multipart/mixed"), (2, None, "text/plain"), (3, "first.txt", "text/plain"),
            (4, None, "multipart/mixed"), (5, None, "text/plain"),
            (6, "late.pdf", "application/pdf")]
        assert [one.transaction_id for one in found] == [70] * 3 + [NOT_LOADED] * 3
        one, = saved.get_history(7)
        assert one.attachments == found[:3]
        assert saved.problems == ()


def test_a_name_forges_nothing_newer(tmp_path: Path) -> None:
    forged = "a (text/plain / 5b), 9: b.txt"
    written(tmp_path, {
        "t": [ticket()], "l": [_listed(f"3: {forged} (image/png / 3b)")], "9": HEAD + b"x",
        "h": [entry(70, Attachments=f"\n3: {forged} (3b)")]})
    with archive.open(tmp_path) as saved:
        assert [(one.id, one.filename, one.content_type) for one in saved.get_attachments(7)] == [
            (3, forged, "image/png")]
        with pytest.raises(NotFound):
            saved.read_attachment(9, ticket_id=7)


@pytest.mark.parametrize("text, ids", [
    (FIRST + ", 4: d (image/pn", [1, 2, 3]), (FIRST + ",", [1, 2, 3]),
    ("1: (Unnamed) (multipart/mixed / 0b), 2: (Unnamed) (te", [1]), ("1: (Unn", [])])
def test_a_list_that_is_cut_is_told(text: str, ids: List[int], tmp_path: Path) -> None:
    written(tmp_path, {"t": [ticket()], "h": OLD, "l": [_listed(text)]})
    with archive.open(tmp_path) as saved:
        assert [one.id for one in saved.get_attachments(7)] == ids
        assert [(one.what, one.line, one.cut) for one in saved.problems] == [
            ("ticket/7/attachments ends in the middle of its list: cut short", 4, True)]


# -- contents that differ -------------------------------------------------------------------------

PAGE = b"<html><title>502 Bad Gateway</title></html>"


@pytest.mark.parametrize("first, second, counts", [
    (HEAD + b"hello", PAGE, b"hello"), (PAGE, HEAD + b"hello", b"hello"),
    (HEAD + b"hello", HEAD + b"hel", b"hel"), (b"hello", b"hel", b"hel"),
    (HEAD + b"x" * (3 << 20), HEAD + b"x" * (3 << 20) + b"y", b"x" * (3 << 20) + b"y")])
def test_contents_that_differ_are_told(first: bytes, second: bytes, counts: bytes, tmp_path: Path
                                       ) -> None:
    written(tmp_path, {"a/ticket/335/attachments/8/content": first,
                       "b/ticket/335/attachments/8/content": second})
    with archive.open(tmp_path) as saved:
        assert saved.read_attachment(8) == counts
        found, = [one for one in saved.problems if "contents" in one.what]
        assert found.what == ("attachment 8 was saved with 2 different contents: this one counts")
        assert Path(found.file).read_bytes().endswith(counts)


def test_copies_that_say_the_same_are_no_problem(tmp_path: Path) -> None:
    written(tmp_path, {"a/attachment/8/content": HEAD + b"hello\n",
                       "b/attachment/8/content": b"hello\n",
                       "a/attachment/9/content": b"RT/4.4.4 200 Ok\n\nhello\n\n\n",
                       "b/attachment/9/content": HEAD + b"hello\n\n"})
    with archive.open(tmp_path) as saved:
        assert not [one for one in saved.problems if "contents" in one.what]


# -- many of one ticket ---------------------------------------------------------------------------

def test_links_and_lists_that_differ_are_told(tmp_path: Path) -> None:
    written(tmp_path, {name: [_listed(f"{number}: x (text/plain / 1b)"), form(
        {"id": "ticket/7/links", "RefersTo": f"http://a/{number}"})]
        for name, number in (("a", 1), ("b", 2), ("c", 2))})
    with archive.open(tmp_path) as saved:
        assert [(one.what, Path(one.file).name) for one in saved.problems
                if "states" in one.what] == [
            (f"ticket/7/{part} was saved in 2 different states: this one counts", "b")
            for part in ("attachments", "links")]
        assert [one.id for one in saved.get_attachments(7)] == [2]


@pytest.mark.parametrize("one", [
    lambda number: entry(number, 7, total=1),
    lambda number: form({"id": "ticket/7", "Subject": str(number)}),
    lambda number: form({"id": "ticket/7/links", "RefersTo": f"http://a/{number}"})])
def test_many_answers_of_one_ticket_take_their_time_once(one: Callable[[int], Form]) -> None:
    def cost(times: int) -> float:
        answers = list(archive.read(io.BytesIO(b"".join(
            answer(one(number)) for number in range(1, times + 1)))))
        index = Index(Store())
        began = time.process_time()
        index.fill(answers)
        took = time.process_time() - began
        index.store.close()
        return took

    assert cost(1 << 14) < 4 * 8 * cost(1 << 11) + 0.2
