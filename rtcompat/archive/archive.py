"""`open`: saved answers of REST 1.0 as a `Tracker`, read-only."""
from __future__ import annotations

import inspect
import os
import threading
from pathlib import Path
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Set, Tuple

from rtcompat.archive.answered import Answered
from rtcompat.archive.answers import Problem
from rtcompat.archive.clock import Clocks
from rtcompat.archive.contents import differing
from rtcompat.archive.index import Index
from rtcompat.archive.manifest import MANIFEST, read_manifest
from rtcompat.archive.naming import without_password
from rtcompat.archive.places import Store
from rtcompat.archive.reading import read
from rtcompat.archive.records import Records
from rtcompat.archive.sources import PathOrFile, checked_path, name_of, nothing_in, unreadable
from rtcompat.errors import FormSyntaxError, Unsupported, UsageError
from rtcompat.model import Page, ServerInfo
from rtcompat.rest1.zones import named
from rtcompat.tracker import COMPOSED, OPERATIONS, Listing, Tracker

__all__ = ["Archive", "open"]

_READ_ONLY = "an archive is read-only"
_UNTOLD = "an archive holds answers of REST 1.0, which does not tell it"
_WRITING = ("create_", "edit_", "delete_", "merge_", "take_", "untake_", "steal_", "reply",
            "comment", "add_", "remove_", "join_", "leave_", "disable_")
#: Arguments that nothing in an archive can answer.
_ARGUMENTS: Mapping[str, str] = {
    "get_history(custom_fields)": _UNTOLD, "get_transaction(custom_fields)": _UNTOLD,
    "get_group_members(recursive)": "REST 1.0 lists the direct members of a group",
}


def _unsupported() -> Dict[str, str]:
    reasons = dict(_ARGUMENTS)
    for name in OPERATIONS:
        if not hasattr(Answered, name):
            reasons[name] = _READ_ONLY if name.startswith(_WRITING) else _UNTOLD
    reasons["update_ticket"] = _READ_ONLY
    return reasons


class Archive(Tracker):
    """Saved answers, read through the same interface as a live server. Made by `open`.

    May be used from several threads, and in a ``with`` statement. Records are equal to those that
    a client reads from the same server: what the dump does not tell is NOT_LOADED; what was not
    saved at all raises `NotSaved`, and what RT refused, what RT said.

    Of several copies of a ticket the one changed last counts, of other records the last in the
    order of reading (of contents, of those with RT's status line); `problems` tells of tickets,
    their links, lists of attachments and contents that differ. `is_current` compares with what the
    archive holds.
    """

    UNSUPPORTED: Mapping[str, str] = _unsupported()

    def __init__(self, names: Tuple[str, ...], index: Index, clocks: Clocks,
                 user: Optional[str], strict: bool,
                 owns: Callable[[int], bool] = lambda ticket: True) -> None:
        self._names = names
        self._index = index
        self._clocks = clocks
        self._user = user
        self._strict = strict
        self._lock = threading.Lock()
        self._problems: Dict[Problem, None] = {}
        self._records = Records(index, clocks, self._say, owns)
        self._answered = Answered(index, self._records, user, self._say)

    def __repr__(self) -> str:
        return f"<Archive of {', '.join(self._names)}>"

    def __enter__(self) -> Archive:
        return self

    @property
    def problems(self) -> Tuple[Problem, ...]:
        """What was odd, in the order in which it was met: on opening, and in what was read since.
        """
        with self._lock:
            return tuple(self._problems)

    @property
    def versions(self) -> Mapping[str, int]:
        """RT's versions as status lines name them, each with the number of answers."""
        return dict(self._index.versions)

    @property
    def empty(self) -> bool:
        """Whether the paths hold no answer of RT at all."""
        return not self._index.met

    @property
    def unshown(self) -> Tuple[int, ...]:
        """Numbers of the tickets of which a history, attachments or links were saved and nothing
        that tells of the ticket itself. No search finds them; `export` of everything has them."""
        return tuple(self._records.unshown())

    def is_unshown(self, ticket_id: int) -> bool:
        """Whether a ticket is one of `unshown`."""
        return ticket_id in self._records.unshown()

    def take_note(self, problem: Problem) -> None:
        """Add a problem that another process met which reads this archive."""
        with self._lock:
            self._problems.setdefault(problem)

    def _say(self, problem: Problem) -> None:
        with self._lock:
            self._problems.setdefault(problem)
        if self._strict:
            raise FormSyntaxError(problem.what, lineno=problem.line,
                                  source=without_password(problem.file),
                                  line=problem.raw.decode("utf-8", "replace"))

    # -- the contract -------------------------------------------------------------------------

    def server(self) -> ServerInfo:
        """What the dump tells of its server.

        ``url`` are the paths; ``version`` is the latest that answers name, "" where none does (see
        `versions`); ``timezone`` that of most dates.
        """
        clock = self._clocks.whole()
        return ServerInfo(
            ", ".join(self._names), self._index.version, ("archive",), "archive", self._user,
            clock.name, clock.exact,
            {name: reason for name, reason in self.UNSUPPORTED.items() if "(" not in name},
            (*OPERATIONS, *COMPOSED))

    def close(self) -> None:
        """Close the files and forget what was spooled; may be called twice."""
        self._index.store.close()

    def _carried(self, operation: str, given: Mapping[str, Any]) -> Any:
        arguments = self._arguments(operation, given)
        return getattr(self._answered, operation)(**arguments)

    def _listed(self, operation: str, given: Mapping[str, Any]) -> Listing[Any]:
        arguments = self._arguments(operation, given)
        answer = getattr(self._answered, operation)

        def ask(cursor: Any) -> Page[Any]:
            page: Page[Any] = answer(**arguments, cursor=cursor)
            return page
        return Listing(answer(**arguments), ask)

    def _arguments(self, operation: str, given: Mapping[str, Any]) -> Dict[str, Any]:
        """The arguments by name. Raises: Unsupported for what no dump can tell."""
        if operation in self.UNSUPPORTED:
            self._unsupported(operation)
        parameters = inspect.signature(getattr(Tracker, operation)).parameters
        arguments = {name: given[name] for name in parameters if name != "self"}
        for name, value in arguments.items():
            reason = self.UNSUPPORTED.get(f"{operation}({name})")
            if reason is not None and value is not parameters[name].default:
                raise Unsupported(reason, operation=operation, argument=name)
        return arguments


