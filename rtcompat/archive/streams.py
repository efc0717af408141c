"""Streams of bytes of which the beginning can be looked at, and which end where they break."""
from __future__ import annotations

import bz2
import codecs
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Callable, List, Mapping, Optional, Protocol, Tuple

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["CHUNK", "DAMAGE", "Reader", "Unpacked", "begins_unpacked", "packing",
           "recoding"]

#: Bytes asked for at a time.
CHUNK = 1 << 18

#: What decompressors and containers raise when the bytes are not theirs.
DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, tarfile.TarError, zipfile.BadZipFile,
          NotImplementedError, ValueError)


class Reader(io.RawIOBase):
    """A stream of which the beginning can be looked at, and which ends where it breaks.

    Args:
        read: gives at most so many bytes, none at the end; may give fewer before.
        damage: what broke is appended to it as a sentence.
    """

    def __init__(self, read: Callable[[int], bytes], damage: List[str]) -> None:
        super().__init__()
        self._read = read
        self._ahead = b""
        self._ended = False
        self.damage = damage

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes, or fewer if there are no more, without taking them."""
        while len(self._ahead) < size:
            more = self._more(size - len(self._ahead))
            if not more:
                break
            self._ahead += more
        return self._ahead[:size]

    def read(self, size: int = CHUNK) -> bytes:
        """The next bytes, at most ``size``, none at the end."""
        if size < 0:
            return self.readall()
        if self._ahead:
            taken, self._ahead = self._ahead[:size], self._ahead[size:]
            return taken
        return self._more(size)

    def put_back(self, content: bytes) -> None:
        """Give bytes again that were read too far."""
        self._ahead = content + self._ahead

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """As of `io.RawIOBase`."""
        view = memoryview(buffer)
        taken = self.read(len(view))
        view[:len(taken)] = taken
        return len(taken)

    def _more(self, size: int) -> bytes:
        if self._ended:
            return b""
        try:
            more = self._read(size)
        except DAMAGE as error:
            self.damage.append(f"damaged: {error or type(error).__name__}")
            more = b""
        self._ended = not more
        return more


class _Decompressor(Protocol):
    """One packed stream, as `bz2.BZ2Decompressor` takes it."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gunzip:
    """A `_Decompressor` of gzip, which gives what stands before an error, and then raises it."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)
        self._error: Optional[zlib.error] = None
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not (self._inner.unconsumed_tail or self._full or self._error)

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._error is not None:
            raise self._error
        given = self._inner.unconsumed_tail + data
        before = self._inner.copy()
        try:
            made = self._inner.decompress(given, max(max_length, 0))
        except zlib.error as error:
            self._error = error
            return _sound(before, given)
        self._full = len(made) == max_length
        return made


def _sound(inner: "zlib._Decompress", given: bytes) -> bytes:
    """What comes out before an error."""
    made = bytearray()
    try:
        for place in range(len(given)):
            made += inner.decompress(given[place:place + 1])
    except zlib.error:
        pass
    return bytes(made)


#: How packed streams begin, and what unpacks one.
_PACKED: Mapping[str, Tuple[bytes, Callable[[], _Decompressor]]] = {
    "gzip": (b"\x1f\x8b", _Gunzip), "bz2": (b"BZh", bz2.BZ2Decompressor),
    "xz": (b"\xfd7zXZ\x00", lzma.LZMADecompressor)}
#: Packed bytes taken at a time: of what an error is in, no more is lost.
_PIECE = 1 << 13


def packing(beginning: bytes) -> Optional[str]:
    """How a stream is packed that begins so: ``gzip``, ``bz2``, ``xz``; None for one that is not.
    """
    return next((name for name, (magic, _) in _PACKED.items() if beginning.startswith(magic)),
                None)


class Unpacked:
    """The bytes of packed streams, one directly behind the other or with NULs between, as those of
    one: so do the programs that pack them.

    Args:
        packed: as of `packing`.
        reader: the packed bytes; once `ended`, it stands before what is none of them.
    """

    def __init__(self, packed: str, reader: Reader) -> None:
        self._packed = packed
        self._reader = reader
        self._stream: Optional[_Decompressor] = _PACKED[packed][1]()

    @property
    def ended(self) -> bool:
        """Whether all was read, and nothing was damaged."""
        return self._stream is None

    def read(self, size: int) -> bytes:
        """As many bytes as come out at a time, so that none are lost; none at the end."""
        while self._stream is not None:
            piece = self._reader.read(_PIECE) if self._stream.needs_input else b""
            if self._stream.needs_input and not piece:
                raise EOFError("Compressed file ended before the end-of-stream marker was reached")
            made = self._stream.decompress(piece, size)
            if self._stream.eof:
                self._reader.put_back(self._stream.unused_data)
                self._stream = self._next()
            if made:
                return made
        return b""

    def _next(self) -> Optional[_Decompressor]:
        for piece in iter(lambda: self._reader.read(_PIECE), b""):
            if piece.strip(b"\0"):
                self._reader.put_back(piece.lstrip(b"\0"))
                break
        magic, made = _PACKED[self._packed]
        return made() if self._reader.peek(len(magic)) == magic else None


def begins_unpacked(packed: str, beginning: bytes) -> bytes:
    """The first bytes that come out of the beginning of a packed file, none if it is none.

    Args:
        packed: as of `packing`.
    """
    try:
        return _PACKED[packed][1]().decompress(beginning, 64)
    except DAMAGE:
        return b""


def recoding(read: Callable[[int], bytes], charset: str) -> Callable[[int], bytes]:
    """What reads the text of another charset as UTF-8, without its byte order mark."""
    decoder = codecs.getincrementaldecoder(charset)("replace")

    def more(size: int) -> bytes:
        while True:
            content = read(size)
            text = decoder.decode(content, not content)
            if text or not content:
                break
        return text.replace("\ufeff", "").encode("utf-8", "replace") or (
            more(size) if content else b"")
    return more
