"""Paths, folders, standard input and containers as named streams of bytes.

What a file is, its first bytes say and not its name. Containers are passed through and never
unpacked onto the disk: a name inside one is a text for people, and what a member holds is read
piece by piece, however much it becomes.
"""
from __future__ import annotations

import io
import os
import stat
import sys
from typing import BinaryIO, Callable, Iterable, Iterator, List, NamedTuple, Optional, Union

from rtcompat.archive.answers import Problem
from rtcompat.archive.containers import members
from rtcompat.archive.manifest import MANIFEST
from rtcompat.archive.naming import address_of, names_content, without_password
from rtcompat.archive.streams import (CHUNK, Reader, Unpacked, begins_unpacked, packing,
                                      recoding)
from rtcompat.errors import UsageError

__all__ = ["Found", "PathOrFile", "Source", "checked_path", "name_of", "nothing_in",
           "sources", "unread", "unreadable"]

#: A file's path, or a file opened in binary mode.
PathOrFile = Union[str, "os.PathLike[str]", BinaryIO, io.IOBase]

#: Containers in containers that are followed.
_DEEPEST = 8


class Source(NamedTuple):
    """A file or a member of a container.

    Attributes:
        file: its name as in `Problem.file`.
        read: gives at most so many bytes (recoded ones may be more), none at the end; may give
            fewer before.
        in_place: the bytes stand like that in the file of that name.
        damage: filled while reading, where a container around it breaks.
    """

    file: str
    read: Callable[[int], bytes]
    in_place: bool
    damage: List[str]


#: What a walk meets.
Found = Union[Source, Problem]


def sources(paths: Iterable[PathOrFile]) -> Iterator[Found]:
    """Every file below the paths, and the members of containers, in sorted order.

    Args:
        paths: files, folders, ``-`` for standard input, files opened in binary mode.

    Yields:
        A `Source` to be read before the next is asked for, or a `Problem` for what is no file.

    Raises:
        UsageError: a path that does not exist.
    """
    for path in paths:
        if isinstance(path, (str, os.PathLike)):
            name = os.fspath(path)
            if name == "-":
                yield from entered("-", sys.stdin.buffer.read, False)
            elif not os.path.lexists(name):
                raise UsageError(f"there is no {name}", argument="paths")
            else:
                yield from _walked(name, given=True)
        else:
            yield from entered(name_of(path), path.read, False)


def name_of(path: PathOrFile) -> str:
    """What a path, or a file that was opened, is called in problems."""
    if isinstance(path, (str, os.PathLike)):
        return os.fspath(path)
    named = getattr(path, "name", None)
    return named if isinstance(named, str) else "<file>"


def nothing_in(names: str) -> Problem:
    """That a path, or several, held no answer."""
    return Problem("", 0, f"no answer of RT in {without_password(names)}", asked=True)


def unreadable(name: str, error: OSError) -> Problem:
    """That a file or folder cannot be read."""
    return Problem(name, 0, f"cannot be read: {error.strerror or error}", unread=True)


def unread(problem: Problem, paths: Iterable[PathOrFile]) -> bool:
    """Whether it says that one of these paths itself, not a file below it, cannot be read."""
    return problem.unread and problem.file in map(name_of, paths)


def checked_path(path: object) -> None:
    """Raises: UsageError for what is neither a path nor a file that can be read."""
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    if not isinstance(path, str) and not hasattr(path, "read"):
        raise UsageError(
            f"a path is a text, a Path or a file opened in binary mode, not {path!r:.60}",
            argument="paths")


def _walked(name: str, given: bool = False) -> Iterator[Found]:
    try:
        mode = os.stat(name).st_mode
        if stat.S_ISDIR(mode):
            if not given and os.path.islink(name):
                yield Problem(name, 0, "a link to a folder is not followed")
                return
            for inner in sorted(os.listdir(name)):
                if inner != MANIFEST:
                    yield from _walked(os.path.join(name, inner))
        elif stat.S_ISREG(mode) or given:
            yield from _file(name)
        else:
            yield Problem(name, 0, "neither a file nor a folder")
    except OSError as error:
        yield unreadable(name, error)


def _file(name: str) -> Iterator[Found]:
    with open(name, "rb", buffering=0) as file:
        told = os.fstat(file.fileno())
        if not stat.S_ISREG(told.st_mode):  # a pipe or a device: passes by once
            yield from entered(name, file.read, False)
        elif told.st_size < CHUNK:  # the ordinary case: one answer a file
            content = file.readall()
            yield from entered(name, _of_bytes(content), True, content[:512], name)
        else:
            yield from entered(name, file.read, True, None, name)


