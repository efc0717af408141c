"""The dumps, what is known of each, and how reading it compares with what is expected.

Beside ``NAME`` (a file, or a folder) stands ``NAME.expected.json``; ``MANIFEST.json`` tells of each
where it comes from, its encodings, its damages and what it is made of.
"""
from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Sequence, Tuple

from rtcompat.archive import Answer, read
from rtcompat.rest1.forms import Form, version_of
from rtcompat.rest1.kinds import Kind

__all__ = ["DAMAGES", "ENCODINGS", "FOLDER", "KINDS", "SOURCES", "VERSIONS", "Dump",
           "EXPECTED", "counts", "digest", "dumps", "expected", "lost", "missing", "outcome",
           "replaced"]

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "dumps"
MANIFEST = "MANIFEST.json"
EXPECTED = ".expected.json"

#: Of each of these the corpus has one dump at least.
KINDS: Tuple[Kind, ...] = (
    Kind.TICKET, Kind.SEARCH_IDS, Kind.SEARCH_LINES, Kind.SEARCH_FORMS, Kind.SEARCH_TABLE,
    Kind.SEARCH_NONE, Kind.HISTORY_SHORT, Kind.HISTORY_LONG, Kind.HISTORY_ONE, Kind.TRANSACTION,
    Kind.ATTACHMENT_LIST, Kind.ATTACHMENT, Kind.ATTACHMENT_CONTENT, Kind.LINKS, Kind.USER,
    Kind.QUEUE, Kind.GROUP, Kind.CUSTOM_FIELDS, Kind.SEVERAL, Kind.WITHHELD,
    Kind.CREDENTIALS_REQUIRED, Kind.WRONG_PASSWORD, Kind.NOT_FOUND, Kind.NOT_ALLOWED,
    Kind.QUERY_REFUSED, Kind.EXCEPTION, Kind.WEB_PAGE, Kind.CSRF_PAGE, Kind.SELF_SERVICE,
    Kind.HTTP_ERROR, Kind.EMPTY, Kind.NOTHING, Kind.UNKNOWN)
VERSIONS = ("3.4", "3.6", "3.8", "4.0", "4.2", "4.4", "5.0", "6.0", "none")
ENCODINGS = ("ascii", "utf-8", "utf-8 with BOM", "latin-1", "windows-1252", "mixed", "koi8-r",
             "windows-1251", "shift-jis", "utf-8 twice", "utf-16", "binary")
DAMAGES = (
    "none", "cut in a line", "cut in a character", "cut between forms", "no final newline",
    "bytes flipped", "NULs", "CRLF", "wrapped by mail", "quoted", "empty lines in values",
    "tabs for blanks", "blanks lost in blank lines", "run together", "HTTP headers",
    "chunked as sent", "shell around", "mail around", "several answers", "duplicated",
    "interleaved", "refusal in the middle", "very long line", "empty file", "wrong length",
    "wrong name",
    "tar", "tar.gz", "zip", "gzip", "xz", "bzip2", "nested", "cut container", "encrypted zip",
    "links in a tar", "names that climb", "names as addresses", "damaged container")
SOURCES = ("recorded", "curl", "curl -i", "wget", "rt", "made")


