"""`verify`: whether a saved dump is whole."""
from __future__ import annotations

import re
from pathlib import Path
from typing import FrozenSet, List, Optional, Tuple, Union

from rtcompat.archive.answers import Problem
from rtcompat.archive.manifest import MANIFEST, UNFINISHED, Entry, digest_of, read_manifest
from rtcompat.errors import UsageError
from rtcompat.rest1.forms import split_head
from rtcompat.rest1.kinds import Kind, kind

__all__ = ["verify"]

_REFUSALS = frozenset((Kind.NOT_FOUND, Kind.NOT_ALLOWED, Kind.WITHHELD))
#: What an answer's file may be, by the file's path.
_KINDS: Tuple[Tuple[str, FrozenSet[Kind]], ...] = (
    (r"ticket/\d+/show", frozenset((Kind.SEVERAL, Kind.TICKET)) | _REFUSALS),
    (r"show/attachments-\d+", frozenset((Kind.SEVERAL, Kind.ATTACHMENT)) | _REFUSALS),
    (r"queue/[^/]+/show", frozenset((Kind.QUEUE,)) | _REFUSALS),
    (r"queue/[^/]+/ticketcustomfields", frozenset((Kind.CUSTOM_FIELDS,)) | _REFUSALS),
    (r"user/[^/]+/show", frozenset((Kind.USER,)) | _REFUSALS),
    (r"search/ticket-\w+", frozenset((Kind.SEARCH_IDS, Kind.SEARCH_NONE))),
)


def verify(folder: Union[str, Path]) -> Tuple[Problem, ...]:
    """What is wrong with a dump that `save` made: files that are missing, changed or too many,
    and those that are not what they should be. () for one that is whole.

    Raises: UsageError for a folder without a manifest.
    """
    place = Path(folder)
    if not (place / MANIFEST).is_file():
        raise UsageError(f"{place} is no dump of ours: there is no {MANIFEST} in it",
                         argument="folder")
    entries, found = read_manifest(place)
    problems: List[Problem] = list(found)
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
    if not path.is_file():
        return Problem(str(path), 0, "missing")
    digest, size = digest_of(path)
    if (digest, size) != (entry.sha256, entry.size):
        return Problem(str(path), 0, f"not as it was saved: {size} bytes and SHA-256 {digest}, "
                                     f"told are {entry.size} and {entry.sha256}")
    if re.fullmatch(r"attachment/\d+/content", entry.file):
        with open(path, "rb") as file:
            head = file.read(1000)
        if head and split_head(head) is None:
            return Problem(str(path), 1, "no content of an attachment", head[:200])
        return None
    content = path.read_bytes()
    is_one = kind(content, status=entry.status, hint_path=entry.address)
    for pattern, kinds in _KINDS:
        if re.fullmatch(pattern, entry.file):
            if is_one in kinds:
                return None
            return Problem(str(path), 1, f"this should be the answer to {entry.request}, and it "
                                         f"is: {is_one.value}", content[:200])
    return Problem(str(path), 0, "a name that no save gives", content[:200])
