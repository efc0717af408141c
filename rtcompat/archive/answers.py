"""What reading dumps gives: answers as they were saved, and what was odd about them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

from rtcompat.rest1.forms import Form
from rtcompat.rest1.kinds import Kind

__all__ = ["Answer", "Problem"]


@dataclass(frozen=True)
class Problem:
    """Something odd in a dump, which did not stop the reading.

    Attributes:
        file: where, as the path was given; a member of a container behind ``!``:
            ``dumps.tar.gz!2019/ticket_12.txt``.
        line: number of the line in the file, from 1; 0 for the file as a whole.
        what: our sentence.
        raw: the bytes in question, at most 200.
        asked: it comes of what the caller asked for (a query, a zone, a path in which there is
            nothing, tickets of which only parts were saved) and not of one place in the dump.
        cut: the answer may not go on to its end: it stops short, or something else stands there.
        unread: the system does not give this file or folder.
    """

    file: str
    line: int
    what: str
    raw: bytes = b""
    asked: bool = False
    cut: bool = False
    unread: bool = False


@dataclass(frozen=True)
class Answer:
    """One saved answer, or a piece of a long one.

    Attributes:
        kind: what it is, found from its content.
        version: RT's, as the status line says it (``4.4.6+dfsg-1.1``); None without one.
        forms: what it holds, as `rtcompat.rest1.forms.parse` gives it; () for what is no forms
            (lists of ids, tables, contents, refusals in plain words): see ``raw``.
        raw: the bytes as they were found, the status line included.
        file: as in `Problem`.
        line: where it begins, from 1.
        charset: Python's name of the codec by which it was read; "" for raw contents.
        problems: what was odd about it.
        code: RT's own, from the status line; None without one.
        path: the address that was asked, as far as the file's name or the content tells:
            ``ticket/12/history``; "" where nothing does.
        continued: it goes on where the answer before it ended: an answer is cut between forms (a
            raw content anywhere) when it is longer than a megabyte.
        offset: of its first byte in the file (after unpacking).
        in_place: ``raw`` stands like that at ``offset`` of ``file`` on the disk; False inside
            containers, in packed files, on standard input and in chunked or UTF-16 ones.
        status: of HTTP, where its headers were saved too; else None.
        headers: of HTTP, names in lower case.
    """

    kind: Kind
    version: Optional[str]
    forms: Tuple[Form, ...]
    raw: bytes
    file: str
    line: int
    charset: str = "utf-8"
    problems: Tuple[Problem, ...] = ()
    code: Optional[int] = None
    path: str = ""
    continued: bool = False
    offset: int = 0
    in_place: bool = True
    status: Optional[int] = None
    headers: Tuple[Tuple[str, str], ...] = ()
