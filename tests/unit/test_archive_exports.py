"""Exports: what any tracker holds, written to files and read back."""
from __future__ import annotations

import io
import json
import os
import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest

from rtcompat import archive
from rtcompat.archive.exports import FORMATS, export, export_lines, format_of
from rtcompat.archive.exports.tables import TABLES
from rtcompat.archive.exports.whole import wholes
from rtcompat.errors import (NotAuthenticated, NotFound, NotSaved, PermissionDenied, RTError,
                             TimedOut, Unsupported, UsageError)
from rtcompat.model import (NOT_LOADED, Attachment, CustomFieldFile, FrozenMap, Link, Links,
                            Outcome, Ticket, Transaction, Watcher)
from tests.exported import exactly, jsonl_back, parquet_back, sqlite_back
from tests.unit.archive_dump import entry, form, ticket, written
from tests.unit.cli_fake import Recorder, listing

NOW = datetime(2024, 7, 1, 8, 0, 1, tzinfo=timezone.utc)
BACK: Dict[str, Callable[[Path], List[Any]]] = {
    "jsonl": jsonl_back, "sqlite": sqlite_back, "parquet": parquet_back}
PART = Attachment(31, ticket_id=7, transaction_id=21, parent_id=None, filename="a \u2028\n.txt",
                  content_type="text/plain", size=4, subject=None, message_id="<m@x>",
                  headers=(("X", "y"), ("X", "z")), creator="alice", created=NOW,
                  other_fields=FrozenMap({"Creator": "12"}))
BOX = Attachment(30, ticket_id=7, transaction_id=21, filename=None, size=None,
                 content_type="multipart/mixed")
FULL = Ticket(
    7, "Genéral", "Nobody", "alice", "bob", "Drucker brennt \N{FIRE}", "open", 7, 0, 99,
    requestors=(Watcher("a@x"), Watcher(None, "Grp", "group", 44)), cc=(), admin_cc=(),
    created=NOW, starts=None, started=NOW, due=None, resolved=None, told=None, last_updated=NOW,
    time_estimated=0, time_worked=90, time_left=0, sla=None,
    custom_fields=FrozenMap({"Tags": ("one", "two"), "Empty": (), "NULL": ("",)}),
    custom_roles=FrozenMap({"Boss": (), "Aide": (Watcher("c@x", "c", "user", 5),)}),
    custom_field_files=FrozenMap({"Pic": (CustomFieldFile(3, "p.png", "image/png"),)}),
    times_exact=False, undecided=frozenset(("Tags", "Empty")), asked_id=8, etag="55",
    other_fields=FrozenMap({"Odd": "x\ny"}))
TRANSACTIONS = (
    Transaction(21, 7, "Create", None, None, None, None, 0, "alice", NOW, "Created", "text\n",
                "<p>x</p>", (BOX, PART), NOT_LOADED, "Ticket erstellt",
                FrozenMap({"Mood": ("fine",), "None": ()}), FrozenMap({"k": "v"})),
    Transaction(22, 8, "Set", "Subject", "a", "b", None, 5, "bob", NOW, "Changed", None, None, ()))
LINKS = Links(depends_on=(Link("ticket", 3), Link("url", 0, "http://x/")),
              members=(Link("ticket", 9),))
BARE = Ticket(9, subject="only that")


class Desk(Recorder):
    """A tracker of three tickets, one of which shows little."""

    def __init__(self, **answers: Any) -> None:
        self.histories: Dict[int, Any] = {7: TRANSACTIONS, 9: NotSaved("never saved"), 11: ()}
        self.links: Dict[int, Any] = {7: LINKS, 9: PermissionDenied("no"), 11: Links()}
        self.attached: Dict[int, Any] = {9: (replace(PART, transaction_id=NOT_LOADED,
                                                     ticket_id=NOT_LOADED),)}
        super().__init__({
            "search_tickets": lambda query: listing(FULL, BARE, Ticket(11), FULL, total=4),
            "get_histories": lambda ticket_ids: listing(*map(self._history, ticket_ids)),
            "get_attachments": lambda ticket_id: self.attached[ticket_id],
            "get_links": lambda ticket_id: self.links[ticket_id],
            "get_attachment": lambda attachment_id, ticket_id: replace(
                BOX, headers=(("A", "b"),)) if attachment_id == 30 else NotFound("gone"),
            "read_attachment": lambda attachment_id, ticket_id: b"\x00\xffab", **answers})

    def _history(self, number: int) -> Outcome[Tuple[Transaction, ...]]:
        held = self.histories[number]
        return Outcome(number, None, held) if isinstance(held, RTError) else Outcome(
            number, held)


