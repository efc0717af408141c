"""`verify`: whether a saved dump is whole."""
from __future__ import annotations

import re
from pathlib import Path
from typing import FrozenSet, List, Optional, Tuple, Union

from rtcompat.archive.answers import Problem
from rtcompat.archive.manifest import MANIFEST, UNFINISHED, Entry, digest_of, read_manifest
from rtcompat.archive.reading import read
from rtcompat.errors import UsageError
from rtcompat.rest1.kinds import Kind

__all__ = ["verify"]

_REFUSALS = frozenset((Kind.NOT_FOUND, Kind.NOT_ALLOWED, Kind.WITHHELD))
#: What the answers in a file may be, by the file's path.
_KINDS: Tuple[Tuple[str, FrozenSet[Kind]], ...] = (
    (r"ticket/\d+/show", _REFUSALS | {
        Kind.SEVERAL, Kind.TICKET, Kind.HISTORY_LONG, Kind.HISTORY_ONE, Kind.ATTACHMENT_LIST,
        Kind.LINKS}),
    (r"show/attachments-\d+", _REFUSALS | {Kind.SEVERAL, Kind.ATTACHMENT}),
    (r"attachment/\d+/content", _REFUSALS | {Kind.ATTACHMENT_CONTENT, Kind.EMPTY}),
    (r"queue/[^/]+/show", _REFUSALS | {Kind.QUEUE}),
    (r"queue/[^/]+/ticketcustomfields", _REFUSALS | {Kind.CUSTOM_FIELDS}),
    (r"user/[^/]+/show", _REFUSALS | {Kind.USER}),
    (r"search/ticket-\w+", frozenset((Kind.SEARCH_IDS, Kind.SEARCH_NONE, Kind.NOTHING))),
)


def verify(folder: Union[str, Path]) -> Tuple[Problem, ...]:
    """What is wrong with a dump that `save` made: files that are missing, changed or too many,
    those that are not what they should be, and what could not be saved. () for one that is whole.

    Raises: UsageError for a folder without a manifest.
    """
    place = Path(folder)
    if not (place / MANIFEST).is_file():
        raise UsageError(f"{place} is no dump of ours: there is no {MANIFEST} in it",
                         argument="folder")
    entries, found, failures = read_manifest(place)
    problems: List[Problem] = [*found, *failures.values()]
    for name in sorted(entries):
        wrong = _wrong(place / name, entries[name])
        if wrong is not None:
            problems.append(wrong)
    for path in sorted(place.rglob("*")):
        name = path.relative_to(place).as_posix()
        if name in entries or name == MANIFEST or path.is_dir():
            continue
        what = "left behind by a save that broke off" if name.startswith(UNFINISHED) \
            else f"not told in {MANIFEST}"
        problems.append(Problem(str(path), 0, what))
    return tuple(problems)


def _wrong(path: Path, entry: Entry) -> Optional[Problem]:
    try:
        return _otherwise(path, entry)
    except OSError as error:
        return Problem(str(path), 0, f"cannot be read: {error.strerror or error}")


def _otherwise(path: Path, entry: Entry) -> Optional[Problem]:
    if not path.is_file():
        return Problem(str(path), 0, "missing")
    digest, size = digest_of(path)
    if (digest, size) != (entry.sha256, entry.size):
        return Problem(str(path), 0, f"not as it was saved: {size} bytes and SHA-256 {digest}, "
                                     f"told are {entry.size} and {entry.sha256}")
    kinds = next((kinds for pattern, kinds in _KINDS if re.fullmatch(pattern, entry.file)), None)
    if kinds is None:
        return Problem(str(path), 0, "a name that no save gives")
    for answer in read(path):
        if answer.kind not in kinds:
            return Problem(str(path), answer.line, "this should be the answer to "
                           f"{entry.request}, and it is: {answer.kind.value}", answer.raw[:200])
    return None
