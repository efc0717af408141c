"""The bytes of attachments: from saved contents, or from the forms that show them.

RT 4.4.5 and 5.0.2 and later give the bytes themselves; before, final line ends are lost, 3.4 sends
everything as UTF-8, and what a form shows is text or, before `attachment/N` hid it, bytes between
lines. What could not be had exactly is said; what is not there at all is `NotSaved`.
"""
from __future__ import annotations

import hashlib
import re
from typing import Callable, Iterator, List, NamedTuple, Optional, Sequence

from rtcompat.archive.answers import Problem
from rtcompat.archive.histories import Histories
from rtcompat.archive.index import Index
from rtcompat.archive.places import Store
from rtcompat.archive.records import Records
from rtcompat.charset import decode, reencode
from rtcompat.errors import NotSaved
from rtcompat.rest1 import read
from rtcompat.rest1.forms import Form, Version, split_head
from rtcompat.rest1.values import read_headers

__all__ = ["Contents", "differing"]

_PIECE = 1 << 20
#: Heads are some 50 bytes long.
_HEAD = 600
#: RT keeps these as UTF-8 and knows their charset; everything else is kept as it came.
_TEXTUAL = re.compile(r"text/(?:plain|html)\b|message/rfc822\b|text\Z", re.IGNORECASE)
#: RT takes a message in a message apart; only ``/content`` puts it together again.
_MESSAGE = re.compile(r"message/", re.IGNORECASE)
#: What ``attachment/N`` shows in place of what is no text (3.8.2 to 6.0).
_HIDDEN = "Content is not text and will not be displayed!"
_UTF8 = re.compile(r"\s*utf-?8(?:-strict)?\s*\Z", re.IGNORECASE)
#: Up to 3.5 RT sends bytes as the UTF-8 of Latin-1 characters, contents, too.
_BYTES_SINCE = (3, 6)
#: Since then ``Content`` of a form holds bytes as they are, if nothing else there is not ASCII.
_RAW_SINCE = (4, 0)


class _Shown(NamedTuple):
    """What the form of an attachment tells of its content."""

    form: Form
    release: Optional[Version]

    @property
    def content_type(self) -> str:
        return self.form.get("ContentType") or ""

    @property
    def is_text(self) -> bool:
        return _TEXTUAL.match(self.content_type) is not None

    @property
    def charset(self) -> str:
        """The charset in which the text came."""
        return self.header("x-rt-original-encoding") or "utf-8"

    @property
    def length(self) -> Optional[int]:
        """Bytes as RT stored them, where it noted that."""
        text = self.header("content-length").strip()
        return int(text) if re.fullmatch(r"\d{1,15}", text) else None

    def header(self, name: str) -> str:
        for key, value in read_headers(self.form.get("Headers") or ""):
            if key.lower() == name:
                return value
        return ""


