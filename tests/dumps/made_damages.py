"""Made dumps: what happens to saved answers on their way."""
from __future__ import annotations

import re
from typing import Iterator, List

from tests.dumps.pieces import Made, piece

#: Lines of at most 60 characters, broken beside blanks and behind hyphens; Python's own textwrap
#: breaks elsewhere in each version.
_LINES = re.compile(r".{1,60}(?:(?<=\s)(?=\S)|(?<=\S)(?=\s)|(?<=-)|\Z)|.{60}")


def made() -> Iterator[Made]:
    """All of them."""
    yield from _cut()
    yield from _bytes()
    yield from _by_mail()
    yield from _blanks()
    yield from _joined()
    yield from _around()
    yield from _headers()
    yield from _chunks()
    yield from _names()


FIELDS, HISTORY = "dumps/sid-fields.txt", "rest1/4.4.6/ticket-history-long-full.txt"
SHORT = "farm/3.8.17/ticket-8-history.body"
LINES, FORMS = "rest1/4.4.6/search-all-s.txt", "dumps/sid-search-forms.txt"
TORTURE = "dumps/4.4.6-torture-separators.txt"
REFUSED, LOGIN = "rest1/4.4.6/attachment-404.txt", "dumps/4.4.6-without-password.txt"
NOT_ALLOWED = "farm/3.8.17/as-mallory-ticket-1-show.body"


def _cut() -> Iterator[Made]:
    fields, history, forms, lines = piece(FIELDS), piece(HISTORY), piece(FORMS), piece(LINES)
    place = fields.index(b"LastUpdated: ") + 20
    yield Made("cut-in-line.txt", fields[:place], "the disk was full", ("cut in a line",),
               ("ascii",))
    yield Made("cut-in-line-then-next.txt", fields[:place] + b"\n" + history,
               "cut, ended by a line end, and another behind it", ("cut in a line",),
               parts=(history,))
    yield Made("cut-in-line-next-in-it.txt", fields[:place] + history,
               "cut, and another right behind it", ("cut in a line", "run together"),
               parts=(history,))
    yield Made("cut-in-key.txt", fields[:fields.index(b"Resolved:") + 4], "cut in a key",
               ("cut in a line",), ("ascii",))
    yield Made("cut-in-character.txt", fields[:fields.index("µm".encode()) + 1],
               "cut within a character of two bytes", ("cut in a character",))
    place = history.index(b"\n--\n", 4000)
    yield Made("cut-before-separator.txt", history[:place + 1], "a history cut between its forms",
               ("cut between forms",))
    yield Made("cut-behind-separator.txt", history[:place + 5], "cut behind the separator",
               ("cut between forms",))
    yield Made("cut-in-content.txt", history[:history.index(b"\n         ", 3000) + 14],
               "cut in a line of a transaction's content", ("cut in a line",))
    yield Made("cut-in-status.txt", fields + history[:9], "cut within a status line",
               ("cut in a line", "run together"))
    yield Made("cut-after-status.txt", history[:history.index(b"\n") + 2],
               "cut behind the status line", ("cut between forms",), ("ascii",))
    yield Made("cut-search.txt", forms[:forms.index(b"\n--\n") + 5] + lines,
               "a search cut between tickets, another answer behind it", ("cut between forms",),
               parts=(lines,))
    yield Made("no-final-newline.txt", fields.rstrip(b"\n"), "pasted without its last line end",
               ("no final newline",), like=(fields,))
    yield Made("no-empty-line-at-end.txt", fields.rstrip(b"\n") + b"\n" + history.rstrip(b"\n")
               + b"\n", "empty lines at the ends removed", ("no final newline",))
    yield Made("without-beginning.txt", history[2000:] + fields, "the first half is lost",
               ("cut in a line",), parts=(fields,))


def _flipped(content: bytes, place: int, byte: int) -> bytes:
    return content[:place] + bytes((byte,)) + content[place + 1:]