def _of_bytes(content: bytes) -> Callable[[int], bytes]:
    """What reads a small file that was read whole."""
    rest = [content]

    def read(size: int) -> bytes:
        if len(rest[0]) <= size:
            taken, rest[0] = rest[0], b""
        else:
            taken, rest[0] = rest[0][:size], rest[0][size:]
        return taken
    return read


_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ZIPPED = (b"PK\x03\x04", b"PK\x05\x06")


def entered(file: str, read: Callable[[int], bytes], in_place: bool,
            beginning: Optional[bytes] = None, path: Optional[str] = None,
            depth: int = 0) -> Iterator[Found]:
    """A stream as it is, or what it holds if it is a container or packed.

    Args:
        file, read, in_place: as of `Source`.
        beginning: its first 512 bytes, where they are known.
        path: of the file on the disk that it is, for containers that have to be sought in.
        depth: containers around it.
    """
    damage: List[str] = []
    if beginning is None:
        reader = Reader(read, damage)
        read, beginning = reader.read, reader.peek(512)
    packed = packing(beginning)
    if names_content(address_of(file)) and not beginning.startswith((b"RT/", b"HTTP/")):
        reader = Reader(read, damage)
        read = reader.read
        if not _is_answer(reader, packed):
            yield Source(file, read, in_place, damage)
            return
    if packed is None and not _is_container(beginning):
        recoded = next((name for magic, name in _UTF16 if beginning.startswith(magic)), None)
        if recoded is None:
            yield Source(file, read, in_place, damage)
        else:
            yield Source(file, recoding(read, recoded), False, damage)
            yield Problem(file, 0, f"is {recoded.upper()}, read as such", beginning[:2])
    elif depth >= _DEEPEST:
        yield Problem(file, 0, f"more than {_DEEPEST} containers in each other")
    elif packed is not None:
        yield from _unpacked(file, packed, Reader(read, damage), depth)
    else:
        for member in members(file, Reader(read, damage), beginning.startswith(_ZIPPED), path):
            if isinstance(member, Problem):
                yield member
            elif os.path.basename(member.name) != MANIFEST:
                yield from entered(f"{file}!{member.name}", member.read, False, None, None,
                                   depth + 1)
        yield from (Problem(file, 0, what) for what in damage)


def _unpacked(file: str, packed: Optional[str], reader: Reader, depth: int) -> Iterator[Found]:
    """What is packed, and what stands behind it: what is not packed, too."""
    while packed is not None:
        unpacked = Unpacked(packed, reader)
        yield from entered(file, Reader(unpacked.read, reader.damage).read, False, None, None,
                           depth + 1)
        packed = None
        behind = reader.peek(512) if unpacked.ended else b""
        if behind:
            yield Problem(file, 0, "other bytes stand behind what is packed", behind[:200])
            reader.read(len(behind) - len(behind.lstrip()))
            packed = packing(reader.peek(512))
    if behind.strip() and not names_content(address_of(file)):
        yield from entered(file, reader.read, False, None, None, depth + 1)
    yield from (Problem(file, 0, what) for what in reader.damage)


#: Bytes of a packed file of which the beginning is unpacked on trial: bzip2 gives none before a
#: block of 900,000 is whole.
_TRIED = {"gzip": 1 << 12, "bz2": 1 << 20, "xz": 1 << 16}


def _is_answer(reader: Reader, packed: Optional[str]) -> bool:
    """Whether a file that is named as a content was packed or recoded behind RT's status line or
    HTTP's headers: else its bytes are the content."""
    if packed is None:
        beginning = reader.peek(64)
        recoded = next((name for magic, name in _UTF16 if beginning.startswith(magic)), "latin-1")
        text = beginning.decode(recoded, "replace").lstrip("\ufeff")
        return recoded != "latin-1" and text.startswith(("RT/", "HTTP/"))
    return begins_unpacked(packed, reader.peek(_TRIED[packed])).startswith((b"RT/", b"HTTP/"))


def _is_container(beginning: bytes) -> bool:
    if beginning.startswith(_ZIPPED):
        return True
    # a tar begins with a name, and says of its header what the bytes of it add up to
    if len(beginning) < 512 or not beginning[0]:
        return False
    summed = sum(beginning[:148]) + 256 + sum(beginning[156:512])
    try:
        return int(beginning[148:156].strip(b" \0") or b"0", 8) == summed
    except ValueError:
        return False
