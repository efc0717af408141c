"""Saved answers as JSON Lines, read by as many processes as there are files for."""
from __future__ import annotations

import os
import re
import shutil
import tempfile
from base64 import b64encode
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable, Dict, Iterator, List, Match, NamedTuple, Sequence, Tuple

from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.exports.processes import ordered, process_pool
from rtcompat.archive.index import of_rt
from rtcompat.archive.naming import without_password
from rtcompat.archive.reading import read
from rtcompat.archive.manifest import MANIFEST
from rtcompat.errors import UsageError
from rtcompat.json_lines import line
from rtcompat.rest1.forms import Form

__all__ = ["Parsed", "as_record", "parse"]

#: Called with each problem as it is met.
Tell = Callable[[Problem], None]
#: Files that one process takes at once at most, and their bytes: small files come in thousands.
_FILES = 200
_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Parsed:
    """What was read.

    Attributes:
        answers: pieces of long ones count one by one.
        met: whether one of them is RT's, not an empty file or something else.
    """

    answers: int
    problems: int
    met: bool


def as_record(answer: Answer) -> Dict[str, Any]:
    """An answer as plain JSON values.

    Returns: ``type`` (``answer``), ``file`` (without a password that wget put into its name),
        ``line``, ``offset``, ``kind``, ``path``, ``version``, ``code``, ``charset``,
        ``continued``; ``forms``, each with ``comment``, ``fields`` (pairs, as a key may come
        twice) and ``error``; without forms ``text``, or ``base64`` for what is no text;
        ``problems``.
    """
    shown: Dict[str, Any] = {
        "type": "answer", "file": without_password(answer.file), "line": answer.line,
        "offset": answer.offset,
        "kind": answer.kind.value, "path": answer.path, "version": answer.version,
        "code": answer.code, "charset": answer.charset, "continued": answer.continued}
    if answer.forms:
        shown["forms"] = [_form(form) for form in answer.forms]
    else:
        shown.update(_raw(answer))
    shown["problems"] = [{"line": one.line, "what": one.what} for one in answer.problems]
    return shown


def _form(form: Form) -> Dict[str, Any]:
    return {"comment": list(form.comment),
            "fields": [[field.key, field.value] for field in form.fields],
            "error": list(form.error)}


def _raw(answer: Answer) -> Dict[str, str]:
    if answer.charset:
        try:
            return {"text": answer.raw.decode(answer.charset)}
        except (UnicodeDecodeError, LookupError):  # mixed charsets: the bytes are kept
            pass
    return {"base64": b64encode(answer.raw).decode("ascii")}


#: Bytes that are no text stand for themselves as the second 128 of these.
_HALF = re.compile("[\ud800-\udfff]")


def _escaped(match: Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code - 0xdc00:02x}" if 0xdc80 <= code <= 0xdcff else f"\\u{code:04x}"


def _unicode(shown: Any) -> Any:
    """The same without halves of surrogate pairs, which are no Unicode: bytes of names and values
    that are no text are written ``\\xff``."""
    if isinstance(shown, str):
        return _HALF.sub(_escaped, shown)
    if isinstance(shown, list):
        return [_unicode(each) for each in shown]
    if isinstance(shown, dict):
        return {key: _unicode(each) for key, each in shown.items()}
    return shown


def parse(paths: Sequence[str], stream: IO[bytes], *, jobs: int = 1,
          tell: Tell = lambda problem: None) -> Parsed:
    """Write every answer below the paths as a line.

    Args:
        paths: as `archive.read` takes them.
        jobs: how many processes read at the same time, each some of the files; the lines are the
            same and in the same order.
    Raises: UsageError for a path that is not there.
    """
    if jobs < 1:
        raise UsageError("jobs is a number from 1", argument="jobs")
    if jobs == 1:
        return _written(paths, stream, tell)
    answers = problems = 0
    met = False
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="rtcompat-"))
        pool = stack.enter_context(process_pool(jobs))
        shares = (_Share(str(Path(folder) / str(number)), tuple(share))
                  for number, share in enumerate(_shares(paths)))
        for found in ordered(pool, _share, shares, 2 * jobs):
            with open(found.file, "rb") as lines:
                shutil.copyfileobj(lines, stream, 1024 * 1024)
            os.unlink(found.file)
            for problem in found.problems:
                tell(problem)
            answers, problems = answers + found.answers, problems + len(found.problems)
            met = met or found.met
    return Parsed(answers, problems, met)


class _Share(NamedTuple):
    """One process's work: the paths, and where their lines go."""

    file: str
    paths: Tuple[str, ...]


class _Found(NamedTuple):
    """What came of a share."""

    file: str
    answers: int
    problems: Tuple[Problem, ...]
    met: bool


def _written(paths: Sequence[str], stream: IO[bytes], tell: Tell) -> Parsed:
    answers = problems = 0
    met = False
    for answer in read(paths):
        met = met or of_rt(answer)
        shown = line(as_record(answer))
        if "\\ud" in shown:  # half of a pair, perhaps, or one
            shown = line(_unicode(as_record(answer)))
        stream.write(shown.encode("ascii") + b"\n")
        answers += 1
        for problem in answer.problems:
            problems += 1
            tell(problem)
    return Parsed(answers, problems, met)


def _share(share: _Share) -> _Found:
    problems: List[Problem] = []
    with open(share.file, "wb") as stream:
        done = _written(share.paths, stream, problems.append)
    return _Found(share.file, done.answers, tuple(problems), done.met)


def _shares(paths: Sequence[str]) -> Iterator[List[str]]:
    """Files for one process at a time, in the order in which `archive.read` takes them."""
    held: List[str] = []
    size = 0
    for path in paths:
        for file in _files(path) or [path]:
            held.append(file)
            size += os.path.getsize(file) if os.path.isfile(file) else 0
            if len(held) >= _FILES or size >= _BYTES:
                yield held
                held, size = [], 0
    if held:
        yield held


def _files(path: str) -> List[str]:
    """The files below a folder; none where something odd is among them (a link to a folder, a
    socket, what may not be read), as `archive.read` tells of it only where it is given the
    folder whole."""
    if not os.path.isdir(path):
        return []
    found: List[str] = []
    waiting = [path]
    try:
        while waiting:
            place = waiting.pop()
            if place is not path and os.path.isdir(place):
                if os.path.islink(place):
                    return []
            elif place is not path:
                if not os.path.isfile(place):
                    return []
                found.append(place)
                continue
            waiting += [os.path.join(place, inner)
                        for inner in sorted(os.listdir(place), reverse=True)
                        if inner != MANIFEST]
    except OSError:
        return []
    return found