def _bytes() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    yield Made("flipped-in-value.txt", lines + _flipped(fields, fields.index(b"fields"), 0xE6)
               + history, "a bit of a subject flipped", ("bytes flipped",),
               parts=(lines, history))
    yield Made("flipped-in-key.txt", lines + _flipped(fields, fields.index(b"Subject:") + 7, 0x7A)
               + history, "the colon of a key flipped", ("bytes flipped",),
               parts=(lines, history))
    yield Made("flipped-in-status.txt", lines + _flipped(fields, 2, 0x6F) + history,
               "the slash of a status line flipped", ("bytes flipped",), parts=(history,))
    yield Made("flipped-in-id.txt", lines + _flipped(fields, fields.index(b"ticket/"), 0x34)
               + history, "the id of a ticket flipped", ("bytes flipped",),
               parts=(lines, history))
    yield Made("flipped-line-end.txt", lines + _flipped(
        fields, fields.index(b"\nStatus"), 0x4A) + history, "a line end flipped",
        ("bytes flipped",), parts=(lines, history))
    place = history.index(b"\n--\n", 3000)
    yield Made("flipped-separator.txt", fields + _flipped(history, place + 1, 0x2C) + lines,
               "a separator of forms flipped", ("bytes flipped",), parts=(fields, lines))
    yield Made("nul-in-value.txt", fields.replace(b"indented", b"in\0dented") + lines,
               "a NUL in a value", ("NULs",), parts=(lines,))
    yield Made("nul-block.txt", fields + b"\0" * 512 + lines + history,
               "a hole of a disk's block between answers", ("NULs",), parts=(history,))
    yield Made("nul-hole.txt", fields[:300] + b"\0" * 200 + fields[500:] + lines,
               "a hole within an answer", ("NULs",), parts=(lines,))
    crlf = fields.replace(b"\n", b"\r\n")
    yield Made("crlf.txt", crlf + history.replace(b"\n", b"\r\n"), "transferred as text",
               ("CRLF",), like=(fields, history))
    yield Made("crlf-in-part.txt", lines + crlf + history, "one of three transferred as text",
               ("CRLF",), parts=(lines, history), like=(fields,))
    yield Made("crlf-in-lines.txt", fields.replace(b"\nDue", b"\r\nDue").replace(
        b"\nTold", b"\r\nTold") + lines, "two lines ended by an editor", ("CRLF",),
        parts=(lines,))
    yield Made("cr-alone.txt", fields.replace(b"\n", b"\r"), "line ends of an old Macintosh",
               ("CRLF",))
    yield Made("very-long-line.txt", fields.replace(
        b"Subject: fields", b"Subject: " + b"long " * 9000) + lines,
        "a subject of 45,000 characters", ("very long line",), parts=(lines,))


def _by_mail() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    wrapped = "\n".join(
        part for line in history.decode().split("\n")
        for part in (_LINES.findall(line) if len(line) > 60 else [line]))
    yield Made("wrapped.txt", lines + wrapped.encode() + fields,
               "lines of more than 60 characters broken, without an indent", ("wrapped by mail",),
               parts=(lines, fields))
    yield Made("wrapped-values.txt", fields.replace(b", with a comma", b",\nwith a comma") + lines,
               "a value's line broken", ("wrapped by mail",), parts=(lines,))
    quoted = re.sub(rb"^", b"> ", fields.rstrip(b"\n"), flags=re.MULTILINE)
    yield Made("quoted.txt", quoted + b"\n\n" + lines, "quoted in a mail, a whole one behind it",
               ("quoted",), parts=(lines,))
    yield Made("quoted-printable.txt", fields.replace(b"=", b"=3D").replace(
        "µ".encode(), b"=C2=B5").replace("ö".encode(), b"=C3=B6") + history,
        "left as mail encodes it", ("quoted", "mail around"), parts=(history,))
    mail = (b"From: alice@example.org\nTo: bob@example.org\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
            b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\nHello Bob,\n\n"
            b"this is what RT says:\n\n")
    yield Made("in-mail.txt", mail + fields + b"\n-- \nAlice\n", "sent by mail",
               ("mail around",))
    yield Made("in-mbox.txt", b"From alice Mon May 13 09:26:25 2024\n" + mail + fields
               + b"\nFrom alice Mon May 13 10:26:25 2024\n" + mail + lines, "two mails in an mbox",
               ("mail around",))


