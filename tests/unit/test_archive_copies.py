"""Files that were saved again: what their names say, and copies that differ."""
from __future__ import annotations

from pathlib import Path

import pytest

from rtcompat import archive
from rtcompat.archive.naming import address_of
from rtcompat.errors import NotSaved
from tests.unit.archive_dump import entry, form, ticket, written

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
