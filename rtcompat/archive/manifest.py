"""A saved dump on disk: its files, each put in its place when whole, and ``MANIFEST.jsonl``.

A file is written under another name, put in its place, and then told in the manifest by one line.
So whatever breaks off, a line speaks of a whole file; a file without a line is fetched anew. Of
several lines for one file the last counts.

Lines of another kind tell what could not be saved: ``{"failed": "attachment/7", "error": …, "time":
…, "ticket": 12}``, the ticket where it was met while that was saved. They count until the same is
saved, or a later line has null for the error: of a queue only the latter, as tickets that were
written without it hang on it. Of an attachment there is no content as long as it failed.

And a save tells when it begins, ``{"begun": "id > 0", "found": 330, "here": 2, "time": …}``, as
soon as it knows what the query finds (null where that is in doubt), and when it has come to its
end: ``{"ended": "id > 0", …}``. A manifest of an older version has neither.
"""
from __future__ import annotations

import json
import os
import re
import threading
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import (Any, Collection, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Set,
                    Tuple)

from rtcompat.archive.answers import Problem
from rtcompat.archive.draft import Draft, named
from rtcompat.archive.runs import Run, Runs, border, broken_off, now, run_of
from rtcompat.errors import UsageError

__all__ = ["MANIFEST", "UNFINISHED", "Entry", "Manifest", "Origin", "Stopped", "Store",
           "Unsaved", "read_manifest"]

MANIFEST = "MANIFEST.jsonl"
#: The folder of what is being written; what a broken save left there is removed by the next one.
UNFINISHED = ".unfinished"
#: Digits of a SHA-256 that tell what was looked at.
_LOOKED = 12
_TICKET = re.compile(r"ticket/\d+/show")


@dataclass(frozen=True)
class Origin:
    """Where answers come from.

    Attributes:
        protocol: ``rest1``: the bytes as they came; ``rest2``: written from records.
        server: the site's base address. version: RT's. user: login of who asked.
        timezone: IANA name of the zone of a ticket's dates (``UTC`` for what was composed); None
            where it could not be found out.
        timezone_exact: False where other zones fit what was seen, too.
    """

    protocol: str
    server: str
    version: str
    user: Optional[str]
    timezone: Optional[str]
    timezone_exact: bool


@dataclass(frozen=True)
class Entry:
    """One line of the manifest.

    Attributes:
        file: below the folder, with slashes.
        request: what was asked, or would have been over REST 1.0: ``GET
            REST/1.0/attachment/7/content``; fields that were posted behind a question mark.
        address: the answer's own, below REST/1.0: ``attachment/7/content``.
        sha256: of the file, in hexadecimal. size: bytes.
        status: of HTTP.
        time: when it was asked, by the server's clock where it tells it, ISO 8601 in UTC.
        composed: written from records of REST2, rather than RT's own bytes.
        server, version, user, timezone, timezone_exact: see `Origin`.
        ticket: the number that was asked for, of what belongs to a ticket.
        last_updated: of a ticket, as the answer says it.
        looked: how the SHA-256 begins of what was looked at and found whole; another one, and the
            empty text of older dumps: it was not yet.
    """

    file: str
    request: str
    address: str
    sha256: str
    size: int
    status: int
    time: str
    composed: bool
    server: str
    version: str
    user: Optional[str] = None
    timezone: Optional[str] = None
    timezone_exact: bool = True
    ticket: Optional[int] = None
    last_updated: Optional[str] = None
    looked: str = ""


_NAMES = frozenset(each.name for each in fields(Entry))
_NEEDED = frozenset(("file", "request", "address", "sha256", "size", "status", "time",
                     "composed", "server", "version"))


def _entry(line: bytes) -> Optional[Entry]:
    try:
        raw: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(raw, dict) or not _NEEDED <= raw.keys():
        return None
    if not all(isinstance(raw[name], str) for name in ("file", "sha256", "address", "time")) \
            or not isinstance(raw["size"], int):
        return None
    return Entry(**{name: value for name, value in raw.items() if name in _NAMES})