def _blanks() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    torture = piece(TORTURE)
    yield Made("empty-lines-in-values.txt", lines + fields.replace(b"\n    --", b"\n\n    --")
               .replace(b"\n    last", b"\n\n\n    last") + history,
               "empty lines put into a value", ("empty lines in values",), parts=(lines, history))
    yield Made("empty-lines-everywhere.txt", fields.replace(b"\n", b"\n\n") + lines,
               "an empty line behind every line", ("empty lines in values",), parts=(lines,))
    tabs = re.sub(rb"^ {8}", b"\t", history, flags=re.MULTILINE)
    yield Made("tabs.txt", tabs + fields, "eight blanks made a tab", ("tabs for blanks",),
               parts=(fields,))
    yield Made("tabs-of-four.txt", re.sub(rb"^    ", b"\t", fields, flags=re.MULTILINE) + lines,
               "four blanks made a tab", ("tabs for blanks",), parts=(lines,))
    trimmed = re.sub(rb"[ \t]+$", b"", history, flags=re.MULTILINE)
    yield Made("blanks-trimmed.txt", trimmed + fields, "blanks at the ends of lines removed",
               ("blanks lost in blank lines",), parts=(fields,))
    fewer = re.sub(rb"^ +$", b"  ", fields, flags=re.MULTILINE)
    yield Made("blanks-fewer.txt", fewer + torture, "blank lines with fewer blanks",
               ("blanks lost in blank lines",), parts=(torture,))
    yield Made("indented.txt", re.sub(rb"^", b"    ", fields, flags=re.MULTILINE) + b"\n" + lines,
               "indented as a whole, for a wiki; one that is not behind it", ("tabs for blanks",),
               parts=(lines,))


def _joined() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    short, refused, login = piece(SHORT), piece(REFUSED), piece(LOGIN)
    content = b"RT/4.4.6+dfsg-1.1+deb12u4 200 Ok\n\nDear all,\nno line end here"
    night = (fields, history, short, lines, refused, login, fields)
    yield Made("several.txt", b"".join(night), "seven answers in a file", ("several answers",),
               parts=night)
    yield Made("several-apart.txt", b"\n\n".join(night), "with empty lines between them: the value "
               "of several lines at a history's end may have had them", ("several answers",),
               like=(fields, short, lines, refused, login, fields))
    yield Made("content-then-answer.txt", content + lines, "a content without a last line end",
               ("run together",), ("utf-8",), parts=(lines,))
    yield Made("run-together.txt", fields.rstrip(b"\n") + lines.rstrip(b"\n") + refused.rstrip(
        b"\n") + fields, "line ends between answers lost", ("run together",),
        parts=(fields,), like=(fields, lines, refused, fields))
    yield Made("run-together-in-value.txt", history.rstrip(b"\n") + lines,
               "lost behind an indented line: nothing tells it from a value that quotes an answer",
               ("run together",))
    yield Made("twice.txt", fields + fields, "saved twice", ("duplicated",),
               parts=(fields, fields))
    newer = fields.replace(b"Status: new", b"Status: open").replace(
        b"LastUpdated: Mon May 13", b"LastUpdated: Tue May 14")
    yield Made("twice-newer-first.txt", newer + history + fields, "the older one last",
               ("duplicated",), parts=(history, fields))
    both = [history.splitlines(keepends=True), fields.splitlines(keepends=True)]
    yield Made("interleaved-halves.txt", b"".join(both[0][:60]) + fields + b"".join(both[0][60:]),
               "two downloads wrote to one file: one within the other", ("interleaved",),
               parts=())
    yield Made("interleaved-blocks.txt", _woven(both, 12) + lines,
               "by turns, twelve lines each; a whole one behind", ("interleaved",),
               parts=(lines,))
    place = history.index(b"\n--\n", 4000) + 1
    yield Made("refusal-in-middle.txt", fields + login + lines, "the session ended in between",
               ("refusal in the middle",), parts=(fields, login, lines))
    yield Made("refusal-in-history.txt", history[:place] + login + history[place:] + fields,
               "a refusal within a history", ("refusal in the middle", "cut between forms"),
               parts=(login, fields))
    refusal = piece(NOT_ALLOWED)
    yield Made("refusals.txt", refused + login + refusal + refused,
               "nothing but refusals", ("refusal in the middle",), ("ascii",),
               parts=(refused, login, refusal, refused))