class Contents:
    """Reads the bytes of attachments.

    Args:
        say: takes a problem: contents that are not exact.
    """

    def __init__(self, index: Index, records: Records, say: Callable[[Problem], None]) -> None:
        self.index = index
        self._records = records
        self._say = say
        self._store = index.store
        self.histories = Histories(index, records, self.text)

    def pieces(self, attachment: int) -> Iterator[bytes]:
        """The content in pieces of a megabyte at most, where it was saved as it is.

        Raises: NotFound, PermissionDenied as RT said; NotSaved. Before the first piece.
        """
        if attachment in self.index.contents:
            return self._saved(attachment, _counting(self.index, attachment))
        return iter([self._otherwise(attachment)])

    def content(self, attachment: int) -> bytes:
        """The whole content. Raises: as `pieces`."""
        return b"".join(self.pieces(attachment))

    def text(self, attachment: int) -> Optional[str]:
        """The text of an attachment whose content was saved; None where it was not."""
        if attachment not in self.index.contents:
            return None
        shown = self._shown(attachment)
        content = self.content(attachment)
        return decode(content, shown.charset if shown is not None and shown.is_text else None).text

    # -- contents that were saved -------------------------------------------------------------

    def _saved(self, attachment: int, answers: Sequence[int]) -> Iterator[bytes]:
        extent = self._store.extents[answers[0]]
        raw = _raw(self._store, answers)
        if extent.length <= _HEAD and b"".join(_raw(self._store, answers)) == b"":
            return iter([self._nothing(attachment)])
        if extent.version is None:
            return raw  # a file with the bytes alone
        if extent.release is not None and extent.release < _BYTES_SINCE:
            return iter([self._of_3_4(attachment, b"".join(raw))])
        if _exact(extent.release):
            return raw
        return self._ended(attachment, raw)

    def _ended(self, attachment: int, raw: Iterator[bytes]) -> Iterator[bytes]:
        """Contents from before 4.4.5 and 5.0.2: RT took all final line ends away and put three."""
        held = b""
        count, characters = 0, 0
        for piece in raw:
            whole = held + piece
            kept = len(whole.rstrip(b"\n"))
            held = whole[kept:]
            count += kept
            characters += kept - sum(0x80 <= byte < 0xC0 for byte in whole[:kept]) \
                if count <= 1024 else 0
            yield whole[:kept]
        yield b"\n" * self._line_ends(attachment, count, characters)

    def _line_ends(self, attachment: int, count: int, characters: int) -> int:
        """How many line ends a content had at its end."""
        shown = self._shown(attachment)
        text = None if shown is None else shown.form.get("Content")
        if text is not None and not text.startswith(_HIDDEN):
            return len(text) - len(text.rstrip("\n"))
        size = self._size(attachment)
        for told in (count, characters):
            if size is not None and 0 <= size - told <= size and count <= 1024:
                return size - told
        if shown is not None and not shown.is_text and shown.length is not None \
                and shown.length >= count:
            return shown.length - count
        self._inexact(attachment, "how many line ends it has at its end is not known: RT before "
                      "4.4.5 does not keep them")
        return 0

    def _nothing(self, attachment: int) -> bytes:
        """The content that was saved empty: RT sends no 0, and nothing to who may not see it (3.4
        to 6.0)."""
        shown = self._shown(attachment)
        if shown is not None and shown.form.get("Content") == "0" \
                and shown.content_type.lower().startswith("text/"):
            return b"0"
        size = self._listed(attachment)
        if size not in (None, "0b"):
            raise NotSaved(f"attachment/{attachment}/content was saved empty, and RT's list says "
                           f"{size}")
        return b""

    def _listed(self, attachment: int) -> Optional[str]:
        """The size in a list, as it is printed there."""
        ticket = self.index.mentioned.get(attachment)
        for place in self.index.lists.get(ticket or 0, ()):
            for line in read.parts_of(self._store.form(place)):
                if line.id == attachment:
                    return line.size
        return None

    def _size(self, attachment: int) -> Optional[int]:
        """The same, where that is exact."""
        exact = re.match(r"(\d+)b\Z", self._listed(attachment) or "")
        return None if exact is None else int(exact.group(1))

    def _of_3_4(self, attachment: int, raw: bytes) -> bytes:
        """RT 3.4 sends text and bytes alike as the UTF-8 of characters."""
        shown = self._shown(attachment)
        content = b"".join(self._ended(attachment, iter([raw])))
        text = content.decode("utf-8", "surrogateescape")
        if shown is not None and shown.is_text:
            return self._encoded(attachment, text, shown)
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError:
            if shown is None:
                self._inexact(attachment, "RT 3.4 sends it as UTF-8, and in which charset it came "
                              "is not known")
            return content

    # -- contents that were not ---------------------------------------------------------------

    def _otherwise(self, attachment: int) -> bytes:
        """What an empty answer, or the attachment's form, tells of its content."""
        shown = self._shown(attachment)
        if f"attachment/{attachment}/content" in self.index.empty:
            return self._nothing(attachment)
        self._records.refused(f"attachment/{attachment}/content", f"attachment/{attachment}")
        if shown is not None and shown.content_type.lower().startswith("multipart/"):
            return b""
        field = next((one for one in shown.form.fields if one.key.lower() == "content"), None) \
            if shown is not None else None
        if shown is None or field is None or field.value.startswith(_HIDDEN) \
                or not field.value and _MESSAGE.match(shown.content_type):
            raise NotSaved(f"attachment/{attachment}/content was not saved")
        if shown.is_text:
            text = field.value if field.raw is None else \
                field.raw[1].decode("utf-8", "surrogateescape")
            return self._encoded(attachment, text, shown)
        if field.raw is not None:
            return self._checked(attachment, [field.raw[1]], shown)
        return self._checked(attachment, _as_bytes(field.value, shown.release), shown)

    def _encoded(self, attachment: int, text: str, shown: _Shown) -> bytes:
        """Text in the charset in which it came."""
        stored = text.encode("utf-8", "surrogateescape")
        if shown.length is not None and shown.length != len(stored):
            self._inexact(attachment, f"RT noted {shown.length} bytes, and its form shows "
                          f"{len(stored)}")
        if _UTF8.match(shown.charset):
            return stored
        found = reencode(text, shown.charset)
        if found is None:
            self._inexact(attachment, f"it came in the charset {shown.charset!r}, to which its "
                          "text cannot be turned back: given as UTF-8")
            return stored
        return found

    def _checked(self, attachment: int, readings: List[bytes], shown: _Shown) -> bytes:
        """The reading of bytes in a form that has the length RT noted."""
        if shown.length is not None:
            for content in readings:
                if len(content) == shown.length:
                    return content
            self._inexact(attachment, f"RT noted {shown.length} bytes, and its form shows "
                          f"{len(readings[0])}")
        elif len(readings) > 1:
            self._inexact(attachment, "only its form was saved, in which bytes may be changed")
        return readings[0]

    def _shown(self, attachment: int) -> Optional[_Shown]:
        form = self.histories.form(attachment)
        if form is None:
            return None
        return _Shown(form, self._store.extent(self.index.attachments[attachment][-1]).release)

    def _inexact(self, attachment: int, what: str) -> None:
        if attachment in self.index.contents:
            extent = self._store.extents[_counting(self.index, attachment)[0]]
        else:
            extent = self._store.extent(self.index.attachments[attachment][-1])
        self._say(Problem(extent.file, extent.line, f"attachment {attachment}: {what}"))


