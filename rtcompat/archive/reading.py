"""`read`: saved answers, whatever they were saved in, as `Answer`s."""
from __future__ import annotations

import io
import os
from dataclasses import replace
from typing import BinaryIO, Iterable, Iterator, List, Optional, Set, Tuple, Union

from rtcompat.archive.addressing import address_in, ticket_of
from rtcompat.archive.answers import Answer, Problem
from rtcompat.archive.answering import Reading, Told, answer_of
from rtcompat.archive.cutting import cut
from rtcompat.archive.naming import address_of, names_content
from rtcompat.archive.sources import PathOrFile, Source, sources
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
        what cannot be read at all as such an answer without bytes.

    Raises:
        UsageError: a path that does not exist.
        FormSyntaxError: the first problem, with its file and line, if ``strict``.
    """
    for found in sources(_listed(paths)):
        if isinstance(found, Problem):
            yield _checked(_of_problem(found), strict)
            continue
        for answer in answers_of(found, repair=repair):
            yield _checked(answer, strict)


def _listed(paths: Union[PathOrFile, Iterable[PathOrFile]]) -> List[PathOrFile]:
    if isinstance(paths, (str, os.PathLike, io.IOBase)):
        return [paths]
    if isinstance(paths, BinaryIO):  # no class of the library is one; for the types
        return [paths]
    return list(paths)


def _of_problem(problem: Problem) -> Answer:
    return Answer(Kind.UNKNOWN, None, (), b"", problem.file, problem.line, "", (problem,),
                  in_place=False)


def _checked(answer: Answer, strict: bool) -> Answer:
    if strict and answer.problems:
        problem = answer.problems[0]
        line = problem.raw.decode("utf-8", "replace")
        raise FormSyntaxError(problem.what, lineno=problem.line, line=line, source=problem.file)
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
    reading = Reading(source.file, address, source.in_place, repair, told, Shapes())
    tickets: Set[str] = set()
    for piece in cut(source.read, content=names_content(address)):
        for answer in answer_of(piece, reading, last if piece.continued else None):
            if address and not answer.continued:
                held, answer = _of_several(tickets, held, answer)
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