def _woven(texts: "List[List[bytes]]", lines: int) -> bytes:
    taken = []
    while any(texts):
        for text in texts:
            taken.extend(text[:lines])
            del text[:lines]
    return b"".join(taken)


def _traced(answer: bytes) -> bytes:
    """With what curl -v tells of it before and behind it, and of tries that failed."""
    tried = b"*   Trying 192.0.2.7:80...\n* connect to 192.0.2.7 port 80 failed: timed out\n"
    return (tried + b"* Connected to rt (192.0.2.8) port 80\n> GET /REST/1.0/ HTTP/1.1\n"
            b"> Host: rt\n> User-Agent: curl/7.88.1\n> Accept: */*\n> \n< HTTP/1.1 200 OK\n"
            b"< Content-Type: text/plain; charset=utf-8\n< \n{ [5 bytes data]\n" + answer
            + b"* Connection #0 to host rt left intact\n" + tried * 4)


def _around() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    refused = piece(REFUSED)
    bare = fields.split(b"\n", 2)[2]
    yield Made("shell.txt", b"$ curl -s http://rt/REST/1.0/ticket/9/show\n" + fields
               + b"$ curl -s 'http://rt/REST/1.0/search/ticket?query=id%3E0'\n" + lines
               + b"$ exit\n", "copied from a terminal", ("shell around",))
    yield Made("shell-rt.txt", b"alice@host:~$ rt show -l ticket/9\n" + bare
               + b"\nalice@host:~$ rt ls 'id<4'\n1: plain\n2: of uwe\nalice@host:~$ \n",
               "copied from a terminal, of rt", ("shell around",))
    yield Made("script.txt", b"Script started on Mon 13 May 2024 09:26:25 AM UTC\n"
               b"\x1b[?2004h$ curl -s http://rt/REST/1.0/ticket/9/show\r\n\x1b[?2004l\r" + fields
               + b"\nScript done on Mon 13 May 2024 09:27:25 AM UTC\n", "written by script(1)",
               ("shell around",))
    yield Made("curl-v.txt", _traced(fields) + _traced(refused) + history,
               "curl -v twice with its trace in the same file, once without",
               ("shell around",), parts=(history,))
    yield Made("rt-in-a-row.txt", b"".join(
        bare.rstrip(b"\n").replace(b"ticket/9", b"ticket/%d" % number) + b"\n\n"
        for number in range(9, 14)), "rt show -l five times, one behind the other",
        ("several answers",))
    yield Made("rt-several.txt", bare + b"\n--\n\n" + bare.replace(b"ticket/9", b"ticket/10"),
               "two forms without a status line")
    yield Made("rt-3.6.txt", piece("rest1/3.6.11/x-cf-show.txt").split(b"\n", 2)[2],
               "RT 3.6.11's ticket without its status line")
    yield Made("rt-then-curl.txt", bare + history, "what rt printed, an answer of curl behind it",
               ("several answers",), parts=(history,))
    yield Made("empty.txt", b"", "a file without bytes", ("empty file",), ("ascii",))
    yield Made("newlines.txt", b"\n\n\n", "nothing but line ends", ("empty file",), ("ascii",))
    yield Made("bom-alone.txt", b"\xef\xbb\xbf", "nothing but a byte order mark", ("empty file",),
               ("utf-8 with BOM",))
    yield Made("page.html", b"<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head>"
               b"<body><h1>502 Bad Gateway</h1></body></html>\n" + fields,
               "a proxy's page, and an answer behind it", ("several answers",), parts=(fields,))
    yield Made("login-page.html", b"<!DOCTYPE html>\n<html lang=\"en\"><head><title>Login</title>"
               b"</head><body><form name=\"login\"></form></body></html>\n", "RT's page for people",
               encodings=("ascii",))


def _http(body: bytes, *headers: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n"
          ) -> bytes:
    lines = (status, b"Content-Type: text/plain; charset=utf-8", *headers, b"", b"")
    return end.join(lines) + body


