"""`archive.read`: answers told apart, recognised and judged, whatever was done to them."""
from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import random
import tarfile
import zipfile
from pathlib import Path
from typing import Callable, Iterable, List, Sequence, Tuple

import pytest

from rtcompat.archive import Answer, read
from rtcompat.archive.cutting import LONG, cut
from rtcompat.archive.naming import address_of
from rtcompat.archive.sources import Source, sources
from rtcompat.archive.versions import infer_version
from rtcompat.errors import FormSyntaxError, UsageError
from rtcompat.rest1.forms import parse, parse_forms
from rtcompat.rest1.kinds import Kind, kind_of

TICKET = (b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\nid: ticket/12\nQueue: General\nOwner: root\n"
          b"Subject: Printer\nStatus: new\nRequestors: a@example.org,\n            "
          b"b@example.org\n\nTimeWorked: 5 minutes\nCF.{Severity}: high\n\n")
HISTORY = (b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\n# 1/2 (id/41/total)\n\nid: 41\nTicket: 12\n"
           b"Type: Create\nContent: one\n         RT/4.4.6 200 Ok\n         \n         two\n\n"
           b"Creator: root\n\n--\n\n# 1/2 (id/42/total)\n\nid: 42\nTicket: 12\nType: Comment\n"
           b"Content: x\nCreator: root\n\n")
SHORT = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\n# 2/2 (/total)\n\n41: Created\n42: Commented\n\n"
LISTED = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\n12: Printer\n13: Scanner\n\n\n"
REFUSED = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\n# Ticket 9 does not exist.\n\n\n"
LOGIN = b"RT/4.4.6+dfsg-1.1+deb12u4 401 Credentials required\n"
CONTENT = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\nDear all,\nit is broken"
EMPTY34 = b"RT/3.4.6 200 Ok\n\n\n"
HISTORY34 = b"RT/3.4.6 200 Ok\n\n# 1/1 (id/88/total)\n\nid: 88\nTicket: 7\nType: Create\n\n"


def answers(content: bytes, name: str = "x.txt") -> List[Answer]:
    return list(read(_named(content, name)))


class _Named(io.BytesIO):
    name = "x.txt"


def _named(content: bytes, name: str) -> _Named:
    file = _Named(content)
    file.name = name
    return file


def kinds(content: bytes, name: str = "x.txt") -> List[Kind]:
    return [answer.kind for answer in answers(content, name)]


def said(found: Iterable[Answer]) -> List[str]:
    return [problem.what for answer in found for problem in answer.problems]


# -- telling apart --------------------------------------------------------------------------------

def test_answers_after_each_other_are_told_apart() -> None:
    whole = [TICKET, HISTORY, SHORT, LISTED, REFUSED, LOGIN, TICKET]
    found = answers(b"".join(whole))
    assert [answer.raw for answer in found] == whole
    assert [answer.kind for answer in found] == [
        Kind.TICKET, Kind.HISTORY_LONG, Kind.HISTORY_SHORT, Kind.SEARCH_LINES, Kind.NOT_FOUND,
        Kind.CREDENTIALS_REQUIRED, Kind.TICKET]
    assert said(found) == []
    assert found[1].forms == parse(HISTORY)[0].forms
    assert found[1].forms[0].get("Content") == "one\nRT/4.4.6 200 Ok\n\ntwo"
    assert [answer.line for answer in found] == [
        1 + b"".join(whole[:place]).count(b"\n") for place in range(len(whole))]
    assert found[2].offset == len(TICKET) + len(HISTORY)
    assert found[0].version == "4.4.6+dfsg-1.1+deb12u4" and found[0].code == 200


def test_the_empty_envelope_behind_a_long_history_of_34_is_its_own() -> None:
    found = answers(HISTORY34 + EMPTY34 + EMPTY34 + HISTORY34 + EMPTY34)
    assert [answer.raw for answer in found] == [HISTORY34 + EMPTY34, EMPTY34, HISTORY34 + EMPTY34]
    assert [answer.kind for answer in found] == [Kind.HISTORY_ONE, Kind.NOTHING, Kind.HISTORY_ONE]


def test_a_content_without_a_last_line_end_ends_at_the_next_status_line() -> None:
    found = answers(CONTENT + TICKET + CONTENT + CONTENT)
    assert [answer.raw for answer in found] == [CONTENT, TICKET, CONTENT, CONTENT]
    assert found[0].kind is Kind.ATTACHMENT_CONTENT
    assert "the next answer begins in the middle of the last line" in said(found[:1])


