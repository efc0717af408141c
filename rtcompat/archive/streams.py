"""Streams of bytes of which the beginning can be looked at, and which end where they break."""
from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING, Callable, List

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["CHUNK", "DAMAGE", "Reader", "begins_unpacked", "recoding", "unpacking"]

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


def unpacking(packed: str, reader: Reader) -> Callable[[int], bytes]:
    """What reads the unpacked bytes: as many as come out at a time, so that none are lost.

    Args:
        packed: ``gzip``, ``bz2`` or ``xz``.
        reader: the packed bytes.
    """
    if packed == "gzip":
        return gzip.GzipFile(fileobj=reader, mode="rb").read1
    if packed == "bz2":
        return bz2.BZ2File(reader, "rb").read1
    return lzma.LZMAFile(io.BufferedReader(reader, CHUNK), "rb").read1


def begins_unpacked(packed: str, beginning: bytes) -> bytes:
    """The first bytes that come out of the beginning of a packed file, none if it is none.

    Args:
        packed: as of `unpacking`.
    """
    try:
        if packed == "gzip":
            return zlib.decompressobj(31).decompress(beginning, 64)
        if packed == "bz2":
            return bz2.BZ2Decompressor().decompress(beginning, 64)
        return lzma.LZMADecompressor().decompress(beginning, 64)
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
