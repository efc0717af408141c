"""What stands in a tar or a zip: names and streams, one after the other."""
from __future__ import annotations

import contextlib
import io
import os
import stat
import tarfile
import tempfile
import zipfile
import zlib
from typing import IO, TYPE_CHECKING, Callable, Iterator, List, NamedTuple, Optional, Union

from rtcompat.archive.answers import Problem
from rtcompat.archive.streams import CHUNK, DAMAGE, Reader

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Member", "members"]

#: A zip is listed at its end: one that cannot be sought in is kept so far, and no further.
_LARGEST_ZIP = 1 << 33
_IN_MEMORY = 1 << 23


class Member(NamedTuple):
    """A file in a container: its name, and what reads it until the next is asked for."""

    name: str
    read: Callable[[int], bytes]


def members(file: str, reader: Reader, zipped: bool,
            path: Optional[str] = None) -> Iterator[Union[Member, Problem]]:
    """The files in a container; problems for links, devices and what is damaged.

    Args:
        file: the container's name, for the problems.
        reader: its bytes.
        zipped: it is a zip; a tar otherwise.
        path: where it can be opened, if it is a file on the disk.
    """
    if not zipped:
        yield from _tarred(file, reader)
    elif path is not None:
        yield from _zipped(file, path)
    else:
        yield from _spooled(file, reader)


def _spooled(file: str, reader: Reader) -> Iterator[Union[Member, Problem]]:
    """A zip of a stream: small ones are kept in memory, others in a file without a name."""
    with contextlib.ExitStack() as kept:
        spool: IO[bytes] = io.BytesIO()
        for chunk in iter(lambda: reader.read(CHUNK), b""):
            if spool.tell() <= _IN_MEMORY < spool.tell() + len(chunk):
                small, spool = spool, kept.enter_context(tempfile.TemporaryFile())
                small.seek(0)
                spool.write(small.read())
            spool.write(chunk)
            if spool.tell() > _LARGEST_ZIP:
                yield Problem(file, 0, "a zip of more than 8 GiB in a stream is not read")
                return
        spool.seek(0)
        yield from _zipped(file, spool)


def _tarred(file: str, reader: Reader) -> Iterator[Union[Member, Problem]]:
    seen: List[str] = []

    class Header(tarfile.TarInfo):
        """Notes the headers that tarfile passes over without a word."""

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
            try:
                return super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError as error:
                if buf.count(0) != len(buf):  # zeros are the end
                    seen.append(f"a header is damaged, its member is lost: {error}")
                raise

    try:
        with tarfile.open(fileobj=reader, mode="r|", tarinfo=Header, ignore_zeros=True) as tar:
            while True:
                member = tar.next()
                yield from _told(file, seen)
                if member is None:
                    break
                vars(tar)["members"] = []  # or it remembers them all
                yield from _of_tar(file, tar, member)
    except DAMAGE as error:
        yield Problem(file, 0, f"damaged: {error or type(error).__name__}")


def _told(file: str, seen: List[str]) -> Iterator[Problem]:
    lost = [what for what in seen if what]
    seen.clear()
    if lost:
        yield Problem(file, 0, lost[0])


def _of_tar(file: str, tar: tarfile.TarFile, member: tarfile.TarInfo
            ) -> Iterator[Union[Member, Problem]]:
    inner = f"{file}!{member.name}"
    if member.isdir():
        return
    content = tar.extractfile(member) if member.isreg() else None
    if not isinstance(content, io.BufferedReader):
        yield Problem(inner, 0, "a link or a device, not followed")
        return
    # read1 gives what there is where the tar is cut; read gives nothing of a part
    yield Member(member.name, content.read1)


def _zipped(file: str, where: Union[str, IO[bytes]]) -> Iterator[Union[Member, Problem]]:
    try:
        archive = zipfile.ZipFile(where)
    except DAMAGE as error:
        yield Problem(file, 0, f"damaged: {error}; read from its beginning instead")
        if isinstance(where, str):
            with open(where, "rb") as content:
                yield from _of_broken_zip(file, content)
        else:
            where.seek(0)
            yield from _of_broken_zip(file, where)
        return
    with archive:
        for member in archive.infolist():
            yield from _of_zip(file, archive, member)


def _of_zip(file: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo
            ) -> Iterator[Union[Member, Problem]]:
    inner = f"{file}!{member.filename}"
    mode = member.external_attr >> 16
    if member.is_dir():
        return
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        yield Problem(inner, 0, "a link or a device, not followed")
        return
    try:
        with archive.open(member) as content:
            assert isinstance(content, zipfile.ZipExtFile)
            yield Member(member.filename, content.read1)
    except (RuntimeError, *DAMAGE) as error:
        yield Problem(inner, 0, f"cannot be read: {error}")


_STORED, _DEFLATED, _SIZE_FOLLOWS = 0, 8, 0x08


def _of_broken_zip(file: str, content: IO[bytes]) -> Iterator[Union[Member, Problem]]:
    """The members of a zip whose list is missing, as far as they stand one after the other."""
    while True:
        head = content.read(30)
        if len(head) < 30 or not head.startswith(b"PK\x03\x04"):
            return
        flags, method = int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
        size = int.from_bytes(head[18:22], "little")
        name = content.read(int.from_bytes(head[26:28], "little")).decode("utf-8", "replace")
        content.seek(int.from_bytes(head[28:30], "little"), os.SEEK_CUR)
        if method == _DEFLATED and not flags & 1:
            inflated = _Inflated(content)
            yield Member(name, inflated.read)
            try:
                while inflated.read(CHUNK):
                    pass
            except DAMAGE as error:
                yield Problem(file, 0, f"damaged: {error}; nothing tells where the next member is")
                return
            inflated.skip_descriptor(bool(flags & _SIZE_FOLLOWS))
        elif method == _STORED and not flags & (1 | _SIZE_FOLLOWS):
            start = content.tell()
            yield Member(name, _limited(content, size))
            content.seek(start + size)
        else:
            yield Problem(f"{file}!{name}", 0, "packed in a way that needs the zip's list")
            return


def _limited(content: IO[bytes], size: int) -> Callable[[int], bytes]:
    left = [size]

    def read(most: int) -> bytes:
        taken = content.read(min(most, left[0]))
        left[0] -= len(taken)
        return taken
    return read


class _Inflated:
    """A deflated member that says by itself where it ends."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self._inflate = zlib.decompressobj(-15)
        self._packed = b""

    def read(self, size: int) -> bytes:
        """At most ``size`` bytes; none at the end."""
        while not self._inflate.eof:
            packed = self._packed or self._content.read(1 << 16)
            if not packed:
                return self._inflate.flush()
            taken = self._inflate.decompress(packed, size)
            self._packed = self._inflate.unconsumed_tail
            if taken:
                return taken
        return b""

    def skip_descriptor(self, there: bool) -> None:
        """Go to what follows the member."""
        self._content.seek(-len(self._inflate.unused_data), io.SEEK_CUR)
        if there:
            signed = self._content.read(4) == b"PK\x07\x08"
            self._content.seek(12 if signed else 8, io.SEEK_CUR)