def test_an_answer_cut_in_a_line_ends_where_an_object_follows() -> None:
    found = answers(TICKET[:-20] + TICKET)
    assert [answer.raw for answer in found] == [TICKET[:-20], TICKET]
    assert "ends in the middle of a line: cut short" in said(found[:1])
    assert not found[1].problems


@pytest.mark.parametrize("follows", [TICKET, LISTED, REFUSED, HISTORY, SHORT,
                                     b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\nticket/12\n\n\n"])
def test_an_answer_whose_last_line_end_is_lost_ends_where_another_begins(follows: bytes) -> None:
    for cut_short in (HISTORY.rstrip(b"\n"), LISTED.rstrip(b"\n")):
        assert [answer.raw for answer in answers(cut_short + follows)] == [cut_short, follows]


def test_a_refusal_of_the_login_is_its_line_alone() -> None:
    place = HISTORY.index(b"--\n")
    found = answers(TICKET + LOGIN + b"junk\n" + HISTORY[:place] + LOGIN + HISTORY[place:])
    assert [answer.kind for answer in found] == [
        Kind.TICKET, Kind.CREDENTIALS_REQUIRED, Kind.UNKNOWN, Kind.HISTORY_ONE,
        Kind.CREDENTIALS_REQUIRED, Kind.UNKNOWN, Kind.HISTORY_ONE]
    assert found[0].raw == TICKET and found[1].raw == LOGIN and found[-2].raw == b"--\n\n"
    assert [answer.forms[0].get("id") for answer in found[3::3]] == ["41", "42"]


def test_headers_of_http_begin_an_answer_behind_one_that_was_cut() -> None:
    found = answers(http(HISTORY)[:-30] + http(LISTED))
    assert found[-1].raw == LISTED and found[-1].status == 200 and not found[-1].problems
    assert found[0].raw == HISTORY[:-30]


def test_what_only_looks_like_headers_of_http_is_passed_once() -> None:
    for junk in (b"\nHTTP/1.1 200 OK\nX: y\nno header\n", b"\nHTTP/1.1 200 OK\nX:"):
        text = HISTORY + junk
        found = answers(text)
        assert b"".join(answer.raw for answer in found) == text and len(found) < 4


def test_what_is_cut_behind_a_separator_is_told_and_no_form() -> None:
    found = answers(HISTORY[:HISTORY.index(b"--\n") + 4])
    assert found[0].kind is Kind.HISTORY_ONE and len(found[0].forms) == 1
    assert said(found) == ["ends behind a separator: cut between forms"]


def test_a_value_that_looks_like_a_status_line_is_no_answer() -> None:
    text = TICKET.replace(b"Printer", b"see RT/4.4.6+dfsg-1.1+deb12u4 200 Ok")
    assert kinds(text + LISTED) == [Kind.TICKET, Kind.SEARCH_LINES]


@pytest.mark.parametrize("end", [1, 40, 60, len(TICKET) - 30, len(TICKET) - 1])
def test_what_is_cut_short_is_told(end: int) -> None:
    found = answers(TICKET[:end])
    assert b"".join(answer.raw for answer in found) == TICKET[:end]
    assert said(found), end


def test_a_cut_character_is_told() -> None:
    found = answers("RT/5.0.3 200 Ok\n\nid: ticket/1\nSubject: Grö".encode()[:-1])
    assert "ends in the middle of a character: cut short" in said(found)


# -- HTTP -----------------------------------------------------------------------------------------

def http(body: bytes, *headers: bytes, length: bool = True) -> bytes:
    own = [b"Content-Length: %d" % len(body)] if length else []
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Type: text/plain; charset=utf-8", *own,
                         *headers, b"", b""]) + body


def test_headers_of_http_are_read_and_hold_the_length() -> None:
    inner = CONTENT + b"\nRT/4.4.6 200 Ok\n\nid: ticket/1\n"
    found = answers(http(TICKET) + http(inner) + http(b"") + http(TICKET, length=False)
                    + http(LISTED))
    assert [answer.raw for answer in found] == [TICKET, inner, b"", TICKET, LISTED]
    assert [answer.kind for answer in found] == [
        Kind.TICKET, Kind.ATTACHMENT_CONTENT, Kind.EMPTY, Kind.TICKET, Kind.SEARCH_LINES]
    assert found[0].status == 200
    assert dict(found[0].headers)["content-type"] == "text/plain; charset=utf-8"
    envelope = b"RT/4.4.6 200 Ok\n\n" + TICKET
    for length in (True, False):
        within = answers(http(envelope, length=length) + http(TICKET))
        assert [answer.kind for answer in within] == [Kind.ATTACHMENT_CONTENT, Kind.TICKET]
        assert within[0].raw == envelope
    assert found[0].offset == len(http(b"")) + len(str(len(TICKET))) - 1