@dataclass(frozen=True)
class Dump:
    """A dump, and what the manifest tells of it.

    Attributes:
        name: of the file or folder in ``fixtures/dumps``.
        source: a word of `SOURCES`, and in words where it comes from.
        encodings, damages: words of `ENCODINGS` and `DAMAGES`.
        sha256: of the bytes; of a folder by the names of its files.
        parts: files below ``fixtures`` whose answers stand in it as they are, in this order.
        like: such whose answers hold what answers of this one hold, written otherwise.
    """

    name: str
    source: Tuple[str, str]
    encodings: Tuple[str, ...]
    damages: Tuple[str, ...]
    sha256: Mapping[str, str]
    parts: Tuple[str, ...] = ()
    like: Tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where it is."""
        return FOLDER / self.name


def dumps() -> List[Dump]:
    """All that the manifest names, in its order."""
    return [Dump(entry["name"], (entry["source"][0], entry["source"][1]),
                 tuple(entry["encodings"]), tuple(entry["damages"]), entry["sha256"],
                 tuple(entry.get("parts", ())), tuple(entry.get("like", ())))
            for entry in json.loads((FOLDER / MANIFEST).read_text("utf-8"))]


def replaced(sources: Iterable[str], told: Iterable[Dump]) -> None:
    """Note what is known of dumps that were written, with the digests of what is there now.

    Args:
        sources: words of `SOURCES`; what came from there before and is not among ``told`` goes.
        told: the dumps.
    """
    known = {dump.name: dump for dump in dumps()} if (FOLDER / MANIFEST).exists() else {}
    new = {dump.name: replace(dump, sha256=digest(dump.path)) for dump in told}
    for dump in tuple(known.values()):
        if dump.source[0] in sources and dump.name not in new:
            del known[dump.name]
            for place in (dump.path, FOLDER / f"{dump.name}{EXPECTED}"):
                shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    _write_manifest({**known, **new}.values())


def _write_manifest(told: Iterable[Dump]) -> None:
    """A line a dump, in the order of the names."""
    lines = []
    for dump in sorted(told, key=lambda dump: dump.name):
        entry: Dict[str, Any] = {
            "name": dump.name, "source": dump.source, "encodings": dump.encodings,
            "damages": dump.damages, "sha256": dump.sha256}
        entry.update({key: value for key, value in (("parts", dump.parts), ("like", dump.like))
                      if value})
        lines.append(json.dumps(entry, ensure_ascii=False))
    (FOLDER / MANIFEST).write_text("[\n" + ",\n".join(lines) + "\n]\n", "utf-8")


def digest(path: Path) -> Dict[str, str]:
    """The SHA-256 of a file, under the empty name, or of each file in a folder."""
    if path.is_file():
        return {"": hashlib.sha256(path.read_bytes()).hexdigest()}
    return {file.relative_to(path).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
            for file in sorted(path.rglob("*")) if file.is_file()}


# -- what reading gives -----------------------------------------------------------------------

def outcome(path: Path) -> List[Dict[str, Any]]:
    """What reading a dump gives, to be compared and to be looked at by people."""
    return [_told(answer, path) for answer in read(path)]


def expected(dump: Dump) -> Any:
    """What reading it is to give."""
    return json.loads((FOLDER / f"{dump.name}{EXPECTED}").read_text("utf-8"))


def _told(answer: Answer, path: Path) -> Dict[str, Any]:
    told: Dict[str, Any] = {"kind": answer.kind.name}
    inner = _within(answer.file, path)
    told.update({key: value for key, value in (
        ("file", inner), ("version", answer.version), ("code", answer.code),
        ("http", answer.status), ("path", answer.path), ("charset", answer.charset),
        ("continued", answer.continued)) if value})
    told.update(line=answer.line, offset=answer.offset, bytes=len(answer.raw))
    if answer.forms:
        told["forms"] = list(_shapes(answer.forms))
        told["values"] = _values(answer.forms)
        not_ascii = dict(_telling(answer.forms))
        if not_ascii:
            told["not ascii"] = not_ascii
    else:
        told["raw"] = hashlib.sha256(answer.raw).hexdigest()
    if answer.problems:
        told["problems"] = [_problem(problem.file, problem.line, problem.what, path, inner)
                            for problem in answer.problems]
    return told


def _within(file: str, path: Path) -> str:
    return file[len(os.fspath(path)):].replace(os.sep, "/").lstrip("/")


def _problem(file: str, line: int, what: str, path: Path, inner: str) -> str:
    own = _within(file, path)
    where = f"{own}:" if own != inner else ""
    return f"{where}{line}: {what}".replace(os.fspath(path), "")


#: Forms and keys that are named one by one: the digest of the values holds the others.
_NAMED = 40


def _shapes(forms: Sequence[Form]) -> Iterable[str]:
    """A line a form: its comment or its id, and its keys unless they are those before."""
    before = ""
    for number, form in enumerate(forms):
        if _NAMED // 2 <= number < len(forms) - _NAMED // 2:
            if number == _NAMED // 2:
                yield f"and {len(forms) - _NAMED} more"
            continue
        names = [field.key.replace(" ", "_") for field in form.fields]
        keys = " ".join(names[:_NAMED])
        if len(names) > _NAMED:
            keys += f" and {len(names) - _NAMED} more, {names[-1]} the last"
        named = "; ".join(part for part in (
            " ".join(form.comment)[:120], (form.get("id") or "")[:80]) if part)
        wrong = " >> syntax error" if form.error else ""
        yield f"{named}: {'same keys' if keys == before and len(keys) > 20 else keys}{wrong}"
        before = keys


def _values(forms: Iterable[Form]) -> str:
    """One digest of all that the forms hold."""
    held = [[list(form.comment), list(form.error),
             [[field.key, field.value] for field in form.fields]] for form in forms]
    return hashlib.sha256(json.dumps(held).encode("ascii")).hexdigest()


def _telling(forms: Iterable[Form]) -> Iterable[Tuple[str, str]]:
    """The first few values that are not ASCII, shortened: what people see at a glance."""
    found = 0
    for form in forms:
        for field in form.fields:
            if found < 4 and not field.value.isascii():
                found += 1
                begin = max(0, next(place for place, each in enumerate(field.value)
                                    if not each.isascii()) - 12)
                yield f"{field.key} {field.lineno}", field.value[begin:begin + 40]


# -- counting ---------------------------------------------------------------------------------

def counts(answers: Mapping[str, Sequence[Mapping[str, Any]]], told: Iterable[Dump]
           ) -> Dict[str, Dict[str, int]]:
    """Dumps of each kind, version, encoding, damage and source; 0 where there is none."""
    found: Dict[str, "Counter[str]"] = {name: Counter() for name in (
        "kind", "version", "encoding", "damage", "source")}
    for dump in told:
        of_dump = answers[dump.name]
        found["kind"].update({Kind[answer["kind"]].value for answer in of_dump})
        found["version"].update({_version(answer) for answer in of_dump})
        found["encoding"].update(dump.encodings)
        found["damage"].update(dump.damages)
        found["source"].update([dump.source[0]])
    named = {"kind": tuple(kind.value for kind in KINDS), "version": VERSIONS,
             "encoding": ENCODINGS, "damage": DAMAGES, "source": SOURCES}
    return {title: {**{name: 0 for name in names}, **found[title]}
            for title, names in named.items()}


def _version(answer: Mapping[str, Any]) -> str:
    version = answer.get("version")
    return ".".join(map(str, version_of(version)[:2])) if version else "none"


def missing(counted: Mapping[str, Mapping[str, int]]) -> List[str]:
    """What is to be there and is not."""
    return [f"{title}: {name}" for title, names in counted.items()
            for name, number in names.items() if not number]


# -- held against what it was made of ---------------------------------------------------------

def lost(dump: Dump, answers: Sequence[Mapping[str, Any]]) -> List[str]:
    """Files that it holds as they are, or written otherwise, and whose answers do not come out.

    Args:
        dump: of `dumps`.
        answers: what reading it gave.
    """
    return (_not_among(dump.parts, answers, ("kind", "version", "code", "values", "raw", "bytes"))
            + _not_among(dump.like, answers, ("kind", "values")))


def _not_among(files: Iterable[str], answers: Sequence[Mapping[str, Any]], what: Sequence[str]
               ) -> List[str]:
    """Those of which an answer is not there, each after those of the one before."""
    place = 0
    missed = []
    for file in files:
        for wanted in outcome(FOLDER.parent / file):
            there = next((number for number in range(place, len(answers)) if all(
                answers[number].get(key) == wanted.get(key) for key in what)), None)
            if there is None:
                missed.append(file)
                break
            place = there + 1
    return missed
