"""An attachment's content out of the JSON of ``GET /attachment/N`` while it arrives.

The answer is one object whose keys come in any order; ``Content`` may be most of it and is never
held whole: its base64 is decoded piece by piece into the file. Text is UTF-8 there and has to go
back to its original charset, which stands in ``Headers``: what comes before that is known is
spooled to the disk.
"""
from __future__ import annotations

import base64
import binascii
import json
import re
import tempfile
from typing import IO, Any, Dict, Mapping, Optional

from rtcompat.errors import ProtocolError
from rtcompat.exchange import FileSink
from rtcompat.rest2.contents import Original, no_content, original_of
from rtcompat.rest2.values import read_text

__all__ = ["ContentSink"]

_STRING_END = re.compile(rb'["\\]')
_STRUCTURE = re.compile(rb'["{}\[\],:]')
#: Everything beside the content is headers and a few words.
_MOST_BESIDE = 4_000_000
_PIECE = 65536


def _parsed(text: bytes) -> Any:
    """A piece of the JSON. Raises: ProtocolError for what is none."""
    try:
        return json.loads(text)
    except ValueError:
        raise ProtocolError("the answer is not an attachment as RT writes it") from None


class ContentSink:
    """Takes the answer's bytes, writes the content's.

    Args:
        target: where the content goes.
        plain: the content is a plain JSON string and not base64 (before 5.0.1).
    """

    def __init__(self, target: FileSink, *, plain: bool = False) -> None:
        self.target = target
        self._plain = plain
        self._begin()

    def _begin(self) -> None:
        """Everything as before the first byte: a read may be sent again."""
        self.beside: Dict[str, Any] = {}
        self._depth = 0
        self._in_string = False
        self._escaped = b""
        self._key: Optional[str] = None
        self._raw = bytearray()
        self._is_content = False
        self._had_content = False
        self._base64 = bytearray()
        self._text = bytearray()
        self._original: Optional[Original] = None
        self._spool: Optional[IO[bytes]] = None

    # -- what the transport calls -------------------------------------------------------------

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        """Take the body of a success in JSON only; others are read into the response."""
        self._begin()
        return status == 200 and headers.get("content-type", "").startswith("application/json")

    def feed(self, chunk: bytes) -> None:
        """Scan some more of the JSON."""
        place = 0
        while place < len(chunk):
            place = self._string(chunk, place) if self._in_string else self._between(chunk, place)
        if len(self._raw) > _MOST_BESIDE:
            raise ProtocolError("the answer is not an attachment as RT writes it")

    def finish(self) -> None:
        """Write what is left and put the file in its place."""
        if self._depth or self._in_string or not self._had_content:
            raise ProtocolError("the answer is not an attachment as RT writes it")
        if self.beside.get("Content", "") is None:
            no_content(read_text(self.beside.get("ContentType")), "save_attachment")
        elif "Content" in self.beside:
            raise ProtocolError("the content of the attachment is not text")
        self._decode(last=True)
        original = self._learn() or Original(None)
        if self._spool is not None:
            self._spool.seek(0)
            for piece in iter(lambda: self._spooled(), b""):
                self.target.write(original.encode(piece))
            self._spool.close()
        self.target.write(original.encode(b"", last=True))
        self.target.finish()

    def abandon(self) -> None:
        """Leave no trace."""
        if self._spool is not None:
            self._spool.close()
        self.target.abandon()

    # -- scanning -----------------------------------------------------------------------------

    def _between(self, chunk: bytes, place: int) -> int:
        """Go on outside of strings up to the next sign that matters."""
        found = _STRUCTURE.search(chunk, place)
        end = found.start() if found else len(chunk)
        self._raw += chunk[place:end]
        if found is None:
            return end
        sign = found.group()
        if sign == b'"':
            self._in_string = True
            self._is_content = self._key == "Content" and self._depth == 1 \
                and not self._raw.strip()
            self._had_content = self._had_content or self._is_content
            if not self._is_content:
                self._raw += sign
        elif sign in (b"{", b"["):
            self._depth += 1
            if self._depth > 1:
                self._raw += sign
        elif sign in (b"}", b"]"):
            if self._depth > 1:
                self._raw += sign
            else:
                self._value()
            self._depth -= 1
        elif self._depth > 1:
            self._raw += sign
        elif sign == b":":
            self._key = str(_parsed(bytes(self._raw)))
            self._raw.clear()
        else:
            self._value()
        return found.end()

    def _value(self) -> None:
        """A value at the top ends: keep it by its key."""
        if self._key is not None and self._raw.strip():
            self.beside[self._key] = _parsed(bytes(self._raw))
            self._had_content = self._had_content or self._key == "Content"
        self._key = None
        self._raw.clear()

    def _string(self, chunk: bytes, place: int) -> int:
        """Go on inside of a string, across the ends of chunks."""
        if self._escaped:
            wanted = 6 if self._escaped[1:2] == b"u" or (
                self._escaped == b"\\" and chunk[place:place + 1] == b"u") else 2
            piece = chunk[place:place + wanted - len(self._escaped)]
            self._escaped += piece
            if len(self._escaped) == wanted:
                self._keep(self._escaped)
                self._escaped = b""
            return place + len(piece)
        found = _STRING_END.search(chunk, place)
        end = found.start() if found else len(chunk)
        self._keep(chunk[place:end])
        if found is None:
            return end
        if found.group() == b"\\":
            self._escaped = b"\\"
        else:
            self._in_string = False
            if not self._is_content:
                self._raw += b'"'
        return found.end()

    def _keep(self, piece: bytes) -> None:
        if not self._is_content:
            self._raw += piece
        elif self._plain:
            self._text += piece
        elif piece.startswith(b"\\"):
            # An escaped line end between lines of base64 says nothing, an escaped slash is one.
            self._base64 += b"".join(_parsed(b'"' + piece + b'"').encode("utf-8").split())
        else:
            self._base64 += piece
        if len(self._base64) > _PIECE:
            self._decode()

    # -- decoding -----------------------------------------------------------------------------

    def _decode(self, last: bool = False) -> None:
        if self._plain:
            if last:
                text = _parsed(b'"' + bytes(self._text) + b'"')
                original = self._learn()
                self._put(text.encode("utf-8") if original is None or original.is_text
                          else text.encode("latin-1"))
            return
        whole = len(self._base64) if last else len(self._base64) // 4 * 4
        try:
            piece = base64.b64decode(bytes(self._base64[:whole]), validate=True)
        except binascii.Error:
            raise ProtocolError("the content of the attachment is not base64") from None
        del self._base64[:whole]
        self._put(piece)

    def _learn(self) -> Optional[Original]:
        """The way back to the original charset, once the keys that tell it have come."""
        if self._original is None and "ContentType" in self.beside and "Headers" in self.beside:
            self._original = original_of(self.beside["ContentType"], self.beside["Headers"])
        return self._original

    def _put(self, piece: bytes) -> None:
        original = self._learn()
        if original is not None and self._spool is None:
            self.target.write(original.encode(piece))
            return
        if self._spool is None:
            self._spool = tempfile.TemporaryFile()
        self._spool.write(piece)

    def _spooled(self) -> bytes:
        assert self._spool is not None
        return self._spool.read(_PIECE)
