"""`read`: saved answers, whatever they were saved in, as `Answer`s."""
from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Iterable, Iterator, List, Optional, Set, Tuple, Union

from rtcompat.archive.addressing import address_in, ticket_of
from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.answering import Reading, Told, answer_of
from rtcompat.archive.cutting import cut
from rtcompat.archive.naming import address_of, names_content, without_password
from rtcompat.archive.sources import (PathOrFile, Source, checked_path, name_of, nothing_in,
                                      sources)
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.formshapes import Shapes
from rtcompat.rest1.kinds import Kind

__all__ = ["answers_of", "read"]


def read(paths: Union[PathOrFile, Iterable[PathOrFile]], *, strict: bool = False,
         repair: bool = False) -> Iterator[Answer]:
    """The answers in files, folders, containers and streams, in one pass and bounded memory.

    Args:
        paths: files, folders (walked in sorted order), ``-`` for standard input, files opened in
            binary mode. Tar, zip, gzip, bzip2 and xz are looked into, by their content, also in
            each other. A single path need not be put into a list.
        strict: raise the first problem.
        repair: put text right that was encoded twice; it is reported either way.

    Yields:
        Answers in the order of the files, those longer than a megabyte in pieces (see
        `Answer.continued`). What is nothing of RT's comes as `Kind.UNKNOWN` with a problem,
        what cannot be read at all, and a folder with nothing in it, as such an answer without
        bytes.

    Raises:
        UsageError: what is no path; while reading a path that does not exist.
        FormSyntaxError: the first problem, with its file and line, if ``strict``.
    """
    return (_checked(answer, strict) for path in _listed(paths)
            for answer in _below(path, repair))


def _listed(paths: Union[PathOrFile, Iterable[PathOrFile]]) -> List[PathOrFile]:
    """Raises: UsageError for what is no path."""
    if isinstance(paths, (str, os.PathLike)) or hasattr(paths, "read"):
        given: List[Any] = [paths]
    elif isinstance(paths, (bytes, bytearray)) or not isinstance(paths, Iterable):
        given = [paths]
    else:
        given = list(paths)
    for one in given:
        checked_path(one)
    return given


def _below(path: PathOrFile, repair: bool) -> Iterator[Answer]:
    """The answers below one path."""
    met = False
    for found in sources([path]):
        for answer in ((_of_problem(found, found.file),) if isinstance(found, Problem)
                       else answers_of(found, repair=repair)):
            met = True
            yield answer
    if not met:
        name = name_of(path)
        yield _of_problem(nothing_in(name), name)


def _of_problem(problem: Problem, file: str) -> Answer:
    return Answer(Kind.UNKNOWN, None, (), b"", file, problem.line, "", (problem,),
                  in_place=False)


def _checked(answer: Answer, strict: bool) -> Answer:
    if strict and answer.problems:
        problem = answer.problems[0]
        line = problem.raw.decode("utf-8", "replace")
        raise FormSyntaxError(problem.what, lineno=problem.line, line=line,
                              source=without_password(problem.file))
    return answer


def answers_of(source: Source, *, repair: bool = False) -> Iterator[Answer]:
    """The answers of one file.

    Args:
        source: of `rtcompat.archive.sources.sources`.
        repair: as of `read`.
    """
    address = address_of(source.file)
    told: Told = set()
    last: Optional[Answer] = None
    held: Optional[Answer] = None
    reading = Reading(source.file, address, source.in_place, repair, told, Shapes(),
                      columns=[])
    tickets: Set[str] = set()
    for piece in cut(source.read, content=names_content(address)):
        for answer in answer_of(piece, reading, last if piece.continued else None):
            if address and not answer.continued:
                held, answer = _of_several(tickets, held, answer)
            if held is not None and held.kind is Kind.ATTACHMENT_CONTENT \
                    and not answer.continued and held.status is None:
                answer = replace(answer, problems=(*answer.problems, Problem(
                    source.file, answer.line, "stands behind a content, and nothing tells where "
                    "that ends: perhaps a part of it")))
            if held is not None:
                yield held
            held = last = answer
    if held is not None:
        damage = tuple(Problem(source.file, held.line, what) for what in source.damage)
        yield replace(held, problems=held.problems + damage) if damage else held


def _of_several(tickets: Set[str], held: Optional[Answer], answer: Answer
                ) -> Tuple[Optional[Answer], Answer]:
    """The answer before and this one, whose addresses are not the file's any more once the file
    holds several tickets: it has the name of none."""
    ticket = ticket_of(answer.kind, answer.forms)
    if not ticket:
        return held, answer
    tickets.add(ticket)
    if len(tickets) == 1:
        return held, answer
    if held is not None and not held.continued and ticket_of(held.kind, held.forms):
        held = replace(held, path=address_in(held.kind, held.forms, ""))
    return held, replace(answer, path=address_in(answer.kind, answer.forms, ""))