class Unsaved(NamedTuple):
    """What could not be saved.

    Attributes:
        error: why. line: of the manifest; 0 for what was found now.
        tickets: those that were being saved, where that is told.
    """

    error: str
    line: int
    tickets: FrozenSet[int] = frozenset()


def _failed(line: bytes) -> Optional[Tuple[str, Optional[str], FrozenSet[int]]]:
    """What a line says could not be saved, why, and its ticket; without a reason it is had by
    now."""
    try:
        raw: Any = json.loads(line)
    except ValueError:
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("failed"), str):
        return None
    error, ticket = raw.get("error"), raw.get("ticket")
    return (raw["failed"], error if error is None else str(error),
            frozenset([ticket] if isinstance(ticket, int) else []))


class Manifest(NamedTuple):
    """What a manifest tells.

    Attributes:
        entries: by file, in the order of their last lines.
        problems: what is no line of a manifest.
        failures: by what could not be saved (``attachment/7``), that it was not, and why; by
            ``query …`` that the save of that did not come to its end.
    """

    entries: Dict[str, Entry]
    problems: Tuple[Problem, ...]
    failures: Dict[str, Problem]


def read_manifest(folder: Path) -> Manifest:
    """What the manifest in a folder tells; nothing where there is none.

    A last line that was cut off by a break is none, and no problem: its file is fetched anew.
    """
    entries, problems, failures, runs = _read(folder / MANIFEST)
    place = str(folder / MANIFEST)
    told = {what: Problem(place, one.line, _unsaved(what, one.error))
            for what, one in failures.items()}
    told.update((f"query {run.query}", Problem(place, run.line, broken_off(run)))
                for run in runs.broken_off())
    return Manifest(entries, problems, told)


def _read(path: Path) -> Tuple[Dict[str, Entry], Tuple[Problem, ...], Dict[str, Unsaved], Runs]:
    found: Dict[str, Entry] = {}
    failures: Dict[str, Unsaved] = {}
    problems: List[Problem] = []
    runs = Runs()
    if not path.is_file():
        return found, (), failures, runs
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            entry, failed = _entry(line), _failed(line)
            if entry is not None:
                known = found.get(entry.file)
                if known is None and _TICKET.fullmatch(entry.file):
                    runs.saved()
                if known is None or replace(known, looked=entry.looked) != entry:
                    found.pop(entry.file, None)  # one that was only looked at keeps its place
                    _settle(failures, entry.file)
                found[entry.file] = entry
            elif failed is not None:
                what, error, tickets = failed
                before = failures.pop(what, None)
                if error is not None:
                    failures[what] = Unsaved(error, number, tickets.union(
                        before.tickets if before else ()))
                    found.pop(_content(what), None)
            elif line.endswith(b"\n"):
                edge = run_of(line, number)
                if edge is not None:
                    runs.add(edge)
                else:
                    problems.append(Problem(str(path), number, "no line of a manifest",
                                            line[:200]))
    return found, tuple(problems), failures, runs


def _settle(failures: Dict[str, Unsaved], file: str) -> None:
    """A file is there: what it holds failed no more."""
    what = _subject(file)
    if not what.startswith("queue/"):
        failures.pop(what, None)


def _subject(file: str) -> str:
    """What a file holds, as failures call it: ``attachment/7`` of ``attachment/7/content``."""
    return file if file.startswith(("show/", "search/")) else file.rpartition("/")[0]


def _content(what: str) -> str:
    """The content of an attachment that failed; no file's name for all else."""
    return f"{what}/content" if what.startswith("attachment/") else ""


def _unsaved(what: str, error: str) -> str:
    return f"{what} could not be saved: {error}"


class Stopped(Exception):
    """The save has ended by an error or an interrupt; nothing is written for it any more."""


