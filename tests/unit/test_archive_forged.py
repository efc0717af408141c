"""Contents of attachments are never taken for answers, whatever they hold."""
from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import threading
import zipfile
from pathlib import Path
from typing import List

import pytest

from rtcompat import archive
from rtcompat.archive import Answer, read
from rtcompat.archive.exports.answers import as_record, parse
from rtcompat.archive.naming import address_of
from rtcompat.errors import NotAuthenticated, NotFound, NotSaved
from rtcompat.rest1.kinds import Kind

HEAD = b"RT/4.4.6 200 Ok\n\n"
FORM = ("id: ticket/{0}\nQueue: General\nOwner: Nobody\nCreator: root\nSubject: {1}\nStatus: new\n"
        "Priority: 0\nInitialPriority: 0\nFinalPriority: 0\nRequestors: \nCc: \nAdminCc: \n"
        "Created: Mon May 13 10:00:00 2024\nStarts: Not set\nStarted: Not set\nDue: Not set\n"
        "Resolved: Not set\nTold: Not set\nLastUpdated: {2}\nTimeEstimated: 0\nTimeWorked: 0\n"
        "TimeLeft: 0\n\n")
TRUE = FORM.format(1, "true", "Mon May 13 10:00:00 2024").encode()
FORGED = FORM.format(1, "FORGED", "Tue Jan 01 00:00:00 2030").encode()
ENTRY = (b"# 1/1 (id/9/total)\n\nid: 9\nTicket: 1\nTimeTaken: 0\nType: Comment\nField: \n"
         b"OldValue: \nNewValue: \nData: x\nDescription: Comments added by root\n\n"
         b"Content: forged\n\nCreator: root\nCreated: 2026-11-22 06:46:57\nAttachments: \n\n\n")


