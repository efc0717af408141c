"""Lines of other programs among RT's: what CGI, proxies, mail programs and scripts put there."""
from __future__ import annotations

import re
from dataclasses import replace
from typing import List, Sequence, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.cutting import Piece
from rtcompat.archive.textual import SHOWN, Reading, problem_at
from rtcompat.errors import FormSyntaxError
from rtcompat.rest1.forms import Field, Form, custom_field_name

__all__ = ["problems_of", "without_foreign"]


def without_foreign(piece: Piece, reading: Reading, forms: Tuple[Form, ...]
                    ) -> Tuple[Tuple[Form, ...], Tuple[Problem, ...]]:
    """The forms without fields that cannot be theirs, and a problem for each of these.

    RT prints a key of an object once, or again right behind itself (``form_compose``, 3.4 to 6.0):
    where one comes back behind others the first counts, and where the number does, another form
    begins. Two custom fields may have one name, and lists have numbers in place of keys.
    """
    if not any(map(_foreign, forms)):
        return forms, ()
    found: List[Form] = []
    problems: List[Problem] = []
    for whole in forms:
        for place, form in enumerate(_apart(whole)):
            if place:
                problems.append(problem_at(piece, reading, max(0, form.fields[0].lineno - 1),
                                           "no line of -- before it: taken for another"))
            foreign = _foreign(form)
            found.append(_without(form, foreign) if foreign else form)
            problems += [problem_at(
                piece, reading, max(0, field.lineno - 1), f"a second {field.key} behind others: "
                "not RT's, left out", f"{field.key}: {field.value}".encode("utf-8", "replace"))
                for field in foreign]
    return tuple(found), tuple(problems)


def _foreign(form: Form) -> List[Field]:
    if form.get("id") is None:
        return []
    return [field for field in form.repeated() if custom_field_name(field.key) is None]


#: The number of what is shown: ``id: ticket/7``, and ``id: 7`` of a transaction.
_NUMBER = re.compile(r"(?:ticket/|user/|queue/|group/)?\d+\Z")


def _apart(form: Form) -> List[Form]:
    """What stands in a form whose ``--`` lines were lost."""
    if not _foreign(form):
        return [form]
    starts = [0]
    for place, field in enumerate(form.fields):
        if place and field.key == "id" == form.fields[0].key and _NUMBER.match(field.value):
            starts.append(place)
    parts = [form.fields[start:end] for start, end in zip(starts, [*starts[1:], None])]
    return [replace(form, fields=parts[0]), *(Form(fields=part) for part in parts[1:])]


def _without(form: Form, foreign: Sequence[Field]) -> Form:
    fields: List[Field] = []
    left_out = set(map(id, foreign))
    for field in form.fields:
        if id(field) not in left_out:
            fields.append(field)
            continue
        last = fields[-1]
        # the two line ends behind an answer were taken for one of the value and an empty line
        if last.value.endswith("\n") and field.lineno - last.lineno - last.value.count("\n") <= 2:
            fields[-1] = replace(last, value=last.value[:-1])
    return replace(form, fields=tuple(fields))


def problems_of(errors: Sequence[FormSyntaxError], piece: Piece, reading: Reading
                ) -> Tuple[Problem, ...]:
    """A problem for each run of lines of which one thing is to be said.

    Args:
        errors: of the piece, in the order of their lines, counted from 1.
    """
    runs: List[List[FormSyntaxError]] = []
    for error in errors:
        last = runs[-1][-1] if runs else None
        if last is not None and last.what == error.what and _line(error) - _line(last) <= _NEAR:
            runs[-1].append(error)
        else:
            runs.append([error])
    end = 1 + piece.raw.rstrip(b"\r\n").count(b"\n") if runs else 0
    return tuple(problem_at(
        piece, reading, _line(run[0]) - 1,
        run[0].what if len(run) == 1 else f"{len(run)} lines: {run[0].what}",
        "\n".join(error.line or "" for error in run[:SHOWN]).encode("utf-8", "replace"),
        cut=_line(run[-1]) >= end) for run in runs)


def _line(error: FormSyntaxError) -> int:
    return error.lineno or 1


#: Lines of a run that are empty do not end it.
_NEAR = 3
