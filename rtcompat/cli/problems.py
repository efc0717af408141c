"""Problems of an archive at the command line: how each is told, listed and counted."""
from __future__ import annotations

from base64 import b64encode
from typing import Any, Dict, Iterable, Sequence, Set

from rtcompat.archive import Archive, Problem
from rtcompat.archive.naming import without_password
from rtcompat.archive.sources import nothing_in, unread
from rtcompat.cli.failures import in_our_terms
from rtcompat.cli.invocation import Invocation, note
from rtcompat.cli.layout import counted, visible

__all__ = ["Refusals", "as_record", "count", "listed", "told"]


def told(problem: Problem) -> str:
    """A problem as a line: where, as far as it has a place, and what."""
    place = without_password(problem.file) + f":{problem.line}" * bool(problem.line)
    return visible(f"{place}: " * bool(problem.file) + in_our_terms(problem.what))


def as_record(problem: Problem) -> Dict[str, Any]:
    """A problem for programs."""
    return {"file": without_password(problem.file), "line": problem.line,
            "what": in_our_terms(problem.what),
            "raw_base64": b64encode(problem.raw).decode("ascii")}


def listed(invocation: Invocation, found: Iterable[Problem]) -> None:
    """Print each."""
    if invocation.options.json:
        for one in found:
            invocation.emit(as_record(one))
    else:
        invocation.show(map(told, found))


class Refusals:
    """Notices what ends a command on archives with 1: no answer of RT at all in what was named,
    or something of it that cannot be read.

    Attributes:
        met: to be set where there was an answer of RT.
    """

    def __init__(self, paths: Sequence[str], met: bool = False) -> None:
        self._paths = paths
        self._unread = False
        self._said: Set[str] = set()
        self.met = met

    def see(self, problem: Problem) -> None:
        """Take note of a problem that is told."""
        self._unread = self._unread or unread(problem, self._paths)
        self._said.add(problem.what)

    def end(self) -> int:
        """The exit code; notes that there was no answer, where that was not told."""
        nothing = nothing_in(", ".join(self._paths))
        each = {nothing_in(path).what for path in self._paths}
        if not self.met and nothing.what not in self._said and not each <= self._said:
            note(told(nothing))
        return 0 if self.met and not self._unread else 1


def count(archive: Archive, paths: Sequence[str]) -> None:
    """Note how many there are; those of what this command asked for, which a list of the
    archive's problems would lack, are told themselves, and what could not be read of what it
    named."""
    found = archive.problems
    themselves = [one for one in found if one.asked or unread(one, paths)]
    for one in themselves:
        note(told(one))
    others = len(found) - len(themselves)
    if others:
        named = " ".join(f"--from {path}" for path in paths)
        note(f"{counted(others, 'problem')}: rtcompat archive problems {visible(named)} lists "
             "them")
