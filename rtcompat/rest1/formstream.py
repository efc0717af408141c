"""Reading an answer of any size in the memory of one form and some chunks of it.

The bytes are cut where forms end for sure, behind a ``--`` line or before a status line that has
an empty line before it, and each piece is read as `formscan.parse` reads a whole.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.formscan import Scanner, Text
from rtcompat.rest1.formshapes import Shapes
from rtcompat.rest1.formsyntax import SURE, Envelope, Form

__all__ = ["Batch", "Place", "stream"]

_SURE = SURE.encode("ascii")
_BEFORE_HEAD = b"\n\nRT/"
#: No more than what `formsyntax.HEAD` matches.
_HEAD = re.compile(rb"RT/[!-~]+ [0-9]{3} [^\n]*\n")

_SIZE = 1 << 20


class Place(NamedTuple):
    """Where a form begins in the whole answer: number of the line, from 1, and of the byte."""

    line: int
    offset: int


@dataclass(frozen=True)
class Batch:
    """Forms under one status line that were read together.

    Attributes:
        head: the status line; no forms, no body. Its ``tail`` is that of the last batch.
        begins: False where the batch before had the same status line.
        forms: in the order of the answer.
        words: what stands under the status line if these are no forms.
    """

    head: Envelope
    begins: bool
    forms: Tuple[Form, ...]
    words: str
    _content: bytes
    _starts: Dict[int, int]
    _before: Place

    @cached_property
    def places(self) -> Tuple[Place, ...]:
        """Where each form begins; counted when asked for."""
        found, line, at = [], self._before.line + 1, 0
        for number, form in enumerate(self.forms):
            cut = form._cut
            start = self._starts[number] if cut is None else cut[2].place(cut[3])
            while self._content.startswith(b"\n", start):
                start += 1
            line += self._content.count(b"\n", at, start)
            at = start
            found.append(Place(line, self._before.offset + start))
        return tuple(found)


class _Piece(NamedTuple):
    """Bytes up to where forms end, the status line behind them if any, and if that is all."""

    content: bytes
    following: bytes
    last: bool


def _pieces(chunks: Iterable[bytes], size: int) -> Iterator[_Piece]:
    """Cut chunks where forms end; each byte is joined and searched a bounded number of times."""
    held: List[bytes] = []  # holds no place to cut but perhaps in its last bytes
    fresh: List[bytes] = []
    length = 0
    for chunk in chunks:
        fresh.append(chunk)
        length += len(chunk)
        if length < size:
            continue
        # a status line is cut off only when it is whole: what is searched begins a line before
        block = b"".join(fresh)
        seam = block if not held else held.pop() + block
        cut, following = _place(seam)
        if cut:
            yield _Piece(b"".join([*held, seam[:cut]]), following, False)
            held, seam = [], seam[cut:]
        keep = seam.rfind(b"\n", 0, max(len(seam) - len(_SURE), 0)) + 1
        keep = max(keep - len(_SURE), 0)
        if len(seam) - keep > size:  # a line longer than that is no status line
            keep = len(seam) - len(_SURE)
        held += [seam[:keep], seam[keep:]]
        fresh, length = [], 0
    yield _Piece(b"".join(held + fresh), b"", True)


def _place(content: bytes) -> Tuple[int, bytes]:
    """The last place to cut, 0 if there is none, and the status line there."""
    sure = content.rfind(_SURE)
    cut = 0 if sure < 0 else sure + len(_SURE)
    end = len(content)
    while True:
        found = content.rfind(_BEFORE_HEAD, max(cut - 2, 0), end)
        if found < 0:
            return cut, b""
        head = _HEAD.match(content, found + 2)
        if head is not None:
            return found + 2, head.group()
        end = found + 2


def stream(chunks: Iterable[bytes], *, source: Optional[str] = None, search: bool = False,
           declared: Optional[str] = None, problems: Optional[List[FormSyntaxError]] = None,
           size: int = _SIZE) -> Iterator[Batch]:
    """The forms of an HTTP body that comes in chunks, of any size and cut anywhere.

    The same forms as `parse` gives of the whole, in as much memory as a few times ``size`` and
    the longest form. Plain words are given as they come. Bytes that are not UTF-8 are guessed
    for each batch on its own, unless ``declared``. `Field.lineno` counts over the whole.

    Args:
        size: bytes that are read together.
        source, search, declared, problems: as for `parse`.

    Raises:
        FormSyntaxError: as `parse`, when the line is reached.
    """
    shapes = Shapes()
    head: Optional[Envelope] = None
    words, line, offset = False, 0, 0
    for piece in _pieces(chunks, size):
        # what goes on begins with its own status line and a form of nothing, both left out
        again = b"" if head is None else \
            f"RT/{head.version} {head.code} {head.text}\n{SURE[1:]}".encode("utf-8",
                                                                            "surrogateescape")
        if not piece.content and not again:
            return
        text = Text(again + piece.content + piece.following, declared)
        before = Place(line - again.count(b"\n"), offset - len(again))
        line, offset = line + piece.content.count(b"\n"), offset + len(piece.content)
        if words and head is not None:
            said = text.piece(len(again), len(again) + len(piece.content))
            yield Batch(head, False, (), text.mend(said)[0], b"", {}, before)
            continue
        scanner = Scanner(text, source, problems, False, shapes, before.line)
        envelopes = list(scanner.envelopes(search, False))
        words = scanner.words and not piece.last
        if piece.following and not words:
            envelopes.pop()
        starts = iter(scanner.starts)
        for place, envelope in enumerate(envelopes):
            goes_on = bool(again) and place == 0
            begun = next(starts) if envelope.forms else {}
            forms = envelope.forms[1:] if goes_on else envelope.forms
            begun = {number - goes_on: start for number, start in begun.items()}
            open_end = place + 1 == len(envelopes) and not piece.last and not piece.following
            if open_end and not words:
                forms = forms[:-1]
            said = "" if envelope.forms else envelope.body
            if words and place + 1 == len(envelopes):
                said = said[:len(said) - len(piece.following.decode("utf-8", "replace"))]
            bare = replace(envelope, forms=(), body="", raw_body=None)
            head = bare if open_end or words else None
            yield Batch(bare, not goes_on, forms, said, text.content, begun, before)
