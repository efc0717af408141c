"""Made dumps: encodings, versions of which no server was at hand, dates in several languages."""
from __future__ import annotations

from typing import Iterator

from tests.dumps.pieces import Made, piece

_FIELDS = "dumps/sid-fields.txt"
_LINES = "rest1/4.4.6/search-all-s.txt"


def _version(content: bytes, version: str) -> bytes:
    old = content[3:content.index(b" ")]
    return content.replace(b"RT/" + old + b" ", b"RT/" + version.encode() + b" ")


def made() -> Iterator[Made]:
    """All of them."""
    yield from _versions()
    yield from _one_byte()
    yield from _others()
    yield from _dates()


def _versions() -> Iterator[Made]:
    for version, base in (("4.2.17", "4.4.4"), ("6.0.0", "sid")):
        ticket = piece(f"dumps/{base}-fields.txt")
        said = f"RT {base}'s answer, which {version} writes alike, under its status line"
        yield Made(f"{version}-ticket.txt", _version(ticket, version), said, like=(ticket,))
        history = piece("dumps/4.4.6-torture-headers.txt")
        yield Made(f"{version}-history-long.txt", _version(history, version), said,
                   encodings=("ascii",), like=(history,))
        lines = piece(_LINES)
        yield Made(f"{version}-search-lines.txt", _version(lines, version), said, like=(lines,))
    lines = piece("farm/4.0.25/search-all-s-as-alice.body")
    yield Made("4.2.1-search-lines.txt", _version(lines, "4.2.1"),
               "the last version that puts no empty lines behind a search", like=(lines,))
    user = piece("dumps/5.0.3-people.txt")
    yield Made("6.0.0-people.txt", _version(user, "6.0.0"), "RT 5.0.3's answers, as 6.0.0's",
               ("several answers",), ("ascii",), like=(user,))


GERMAN = """RT/4.4.6 200 Ok

id: ticket/7
Queue: Störungen
Owner: jürgen
Creator: root
Subject: Drucker im Büro öffnet die Schublade nicht
Status: open
Requestors: müller@example.org
Created: Mi 3. Jän 2024
CF.{Größe}: 42 µm
CF.{Straße}: Mühlstraße 7, Übersee

"""

WINDOWS = """RT/4.4.6 200 Ok

# 1/2 (id/71/total)

id: 71
Ticket: 7
TimeTaken: 0
Type: Comment
Content: Er sagt: \u201eDas kostet 45 \u20ac \u2013 für drei Stück\u201c \u2026
         Die Lieferung kommt später, größere Mengen erst im März.
Creator: jürgen
Created: 2024-01-03 10:00:00
Attachments: 

"""

RUSSIAN = """RT/4.4.6 200 Ok

id: ticket/8
Queue: Поддержка
Subject: Принтер на втором этаже не печатает документы
Status: new
CF.{Описание}: Бумага есть, но после включения он показывает ошибку
    и больше не отвечает на запросы пользователей.

"""

JAPANESE = """RT/4.4.6 200 Ok

id: ticket/9
Queue: サポート
Subject: 二階のプリンターが動きません
Status: new
CF.{説明}: 電源は入っていますが、印刷しようとするとエラーが表示されます。
    よろしくお願いします。

"""