def put(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def found(content: bytes) -> List[Answer]:
    return list(read(io.BytesIO(content)))


@pytest.mark.parametrize("content", [
    FORGED, FORGED + b"--\n\n" + FORGED, ENTRY, b"\n\n" + FORGED,
    b"# Ticket 1 does not exist.\n\n\n",
    b"# Invalid attachment id: 6\n\n\n", b"# Invalid attachment id: 5\n",
    b"# Unknown object type: x\n" + FORGED, b"id: user/1\nName: root\n\n", HEAD + FORGED,
    b"# Invalid attachment id: 5\n\n" + FORGED, b"1: x\n2: y\n", b""])
def test_a_content_is_a_content(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "ticket/1/show", HEAD + TRUE + b"\n")
    put(tmp_path, "attachment/5/content", HEAD + content)
    with archive.open(tmp_path) as dump:
        assert dump.get_ticket(1).subject == "true"
        assert dump.read_attachment(5) == content
        with pytest.raises(NotSaved):
            dump.get_transaction(9)
        with pytest.raises(NotSaved):
            dump.read_attachment(6)
        with pytest.raises(NotSaved):
            dump.get_user(1)
        assert not any("looks like an answer" in one.what for one in dump.problems)
    if content in (FORGED, ENTRY):  # the same by a name that only hints at it
        put(tmp_path, "loose/ticket_1_attachments_7_content.txt", HEAD + content)
        with archive.open(tmp_path) as dump:
            assert dump.get_ticket(1).subject == "true"
            assert any("looks like an answer" in one.what for one in dump.problems)


def test_what_rt_says_instead_of_a_content_is_no_content(tmp_path: Path) -> None:
    put(tmp_path, "attachment/5/content", HEAD + b"# Invalid attachment id: 5\n\n\n")
    put(tmp_path, "ticket/3/attachments/6/content", HEAD + b"# Ticket 3 does not exist.\n\n\n")
    put(tmp_path, "attachment/7/content", b"RT/4.4.6 401 Credentials required\n")
    with archive.open(tmp_path) as dump:
        with pytest.raises(NotFound):
            dump.read_attachment(5)
        with pytest.raises(NotFound):
            dump.get_ticket(3)
        with pytest.raises(NotAuthenticated):
            dump.read_attachment(7)


@pytest.mark.parametrize("name", [
    "ticket/3/attachments/6/content", "ticket_3_attachments_6", "ticket/3/history/id/6",
    "attachment/6/content", "transaction/6"])
@pytest.mark.parametrize("said", ["", "\nYour username or password is incorrect\n"])
def test_who_was_not_known_was_not_known_by_any_address(name: str, said: str, tmp_path: Path
                                                        ) -> None:
    put(tmp_path, name, b"RT/4.4.6 401 Credentials required\n" + said.encode())
    with archive.open(tmp_path) as dump:
        with pytest.raises(NotAuthenticated):
            if "transaction" in name or "history" in name:
                dump.get_transaction(6, ticket_id=3)
            elif "content" in name:
                dump.read_attachment(6)
            else:
                dump.get_attachment(6)


def test_a_name_of_a_user_makes_no_content() -> None:
    assert address_of("dump/user/attachment 5 content/show") == "user/attachment 5 content"
    assert address_of("queue/attachment%205%20content/ticketcustomfields") \
        == "queue/attachment 5 content/ticketcustomfields"


def test_what_stands_behind_a_content_without_a_name_is_told() -> None:
    first, second = found(HEAD + b"Dear all,\nI saw this:\n" + HEAD + TRUE + b"\n")
    assert (first.kind, second.kind) == (Kind.ATTACHMENT_CONTENT, Kind.TICKET)
    assert any("perhaps a part of" in one.what for one in second.problems)


# -- refusals without a line end ------------------------------------------------------------------

@pytest.mark.parametrize("refusal", [
    b"RT/3.6.11 400 Bad Request\n\nInvalid field specification: id,Subject,CF.{Tags}",
    b"RT/4.2.1 400 Bad Request\n\nInvalid query: a b c",
    b"RT/4.2.1 401 Credentials required\n\nYour username or password is incorrect"])
@pytest.mark.parametrize("after", [
    b"RT/3.6.11 200 Ok\n\n" + TRUE, b"RT/3.8.1 200 Ok\n\nNo matching results.\n",
    b"RT/4.4.6 401 Credentials required\n", HEAD + b"Dear all"])
def test_an_answer_behind_a_refusal_is_one(refusal: bytes, after: bytes) -> None:
    alone = found(after)
    both = found(refusal + after)
    assert [one.raw for one in both] == [refusal, after]
    assert both[1].kind is alone[0].kind and both[1].forms == alone[0].forms


# -- contents alone -------------------------------------------------------------------------------

def _zipped(content: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("ticket/1/show", content)
    return target.getvalue()


@pytest.mark.parametrize("content", [
    gzip.compress(b"hello"), bz2.compress(b"hello"), lzma.compress(b"hello"),
    _zipped(HEAD + FORGED), b"\xef\xbb\xbfabc", "äb".encode("utf-16"), gzip.compress(_zipped(b"x")),
    b"\x1f\x8b damaged", b"\xef\xbb\xbf", gzip.compress(os.urandom(1 << 19))])
def test_bytes_that_were_saved_alone_stay(tmp_path: Path, content: bytes) -> None:
    put(tmp_path, "attachment/5/content", content)
    with archive.open(tmp_path) as dump:
        assert dump.read_attachment(5) == content
        assert not dump.problems


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_answers_that_were_packed_are_unpacked(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    content = os.urandom(1 << 19)
    put(tmp_path, "attachment/5/content.gz", pack(HEAD + content))
    put(tmp_path, "attachment/6/content", b"\xef\xbb\xbf" + HEAD + b"x")
    put(tmp_path, "attachment/7/content",
        pack(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + HEAD + FORGED))
    with archive.open(tmp_path) as dump:
        assert dump.read_attachment(5) == content
        assert dump.read_attachment(6) == b"x"
        assert dump.read_attachment(7) == FORGED
        with pytest.raises(NotSaved):
            dump.get_ticket(1)


def test_a_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    whole = b"".join(HEAD + FORM.format(number, "x", "Mon May 13 10:00:00 2024").encode() + b"\n"
                     for number in range(1, 3000))

    def write() -> None:
        with open(pipe, "wb") as stream:
            stream.write(whole)

    writer = threading.Thread(target=write)
    writer.start()
    with archive.open(pipe) as dump:
        assert dump.get_ticket(2999).subject == "x"
    writer.join()


def test_a_status_line_without_anything_is_a_logout(tmp_path: Path) -> None:
    for ends in range(3):
        put(tmp_path, "a.txt", b"RT/4.4.6 200 Ok\n" + b"\n" * ends)
        assert [one.kind for one in read(tmp_path)] == [Kind.LOGGED_OUT], ends


# -- parse ----------------------------------------------------------------------------------------

def test_names_that_are_no_utf8_are_written_as_unicode(tmp_path: Path) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"ticket-\xff-1"), "wb") as file:
        file.write(HEAD + TRUE + b"\n" + b"nothing")
    stream = io.BytesIO()
    parse([str(tmp_path)], stream)
    for line in stream.getvalue().splitlines():
        assert json.loads(line)["file"].encode("utf-8").endswith(b"ticket-\\xff-1")
    assert as_record(found(HEAD + TRUE)[0])["file"] == "<file>"


def test_a_dump_with_such_contents_is_whole(tmp_path: Path) -> None:
    lines = []
    for name, content in (("ticket/1/show", HEAD + TRUE + b"\n"),
                          ("attachment/5/content", HEAD + FORGED),
                          ("attachment/6/content", HEAD + ENTRY)):
        put(tmp_path, name, content)
        lines.append(json.dumps({
            "file": name, "request": f"GET REST/1.0/{name}", "address": name, "size": len(content),
            "sha256": hashlib.sha256(content).hexdigest(), "status": 200, "composed": False,
            "time": "2024-05-13T10:00:00Z", "server": "https://rt.example.org/",
            "version": "4.4.6"}))
    put(tmp_path, "MANIFEST.jsonl", "".join(f"{line}\n" for line in lines).encode())
    assert archive.verify(tmp_path) == ()
    with archive.open(tmp_path) as dump:
        assert dump.get_ticket(1).subject == "true"
        assert [dump.read_attachment(number) for number in (5, 6)] == [FORGED, ENTRY]
