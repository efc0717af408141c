"""`verify`: whether a saved dump is whole; and what `save` asks of an answer before it keeps it.

An answer is not whole where it is none of the kinds that RT gives to what was asked, where
reading it says that it is cut, or where it is an empty content and RT lists one that is not.
Whatever else is odd about it is RT's.
"""
from __future__ import annotations

import re
from pathlib import Path
from typing import (Callable, Dict, FrozenSet, Iterable, List, Mapping, Optional,
                    Tuple, Union)

from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.draft import digest_of
from rtcompat.archive.live import attachments_of
from rtcompat.archive.manifest import MANIFEST, UNFINISHED, Entry, read_manifest
from rtcompat.archive.reading import answers_of
from rtcompat.archive.sources import Source, unreadable
from rtcompat.errors import UsageError
from rtcompat.rest1.forms import Form, split_head, version_of
from rtcompat.rest1.kinds import Kind
from rtcompat.rest1.read import parts_of

__all__ = ["Lists", "look", "not_given", "sizes_in", "verify"]

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
#: From 4.2.2 on a search's answer ends so, whatever was found.
_SEARCH_ENDS, _SEARCH_ENDS_SINCE = b"\n\n\n", (4, 2, 2)
_LIST = re.compile(r"ticket/\d+/attachments\Z")
#: What holds a status line alone is no longer.
_HEAD = 1 << 10


def look(read: Callable[[int], bytes], entry: Entry, place: Path) -> Optional[Problem]:
    """What shows that the answer to what was asked is not whole; None where nothing does. In
    bounded memory.

    Args:
        read: gives at most so many bytes of it, none at the end.
        entry: its ``file``, ``request`` and ``address`` count.
        place: for `Problem.file`.
    """
    kinds = next((kinds for pattern, kinds in _KINDS if re.fullmatch(pattern, entry.file)), None)
    if kinds is None:
        return Problem(str(place), 0, "a name that no save gives")
    wrong: Optional[Problem] = None
    forms = 0
    answer: Optional[Answer] = None
    for answer in answers_of(Source(str(place), read, True, [])):
        forms += len(answer.forms)
        if wrong is not None:
            continue
        if answer.kind not in kinds:
            wrong = Problem(str(place), answer.line, "this should be the answer to "
                            f"{entry.request}, and it is: {answer.kind.value}", answer.raw[:200])
        elif answer.kind is not Kind.ATTACHMENT_CONTENT:
            wrong = next((problem for problem in answer.problems if problem.cut), None)
    if wrong is None and answer is not None and entry.file.startswith("search/"):
        wrong = _ends_as_found(answer)
    asked = sum(1 for _ in attachments_of(entry)) if entry.file.startswith("show/") else 0
    if wrong is None and forms < asked:  # what is refused is a form, too
        wrong = Problem(str(place), 0, f"RT answered for {forms} of {asked} attachments")
    return wrong


def _ends_as_found(last: Answer) -> Optional[Problem]:
    """Whether the last answer about a search ends as those do."""
    if version_of(last.version or "") < _SEARCH_ENDS_SINCE or last.raw.endswith(_SEARCH_ENDS):
        return None
    return Problem(last.file, last.line, "ends without the empty lines that RT writes behind "
                   "what a search finds: cut short", last.raw[-200:])


# -- contents -----------------------------------------------------------------------------------

def sizes_in(forms: Iterable[Form]) -> Dict[int, Tuple[str, ...]]:
    """By attachment the sizes that a ticket's history and its list of attachments print."""
    found: Dict[int, Tuple[str, ...]] = {}
    for form in forms:
        if _LIST.match(form.get("id") or "") or form.get("Type") is not None:
            for line in parts_of(form):
                found[line.id] = (*found.get(line.id, ()), line.size)
    return found


def not_given(head: bytes, sizes: Iterable[str]) -> Optional[str]:
    """What is wrong with a content of which RT gave nothing (a proxy's answer, or what a user
    without rights gets); None for one with something in it, and for one that is listed as empty.

    Args:
        head: how the answer begins, with its status line.
        sizes: as RT lists them. A file's name can forge one (`parse_attachment_list`), which
            makes nobody's empty file a failure: all have to say that there is something.
    """
    listed = tuple(sizes)
    found = split_head(head)
    empty = not head if found is None else not found[1]
    if not empty or not listed or any(re.match(r"0[^.\d]|0?\Z", one) for one in listed):
        return None
    return f"RT gave no content where its list says {listed[0]}"


class Lists:
    """What the saved tickets of a dump list, of one ticket at a time.

    Args:
        folder: of the dump.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ticket: Optional[int] = None
        self._sizes: Mapping[int, Tuple[str, ...]] = {}

    def sizes(self, ticket: Optional[int], attachment: int) -> Tuple[str, ...]:
        """As `sizes_in`; () where the ticket is not saved, or does not list it."""
        if ticket is None:
            return ()
        if ticket != self._ticket:
            self._ticket, self._sizes = ticket, self._of(ticket)
        return self._sizes.get(attachment, ())

    def wrong(self, entry: Entry) -> Optional[str]:
        """What is wrong with a saved content; None for what is none."""
        match = re.fullmatch(r"attachment/(\d+)/content", entry.file)
        if match is None or entry.size > _HEAD:
            return None
        head = (self._folder / entry.file).read_bytes()
        if head and (split_head(head) or (None, b"?"))[1]:
            return None
        return not_given(head, self.sizes(entry.ticket, int(match.group(1))))

    def _of(self, ticket: int) -> Mapping[int, Tuple[str, ...]]:
        place = self._folder / "ticket" / str(ticket) / "show"
        if not place.is_file():
            return {}
        with open(place, "rb") as file:
            return sizes_in(form for answer in answers_of(Source(str(place), file.read, True, []))
                            for form in answer.forms)


# -- a dump -------------------------------------------------------------------------------------


def verify(folder: Union[str, Path]) -> Tuple[Problem, ...]:
    """What is wrong with a dump that `save` made: files that are missing, changed or too many,
    those that are not what they should be, what could not be saved, and that the last save did not
    come to its end, as it was interrupted or still runs. () for one that is whole.

    Raises: UsageError for a folder without a manifest.
    """
    place = Path(folder)
    if not (place / MANIFEST).is_file():
        raise UsageError(f"{place} is no dump of ours: there is no {MANIFEST} in it",
                         argument="folder")
    manifest = read_manifest(place)
    entries = manifest.entries
    problems: List[Problem] = [*manifest.problems, *manifest.failures.values()]
    lists = Lists(place)
    for name in sorted(entries):
        wrong = _wrong(place / name, entries[name], lists)
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


def _wrong(path: Path, entry: Entry, lists: Lists) -> Optional[Problem]:
    try:
        return _otherwise(path, entry, lists)
    except OSError as error:
        return unreadable(str(path), error)


def _otherwise(path: Path, entry: Entry, lists: Lists) -> Optional[Problem]:
    if not path.is_file():
        return Problem(str(path), 0, "missing")
    digest, size = digest_of(path)
    if (digest, size) != (entry.sha256, entry.size):
        return Problem(str(path), 0, f"not as it was saved: {size} bytes and SHA-256 {digest}, "
                                     f"told are {entry.size} and {entry.sha256}")
    with open(path, "rb") as file:
        wrong = look(file.read, entry, path)
    empty = None if wrong is not None else lists.wrong(entry)
    return wrong if empty is None else Problem(str(path), 0, empty)
