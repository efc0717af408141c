"""Records as text and as JSON."""
from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, Iterable, List
from zoneinfo import ZoneInfo

import pytest

from rtcompat import json_lines
from rtcompat.cli import texts, would_send
from rtcompat.exchange import Part, Request
from rtcompat.model import (NOT_LOADED, Attachment, FrozenMap, Link, Links, Receipt, ServerInfo,
                            Ticket, Transaction, Watcher)

JULY = datetime(2024, 7, 1, 8, 0, tzinfo=timezone.utc)
TICKET = Ticket(
    12, queue="General", subject="Grüße\u2028", status="new", priority=0, created=JULY, due=None,
    requestors=(Watcher("a@example.org", "alice"), Watcher(None, "staff", "group", 5),
                Watcher(None, None, "user", 9)), cc=(), time_worked=15,
    custom_fields=FrozenMap({"Tags": ("a", "b"), "Notes": ("one\n\ntwo",), "{Empty}": ()}),
    custom_roles=FrozenMap({"Engineer": (Watcher("e@example.org"),)}), asked_id=3,
    undecided=frozenset(("Tags", "Notes")), times_exact=False,
    other_fields=FrozenMap({"X-Key": "kept"}))


def shown(lines: Iterable[str]) -> List[str]:
    return list(lines)


def test_a_ticket_shows_what_was_loaded() -> None:
    assert shown(texts.ticket(TICKET, None, None)) == [
        "ticket 12 (3 was merged into it)",
        "  queue          General",
        "  subject        Grüße\\u2028",
        "  status         new",
        "  priority       0",
        "  requestors     alice <a@example.org>, staff (group), number 9",
        "  cc             -",
        "  created        2024-07-01 08:00:00 UTC",
        "  due            -",
        "  time worked    15 min",
        "  CF Tags        a",
        "                 b",
        "  CF Notes       one",
        "",
        "                 two",
        "  CF {Empty}     -",
        "  role Engineer  e@example.org",
        "  X-Key          kept",
        "  (times: the server's zone leaves a doubt; give --timezone)",
        "  (one value or several, this server does not tell: Notes, Tags)"]


def test_times_in_a_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert texts.moment(JULY, berlin) == "2024-07-01 10:00:00 +0200"
    assert "  created  2024-07-01 10:00:00 +0200" in shown(
        texts.ticket(Ticket(1, created=JULY), berlin, None))


def test_tickets_in_columns() -> None:
    names = ("id", "status", "time_worked", "custom_fields")
    assert shown(texts.tickets([TICKET, Ticket(7)], names, None, None)) == [
        "id  status  time worked  custom fields",
        "12  new     15 min       Tags: a, b; Notes: one",
        "",
        "                         two; {Empty}: -",
        "7"]


def test_a_transaction_with_text_and_parts() -> None:
    parts = (Attachment(5, transaction_id=7, filename=None, content_type="text/plain", size=None),
             Attachment(6, transaction_id=7, filename="a\nb.png", content_type="image/png",
                        size=1234))
    one = Transaction(7, 12, "Correspond", creator="alice", created=JULY, time_taken=5,
                      description="Correspondence added", content="Hi\n\x1b[2J\n\n",
                      attachments=parts)
    assert shown(texts.transaction(one, None, None)) == [
        "#7  2024-07-01 08:00:00 UTC  alice  Correspond  5 min",
        "    Correspondence added", "", "    Hi", "    \\x1b[2J", "",
        "    attachment  type        bytes  name",
        "    5           text/plain  -      -",
        "    6           image/png   1,234  a",
        "                                   b.png", ""]


@pytest.mark.parametrize("bodies, first", [
    ({"html": "<p>x</p>"}, "    [HTML]"),
    ({"html": "<p>x</p>", "rendered": "x"}, "    [text made of HTML by the server]")])
def test_a_transaction_without_plain_text(bodies: Any, first: str) -> None:
    lines = shown(texts.transaction(Transaction(7, 12, "Create", content=None, **bodies),
                                    None, None))
    assert lines[:3] == ["#7  Create", "", first]