def expected(**how: Any) -> Any:
    return [exactly(one) for one in wholes(Desk(), "id > 0", **how)]


def test_a_ticket_is_gathered_once_with_what_can_be_had() -> None:
    first, bare, empty = wholes(Desk(), "id > 0")
    assert exactly(first.ticket) == exactly(FULL) and first.transactions == TRANSACTIONS
    assert first.links == LINKS and dict(first.lacking) == {}
    assert first.attachments is NOT_LOADED and dict(first.contents) == {}
    assert bare.transactions is NOT_LOADED and bare.links is NOT_LOADED
    assert [one.id for one in bare.attachments] == [31]
    assert dict(bare.lacking) == {"transactions": "NotSaved: never saved",
                                  "links": "PermissionDenied: no"}
    assert empty.transactions == () and empty.links == Links()


def test_contents_come_with_headers() -> None:
    first, bare, _ = wholes(Desk(), "id > 0", contents=True)
    box, part = first.transactions[0].attachments
    assert box.headers == (("A", "b"),) and part == PART
    assert dict(first.contents) == {31: b"\x00\xffab"}, "a container has no content"
    assert dict(bare.contents) == {31: b"\x00\xffab"}


def test_a_content_that_is_refused_is_told() -> None:
    desk = Desk(read_attachment=NotSaved("attachment/31/content was not saved"))
    first = next(wholes(desk, "id > 0", contents=True))
    assert dict(first.lacking) == {
        "attachment 31": "NotSaved: attachment/31/content was not saved"}


@pytest.mark.parametrize("contents", [False, True])
@pytest.mark.parametrize("format", FORMATS)
def test_every_format_reads_back_equal(format: str, contents: bool, tmp_path: Path) -> None:
    path = tmp_path / f"out{FORMATS[format][0]}"
    done = export(Desk(), path, contents=contents)
    assert (done.path, done.format) == (path, format)
    assert (done.tickets, done.transactions, done.attachments) == (3, 2, 3)
    assert dict(done.lacking) == {"transactions": 1, "links": 1}
    assert [exactly(one) for one in BACK[format](path)] == expected(contents=contents)
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("format", FORMATS)
def test_an_empty_search_gives_an_empty_export(format: str, tmp_path: Path) -> None:
    export(Recorder({"search_tickets": listing(total=0)}), tmp_path / "out", format)
    assert BACK[format](tmp_path / "out") == []


@pytest.mark.parametrize("jobs", [2, 5])
def test_several_jobs_give_the_same_in_the_same_order(jobs: int, tmp_path: Path) -> None:
    many = [Ticket(number, subject=f"{number}") for number in range(1, 200)]

    def desk() -> Recorder:
        return Recorder({"search_tickets": listing(*many, total=199),
                         "get_histories": lambda ticket_ids: listing(
                             *(Outcome(one, ()) for one in ticket_ids)),
                         "get_links": Links()})
    met: List[Any] = []
    export(desk(), tmp_path / "one.jsonl")
    export(desk(), tmp_path / "more.jsonl", jobs=jobs,
           progress=lambda done, total: met.append((done, total)))
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "more.jsonl").read_bytes()
    assert met == [(done, 199) for done in range(1, 200)]