def _counting(index: Index, attachment: int) -> Sequence[int]:
    """The answers of the copy that counts: the last that begins with RT's status line, as what has
    none may be a proxy's page, or else the last."""
    copies = index.contents[attachment]
    said = [one for one in copies if index.store.extents[one[0]].version is not None]
    return (said or copies)[-1]


def _raw(store: Store, answers: Sequence[int]) -> Iterator[bytes]:
    """The bytes behind the status line."""
    start = 0
    first = store.extents[answers[0]]
    if first.version is not None:
        beginning = store.part(answers[0], 0, min(_HEAD, first.length))
        head = split_head(beginning)
        start = 0 if head is None else len(beginning) - len(head[1])
    for number in answers:
        length = store.extents[number].length
        while start < length:
            piece = store.part(number, start, min(_PIECE, length - start))
            start += len(piece)
            yield piece
        start = 0


def differing(index: Index) -> Iterator[Problem]:
    """A problem for each attachment of which copies with different contents were saved."""
    store = index.store
    for attachment, copies in index.contents.items():
        if len(copies) > 1:
            exact = all(_exact(store.extents[one[0]].release) for one in copies)
            count = len({_digest(_raw(store, one), exact) for one in copies})
            if count > 1:
                extent = store.extents[_counting(index, attachment)[0]]
                yield Problem(extent.file, extent.line, f"attachment {attachment} was saved with "
                              f"{count} different contents: this one counts")


def _digest(content: Iterator[bytes], exact: bool) -> bytes:
    """Of a content; without the line ends at its end, where they are not exact."""
    digest = hashlib.sha256()
    ends = 0
    for piece in content:
        kept = piece if exact else piece.rstrip(b"\n")
        if kept:
            digest.update(b"\n" * ends + kept)
            ends = 0
        ends += len(piece) - len(kept)
    return digest.digest()


def _exact(release: Optional[Version]) -> bool:
    """Whether ``/content`` gives exact bytes: since 4.4.5 and 5.0.2."""
    if release is None:
        return True
    return release >= (4, 4, 5) and not (5, 0) <= release < (5, 0, 2)


def _as_bytes(text: str, release: Optional[Version]) -> List[bytes]:
    """What bytes a form may have shown as this text, the likeliest first."""
    plain = text.encode("utf-8", "surrogateescape")
    if plain.isascii():
        return [plain]
    try:
        mangled = text.encode("latin-1")
    except UnicodeEncodeError:
        return [plain]
    old = release is not None and release < _RAW_SINCE
    return [mangled] if old else [mangled, plain]