def open(*paths: PathOrFile, timezone: Optional[str] = None, strict: bool = False) -> Archive:
    """Open saved answers: one pass over everything, which notes where what lies.

    Memory grows with the number of records, not with their size; what is in containers or comes
    from a stream is spooled to a temporary file.

    Args:
        paths: files, folders, containers and streams, as of `rtcompat.archive.read`.
        timezone: IANA name of the zone in which tickets' dates are printed. What a manifest of
            `save` says, and what tickets tell that were saved with their histories, goes before
            and is a problem where it is another; the name counts where nothing tells, and of
            several zones that fit settles which.
        strict: raise the first problem, now and later.
    Raises:
        UsageError: no path, one that does not exist, a zone that this machine does not know.
        FormSyntaxError: the first problem, where ``strict``.
    """
    if not paths:
        raise UsageError("open needs a path", argument="paths")
    for path in paths:
        checked_path(path)
    if timezone is not None:
        named(timezone)  # refused before everything is read
    told = _told(paths)
    store = Store()
    try:
        index = Index(store)
        index.fill(read(paths, strict=strict))
        if not index.met and not any(one.asked for one in index.problems):
            index.problems.append(nothing_in(", ".join(_names(paths))))
        clocks = Clocks(index.evidence, timezone=timezone, told=told.zones)
        user = next(iter(told.users)) if len(told.users) == 1 else None
        archive = Archive(_names(paths), index, clocks, user, strict)
        for problem in (*index.problems, *index.doubts(), *differing(index), *clocks.problems):
            archive._say(problem)
        for problem in told.problems:  # nothing odd: ``strict`` reads what there is
            archive.take_note(problem)
    except BaseException:
        store.close()
        raise
    return archive


def _names(paths: Iterable[PathOrFile]) -> Tuple[str, ...]:
    return tuple(map(name_of, paths))


class _Told(NamedTuple):
    """What the manifests of `save` say: zones by file, who asked, what is odd or was not saved."""

    zones: Dict[str, str]
    users: Set[Optional[str]]
    problems: List[Problem]


def _told(paths: Iterable[PathOrFile]) -> _Told:
    """What the manifests in these folders say."""
    told = _Told({}, set(), [])
    for path in paths:
        if not isinstance(path, (str, os.PathLike)) or not os.path.isdir(path):
            continue
        for folder, _, names in os.walk(path):
            if MANIFEST not in names:
                continue
            try:
                manifest = read_manifest(Path(folder))
            except OSError as error:
                told.problems.append(unreadable(os.path.join(folder, MANIFEST), error))
                continue
            told.zones.update((os.path.join(folder, *file.split("/")), zone)
                              for file, zone in manifest.zones.items())
            told.users.update(entry.user for entry in manifest.entries.values())
            told.problems.extend((*manifest.problems, *manifest.failures.values()))
    return told