def test_a_length_that_does_not_fit_is_told_and_the_next_comes_out() -> None:
    found = answers(http(TICKET)[:-30] + http(LISTED))
    assert found[-1].raw == LISTED and not found[-1].problems
    assert any("Content-Length" in what for what in said(found))
    assert any("Content-Length" in what for what in said(answers(http(TICKET)[:-9])))


@pytest.mark.parametrize("more", [b"", b"\n", b"rubbish"])
def test_a_body_that_was_saved_as_gzip_is_unpacked(tmp_path: Path, more: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n" \
           b"Content-Encoding: gzip\r\n\r\n"
    found = answers(head + gzip.compress(TICKET) + more)
    assert [answer.raw for answer in found] == [TICKET] and not found[0].in_place
    assert said(found) == (["other bytes stand behind what is packed"] if more.strip() else [])
    found = answers(head + gzip.compress(TICKET)[:-20])
    assert len(found) == 1 and "damaged" in said(found)[0]
    assert [answer.raw for answer in answers(head + TICKET)] == [TICKET]  # as curl --compressed
    assert kinds(head + gzip.compress(TICKET + bytes(1 << 25))) == [Kind.UNKNOWN]


def test_a_redirect_is_known_by_its_status() -> None:
    text = b"HTTP/1.1 302 Found\r\nLocation: http://x/SelfService/\r\nContent-Length: 0\r\n\r\n"
    assert kinds(text + http(TICKET)) == [Kind.SELF_SERVICE, Kind.TICKET]


@pytest.mark.parametrize("headers", [b"", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"])
def test_a_chunked_body_loses_its_marks(headers: bytes) -> None:
    body = TICKET
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(body[place:place + 70]), body[place:place + 70])
                       for place in range(0, len(body), 70)) + b"0\r\n\r\n"
    found = answers(headers + chunked + headers + chunked + LISTED)
    assert [answer.raw for answer in found] == [TICKET, TICKET, LISTED]
    assert [answer.in_place for answer in found[:2]] == [False, False]
    assert any("chunks" in what for what in said(found[:1]))
    cut_short = answers(headers + chunked[:100])
    assert any("before its chunk does" in what for what in said(cut_short))


# -- without a status line ------------------------------------------------------------------------

def test_what_rt_prints_has_no_status_line() -> None:
    ticket, history = TICKET.split(b"\n", 2)[2], HISTORY.split(b"\n", 2)[2]
    found = answers(ticket + ticket.replace(b"/12", b"/13") + history)
    assert [answer.kind for answer in found] == [Kind.TICKET, Kind.TICKET, Kind.HISTORY_LONG]
    assert [answer.version for answer in found] == [None] * 3
    assert found[1].forms[0].get("id") == "ticket/13"
    assert [what for what in said(found)] == [
        "no status line: RT's version is inferred to be 3.8 or later"]
    assert [field.lineno for field in found[0].forms[0].fields][:2] == [1, 2]
    several = answers(ticket + b"\n--\n\n" + ticket)
    assert [answer.kind for answer in several] == [Kind.SEARCH_FORMS]
    assert kinds(b"12: Printer\n13: x\n") == [Kind.SEARCH_LINES]
    assert kinds(b"ticket/12\nticket/13\n") == [Kind.SEARCH_IDS]
    printed = answers(b"104: (Unnamed) (text/plain / 12b),\n105: a, b.txt (text/plain / 1.5k),\n")
    assert [answer.kind for answer in printed] == [Kind.UNKNOWN]
    assert said(printed) == ["a list of attachments as rt prints it: of which ticket, it does not "
                             "say"]


def test_prompts_and_mail_headers_are_kept_apart() -> None:
    ticket = TICKET.split(b"\n", 2)[2]
    mail = b"From: a@example.org\nSubject: the ticket\n\n"
    found = answers(mail + ticket)
    assert [answer.kind for answer in found] == [Kind.UNKNOWN, Kind.TICKET]
    assert found[1].forms[0].keys()[0] == "id"
    found = answers(b"$ curl http://rt/REST/1.0/ticket/12\n" + TICKET + b"$ rt ls\n" + LISTED)
    assert [answer.kind for answer in found if answer.kind is not Kind.UNKNOWN] == [
        Kind.TICKET, Kind.SEARCH_LINES]
    assert [problem.line for answer in found for problem in answer.problems][-1] == 15


def test_what_is_nothing_of_rt_is_unknown_with_a_problem() -> None:
    found = answers(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    assert [answer.kind for answer in found] == [Kind.UNKNOWN]
    assert "nothing of RT's" in said(found)
    assert kinds(b"") == [Kind.EMPTY]


# -- bytes ----------------------------------------------------------------------------------------

def test_crlf_is_read_and_told_once() -> None:
    found = answers((TICKET + HISTORY).replace(b"\n", b"\r\n"))
    assert [answer.forms for answer in found] == [parse(TICKET)[0].forms, parse(HISTORY)[0].forms]
    assert len([what for what in said(found) if "CRLF" in what]) == 1


def test_a_byte_order_mark_and_nul_bytes_are_told() -> None:
    found = answers(b"\xef\xbb\xbf" + TICKET)
    assert found[0].raw == TICKET and found[0].offset == 3
    assert said(found) == ["begins with a byte order mark"]
    assert said(answers(TICKET.replace(b"Printer", b"Pri\0ter"))) == ["holds NUL bytes"]
    found = answers((b"\xef\xbb\xbf" + TICKET) * 2 + b"\xef\xbb\xbf" + CONTENT)
    assert [answer.raw for answer in found] == [TICKET, TICKET, CONTENT]
    assert said(found)[:2] == ["begins with a byte order mark"] * 2


def test_utf16_is_recoded() -> None:
    text = TICKET.decode().replace("Printer", "Größe 漢")
    found = answers(b"\xff\xfe" + text.encode("utf-16-le"))
    assert found[0].forms[0].get("Subject") == "Größe 漢" and not found[0].in_place
    assert said(found) == ["is UTF-16-LE, read as such"]


def test_charsets_are_guessed_and_mixed_ones_told() -> None:
    latin = TICKET.replace(b"Printer", "Größe für Straße".encode("latin-1"))
    found = answers(latin)
    assert found[0].forms[0].get("Subject") == "Größe für Straße"
    assert found[0].charset.startswith(("cp1252", "iso8859-"))  # as this chardet has it
    assert found[0].problems[0].line == 6
    mixed = answers(latin.replace(b"high", "höher".encode()))
    assert mixed[0].forms[0].get("CF.{Severity}") == "höher"
    assert "mixed charsets" in said(mixed)[0]


@pytest.mark.parametrize("wrong", ["latin-1", "cp1252"])
def test_text_encoded_twice_is_told_and_repaired_on_request(wrong: str) -> None:
    text = "Grüße für Zoë"
    content = TICKET.replace(b"Printer", text.encode().decode(wrong).encode())
    found = answers(content)
    assert found[0].forms[0].get("Subject") != text
    assert said(found) == ["Subject was UTF-8 and was encoded again"]
    repaired = list(read(_named(content, "x.txt"), repair=True))
    assert repaired[0].forms[0].get("Subject") == text
    assert not said(answers(TICKET.replace(b"Printer", "Grüße Ã x Â© ÖÄ".encode())))


# -- names ----------------------------------------------------------------------------------------

@pytest.mark.parametrize("name, address", [
    ("rt.example/REST/1.0/ticket/12/history?format=l", "ticket/12/history"),
    ("REST%2F1.0%2Fticket%2F12%2Fshow", "ticket/12/show"),
    ("d.tar.gz!2019/ticket_12_history.txt", "ticket/12/history"),
    ("12-attachments-34-content", "ticket/12/attachments/34/content"),
    ("ticket/12/show.txt", "ticket/12/show"), ("attachment/34/content", "attachment/34/content"),
    ("queue/General/ticketcustomfields", "queue/General/ticketcustomfields"),
    ("search/ticket@query=id>0&format=l", "search/ticket"), ("user/alice.txt", "user/alice"),
    ("ticket/12/links", "ticket/12/links"), ("notes.txt", ""), ("tickets-000001.txt", ""),
    ("12_history.txt", "ticket/12/history"), ("12/links.txt", "ticket/12/links"),
    ("rt-4.4.6-links.txt", ""), ("2019-05-13-history.txt", ""), ("rt4-history-l.txt", ""),
    ("3.4.6-attachment-14-content", "attachment/14/content"),
    ("2019/12.txt", "")])
def test_addresses_are_seen_in_names(name: str, address: str) -> None:
    assert address_of(name) == address


def test_a_name_helps_and_never_hinders() -> None:
    name = "ticket/12/attachments/34/content"
    assert kinds(TICKET, name) == [Kind.ATTACHMENT_CONTENT]  # anybody may have attached that
    assert kinds(REFUSED, name) == [Kind.ATTACHMENT_CONTENT]
    assert kinds(REFUSED, "ticket/9/attachments/34/content") == [Kind.NOT_FOUND]
    inner = b"RT/4.4.6 200 Ok\n\nDear all\nRT/4.4.6 200 Ok\n\nid: ticket/1\n"
    assert [answer.raw for answer in answers(inner, name)] == [inner]
    assert kinds(b"\x89PNG\r\n", name) == [Kind.ATTACHMENT_CONTENT]
    assert answers(TICKET, "ticket/13/history")[0].path == "ticket/12/show"
    assert answers(TICKET, "ticket/11/show")[0].path == "ticket/11/show"  # merged into 12
    assert answers(HISTORY, "x")[0].path == "ticket/12/history"
    several = TICKET + TICKET.replace(b"ticket/12", b"ticket/14") + TICKET
    assert [answer.path for answer in answers(several, "ticket/11/show")] == [
        "ticket/12/show", "ticket/14/show", "ticket/12/show"]
    again = LOGIN + TICKET + TICKET
    assert [answer.path for answer in answers(again, "ticket/11/show")] == ["ticket/11/show"] * 3
    found = answers(LISTED + HISTORY, "search.txt")
    assert [answer.kind for answer in found] == [Kind.SEARCH_LINES, Kind.HISTORY_LONG]


# -- files and containers -------------------------------------------------------------------------

def tarred(members: Sequence[Tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("a-link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return whole.getvalue()


def zipped(members: Sequence[Tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


MEMBERS = (("../../ticket/12/show", TICKET), ("b.txt.gz", gzip.compress(HISTORY)),
           ("c.bin", LISTED))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("contain", [tarred, zipped])
def test_containers_are_looked_into_by_their_content(
        tmp_path: Path, pack: Callable[[bytes], bytes],
        contain: Callable[[Sequence[Tuple[str, bytes]]], bytes]) -> None:
    file = tmp_path / "no-ending"
    file.write_bytes(pack(contain([*MEMBERS, ("z", zipped(MEMBERS))])))
    found = [answer for answer in read(file) if answer.raw]
    assert [answer.kind for answer in found] == [
        Kind.TICKET, Kind.HISTORY_LONG, Kind.SEARCH_LINES] * 2
    assert found[1].file == f"{file}!b.txt.gz" and not found[1].in_place
    assert found[4].file == f"{file}!z!b.txt.gz"
    assert [problem.file for answer in read(file) for problem in answer.problems] == (
        [f"{file}!a-link"] if contain is tarred else [])


def test_a_large_zip_in_a_stream_is_spooled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtcompat.archive.containers._IN_MEMORY", 300_000)
    noise = random.Random(7).randbytes(700_000)
    packed = gzip.compress(zipped([("noise", noise), *MEMBERS]))
    assert [answer.kind for answer in read(_named(packed, "x"))][1:] == [
        Kind.TICKET, Kind.HISTORY_LONG, Kind.SEARCH_LINES]


def test_a_damaged_container_gives_what_came_before(tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(200_000)
    whole = {"cut.tar.gz": gzip.compress(tarred([*MEMBERS, ("noise", noise)]))[:-90_000],
             "cut.zip": zipped([*MEMBERS, ("noise", noise)])[:-90_000],
             "cut.xz": lzma.compress(TICKET * 2000)[:-200]}
    for name, content in whole.items():
        (tmp_path / name).write_bytes(content)
        found = list(read(tmp_path / name))
        assert next(answer.kind for answer in found if answer.raw) is Kind.TICKET, name
        assert any("damaged" in what for what in said(found)), name
    flipped = bytearray(tarred(MEMBERS))
    flipped[1024 + 3] ^= 0xFF
    (tmp_path / "flipped.tar").write_bytes(bytes(flipped))
    found = list(read(tmp_path / "flipped.tar"))
    assert [answer.kind for answer in found if answer.raw] == [Kind.TICKET, Kind.SEARCH_LINES]
    assert any("header is damaged" in what for what in said(found))


def test_a_zip_broken_in_its_list_and_in_a_member_is_told() -> None:
    noise = random.Random(3).randbytes(400)
    whole = bytearray(zipped([("a", TICKET), ("b", noise * 40 + HISTORY * 9), ("c", LISTED)])[:-60])
    place = whole.index(b"PK\x03\x04", 4) + 60
    for at in range(place, place + 200, 20):
        broken = bytearray(whole)
        broken[at:at + 12] = b"\xff" * 12
        found = answers(bytes(broken))
        assert found[1].raw == TICKET and any("damaged" in what for what in said(found))


OTHER = TICKET.replace(b"ticket/12", b"ticket/13")
PACKERS = [gzip.compress, bz2.compress, lzma.compress]


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("padding", [0, 4, 100_000])
def test_packed_streams_behind_each_other_are_one(
        pack: Callable[[bytes], bytes], padding: int) -> None:
    half = TICKET.index(b"Subject") + 3
    packed = b"".join(pack(part) + bytes(padding) for part in (
        TICKET[:half], TICKET[half:], b"", OTHER))
    found = answers(packed)
    assert [answer.raw for answer in found] == [TICKET, OTHER] and said(found) == []


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("between, follows", [
    (b"", bytes), (b"\n", gzip.compress), (bytes(8) + b"\r\n", lzma.compress)])
def test_what_stands_behind_packed_streams_is_told_and_read(
        pack: Callable[[bytes], bytes], between: bytes, follows: Callable[[bytes], bytes]) -> None:
    found = answers(pack(TICKET) + between + follows(OTHER))
    assert [answer.raw for answer in found if answer.raw] == [TICKET, OTHER]
    assert said(found) == ["other bytes stand behind what is packed"]


@pytest.mark.parametrize("pack", PACKERS)
def test_what_stands_behind_a_packed_content_is_told_and_is_no_content(
        tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    file = tmp_path / "attachment" / "8" / "content"
    file.parent.mkdir(parents=True)
    file.write_bytes(pack(b"RT/4.4.6 200 Ok\n\nHello") + b"\n\n")
    found = list(read(file))
    assert [answer.raw for answer in found if answer.raw] == [b"RT/4.4.6 200 Ok\n\nHello"]
    assert said(found) == ["other bytes stand behind what is packed"]


def test_of_a_damaged_gzip_all_that_stands_before_is_read() -> None:
    noise = random.Random(5).randbytes(3000)
    whole = bytearray(gzip.compress(TICKET + noise))
    for place in (-5, -1500):
        broken = bytearray(whole)
        broken[place] ^= 0xFF
        found = answers(bytes(broken))
        assert found[0].raw.startswith(TICKET) and "damaged" in said(found)[-1], place
    assert found[0].raw[len(TICKET):][:1000] == noise[:1000]


@pytest.mark.parametrize("text", [b"\n\nok\n", b"id: 42\n", b"x\nid: 42\nFoo: 1\n",
                                  b"RT/4.4.6 210 Ok\n\nfoo: bar\n\n"])
def test_nothing_is_unknown_without_a_word(text: bytes) -> None:
    assert all(answer.problems for answer in answers(text) if answer.kind is Kind.UNKNOWN)


def test_a_stack_alone_is_nothing_known() -> None:
    envelope, = parse(b"RT/3.4.6 200 Ok\n\n\nStack:\n  [/rt/Web.pm:425]\n", plain=True)
    assert kind_of([envelope], "ticket/1/show") is Kind.UNKNOWN


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2").write_bytes(LISTED)
    (tmp_path / "a.txt").write_bytes(TICKET)
    (tmp_path / "MANIFEST.jsonl").write_bytes(b"{}\n")
    (tmp_path / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    found = list(read(str(tmp_path)))
    assert [answer.kind for answer in found if answer.kind is not Kind.UNKNOWN] == [
        Kind.TICKET, Kind.SEARCH_LINES]
    assert len(said(found)) >= 4
    assert found[1].in_place
    with pytest.raises(UsageError, match="nowhere"):
        list(read([tmp_path / "nowhere"]))


def test_strict_raises_the_first_problem() -> None:
    assert list(read(_named(TICKET, "x"), strict=True))
    with pytest.raises(FormSyntaxError) as caught:
        list(read(_named(TICKET + b"junk line\n" + TICKET, "x"), strict=True))
    assert (caught.value.source, caught.value.lineno, caught.value.line) == ("x", 14, "junk line")


# -- long ones ------------------------------------------------------------------------------------

def test_a_long_answer_comes_in_pieces_cut_between_forms() -> None:
    form = HISTORY.split(b"\n--\n\n")[1]
    long = HISTORY.rstrip(b"\n") + b"\n" + b"".join(
        b"\n--\n\n" + form.replace(b"42", b"%d" % number).rstrip(b"\n") + b"\n"
        for number in range(43, 43 + 7 * LONG // 2 // len(form))) + b"\n"
    found = answers(TICKET + long + LISTED)
    assert [answer.raw for answer in (found[0], found[-1])] == [TICKET, LISTED]
    pieces = found[1:-1]
    assert len(pieces) > 2
    assert [piece.continued for piece in pieces] == [False] + [True] * (len(pieces) - 1)
    assert {piece.kind for piece in pieces} == {Kind.HISTORY_LONG}
    assert {piece.version for piece in pieces} == {"4.4.6+dfsg-1.1+deb12u4"}
    assert b"".join(piece.raw for piece in pieces) == long
    assert max(len(piece.raw) for piece in pieces) < 4 * LONG
    assert [form.as_dict() for piece in pieces for form in piece.forms] == [
        form.as_dict() for form in parse(long)[0].forms]
    lines = (TICKET + long).split(b"\n")
    for piece in pieces:
        field = piece.forms[0].fields[0]
        assert lines[piece.line - 1 + field.lineno - 1].startswith(b"id: ")
    assert said(found) == []


@pytest.mark.parametrize("body", [
    b"a" * 5 * LONG, b"--\n" * LONG, b"RT/" * LONG, b"a: " * LONG, b" " * 3 * LONG,
    b"\n" * 3 * LONG, b"RT/4.4.6 200 Ok" * (LONG // 4), b"\nHTTP/1.1 " * (LONG // 2),
    b"12: x\n" * LONG])
def test_any_long_text_is_read_in_bounded_pieces(body: bytes) -> None:
    text = b"RT/4.4.6 200 Ok\n\n" + body
    assert b"".join(piece.raw for piece in cut(io.BytesIO(text).read)) == text


def test_reading_takes_time_in_proportion_to_length() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: object = -1) -> bytes:
            assert isinstance(size, int)
            Counted.taken += 1
            return super().read(size)

    def reads(times: int) -> int:
        Counted.taken = 0
        for _ in cut(Counted((TICKET + HISTORY) * times).read):
            pass
        return Counted.taken
    assert reads(20_000) < 13 * reads(2_000)


# -- versions -------------------------------------------------------------------------------------

@pytest.mark.parametrize("text, span", [
    ("id: ticket/1\nCF-X: 1\n", ((3, 6), (3, 8))),
    ("id: ticket/1\nTimeWorked: 90 min\n", (None, (3, 6, 6))),
    ("id: ticket/1\nTimeWorked: 90 minutes\nSLA: x\n", ((4, 4, 3), None)),
    ("id: ticket/1/attachments\nAttachments: 1: (Unnamed) (text/plain / 3b)\n", ((3, 8), None)),
    ("id: queue/1\nName: a\nInitialPriority: 1\nDisabled: 0\n", ((4, 2, 2), (4, 4))),
    ("id: ticket/1\nSubject: x\n", (None, None))])
def test_versions_are_inferred(text: str, span: object) -> None:
    assert infer_version(parse_forms(text)) == span


def test_sources_are_named() -> None:
    assert [found.file for found in sources([_named(TICKET, "n")]) if isinstance(found, Source)
            ] == ["n"]


@pytest.mark.parametrize("more", range(5))
def test_empty_lines_between_answers_are_no_part_of_a_value(more: int) -> None:
    joined = (b"RT/4.4.6 200 Ok\n\nid: ticket/1\nSubject: x\nCF.{Single}: y\n\n" + b"\n" * more
              + b"RT/4.4.6 200 Ok\n\nid: ticket/2\nSubject: z\n\n" + b"\n" * more)
    answers = list(read(io.BytesIO(joined)))
    assert [(one.forms[0].get("id"), one.forms[0].get("CF.{Single}"), one.forms[0].get("Subject"))
            for one in answers] == [("ticket/1", "y", "x"), ("ticket/2", None, "z")]
    assert b"".join(one.raw for one in answers) == joined


# -- behind an answer, and without a status line -------------------------------------------------

TRACE = (b"* Connection #0 to host rt left intact\n*   Trying 192.0.2.7:80...\n"
         b"> GET /REST/1.0/ticket/13/show HTTP/1.1\n> Host: rt\n> User-Agent: curl/7.88.1\n"
         b"> Accept: */*\n> \n< HTTP/1.1 200 OK\n< Server: Apache\n< Content-Type: text/plain\n"
         b"< \n{ [5 bytes data]\n\r100   734  100   734    0     0   9000      0 --:--:--\n")
HEAD = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\n"
ATTACHMENT = HEAD + b"id: 15\nSubject: \nCreator: 12\nTransaction: 51\nContent: x\n\n"
IDS = HEAD + b"ticket/12\nticket/13\n\n\n"
LINKS = HEAD + b"id: ticket/12/links\n\nRefersTo: http://a.example/2\n\n"
USER = HEAD + b"id: user/12\nName: root\nPassword: ********\n\n"


@pytest.mark.parametrize("times", [1, 2, 40])
@pytest.mark.parametrize("answer, found_as", [
    (TICKET, Kind.TICKET), (HISTORY, Kind.HISTORY_LONG), (SHORT, Kind.HISTORY_SHORT),
    (LISTED, Kind.SEARCH_LINES), (REFUSED, Kind.NOT_FOUND), (ATTACHMENT, Kind.ATTACHMENT),
    (IDS, Kind.SEARCH_IDS), (LINKS, Kind.LINKS), (USER, Kind.USER)])
def test_an_answer_stays_what_it_is_whatever_follows(
        answer: bytes, found_as: Kind, times: int) -> None:
    found = answers(answer + TRACE * times + TICKET)
    assert [one.kind for one in found] == [found_as, Kind.TICKET]
    assert len(found[0].forms) == len(answers(answer)[0].forms)
    assert said(found[:1]) and not said(found[1:])
    assert found[0].problems[0].line == 1 + answer.count(b"\n")


def test_a_content_that_begins_as_anything_else_stays_one() -> None:
    for beginning in (b"Hello: see\n", b"# a heading\n\n", b"id: ticket/12\nFoo: bar\n",
                      b"ticket/12\nis done\n", b"id: 12\nfoo\n"):
        assert kinds(HEAD + beginning + b"Dear all\n" * 9) == [Kind.ATTACHMENT_CONTENT]


BARE = TICKET.split(b"\n", 2)[2]


def pieced(content: bytes) -> List[Tuple[object, ...]]:
    """Answers with those behind them that continue them."""
    found: List[List[Answer]] = []
    for answer in answers(content):
        if answer.continued:
            found[-1].append(answer)
        else:
            found.append([answer])
    return [(of[0].kind, of[0].line, of[0].offset, b"".join(one.raw for one in of),
             [form for one in of for form in one.forms]) for of in found]


@pytest.mark.parametrize("seed", range(12))
def test_a_long_text_without_status_lines_is_cut_where_a_short_one_is(
        seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = random.Random(seed)
    history = HISTORY.split(b"\n", 2)[2]
    text = BARE + b"".join(TICKET if drawn.random() < 0.01 else drawn.choice([
        BARE, BARE.replace(b"/12", b"/13"), history, b"$ rt show -l 13\n", BARE + b"--\n\n" + BARE,
        b"some words\n", b"INFO: some words\n" * 3, b"\n"]) for _ in range(300))
    whole = pieced(text)
    monkeypatch.setattr("rtcompat.archive.cutting.LONG", 3000)
    found = []
    for piece in cut(io.BytesIO(text).read, size=500):
        assert len(piece.raw) < 12_000
        found.append(piece.raw)
    assert len(found) > 3 and b"".join(found) == text
    monkeypatch.setattr("rtcompat.archive.reading.cut",
                        lambda read, content: cut(read, content=content, size=500))
    assert pieced(text) == whole


@pytest.mark.parametrize("before", [
    b"$ rt show -l 1\n", b"some words\n" * (LONG // 4), b"INFO: a word\n" * (LONG // 4),
    b"\n" * 3 * LONG, b"a" * 3 * LONG + b"\n", b"12: a subject of some length\n" * (LONG // 12),
    BARE + b"> GET / HTTP/1.1\n" * (LONG // 6), TICKET + b"> GET / HTTP/1.1\n" * (LONG // 6)])
@pytest.mark.parametrize("after", [BARE.replace(b"/12", b"/77"), TICKET.replace(b"/12", b"/77")])
def test_a_ticket_is_found_behind_anything_long(before: bytes, after: bytes) -> None:
    if before.startswith(b"RT/") and not after.startswith(b"RT/"):
        after = b"RT/4.4.6 200 Ok\n\n" + after
    pieces = [piece.raw for piece in cut(io.BytesIO(before + after).read)]
    assert b"".join(pieces) == before + after
    assert max(map(len, pieces)) <= 4 * LONG
    found = answers(before + after)
    assert found[-1].kind is Kind.TICKET and not found[-1].continued
    assert found[-1].forms[0].get("id") == "ticket/77"
    assert said(found[:-1]) or before.startswith(b"12: ")
    assert b"".join(one.raw for one in found) == before + after


@pytest.mark.parametrize("head", [b"", HEAD])
def test_lines_that_can_be_keys_in_many_ways_take_no_time(head: bytes) -> None:
    text = head + b"CF.{a}:}:}:}:\n" * 1000 + b"x\n" * 200 + b"id: ticket/12\nQueue: x\n\n"
    assert b"".join(answer.raw for answer in answers(text)) == text


def test_what_rt_prints_in_a_row_is_given_in_bounded_pieces() -> None:
    text = (BARE + b"\n") * (4 * LONG // len(BARE))
    pieces = list(cut(io.BytesIO(text).read))
    assert b"".join(piece.raw for piece in pieces) == text
    assert max(len(piece.raw) for piece in pieces) <= 2 * LONG
    assert not any(piece.continued for piece in pieces)
    assert all(piece.raw.startswith(b"id: ticket/12\n") for piece in pieces)
