"""What other programs left among RT's answers changes no value and is told."""
from __future__ import annotations

import io
import random
import re
import time
from pathlib import Path
from typing import List

import pytest

from rtcompat import archive
from rtcompat.archive.manners import SAMPLE, Beginning, manner_of
from rtcompat.errors import NotSaved, PermissionDenied
from tests.unit.test_archive_forged import FORM, HEAD, put

SHOWN = FORM.format(1, "first", "Mon May 13 10:00:00 2024")[:-1] + "CF.{Severity}: High\n\n\n"
ONE = HEAD + SHOWN.encode()
TWO = ONE.replace(b"ticket/1", b"ticket/2")
CGI = b"Status: 200 OK\nDate: Mon, 16 Nov 2026 06:46:57 GMT\nServer: Apache\n\n"
METER = (b"  % Total    % Received % Xferd  Average Speed   Time\n"
         b"                                 Dload  Upload   Total\n")


def said(old: archive.Archive) -> List[str]:
    return [problem.what for problem in old.problems if not problem.asked
            and "time zone" not in problem.what]


@pytest.mark.parametrize("between, what", [
    (CGI, "a second Status behind others: not RT's, left out"),
    (b"Subject: cron\n\n", "a second Subject behind others: not RT's, left out"),
    (b"fetching 2\n", "neither a key nor a continuation"),
    (METER, "2 lines: neither a key nor a continuation"),
    (b"</pre>\n", "neither a key nor a continuation"),
    (b"\n".join(b"a stack's line %d" % n for n in range(90)) + b"\n",
     "90 lines: neither a key nor a continuation"),
])
def test_lines_between_answers_change_no_value(tmp_path: Path, between: bytes, what: str) -> None:
    put(tmp_path, "all.txt", ONE + between + TWO)
    with archive.open(tmp_path) as old:
        for number in (1, 2):
            ticket = old.get_ticket(number)
            assert (ticket.status, ticket.subject) == ("new", "first")
            assert ticket.custom_fields["Severity"] == ("High",)
        assert [one.id for one in old.search_tickets("CF.{Severity} = 'High'")] == [1, 2]
        assert said(old) == [what]


def test_a_mail_between_what_rt_printed(tmp_path: Path) -> None:
    form = SHOWN.rstrip("\n") + "\n\n"
    put(tmp_path, "cron.txt", (form + "From: cron\nSubject: Cron job 2\nStatus: RO\n\n"
                               + form.replace("ticket/1", "ticket/2")).encode())
    with archive.open(tmp_path) as old:
        assert [(one.id, one.subject, one.status) for one in old.search_tickets("id > 0")] == [
            (1, "first", "new"), (2, "first", "new")]
        assert said(old)[-2:] == ["a second Subject behind others: not RT's, left out",
                                  "a second Status behind others: not RT's, left out"]


def test_forms_whose_separator_was_lost_are_told_apart(tmp_path: Path) -> None:
    forms = (SHOWN.rstrip("\n") + "\n\n--\n\n") * 3
    text = forms.replace("--", "-x", 1).replace("ticket/1", "ticket/7", 1)
    put(tmp_path, "found.txt", HEAD + text.encode())
    found = list(archive.read(tmp_path))
    assert [form.get("id") for answer in found for form in answer.forms][:2] == [
        "ticket/7", "ticket/1"]
    assert "no line of -- before it: taken for another" in [
        problem.what for answer in found for problem in answer.problems]