def test_a_transaction_without_content() -> None:
    one = Transaction(7, 12, "Set", rt_description="Betreff geändert")
    assert shown(texts.transaction(one, None, None)) == ["#7  Set", "    Betreff geändert", ""]


def test_attachments() -> None:
    lines = shown(texts.attachments([Attachment(6, transaction_id=7, filename="a", created=JULY,
                                                content_type="image/png", size=0)], None, None))
    assert lines == ["id  transaction  created                  type       bytes  name",
                     "6   7            2024-07-01 08:00:00 UTC  image/png  0      a"]
    assert shown(texts.attachments([Attachment(6)], None, None))[1].split() == ["6"] + ["-"] * 5


def test_links() -> None:
    held = Links(refers_to=(Link("ticket", 4), Link("url", url="https://x/")),
                 members=(Link("article", 3),))
    assert shown(texts.links(12, held, None, None)) == [
        "ticket 12", "  depends on      -", "  depended on by  -", "  refers to       4",
        "                  https://x/", "  referred to by  -", "  member of       -",
        "  members         article/3"]


def test_a_receipt_tells_each_outcome() -> None:
    one = Receipt(messages=("Erledigt",), changed=("status", "owner"), unchanged=("subject",),
                  altered=FrozenMap({"due": JULY, "sla": None}), refused=("queue",),
                  unverified=("told",), id=12, transaction_id=99)
    assert shown(texts.receipt(one, "ticket 12 edited", None, None)) == [
        "ticket 12 edited", "  changed       status, owner", "  already so    subject",
        "  refused       queue", "  not verified  told",
        "  stored as     due: 2024-07-01 08:00:00 UTC", "  stored as     sla: -",
        "  transaction   99", "  RT said       Erledigt"]
    assert shown(texts.receipt(Receipt(), "done", None, None)) == ["done"]


def test_a_server() -> None:
    info = ServerInfo("http://rt", "4.4.6", ("rest1",), "rest1", "alice", "Europe/Berlin", False,
                      FrozenMap({"delete_user": "RT cannot"}))
    assert texts.server(info, "alice") == [
        ("signed in as", "alice"), ("protocol in use", "rest1"),
        ("time zone", "Europe/Berlin (one of several possible)"),
        ("cannot delete_user", "RT cannot")]
    unasked = ServerInfo("http://rt", "5.0.3", ("rest2",), "rest2", timezone_exact=False)
    assert texts.server(unasked, "-") == [("signed in as", "-"), ("protocol in use", "rest2")]


def test_a_ticket_as_json() -> None:
    line = json_lines.line(TICKET)
    assert line.isascii() and "\n" not in line
    assert json.loads(line) == {
        "id": 12, "queue": "General", "subject": "Grüße\u2028", "status": "new", "priority": 0,
        "requestors": [{"email": "a@example.org", "name": "alice", "kind": "user", "id": None},
                       {"email": None, "name": "staff", "kind": "group", "id": 5},
                       {"email": None, "name": None, "kind": "user", "id": 9}],
        "cc": [], "created": "2024-07-01T08:00:00Z", "due": None, "time_worked": 15,
        "custom_fields": {"Tags": ["a", "b"], "Notes": ["one\n\ntwo"], "{Empty}": []},
        "custom_roles": {"Engineer": [{"email": "e@example.org", "name": None, "kind": "user",
                                       "id": None}]},
        "times_exact": False, "undecided": ["Notes", "Tags"], "asked_id": 3,
        "other_fields": {"X-Key": "kept"}}


@pytest.mark.parametrize("record", [
    Transaction(7, 12, "Create", attachments=(Attachment(5, filename=None),), created=JULY),
    Receipt(altered=FrozenMap({"due": JULY, "x": NOT_LOADED}), messages=("a",)),
    Links(refers_to=(Link("url", url="https://x/"),))])
def test_every_record_has_json_without_what_was_not_loaded(record: Any) -> None:
    back = json.loads(json_lines.line(record))
    assert "NOT_LOADED" not in json_lines.line(record)
    assert set(back) <= set(vars(record))