class Store:
    """The folder of a dump. Its methods may be called from several threads.

    Args:
        folder: made if it is not there.
    Raises: UsageError for a path that is no folder, or one that holds something else.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is no folder", argument="folder")
        if folder.exists() and any(folder.iterdir()) and not any(
                (folder / one).exists() for one in (MANIFEST, UNFINISHED)):
            raise UsageError(f"{folder} is not empty and holds no dump of ours (no {MANIFEST})",
                             argument="folder", advice="save into a new folder")
        self.folder = folder
        self.written = 0
        self.bytes = 0
        self._lock = threading.Lock()
        self._drafts = 0
        self._stopped = False
        unfinished = folder / UNFINISHED
        self._made = [one for one in (folder, *folder.parents) if not one.exists()]
        unfinished.mkdir(parents=True, exist_ok=True)
        for left in unfinished.iterdir():
            left.unlink()
        _mend(folder / MANIFEST)
        entries, self.problems, self._failures, self._runs = _read(folder / MANIFEST)
        self._doubted: Set[str] = set()
        self._lines = _count(folder / MANIFEST)
        self._entries = {name: entry for name, entry in entries.items()
                         if (folder / name).is_file()
                         and (folder / name).stat().st_size == entry.size}
        for what in self._failures:
            self._without_content(what)

    def get(self, file: str) -> Optional[Entry]:
        """The entry of a file that is there, and not in doubt; None for another."""
        with self._lock:
            return None if file in self._doubted else self._entries.get(file)

    def entries(self) -> Iterator[Entry]:
        """All of them that are not in doubt, by the order of their last lines."""
        with self._lock:
            known = [one for name, one in self._entries.items() if name not in self._doubted]
        return iter(known)

    def looked_at(self, entry: Entry, wrong: Optional[str]) -> None:
        """Tell of a file that is there whether it is whole; one that is not, counts as not there
        until it is saved again.

        Args:
            wrong: why it is not; None where it is.
        """
        if wrong is not None:
            with self._lock:
                self._doubted.add(entry.file)
            self.fail(_subject(entry.file), wrong, entry.ticket)
            return
        with self._lock:
            self._entries[entry.file] = replace(entry, looked=entry.sha256[:_LOOKED])
            self._append(_line(self._entries[entry.file]))

    @property
    def failing(self) -> Dict[str, Unsaved]:
        """What could not be saved and is not yet, by what."""
        with self._lock:
            return dict(self._failures)

    def fail(self, what: str, error: str, ticket: Optional[int] = None) -> None:
        """Tell in the manifest what could not be saved, why, and with which ticket it was met."""
        with self._lock:
            known = self._failures.get(what)
            tickets = frozenset(() if ticket is None else (ticket,))
            self._failures[what] = Unsaved(error, 0, tickets.union(known.tickets if known else ()))
            self._append(_failure(what, error, ticket))
            self._without_content(what)

    def _without_content(self, what: str) -> None:
        """A content that is not whole is not left to be read as if it were."""
        file = _content(what)
        if file:
            self._entries.pop(file, None)
            (self.folder / file).unlink(missing_ok=True)

    def concern(self, what: str, ticket: int) -> None:
        """Tell that a ticket was written without what failed; nothing where that did not."""
        with self._lock:
            known = self._failures.get(what)
        if known is not None and ticket not in known.tickets:
            self.fail(what, known.error, ticket)

    def had(self, what: str) -> None:
        """Take back what `fail` told, if it did."""
        with self._lock:
            if self._failures.pop(what, None) is not None:
                self._append(_failure(what, None))

    def go_on(self) -> None:
        """Raises: Stopped, if the save has ended."""
        if self._stopped:
            raise Stopped("the save has ended")

    def stop(self) -> None:
        """Let threads that still run for a save that has ended write nothing any more."""
        self._stopped = True

    def begin(self, query: str, numbers: Optional[Collection[int]]) -> None:
        """Tell in the manifest that a save begins.

        Args:
            numbers: of the tickets that the query finds; None where that is in doubt.
        """
        with self._lock:
            shown = set(filter(_TICKET.fullmatch, self._entries))
            here = len(shown if numbers is None else shown.intersection(
                f"ticket/{one}/show" for one in numbers))
            run = Run(query, None if numbers is None else len(numbers), here, now())
            self._append(border(run))
            self._runs.add(run)

    def end(self) -> None:
        """Tell in the manifest that the save that was begun has come to its end."""
        with self._lock:
            if self._runs.last is not None:
                run = self._runs.last._replace(ended=True, time=now())
                self._append(border(run))
                self._runs.add(run)

    def _append(self, line: bytes) -> None:
        self.go_on()
        self._write(line)

    def _write(self, line: bytes) -> None:
        manifest = self.folder / MANIFEST
        with named(manifest), open(manifest, "ab") as file:
            file.write(line)
        self._lines += 1

    def draft(self) -> Draft:
        """A new file, in no place yet."""
        self.go_on()
        with self._lock:
            self._drafts += 1
            number = self._drafts
        return Draft(self.folder / UNFINISHED / f"{os.getpid()}-{number}.part", self.go_on)

    def put(self, content: bytes, entry: Entry, *, looked: bool = False) -> Entry:
        """Write a whole answer; see `keep`."""
        draft = self.draft()
        draft.write(content)
        return self.keep(draft, entry, looked=looked)

    def keep(self, draft: Draft, entry: Entry, *, looked: bool = False) -> Entry:
        """Put a draft in its place and tell it in the manifest; one that is there is replaced.

        Args:
            entry: its sha256 and size are the draft's.
            looked: it was looked at, and is whole: the next save need not.
        """
        draft.close()
        told = replace(entry, sha256=draft.sha256, size=draft.size,
                       looked=draft.sha256[:_LOOKED] if looked else entry.looked)
        place = self.folder / entry.file
        with self._lock:
            if self._stopped:
                draft.drop()
            self.go_on()
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(draft.path, place)
            self._write(_line(told))  # though stopped by now: the file is in its place
            _settle(self._failures, told.file)
            self._doubted.discard(told.file)
            self._entries.pop(told.file, None)
            self._entries[told.file] = told
            self.written += 1
            self.bytes += told.size
        return told

    def close(self) -> None:
        """Leave nothing behind but the dump, and of it each line once, if most are out of date."""
        manifest = self.folder / MANIFEST
        failed = sum(max(1, len(one.tickets)) for one in self._failures.values())
        last = self._runs.last
        if self._lines > 2 * (len(self._entries) + failed + 1) and not self.problems \
                and not self._runs.broken_off():
            draft = self.draft()
            for entry in self._entries.values():
                draft.write(_line(entry))
            for what, one in self._failures.items():
                for ticket in sorted(one.tickets) or (None,):
                    draft.write(_failure(what, one.error, ticket))
            if last is not None:
                draft.write(border(last))
            draft.close()
            os.replace(draft.path, manifest)
        self._tidy()

    def leave(self) -> None:
        """End a save that did not come to its end: what is saved stays, and where there is
        nothing, nothing is left behind that was not there before."""
        self.stop()
        self._tidy()
        for one in self._made:
            if not one.is_dir() or any(one.iterdir()):
                break
            one.rmdir()

    def _tidy(self) -> None:
        unfinished = self.folder / UNFINISHED
        if unfinished.is_dir() and not any(unfinished.iterdir()):
            unfinished.rmdir()


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry), sort_keys=True).encode("ascii") + b"\n"


def _failure(what: str, error: Optional[str], ticket: Optional[int] = None) -> bytes:
    told: Dict[str, object] = {"failed": what, "error": error, "time": now()}
    if ticket is not None:
        told["ticket"] = ticket
    return json.dumps(told).encode("ascii") + b"\n"


def _count(path: Path) -> int:
    if not path.is_file():
        return 0
    with open(path, "rb") as file:
        return sum(1 for _ in file)


def _mend(path: Path) -> None:
    """Cut off the line that a break left without its end."""
    if not path.is_file():
        return
    with open(path, "r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            begin = max(0, end - 4096)
            file.seek(begin)
            found = file.read(end - begin).rfind(b"\n")
            if found >= 0:
                file.truncate(begin + found + 1)
                return
            end = begin
        file.truncate(0)
