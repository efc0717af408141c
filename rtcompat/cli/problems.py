"""Problems of an archive at the command line: how each is told, listed and counted."""
from __future__ import annotations

from base64 import b64encode
from typing import Any, Dict, Iterable

from rtcompat.archive import Archive, Problem
from rtcompat.archive.naming import without_password
from rtcompat.cli.failures import in_our_terms
from rtcompat.cli.invocation import Invocation, note
from rtcompat.cli.layout import counted, visible

__all__ = ["as_record", "count", "listed", "told"]


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


def count(archive: Archive, paths: Iterable[str]) -> None:
    """Note how many there are; those of what this command asked for, which a list of the
    archive's problems would lack, are told themselves."""
    found = archive.problems
    for one in found:
        if one.asked:
            note(told(one))
    others = sum(not one.asked for one in found)
    if others:
        named = " ".join(f"--from {path}" for path in paths)
        note(f"{counted(others, 'problem')}: rtcompat archive problems {visible(named)} lists "
             "them")