@pytest.mark.parametrize("value", [b"bytes", {"a": b"x"}, object()])
def test_bytes_have_no_json(value: Any) -> None:
    with pytest.raises(TypeError):
        json_lines.line(value)


def test_a_form_that_would_be_sent() -> None:
    request = Request("POST", "REST/1.0/ticket/7/edit", query=(("format", "l"),),
                      form=(("content", "Status: open\nText: \x1b"),), effect="write",
                      about="edit ticket 7")
    assert shown(would_send.as_text(request)) == [
        "not sent: edit ticket 7 would be", "POST REST/1.0/ticket/7/edit", "    ?format=l",
        "content:", "    Status: open", "    Text: \\x1b"]
    assert would_send.as_record(request) == {
        "method": "POST", "path": "REST/1.0/ticket/7/edit", "query": [["format", "l"]],
        "form": [["content", "Status: open\nText: \x1b"]]}


def test_json_that_would_be_sent() -> None:
    request = Request("PUT", "ticket/7", json={"Due": None, "Subject": "ü"}, effect="write")
    assert shown(would_send.as_text(request)) == [
        "not sent: the write would be", "PUT ticket/7", "JSON:", "    {", '      "Due": null,',
        '      "Subject": "ü"', "    }"]
    assert would_send.as_record(request)["json"] == {"Due": None, "Subject": "ü"}
    assert would_send.as_record(Request("PUT", "ticket/7", json=None))["json"] is None


def test_files_that_would_be_sent(tmp_path: Any) -> None:
    (tmp_path / "x").write_bytes(b"x" * 1500)
    with (tmp_path / "x").open("rb") as opened:
        opened.read(10)
        request = Request("POST", "ticket/7/comment", parts=(
            Part("content", "Text: ü".encode()), Part("attachment_1", opened, "x.bin", "a/b"),
            Part("attachment_2", b"abc", 'q".txt', None)), effect="write-once")
        assert shown(would_send.as_text(request))[2:] == [
            "content:", "    Text: ü", "file 'x.bin', a/b, 1,500 bytes",
            "file 'q\".txt', None, 3 bytes"]
        assert would_send.as_record(request)["parts"] == [
            {"name": "content", "content": "Text: ü"},
            {"name": "attachment_1", "filename": "x.bin", "content_type": "a/b", "size": 1500},
            {"name": "attachment_2", "filename": 'q".txt', "content_type": None, "size": 3}]
        assert opened.tell() == 10


@pytest.mark.parametrize("about, request_of_files", [
    ("reply on ticket 7", {"parts": (Part("content", b"Text: x"),
                                     Part("attachment_1", b"abc", "file1", "text/plain"))}),
    ("reply to ticket 7", {"json": {"Content": "x", "Attachments": [
        {"FileName": "ü.txt", "FileType": "text/plain", "FileContent": "YWJj"}]}}),
    ("reply to ticket 7", {"json": [{"id": 7, "Attachments": [
        {"FileName": "ü.txt", "FileType": "text/plain", "FileContent": "YWJj"}]}]})])
def test_a_file_has_the_same_line_over_both_protocols(about: str, request_of_files: Any) -> None:
    request = Request("POST", "x", effect="write-once", about=about, **request_of_files)
    lines = shown(would_send.as_text(request, ("ü.txt",)))
    assert lines[0] == "not sent: reply to ticket 7 would be"
    assert lines[-1] == "file 'ü.txt', text/plain, 3 bytes"
    assert "YWJj" not in "".join(lines) and "file1" not in "".join(lines)
    if request.parts:
        part = would_send.as_record(request, ("ü.txt",))["parts"][1]
        assert (part["filename"], part["size"]) == ("ü.txt", 3)


def test_a_creation_is_named_alike_over_both_protocols() -> None:
    for about in ("create a ticket in General", "create a ticket in queue General"):
        request = Request("POST", "x", effect="write-once", about=about)
        assert shown(would_send.as_text(request))[0] == (
            "not sent: create a ticket in General would be")
