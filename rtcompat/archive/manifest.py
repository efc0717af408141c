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
import re
from dataclasses import MISSING, asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Dict, FrozenSet, List, Mapping, NamedTuple, Optional, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.runs import Runs, broken_off, now, run_of
from rtcompat.errors import UsageError
from rtcompat.rest1.zones import named

__all__ = ["MANIFEST", "UNFINISHED", "Entry", "Manifest", "Origin", "Unsaved", "content_of",
           "entry_line", "failure_line", "is_ticket", "lines_of", "read_manifest", "settle",
           "subject_of"]

#: The list that comes with a dump that this library made.
MANIFEST = "MANIFEST.jsonl"
#: The folder of what is being written; what a broken save left there is removed by the next one.
UNFINISHED = ".unfinished"


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


#: What JSON has for the attributes.
_TYPES: Mapping[str, Tuple[type, ...]] = {
    "str": (str,), "int": (int,), "bool": (bool,), "Optional[str]": (str, type(None)),
    "Optional[int]": (int, type(None))}
_ATTRIBUTES = {each.name: _TYPES[str(each.type)] for each in fields(Entry)}
_NEEDED = frozenset(each.name for each in fields(Entry) if each.default is MISSING)
#: A file below the folder, on any system: no name of ours has a backslash, a colon or two dots.
_BELOW = re.compile(r"(?:(?!\.\.?(?:/|\Z))[^/\\:\0]+(?:/(?!\Z)|\Z))+\Z")


def _record(line: bytes) -> Dict[str, Any]:
    """What a line holds; nothing of what is no line of a manifest."""
    try:
        raw: Any = json.loads(line)
    except ValueError:
        return {}
    return raw if isinstance(raw, dict) else {}


def _entry(raw: Mapping[str, Any]) -> Optional[Entry]:
    told = {name: raw[name] for name in _ATTRIBUTES if name in raw}
    if not _NEEDED <= told.keys() or _BELOW.match(str(told["file"])) is None \
            or not all(type(value) in _ATTRIBUTES[name] for name, value in told.items()):
        return None
    return Entry(**told)


class Unsaved(NamedTuple):
    """What could not be saved.

    Attributes:
        error: why. line: of the manifest; 0 for what was found now.
        tickets: those that were being saved, where that is told.
    """

    error: str
    line: int
    tickets: FrozenSet[int] = frozenset()


def _failed(raw: Mapping[str, Any]) -> Optional[Tuple[str, Optional[str], FrozenSet[int]]]:
    """What a line says could not be saved, why, and its ticket; without a reason it is had by
    now."""
    if not isinstance(raw.get("failed"), str):
        return None
    error, ticket = raw.get("error"), raw.get("ticket")
    return (raw["failed"], error if error is None else str(error),
            frozenset([ticket] if isinstance(ticket, int) else []))


class Manifest(NamedTuple):
    """What a manifest tells.

    Attributes:
        entries: by file, in the order of their last lines.
        problems: what is no line of a manifest, and zones that this machine does not know.
        failures: by what could not be saved (``attachment/7``), that it was not, and why; by
            ``query …`` that the save of that did not come to its end.
        zones: by file, the time zone, where it is certain and this machine knows it.
    """

    entries: Dict[str, Entry]
    problems: Tuple[Problem, ...]
    failures: Dict[str, Problem]
    zones: Dict[str, str]


def read_manifest(folder: Path) -> Manifest:
    """What the manifest in a folder tells; nothing where there is none.

    A last line that was cut off by a break is none, and no problem: its file is fetched anew.
    """
    entries, problems, failures, runs = lines_of(folder / MANIFEST)
    place = str(folder / MANIFEST)
    told = {what: Problem(place, one.line, _unsaved(what, one.error))
            for what, one in failures.items()}
    told.update((f"query {run.query}", Problem(place, run.line, broken_off(run)))
                for run in runs.broken_off())
    zones = {name: one.timezone for name, one in entries.items()
             if one.timezone is not None and one.timezone_exact}
    unknown = frozenset(zone for zone in set(zones.values()) if not _is_known(zone))
    problems += tuple(Problem(place, 0, f"this machine does not know the time zone {zone!r}, which "
                              "is told here: it counts as not told") for zone in sorted(unknown))
    return Manifest(entries, problems, told, {
        name: zone for name, zone in zones.items() if zone not in unknown})


def _is_known(zone: str) -> bool:
    try:
        named(zone)
    except UsageError:
        return False
    return True


def lines_of(path: Path) -> Tuple[Dict[str, Entry], Tuple[Problem, ...], Dict[str, Unsaved], Runs]:
    """Entries by file, what is no line, what could not be saved, and the saves: of a manifest."""
    found: Dict[str, Entry] = {}
    failures: Dict[str, Unsaved] = {}
    problems: List[Problem] = []
    runs = Runs()
    if not path.is_file():
        return found, (), failures, runs
    with open(path, "rb") as file:
        for number, line in enumerate(file, 1):
            raw = _record(line)
            entry, failed = _entry(raw), _failed(raw)
            if entry is not None:
                known = found.get(entry.file)
                if known is None and is_ticket(entry.file):
                    runs.saved()
                if known is None or replace(known, looked=entry.looked) != entry:
                    found.pop(entry.file, None)  # one that was only looked at keeps its place
                    settle(failures, entry.file)
                found[entry.file] = entry
            elif failed is not None:
                what, error, tickets = failed
                before = failures.pop(what, None)
                if error is not None:
                    failures[what] = Unsaved(error, number, tickets.union(
                        before.tickets if before else ()))
                    found.pop(content_of(what), None)
            elif line.endswith(b"\n"):
                edge = run_of(raw, number)
                if edge is not None:
                    runs.add(edge)
                else:
                    problems.append(Problem(str(path), number, "no line of a manifest",
                                            line[:200]))
    return found, tuple(problems), failures, runs


def settle(failures: Dict[str, Unsaved], file: str) -> None:
    """A file is there: what it holds failed no more."""
    what = subject_of(file)
    if not what.startswith("queue/"):
        failures.pop(what, None)


def is_ticket(file: str) -> bool:
    """Whether a file of a dump holds a ticket."""
    return re.fullmatch(r"ticket/\d+/show", file) is not None


def subject_of(file: str) -> str:
    """What a file holds, as failures call it: ``attachment/7`` of ``attachment/7/content``."""
    return file if file.startswith(("show/", "search/")) else file.rpartition("/")[0]


def content_of(what: str) -> str:
    """The content of an attachment that failed; no file's name for all else."""
    return f"{what}/content" if re.fullmatch(r"attachment/\d+", what) else ""


def _unsaved(what: str, error: str) -> str:
    return f"{what} could not be saved: {error}"


def entry_line(entry: Entry) -> bytes:
    """A line that tells of a file."""
    return json.dumps(asdict(entry), sort_keys=True).encode("ascii") + b"\n"


def failure_line(what: str, error: Optional[str], ticket: Optional[int] = None) -> bytes:
    """A line that tells what could not be saved, and why; without a reason, that it is had."""
    told: Dict[str, object] = {"failed": what, "error": error, "time": now()}
    if ticket is not None:
        told["ticket"] = ticket
    return json.dumps(told).encode("ascii") + b"\n"
