"""Records of any kind shown to people and to programs."""
from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Sequence, Tuple

from rtcompat.cli import texts
from rtcompat.cli.invocation import Invocation
from rtcompat.cli.layout import record, table
from rtcompat.errors import RTError
from rtcompat.model import NOT_LOADED, Attachment, Receipt, Ticket, Transaction

__all__ = ["one", "listed", "lines", "done", "partly"]

#: Columns of a table of tickets.
_TICKET = ("status", "queue", "owner", "last_updated", "subject")
#: Attributes that a table of other records shows, where they have them.
_COLUMNS = ("id", "kind", "name", "type", "status", "queue", "catalog", "class_name", "owner",
            "email", "real_name", "description", "summary", "single", "disabled")
#: Attributes of a record that are shown in a way of their own, or to programs only.
_SET_APART = ("other_fields", "etag")


def _pairs(found: Any) -> List[Tuple[str, Any]]:
    if isinstance(found, Mapping):
        return list(found.items())
    return [(each.name, getattr(found, each.name)) for each in fields(found)]


def one(invocation: Invocation, found: Any, *, whose: bool = False) -> None:
    """Show one record: every attribute that was loaded.

    Args:
        whose: a transaction is shown with its ticket.
    """
    if invocation.options.json:
        invocation.emit(found)
    elif isinstance(found, Ticket):
        invocation.show(texts.ticket(found, invocation.zone, invocation.width))
    elif isinstance(found, Transaction):
        invocation.show(texts.transaction(found, invocation.zone, invocation.width, whose=whose))
    else:
        pairs = [(name.replace("_", " "), _several_lines(name, value, invocation))
                 for name, value in _pairs(found)
                 if value is not NOT_LOADED and name not in _SET_APART]
        pairs += list(getattr(found, "other_fields", {}).items())
        invocation.show(record(pairs, invocation.width))


def _several_lines(name: str, value: Any, invocation: Invocation) -> str:
    """A value of a record; headers a line each, as they stand in a message."""
    if name == "headers":
        return "\n".join(f"{header}: {text}" for header, text in value)
    return texts.cell(value, invocation.zone)


def listed(invocation: Invocation, found: Iterable[Any]) -> None:
    """Show many records, each as it comes."""
    if invocation.options.json:
        for each in found:
            invocation.emit(each)
        return
    invocation.show(lines(invocation, found))


def lines(invocation: Invocation, found: Iterable[Any]) -> Iterable[str]:
    """Many records for people, each as it comes."""
    source = iter(found)
    first = next(source, None)
    return () if first is None else _lines(invocation, first, _chained(first, source))


def _chained(first: Any, others: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from others


def _lines(invocation: Invocation, first: Any, found: Iterator[Any]) -> Iterable[str]:
    if isinstance(first, Ticket):
        return texts.tickets(found, _TICKET, invocation.zone, invocation.width)
    if isinstance(first, Transaction):
        return (line for each in found
                for line in texts.transaction(each, invocation.zone, invocation.width,
                                              whose=True))
    if isinstance(first, Attachment):
        return texts.attachments(tuple(found), invocation.zone, invocation.width)
    if not is_dataclass(first):
        return (texts.cell(each, invocation.zone) for each in found)
    names = [each.name for each in fields(first)]
    columns = [name for name in _COLUMNS if name in names]
    return table([name.replace("_", " ") for name in columns],
                 (_row(invocation, each, columns) for each in found), invocation.width)


def _row(invocation: Invocation, found: Any, columns: Sequence[str]) -> List[str]:
    held: Dict[str, Any] = {name: getattr(found, name) for name in columns}
    return [texts.cell(value, invocation.zone) for value in held.values()]


def done(invocation: Invocation, receipt: Receipt, sentence: str) -> None:
    """Show what a write did; from now on it counts as told."""
    invocation.done = sentence if receipt.id is None else f"{sentence} ({receipt.id})"
    if invocation.options.json:
        invocation.emit(receipt)
    else:
        invocation.show(texts.receipt(receipt, sentence, invocation.zone, invocation.width))


def partly(invocation: Invocation, error: RTError, subject: str) -> None:
    """What was done before the error, on standard output, where a receipt is expected.

    Args:
        subject: what it is about where neither the command nor the receipt tells.
    """
    receipt = getattr(error, "receipt", None)
    if not isinstance(receipt, Receipt):
        return
    if invocation.options.json:
        invocation.emit(receipt)
        return
    named = f"ticket {receipt.id}" if receipt.id is not None else subject
    invocation.show(texts.receipt(receipt, f"{invocation.subject or named}: not all was done",
                                  invocation.zone, invocation.width))