def _headers() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    yield Made("headers-length.txt", b"".join(
        _http(body, b"Content-Length: %d" % len(body)) for body in (fields, history, lines)),
        "curl -i thrice, with lengths", ("HTTP headers", "several answers"),
        parts=(fields, history, lines))
    yield Made("headers-http2.txt", _http(fields, b"server: nginx", status=b"HTTP/2 200 ")
               + _http(lines, status=b"HTTP/2 200 "), "curl -i over HTTP/2",
               ("HTTP headers", "several answers"), parts=(fields, lines))
    yield Made("headers-lf.txt", _http(fields, end=b"\n") + _http(lines, end=b"\n"),
               "headers whose line ends were changed", ("HTTP headers",), parts=(fields, lines))
    yield Made("headers-of-proxy.txt", b"HTTP/1.1 200 Connection established\r\n\r\n"
               + _http(fields, b"Via: 1.1 proxy", b"X-Folded: a\r\n b"),
               "through a proxy", ("HTTP headers",), parts=(fields,))
    yield Made("headers-short.txt", _http(history[:3000], b"Content-Length: %d" % len(history))
               + _http(lines, b"Content-Length: %d" % len(lines)),
               "shorter than its headers say", ("HTTP headers", "wrong length", "cut in a line"),
               parts=(lines,))
    yield Made("headers-wrong.txt", _http(fields, b"Content-Length: 100") + lines,
               "the length of something else", ("HTTP headers", "wrong length"),
               parts=(fields, lines))
    yield Made("headers-content.txt", _http(b"RT/4.4.6 200 Ok\n\n" + lines,
                                            b"Content-Length: %d" % (17 + len(lines))) + fields,
               "a content that is an answer itself; its length tells", ("HTTP headers",),
               parts=(fields,))
    yield Made("headers-error.txt", _http(b"Bad Gateway\n", b"Content-Length: 12",
                                          status=b"HTTP/1.1 502 Bad Gateway")
               + _http(b"<html>Service Unavailable</html>\n", status=b"HTTP/1.1 503 Busy")
               + _http(fields), "a server that was down for a while", ("HTTP headers",),
               parts=(fields,))
    yield Made("headers-only.txt", _http(b"", b"Content-Length: 0"), "curl -I",
               ("HTTP headers",), ("ascii",))


def _chunked(body: bytes, size: int) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(body[place:place + size]), body[place:place + size])
                    for place in range(0, len(body), size)) + b"0\r\n\r\n"


def _chunks() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    encoding = b"Transfer-Encoding: chunked"
    yield Made("chunked.txt", _http(_chunked(history, 4096), encoding)
               + _http(_chunked(fields, 300), encoding), "as sent, with headers",
               ("HTTP headers", "chunked as sent"), like=(history, fields))
    yield Made("chunked-bare.txt", _chunked(fields, 256) + _chunked(lines, 64),
               "as sent, without headers", ("chunked as sent",), like=(fields, lines))
    yield Made("chunked-cut.txt", _http(_chunked(history, 1000)[:2500], encoding),
               "as sent, cut within a chunk", ("HTTP headers", "chunked as sent", "cut in a line"))
    yield Made("chunked-wrong.txt", _chunked(fields, 256).replace(b"100\r\n", b"zz\r\n", 2)
               + lines, "a mark of a chunk is damaged", ("chunked as sent", "bytes flipped"),
               parts=(lines,))


def _names() -> Iterator[Made]:
    fields, history, lines = piece(FIELDS), piece(HISTORY), piece(LINES)
    yield Made("ticket-9-attachments-3-content.txt", fields, "a ticket named as a content",
               ("wrong name",))
    yield Made("ticket-12-show.txt", history, "a history named as a ticket", ("wrong name",),
               parts=(history,))
    yield Made("ticket-12-history.txt", lines, "a search named as a history", ("wrong name",),
               parts=(lines,))
    yield Made("search-ticket.txt", fields, "a ticket named as a search", ("wrong name",),
               parts=(fields,))
    refused = piece(REFUSED)
    yield Made("ticket-9-attachments-999999-content.txt", refused, "a refusal instead of a content",
               encodings=("ascii",), parts=(refused,))
