"""The command that creates many tickets from a file: create-many."""
from __future__ import annotations

import json
from dataclasses import fields
from typing import IO, Any, Dict, Iterable, Iterator, Tuple

import click

from rtcompat.cli import arguments, many, records
from rtcompat.cli.invocation import Invocation, connection_options, writing
from rtcompat.errors import UsageError
from rtcompat.fields import TICKET, choices
from rtcompat.model import NewTicket, Receipt

__all__ = ["create_many"]

_NAMES = frozenset(each.name for each in fields(NewTicket))
_DATES = frozenset(row.name for row in TICKET if row.kind == "date")


@click.command("create-many")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--no-read-back", is_flag=True, help="Do not read afterwards what RT stored.")
@connection_options
@click.pass_context
def create_many(context: click.Context, file: IO[str], no_read_back: bool) -> None:
    """Create tickets from FILE (- for standard input), one JSON object a line.

    Each has "queue" and, as wanted, subject, content, requestors (a list), owner, status,
    priority, due ("2024-07-01T08:00+02:00"), custom_fields (an object), attach (a list of files).
    All lines are read before anything is sent.
    """
    invocation = writing(context)
    lines = tuple(_read(invocation, file))

    def told(receipt: Receipt, number: int) -> None:
        records.done(invocation, receipt, f"ticket {number} created")
    with invocation.tracker() as tracker:
        found = tracker.create_tickets([ticket for _, ticket in lines],
                                       read_back=not no_read_back)
        code = many.outcomes(invocation, found, told, [place for place, _ in lines])
    context.exit(code)


def _read(invocation: Invocation, lines: Iterable[str]) -> Iterator[Tuple[str, NewTicket]]:
    """Each ticket, with the line that it stands in."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"line {number}"
        try:
            given = json.loads(line)
        except ValueError as error:
            raise UsageError(f"{where}: no JSON: {error}") from None
        if not isinstance(given, dict) or not given.get("queue"):
            raise UsageError(f"{where}: no object with a queue")
        yield where, NewTicket(**_values(invocation, given, where))


def _values(invocation: Invocation, given: Dict[str, Any], where: str) -> Dict[str, Any]:
    files = given.pop("attach", [])
    if not isinstance(files, list) or not all(isinstance(one, str) for one in files):
        raise UsageError(f"{where}: attach is a list of files")
    unknown = sorted(set(given) - _NAMES | {"attachments"} & set(given))
    if unknown:
        raise UsageError(f"{where}: {', '.join(unknown)}: no field of a new ticket",
                         advice=choices(unknown[0], _NAMES - {"attachments"} | {"attach"}))
    for name in _DATES & set(given):
        if not isinstance(given[name], str):
            raise UsageError(f"{where}: {name} is a text such as 2024-07-01T08:00+02:00")
        given[name] = arguments.date(given[name], invocation.zone, name)
    return {**given, "attachments": arguments.files(files)}
