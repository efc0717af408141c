"""One command for many tickets: lists and ranges of numbers, numbers on standard input, a query.

More than one ticket is shown first and changed with ``--yes`` only. A ticket that is refused does
not keep the others from being changed; the exit code is that of the first refusal.
"""
from __future__ import annotations

import json
import re
import sys
from typing import Any, Callable, Iterable, List, Optional, Sequence, Tuple, TypeVar

import click

from rtcompat import errors
from rtcompat.cli import arguments, failures, records, texts
from rtcompat.cli.invocation import Invocation, note
from rtcompat.model import Outcome, Receipt, Ticket
from rtcompat.tracker import Tracker

__all__ = ["options", "chosen", "agreed", "numbers", "each", "outcomes"]

F = TypeVar("F", bound=Callable[..., Any])
#: What the rt command and our own listings print of a ticket: the number comes first.
_LISTED = re.compile(r"(?:ticket/|#)?([0-9]+)(:.*|\s.*)?\Z")
#: Numbers and ranges alone, and what may stand between two of them.
_NUMBER = r"#?[0-9]+(?:-#?[0-9]+)?"
_NUMBERS = re.compile(rf"{_NUMBER}(?:(?:\s+|\s*,\s*){_NUMBER})*\Z")
_SHOWN = ("status", "queue", "owner", "subject")


def options(command: F) -> F:
    """The arguments of a command that takes many tickets."""
    for option in (
            click.option("--yes", is_flag=True, help="Do it to more than one ticket."),
            click.option("--query", metavar="TICKETSQL", help="The tickets that this finds."),
            click.argument("ids", nargs=-1, metavar="ID...")):
        command = option(command)
    return command


def chosen(invocation: Invocation, tracker: Tracker, ids: Tuple[str, ...],
           query: Optional[str], yes: bool) -> Tuple[int, ...]:
    """The tickets that are meant; () where a query found none.

    Raises: click's Exit where they were only shown, as ``--yes`` is missing; UsageError
        for none, for both numbers and a query, for what is no number.
    """
    if bool(ids) == (query is not None):
        raise errors.UsageError("tickets are given by number or by --query",
                                advice="12, 3-5,9, or - to read numbers from standard input")
    if query is not None:
        found = tuple(tracker.search_tickets(query, fields=_SHOWN))
        return _agreed(invocation, found, yes)
    named = numbers(ids)
    if yes or (len(named) == 1 and "-" not in ids):
        return named
    return _agreed(invocation, tuple(one.result or Ticket(one.id or 0)
                                     for one in tracker.get_tickets(named)), yes)


def numbers(ids: Tuple[str, ...]) -> Tuple[int, ...]:
    """The tickets that arguments name: numbers, ranges, ``-`` for standard input.

    Raises: UsageError for none.
    """
    found: List[int] = []
    for one in ids:
        found += _from_input(sys.stdin) if one == "-" else arguments.ticket_numbers(one)
    if not found:
        raise errors.UsageError("no ticket is named")
    return tuple(dict.fromkeys(found))


def _from_input(lines: Iterable[str]) -> List[int]:
    """The numbers on standard input: numbers and ranges alone, or first in a line, and those of
    tickets as ``--json`` prints them. Of a table (``id`` heads it) and of ``7: a subject`` the
    rest is no number; of another line a note tells.

    Raises: UsageError.
    """
    found: List[int] = []
    table, cut = False, 0
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        if re.match(r"id(\s|\Z)", text):
            table = True
            continue
        try:
            if not table and _NUMBERS.match(text):
                found += _all_of(text)
                continue
        except errors.UsageError as error:
            raise errors.UsageError(f"standard input, line {number}: {error.what}",
                                    advice=error.advice) from None
        recorded = _recorded(text)
        if recorded is not None:
            found.append(recorded)
            continue
        read = _LISTED.match(text)
        if read is None:
            raise errors.UsageError(f"standard input, line {number}: {text[:60]!r} begins with no "
                                    "ticket's number")
        found.append(arguments.ticket_number(read.group(1)))
        cut += not table and (read.group(2) or ":")[0] != ":"
    if cut:
        note(f"standard input: the first word of {cut} line{'s' * (cut > 1)} is taken for the "
             "ticket's number, and the rest passed over")
    return found


def _recorded(text: str) -> Optional[int]:
    """The number of a ticket in a line of JSON; other records have numbers, too, and no queue."""
    try:
        record = json.loads(text)
    except ValueError:
        return None
    if not isinstance(record, dict) or "queue" not in record:
        return None
    found = record.get("id")
    return found if isinstance(found, int) and found > 0 else None


def _all_of(text: str) -> Tuple[int, ...]:
    """The numbers of a line that has nothing else."""
    if re.search(r"[0-9](?:\s{2,}|\t)#?[0-9]", text):
        # A table's row without its head: the second column may be a priority.
        raise errors.UsageError(f"{text!r} is either tickets or the columns of one",
                                advice="put a comma or one blank between tickets")
    return arguments.ticket_numbers(re.sub(r"\s*,\s*|\s+", ",", text))


def _agreed(invocation: Invocation, found: Tuple[Ticket, ...], yes: bool) -> Tuple[int, ...]:
    shown = texts.tickets(found, _SHOWN, invocation.zone, invocation.width)
    if not agreed(invocation, found, "ticket", shown, yes):
        return ()
    return tuple(one.id for one in found)


def agreed(invocation: Invocation, found: Sequence[Any], noun: str, shown: Iterable[str],
           yes: bool) -> bool:
    """Whether there are any. Without ``--yes`` they are only shown, which ends the command with an
    exit code of its own: a job that nobody watches is not taken for done."""
    if not found:
        note(f"no {noun} is found: nothing is done")
        return False
    if not yes:
        for line in shown:
            click.echo(line, err=invocation.options.json)
        note(f"nothing is done yet to {len(found)} {noun}s: add --yes" if len(found) > 1
             else "nothing is done yet: add --yes")
        raise click.exceptions.Exit(failures.NOT_AGREED)
    return True


def outcomes(invocation: Invocation, found: Iterable[Outcome[Receipt]],
             told: Callable[[Receipt, int], None], places: Sequence[str] = ()) -> int:
    """Show what became of each item of many; the exit code of the first refusal, or 0.

    Args:
        places: where each item stands; without them, items are tickets.
    """
    code = 0
    for place, one in enumerate(found):
        if one.result is not None:
            told(one.result, one.id or one.result.id or 0)
        elif one.error is not None:
            about = places[place] if places else f"ticket {one.id}"
            records.partly(invocation, one.error, about)
            invocation.complain(one.error, about=about)
            code = code or failures.exit_code(one.error)
    return code


def each(invocation: Invocation, tickets: Tuple[int, ...], act: Callable[[int], Receipt],
         told: Callable[[Receipt, int], None]) -> int:
    """Do it to one ticket after the other; the exit code of the first refusal, or 0.

    What is no matter of one ticket (nobody signed in, no connection) ends it.
    """
    code = 0
    for number in tickets:
        try:
            receipt = act(number)
        except errors.NotAuthenticated:
            raise
        except (errors.Refused, errors.OutcomeUnknown, errors.UsageError) as error:
            if len(tickets) == 1:
                raise
            records.partly(invocation, error, f"ticket {number}")
            invocation.complain(error, about=f"ticket {number}")
            code = code or failures.exit_code(error)
            continue
        told(receipt, number)
    return code
