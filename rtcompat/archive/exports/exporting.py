"""`export`: all that a query finds, written so that the file appears only when it is whole."""
from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Dict, Iterable, Iterator, Mapping, Optional, Tuple, Union

from rtcompat.archive.archive import Archive
from rtcompat.archive.exports import jsonl, parquet, sqlite
from rtcompat.archive.exports.whole import EVERYTHING, Progress, Whole, wholes
from rtcompat.archive.sources import nothing_in
from rtcompat.errors import NotSaved, UsageError
from rtcompat.model import EMPTY, NOT_LOADED, FrozenMap
from rtcompat.tracker import Tracker

__all__ = ["FORMATS", "Counted", "Exported", "export", "export_lines", "format_of", "joined",
           "new_folder"]

#: What only writing meets: no room, above a quota, above the largest size.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

#: The formats, and the ends of names that mean them.
FORMATS: Mapping[str, Tuple[str, ...]] = {
    "jsonl": (".jsonl", ".ndjson"), "sqlite": (".sqlite", ".sqlite3", ".db"),
    "parquet": (".parquet",)}


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        tickets, transactions, attachments: how many.
        lacking: by kind of part (``transactions``, ``links``, ``attachment``, ``ticket`` …) in how
            many tickets, or of how many attachments, it could not be had; the rows tell which and
            why.
        problems: of an archive, where nothing else can be asked for them (`export_by_dask`).
    """

    path: Path
    format: str
    tickets: int = 0
    transactions: int = 0
    attachments: int = 0
    lacking: Mapping[str, int] = EMPTY
    problems: int = 0


def joined(path: Path, format: str, parts: Iterable[Exported], problems: int = 0) -> Exported:
    """What parts of an export come to."""
    each = tuple(parts)
    lacking: Dict[str, int] = {}
    for one in each:
        for name, count in one.lacking.items():
            lacking[name] = lacking.get(name, 0) + count
    return Exported(path, format, sum(one.tickets for one in each),
                    sum(one.transactions for one in each),
                    sum(one.attachments for one in each), FrozenMap(lacking), problems)


def format_of(path: Union[str, Path], format: Optional[str] = None) -> str:
    """The format that is named, or that the path's end means.

    Raises: UsageError.
    """
    if format is not None:
        if format not in FORMATS:
            raise UsageError(f"{format!r} is no format of exports", argument="format",
                             advice="these are: " + ", ".join(FORMATS))
        return format
    end = Path(path).suffix.lower()
    found = next((name for name, ends in FORMATS.items() if end in ends), None)
    if found is None:
        raise UsageError(f"the name {Path(path).name!r} does not tell the format",
                         argument="format", advice="give one of " + ", ".join(FORMATS))
    return found


def export(tracker: Tracker, path: Union[str, Path], format: Optional[str] = None,
           query: str = EVERYTHING, jobs: int = 1, progress: Optional[Progress] = None, *,
           contents: bool = False, replace: bool = False) -> Exported:
    """Write the tickets that a query finds, with histories, attachments and links.

    Args:
        tracker: an archive, a live server: whatever can search and read.
        path: a new file; for Parquet a folder that is not there or is empty.
        format: ``jsonl``, ``sqlite``, ``parquet``; None: as the path's end says.
        query: TicketSQL. As it is by default everything is written: of an archive also the parts
            of tickets of which only a history, attachments or links were saved, with a ticket that
            has its number alone and ``ticket`` in ``lacking``.
        jobs: how many batches of tickets are read at the same time; the output is the same.
        progress: called after each ticket with those done and all there are (None: not known).
        contents: also the attachments' headers and contents.
        replace: a file that is there is replaced, once the new one is whole; a folder never is.
    Returns: what was written. The file has its name only when it is whole.
    Raises: NotSaved where an archive holds no answer of RT at all: nothing is written;
        UsageError, also for a path that is there or in no folder; Unsupported where the format
        needs an extra; OSError: it cannot be written (no room), with the path's name; what the
        tracker raises where nothing can be read. A part of a ticket that is refused is told in
        the output.
    """
    _check(tracker, jobs)
    kind, place = format_of(path, format), Path(path)
    if kind == "parquet":
        parquet.available()
    counted = Counted(wholes(tracker, query, contents=contents, jobs=jobs, progress=progress))
    with _named(place):
        if kind == "parquet":
            with new_folder(place) as folder:
                parquet.write(counted, folder)
        else:
            with _new_file(place, replace) as file:
                if kind == "sqlite":
                    sqlite.write(counted, file)
                else:
                    with file.open("wb") as stream:
                        jsonl.write(counted, stream)
    return counted.told(place, kind)


def export_lines(tracker: Tracker, stream: IO[bytes], query: str = EVERYTHING, jobs: int = 1,
                 progress: Optional[Progress] = None, *, contents: bool = False) -> Exported:
    """Write JSON Lines to a stream (standard output), each as it comes; see `export`.

    Returns: what was written, to ``-``.
    Raises: as `export`.
    """
    _check(tracker, jobs)
    counted = Counted(wholes(tracker, query, contents=contents, jobs=jobs, progress=progress))
    jsonl.write(counted, stream)
    stream.flush()
    return counted.told(Path("-"), "jsonl")


def _check(tracker: Tracker, jobs: int) -> None:
    if jobs < 1:
        raise UsageError("jobs is a number from 1", argument="jobs")
    if isinstance(tracker, Archive) and tracker.empty:
        raise NotSaved(nothing_in(tracker.server().url).what)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What writing raises tells the path: a full disk is met without a name, or with that of
    what is not whole yet."""
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise OSError(error.errno, os.strerror(error.errno), str(path)) from error
    except sqlite3.OperationalError as error:
        number = errno.ENOSPC if "full" in str(error) else errno.EIO
        raise OSError(number, str(error), str(path)) from error