def test_the_charset_of_saved_http_headers_decides(tmp_path: Path) -> None:
    body = ONE.replace(b"first", "Привет".encode("cp1251"))
    put(tmp_path, "one.txt", b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=windows-1251"
        b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    with archive.open(tmp_path) as old:
        assert old.get_ticket(1).subject == "Привет"
        assert [answer.charset for answer in archive.read(tmp_path)] == ["cp1251"]
        assert said(old) == ["a line is not UTF-8, read as cp1251"]


def test_an_empty_content_is_not_that_of_an_attachment_with_a_size(tmp_path: Path) -> None:
    put(tmp_path, "ticket/1/attachments/show", HEAD + b"id: ticket/1/attachments\n"
        b"Attachments: 8: (Unnamed) (text/plain / 12b),\n             9: (Unnamed) "
        b"(text/plain / 0b)\n\n\n")
    for number in (8, 9):
        put(tmp_path, f"ticket/1/attachments/{number}/content", HEAD)
    with archive.open(tmp_path) as old:
        assert old.read_attachment(9) == b""
        with pytest.raises(NotSaved, match="12b"):
            old.read_attachment(8)


def test_answers_without_their_empty_lines_are_told_apart(tmp_path: Path) -> None:
    refused = b"RT/4.4.6 200 Ok\n\n# You are not allowed to display ticket 4.\n\n\n"
    empty = re.compile(rb"\n{2,}")
    put(tmp_path, "noblank.txt", empty.sub(b"\n", ONE + refused + TWO))
    with archive.open(tmp_path) as old:
        assert [(one.id, one.subject) for one in old.search_tickets("id > 0")] == [
            (1, "first"), (2, "first")]
        with pytest.raises(PermissionDenied):
            old.get_ticket(4)


def test_many_fields_that_come_again_take_their_time_once() -> None:
    def cost(times: int) -> float:
        content = HEAD + b"id: ticket/1\n" + b"Status: new\nOwner: me\n" * times + b"\n\n"
        began = time.process_time()
        answer, = archive.read(io.BytesIO(content))
        assert len(answer.forms[0].items()) == 3
        return time.process_time() - began

    assert cost(1 << 14) < 4 * 8 * cost(1 << 11) + 0.2


def test_status_lines_within_lines_take_their_time_once() -> None:
    def cost(times: int) -> float:
        content = ONE.replace(b"first", b"xRT/4.4.6 200 Ok\n\n" * times)
        began = time.process_time()
        answer, = archive.read(io.BytesIO(content))
        assert answer.raw == content
        return time.process_time() - began

    cost(1)
    assert cost(1 << 14) < 4 * 8 * cost(1 << 11) + 0.2


@pytest.mark.parametrize("head", [b"", HEAD, HEAD + b"id: ticket/1\nQueue: x\n", HEAD + b"1: x\n",
                                  HEAD + b"Subject: x\n"])
def test_a_growing_beginning_is_judged_as_each_of_its_lengths(head: bytes) -> None:
    lines = [b"some words\n", b"Key: value\n", b"--\n", b"\n", b"  more\n", b"# note\n", b"Key:",
             b"x" * 3000 + b"\n"]
    for seed in range(20):
        chosen = random.Random(seed)
        text = head + b"".join(chosen.choice(lines) for _ in range(90))
        if seed % 4 == 0:
            text += b"words\n" * SAMPLE
        beginning = Beginning()
        for place in sorted(chosen.sample(range(1, len(text)), 60)):
            assert beginning.manner(b"before" + text, 6, 6 + place) == manner_of(text[:place])


@pytest.mark.parametrize("text", [
    b"1: a\n2: b\n1: a\n3: c\n\n\n", b"# 2/2 (/total)\n\n1: a\n2: b\n1: a\n\n\n",
    b"id: queue/1\nA (x): SelectSingle\nB (y): FreeformSingle\nA (x): SelectSingle\n\n\n",
    SHOWN.replace("CF.{S", "CF.{Severity}: Low\nCF.{Other}: x\nCF.{S").encode()])
def test_what_rt_may_print_twice_is_kept(text: bytes) -> None:
    answer, = archive.read(io.BytesIO(HEAD + text))
    assert answer.problems == ()
    lines = [line for line in text.split(b"\n") if line and not line.startswith(b"#")]
    assert len(answer.forms[0].items()) == len(lines)


def test_a_form_behind_a_lost_separator_is_found_alone(tmp_path: Path) -> None:
    def form(number: int) -> bytes:
        return FORM.format(number, f"{number:x>3000}", "Mon May 13 10:00:00 2024").encode()

    between = b"\n--\n\n"
    put(tmp_path, "search.txt", HEAD + form(1) + form(2) + between
        + between.join(map(form, range(3, 30))) + between)
    for number in (2, 3, 17, 29):
        with archive.open(tmp_path, timezone="UTC") as old:
            assert old.get_ticket(number).subject == f"{number:x>3000}"
