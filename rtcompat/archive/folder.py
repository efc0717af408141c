"""The folder of a dump that `save` makes: files put into their places when they are whole, each
told in the manifest.
"""
from __future__ import annotations

import os
import threading
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Callable, Collection, Dict, Iterator, Optional, Set

from rtcompat.archive.draft import Draft, named
from rtcompat.archive.manifest import (MANIFEST, UNFINISHED, Entry, Unsaved, content_of,
                                       entry_line, failure_line, is_ticket, lines_of, settle,
                                       subject_of)
from rtcompat.archive.runs import Run, border, now
from rtcompat.errors import UsageError

__all__ = ["Stopped", "Store"]

#: Digits of a SHA-256 that tell what was looked at.
_LOOKED = 12


class Stopped(Exception):
    """The save has ended by an error or an interrupt; nothing is written for it any more."""


class Store:
    """The folder of a dump. Its methods may be called from several threads.

    Args:
        folder: made if it is not there.
    Raises: UsageError for a path that is no folder, one that holds something else, and one into
        which another save writes.
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
        self._unlock = _locked(self, folder)
        for left in unfinished.iterdir():
            left.unlink()
        _mend(folder / MANIFEST)
        entries, self.problems, self._failures, self._runs = lines_of(folder / MANIFEST)
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
            self.fail(subject_of(entry.file), wrong, entry.ticket)
            return
        with self._lock:
            self._entries[entry.file] = replace(entry, looked=entry.sha256[:_LOOKED])
            self._append(entry_line(self._entries[entry.file]))

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
            self._append(failure_line(what, error, ticket))
            self._without_content(what)

    def _without_content(self, what: str) -> None:
        """A content that is not whole is not left to be read as if it were."""
        file = content_of(what)
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
                self._append(failure_line(what, None))

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
            shown = set(filter(is_ticket, self._entries))
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
            self._write(entry_line(told))  # though stopped by now: the file is in its place
            settle(self._failures, told.file)
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
                draft.write(entry_line(entry))
            for what, one in self._failures.items():
                for ticket in sorted(one.tickets) or (None,):
                    draft.write(failure_line(what, one.error, ticket))
            if last is not None:
                draft.write(border(last))
            draft.close()
            os.replace(draft.path, manifest)
        self._tidy()
        self._unlock()

    def leave(self) -> None:
        """End a save that did not come to its end: what is saved stays, and where there is
        nothing, nothing is left behind that was not there before."""
        self.stop()
        self._tidy()
        self._unlock()
        for one in self._made:
            if not one.is_dir() or any(one.iterdir()):
                break
            one.rmdir()

    def _tidy(self) -> None:
        unfinished = self.folder / UNFINISHED
        if unfinished.is_dir() and not any(unfinished.iterdir()):
            unfinished.rmdir()


def _locked(store: Store, folder: Path) -> Callable[[], object]:
    """Keep other saves out of the folder, as long as the store is there; what lets them in again.
    Where the system knows no such locks (Windows, some network storage) nothing does.

    Raises: UsageError where one is in it.
    """
    try:
        import fcntl
        held = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return lambda: None
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(held)
        raise UsageError(f"another save writes into {folder}", argument="folder",
                         advice="wait until it has ended") from None
    except OSError:
        pass  # a storage that cannot lock
    return weakref.finalize(store, os.close, held)


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