class Counted:
    """Counts what passes."""

    def __init__(self, found: Iterable[Whole]) -> None:
        self._found = found
        self._tickets = self._transactions = self._attachments = 0
        self._lacking: Dict[str, int] = {}

    def __iter__(self) -> Iterator[Whole]:
        for whole in self._found:
            self._tickets += 1
            listed = 0 if whole.attachments is NOT_LOADED else len(whole.attachments)
            if whole.transactions is not NOT_LOADED:
                self._transactions += len(whole.transactions)
                listed += sum(len(one.attachments) for one in whole.transactions
                              if one.attachments is not NOT_LOADED)
            self._attachments += listed
            for part in whole.lacking:
                name = part.rstrip("0123456789 ")
                self._lacking[name] = self._lacking.get(name, 0) + 1
            yield whole

    def told(self, path: Path, format: str) -> Exported:
        return Exported(path, format, self._tickets, self._transactions, self._attachments,
                        FrozenMap(self._lacking))


@contextmanager
def _new_file(path: Path, replace: bool) -> Iterator[Path]:
    """A file beside the path, which gets its name at the end, or is removed.

    Raises: UsageError where something is there already that is not to be replaced.
    """
    _in_a_folder(path)
    if path.is_dir():
        raise UsageError(f"{path} is a folder", argument="path")
    if path.exists() and not (replace and path.is_file()):
        raise UsageError(f"{path} is there already", argument="path",
                         advice="name a new file" + ", or give replace=True" * path.is_file())
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(number)
    file = Path(name)
    try:
        yield file
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())
        _usual_rights(file)
        os.replace(file, path)
    except BaseException:
        file.unlink()
        raise


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder beside the path, which gets its name at the end, or is removed.

    Raises: UsageError where something is there already.
    """
    if path.exists() and not (path.is_dir() and not any(path.iterdir())):
        raise UsageError(f"{path} is there already and is not empty", argument="path",
                         advice="name a new folder")
    _in_a_folder(path)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield folder
        _usual_rights(folder)
        if path.exists():
            path.rmdir()
        os.rename(folder, path)
    except BaseException:
        shutil.rmtree(folder)
        raise


def _in_a_folder(path: Path) -> None:
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", argument="path")


def _usual_rights(path: Path) -> None:
    """A temporary file is its owner's alone; the export has the rights that new files have."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