def _one_byte() -> Iterator[Made]:
    german, windows = GERMAN.encode(), WINDOWS.encode()
    yield Made("utf-8-german.txt", german, "a German ticket")
    yield Made("utf-8-history.txt", windows, "an entry with typographic marks")
    yield Made("latin-1-german.txt", GERMAN.encode("latin-1"), "the German ticket in Latin-1",
               encodings=("latin-1",), like=(piece("dumps/made-utf-8-german.txt"),))
    yield Made("windows-1252-history.txt", WINDOWS.encode("cp1252"),
               "the entry in Windows-1252", encodings=("windows-1252",),
               like=(piece("dumps/made-utf-8-history.txt"),))
    night = [piece(f"dumps/{name}") for name in ("sid-fields.txt", "4.4.6-torture-headers.txt")]
    yield Made("mixed-answers.txt", night[0] + GERMAN.encode("latin-1") + night[1]
               + WINDOWS.encode("cp1252") + night[0],
               "answers in UTF-8, Latin-1 and Windows-1252 after each other",
               ("several answers",), ("mixed", "utf-8", "latin-1", "windows-1252"),
               parts=(night[0], night[1], night[0]),
               like=(piece("dumps/made-utf-8-german.txt"), piece("dumps/made-utf-8-history.txt")))
    lines = GERMAN.splitlines(keepends=True)
    yield Made("mixed-lines.txt", b"".join(
        line.encode("latin-1" if number % 2 else "utf-8") for number, line in enumerate(lines)),
        "lines in Latin-1 and in UTF-8 by turns", encodings=("mixed",),
        like=(piece("dumps/made-utf-8-german.txt"),))
    yield Made("koi8-r.txt", RUSSIAN.encode("koi8-r"), "a Russian ticket in KOI8-R",
               encodings=("koi8-r",))
    yield Made("windows-1251.txt", RUSSIAN.encode("cp1251"), "the Russian ticket in Windows-1251",
               encodings=("koi8-r",))
    yield Made("shift-jis.txt", JAPANESE.encode("shift-jis"), "a Japanese ticket in Shift-JIS",
               encodings=("shift-jis",))
    yield Made("utf-8-japanese.txt", JAPANESE.encode(), "the Japanese ticket")


def _others() -> Iterator[Made]:
    fields = piece(_FIELDS)
    text = fields.decode()
    yield Made("bom.txt", b"\xef\xbb\xbf" + fields, "saved by an editor of Windows",
               encodings=("utf-8 with BOM",), parts=(fields,))
    yield Made("bom-each.txt", b"".join(b"\xef\xbb\xbf" + each for each in (fields, fields)),
               "two files with byte order marks copied after each other", ("several answers",),
               ("utf-8 with BOM",), parts=(fields, fields))
    for wrong in ("latin-1", "cp1252"):
        yield Made(f"twice-{wrong}.txt", GERMAN.encode().decode(wrong, "ignore").encode(),
                   f"the German ticket, read as {wrong} and written as UTF-8",
                   encodings=("utf-8 twice",))
    yield Made("twice-in-one-field.txt", GERMAN.replace(
        "Büro öffnet", "Büro öffnet".encode().decode("latin-1")).encode(),
        "the German ticket, its subject encoded twice", encodings=("utf-8 twice", "utf-8"))
    for order in ("le", "be"):
        mark = {"le": b"\xff\xfe", "be": b"\xfe\xff"}[order]
        yield Made(f"utf-16-{order}.txt", mark + text.encode(f"utf-16-{order}"),
                   "saved as Unicode by Windows' Notepad", encodings=("utf-16",), like=(fields,))
    yield Made("utf-16-crlf.txt", text.replace("\n", "\r\n").encode("utf-16"),
               "redirected by PowerShell", ("CRLF",), ("utf-16",), like=(fields,))
    yield Made("utf-16-without-mark.txt", text.encode("utf-16-le"),
               "no byte order mark: nothing tells what it is", encodings=("utf-16",))
    content = bytes(range(256)) * 3
    yield Made("attachment-44-content", b"RT/4.4.6 200 Ok\n\n" + content, "all bytes, as a content",
               encodings=("binary",))
    yield Made("all-bytes.bin", b"RT/4.4.6 200 Ok\n\n" + content,
               "the same, under a name that tells nothing", encodings=("binary",))
    yield Made("no-answer.bin", b"\x7fELF\x02\x01\x01" + content, "a program among the dumps",
               encodings=("binary",))


def _dates() -> Iterator[Made]:
    names = ("iso", "rfc2822", "german", "french", "japanese", "localized", "w3c", "ical")
    dated = tuple(piece(f"dumps/5.0.3-dates-{name}.txt") for name in names)
    yield Made("dates-of-eight.txt", b"".join(dated),
               "one ticket, saved by people of several languages and habits",
               ("several answers",), parts=dated)