def test_a_tracker_without_histories_still_exports_its_tickets(tmp_path: Path) -> None:
    desk = Desk(get_histories=Unsupported("it has none", operation="get_histories"),
                get_attachments=Unsupported("nor these"))
    assert {tuple(one.lacking) for one in wholes(desk, "x")} == {
        ("transactions", "attachments"), ("transactions", "attachments", "links")}


@pytest.mark.parametrize("error", [TimedOut("slow"), NotAuthenticated("who?")])
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_is_left_of_an_export_that_fails(
        format: str, error: Exception, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    if format != "parquet":
        path.write_bytes(b"older")
    with pytest.raises(type(error)):
        export(Desk(get_links=error), path, format, replace=True)
    assert [one.name for one in tmp_path.iterdir()] == ["kept"] * (format != "parquet")
    assert format == "parquet" or path.read_bytes() == b"older"


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for format in ("parquet", "jsonl", "sqlite"):
        with pytest.raises(UsageError):
            export(Desk(), tmp_path, format)
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    with pytest.raises(UsageError):
        export(Desk(), tmp_path / "x.jsonl", jobs=0)


@pytest.mark.parametrize("name, format", [
    ("a.jsonl", "jsonl"), ("a.NDJSON", "jsonl"), ("a.db", "sqlite"), ("a.sqlite3", "sqlite"),
    ("a.parquet", "parquet")])
def test_the_name_tells_the_format(name: str, format: str) -> None:
    assert format_of(name) == format
    assert format_of("whatever", format) == format
    assert format_of(name, "jsonl") == "jsonl"


@pytest.mark.parametrize("name, format", [("a.txt", None), ("a", None), ("a.db", "mysql")])
def test_a_name_that_tells_none_is_refused(name: str, format: Any) -> None:
    with pytest.raises(UsageError):
        format_of(name, format)


def test_what_no_column_holds_is_replaced(tmp_path: Path) -> None:
    odd = Ticket(7, subject="half \ud800", priority=10 ** 30)
    for format in ("sqlite", "parquet"):
        desk = Desk(search_tickets=listing(odd))
        export(desk, tmp_path / format, format)
        ticket = BACK[format](tmp_path / format)[0].ticket
        assert (ticket.subject, ticket.priority) == ("half ?", 2 ** 63 - 1)
    export(Desk(search_tickets=listing(odd)), tmp_path / "a.jsonl")
    assert jsonl_back(tmp_path / "a.jsonl")[0].ticket == odd


def test_sqlite_is_searched_in_full_text_and_has_keys(tmp_path: Path) -> None:
    export(Desk(), tmp_path / "a.db", contents=True)
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        found = database.execute(
            "SELECT t.id FROM transactions t JOIN transactions_fts f ON f.rowid = t.key "
            "WHERE transactions_fts MATCH 'TEXT'").fetchall()
        assert found == [(21,)]
        assert database.execute("SELECT rowid FROM tickets_fts WHERE tickets_fts MATCH "
                                "'drucker'").fetchall() == [(7,)]
        joined = database.execute(
            "SELECT a.id, t.id FROM attachments a LEFT JOIN transactions t "
            "ON t.key = a.transaction_key ORDER BY a.key").fetchall()
        assert joined == [(30, 21), (31, 21), (31, None)]
        assert database.execute("SELECT typeof(content), created FROM attachments "
                                "WHERE id = 31 AND ticket_id = 7").fetchone() == (
            "blob", "2024-07-01T08:00:01Z")
        for table in TABLES[1:]:
            targets = {row[2] for row in database.execute(
                f"PRAGMA foreign_key_list({table.name})")}
            assert "tickets" in targets
            assert database.execute(f"PRAGMA index_list({table.name})").fetchall()


def test_a_transaction_may_stand_in_two_tickets(tmp_path: Path) -> None:
    desk = Desk(search_tickets=listing(FULL, Ticket(11)))
    desk.histories[11] = TRANSACTIONS
    for format in FORMATS:
        export(desk if format == "jsonl" else _again(desk), tmp_path / format, format)
        assert [one.transactions for one in BACK[format](tmp_path / format)] == [
            TRANSACTIONS, TRANSACTIONS]


def _again(desk: Desk) -> Desk:
    desk.answers["search_tickets"] = listing(FULL, Ticket(11))
    return desk


def test_the_tables_have_a_place_for_every_attribute() -> None:
    for table, record in zip(TABLES, (Ticket, Transaction, Attachment)):
        names = {column.name for column in table.columns} | set(table.elsewhere)
        own = {each.name for each in fields(record)}
        assert own <= names, own - names


def test_an_export_has_the_rights_that_new_files_have(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        export(Desk(), tmp_path / "a.jsonl")
        export(Desk(), tmp_path / "a.parquet")
    finally:
        os.umask(before)
    assert (tmp_path / "a.jsonl").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "a.parquet").stat().st_mode & 0o777 == 0o750


def test_a_line_of_json_says_what_it_is(tmp_path: Path) -> None:
    export(Desk(), tmp_path / "a.jsonl")
    first = json.loads((tmp_path / "a.jsonl").read_text("ascii").split("\n")[0])
    assert (first["type"], first["id"], first["created"]) == ("ticket", 7, "2024-07-01T08:00:01Z")
    assert first["transactions"][0]["type"] == "Create"
    assert first["transactions"][0]["attachments"][1]["filename"] == "a \u2028\n.txt"
    assert first["links"]["depends_on"][0] == {"kind": "ticket", "id": 3, "url": ""}


@pytest.mark.parametrize("format", list(FORMATS))
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_was_saved_of_a_ticket_without_itself_is_exported_all_the_same(
        format: str, jobs: int, tmp_path: Path) -> None:
    place = written(tmp_path / "dump", {
        "1.txt": [entry(80, 335, Type="Correspond", Content="hello")], "2.txt": [ticket(400)],
        "3.txt": [form({"id": "ticket/336/links", "RefersTo": "https://example.org/x"})],
        "4.txt": [form({"id": "ticket/401/attachments",
                        "Attachments": "26: a.txt (text/plain / 5b)"})]})
    with archive.open(place, timezone="UTC") as saved:
        done = export(saved, tmp_path / "out", format, jobs=jobs)
        found = BACK[format](tmp_path / "out")
        assert [one.ticket.id for one in found] == [335, 336, 400, 401] and done.tickets == 4
        assert done.lacking["ticket"] == 3 and done.transactions == 1 and done.attachments == 1
        first, second, third, last = found
        assert exactly(first.ticket) == exactly(Ticket(335, asked_id=335))
        assert first.lacking["ticket"] == "NotSaved: ticket/335/show was not saved"
        assert [one.type for one in first.transactions] == ["Correspond"]
        assert [one.url for one in second.links.refers_to] == ["https://example.org/x"]
        assert "ticket" not in third.lacking
        assert [one.filename for one in last.attachments] == ["a.txt"]
        assert [one.what for one in saved.problems if "no search finds" in one.what] == [
            "3 tickets have a history, attachments or links, and were not saved themselves (335, "
            "336, 401): no search finds them"]
        assert [one.ticket.id for one in wholes(saved, "id > 1")] == [400], "a search"


@pytest.mark.parametrize("format", list(FORMATS))
def test_nothing_at_all_is_not_exported(format: str, tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    (tmp_path / "dump" / "note.txt").write_bytes(b"hello\n")
    with archive.open(tmp_path / "dump") as saved:
        assert saved.empty
        with pytest.raises(NotSaved, match="no answer of RT in"):
            export(saved, tmp_path / "out", format)
        with pytest.raises(NotSaved, match="no answer of RT in"):
            export_lines(saved, io.BytesIO())
    assert [one.name for one in tmp_path.iterdir()] == ["dump"]


def test_what_finds_nothing_is_exported(tmp_path: Path) -> None:
    place = written(tmp_path / "dump", {"1.txt": [ticket()]})
    with archive.open(place) as saved:
        assert not saved.empty
        assert export(saved, tmp_path / "out.jsonl", query="id = 99").tickets == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""
