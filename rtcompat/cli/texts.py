"""Records as text for people. What was not loaded is left out; what RT has no value for is ``-``.

Times are shown in one zone, with that zone beside them: the one given by ``--timezone``, else UTC.
"""
from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timezone, tzinfo
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from rtcompat.cli.layout import indented, record, table, visible
from rtcompat.fields import TICKET
from rtcompat.model import (LINK_NAMES, NOT_LOADED, Attachment, Link, Links, Receipt, ServerInfo,
                            Ticket, Transaction, Watcher)

__all__ = ["moment", "cell", "ticket", "tickets", "transaction", "attachments", "links",
           "receipt", "server"]

_NONE = "-"
_IN_MINUTES = frozenset(row.name for row in TICKET if row.kind == "minutes")
#: Attributes of a ticket that its record view shows in a way of their own.
_SET_APART = ("id", "custom_fields", "custom_roles", "other_fields", "times_exact", "undecided",
              "asked_id", "custom_field_files")


def moment(value: datetime, zone: Optional[tzinfo]) -> str:
    """``2024-07-01 10:00:00 +0200``, or ``… UTC`` without a zone."""
    if zone is None or str(zone) in ("UTC", "Etc/UTC"):
        return value.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z")


def _watcher(one: Watcher) -> str:
    if one.email and one.name and one.name != one.email:
        shown = f"{one.name} <{one.email}>"
    else:
        shown = one.email or one.name or (f"number {one.id}" if one.id else _NONE)
    return f"{shown} (group)" if one.kind == "group" else shown


def cell(value: Any, zone: Optional[tzinfo]) -> str:
    """A value of a record in a few words: several values with commas, names before values."""
    if value is NOT_LOADED:
        return ""
    if value is None or value == "" or (isinstance(value, (tuple, Mapping)) and not value):
        return _NONE
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, Watcher):
        return _watcher(value)
    if isinstance(value, Link):
        return str(value.id) if value.kind == "ticket" else str(value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {cell(one, zone)}" for name, one in value.items())
    if isinstance(value, (tuple, list, frozenset)):
        return ", ".join(cell(one, zone) for one in value)
    return str(value)


def _field(name: str, value: Any, zone: Optional[tzinfo]) -> str:
    """A value of a ticket with its unit."""
    return f"{value} min" if name in _IN_MINUTES else cell(value, zone)


def _several(value: Any, zone: Optional[tzinfo]) -> str:
    """The values of a custom field or a role, one a line."""
    return "\n".join(cell(one, zone) for one in value) if value else _NONE


def ticket(one: Ticket, zone: Optional[tzinfo], width: Optional[int]) -> Iterator[str]:
    """The record view of a ticket: every attribute that was loaded."""
    title = f"ticket {one.id}"
    if one.asked_id and one.asked_id != one.id:
        title += f" ({one.asked_id} was merged into it)"
    yield title
    pairs = [(each.name.replace("_", " "), _field(each.name, getattr(one, each.name), zone))
             for each in fields(one)
             if each.name not in _SET_APART and getattr(one, each.name) is not NOT_LOADED]
    for heading, held in (("CF", one.custom_fields), ("role", one.custom_roles)):
        if held is not NOT_LOADED:
            pairs += [(f"{heading} {name}", _several(values, zone))
                      for name, values in held.items()]
    if one.custom_field_files is not NOT_LOADED:
        pairs += [(f"file of {name}", f"{each.filename} (value {each.id})")
                  for name, several in one.custom_field_files.items() for each in several]
    pairs += list(one.other_fields.items())
    yield from record([(f"  {label}", value) for label, value in pairs], width)
    if not one.times_exact:
        yield "  (times: the server's zone leaves a doubt; give --timezone)"
    if one.undecided:
        yield "  (one value or several, this server does not tell: " + visible(
            ", ".join(sorted(one.undecided))) + ")"


def tickets(found: Iterable[Ticket], names: Sequence[str], zone: Optional[tzinfo],
            width: Optional[int]) -> Iterator[str]:
    """A table of tickets with a column for the id and each attribute named."""
    columns = ("id",) + tuple(name for name in names if name != "id")
    rows = (["" if getattr(one, name) is NOT_LOADED else _field(name, getattr(one, name), zone)
             for name in columns] for one in found)
    return table([name.replace("_", " ") for name in columns], rows, width)


def transaction(one: Transaction, zone: Optional[tzinfo], width: Optional[int], *,
                whose: bool = False) -> Iterator[str]:
    """A transaction: a line that names it, its sentence, its text, its attachments.

    Args:
        whose: the line names its ticket, too.
    """
    head = [f"#{one.id}"]
    if whose and one.ticket_id is not NOT_LOADED and one.ticket_id:
        head.append(f"ticket {one.ticket_id}")
    if one.created is not NOT_LOADED:
        head.append(moment(one.created, zone))
    head += [part for part in (one.creator, one.type) if part is not NOT_LOADED]
    if one.time_taken:
        head.append(f"{one.time_taken} min")
    yield visible("  ".join(head))
    if one.description:
        yield from indented(one.description, "    ", width)
    elif one.rt_description:
        yield from indented(one.rt_description, "    ", width)
    text, note = _body(one)
    if text:
        yield ""
        if note:
            yield f"    [{note}]"
        yield from indented(text.rstrip("\r\n"), "    ", width)
    if one.attachments:
        yield ""
        for line in _parts(one.attachments, zone, None if width is None else width - 4):
            yield "    " + line
    yield ""


def _body(one: Transaction) -> Tuple[str, str]:
    if one.content:
        return one.content, ""
    if one.rendered:
        return one.rendered, "text made of HTML by the server"
    if one.html:
        return one.html, "HTML"
    return "", ""


def _size(one: Attachment) -> str:
    if one.size is NOT_LOADED or one.size is None:
        return _NONE
    return f"{one.size:,}"


def _parts(parts: Iterable[Attachment], zone: Optional[tzinfo],
           width: Optional[int]) -> Iterator[str]:
    return table(("attachment", "type", "bytes", "name"),
                 ([str(one.id), cell(one.content_type, zone), _size(one), cell(one.filename, zone)]
                  for one in parts), width)


def attachments(parts: Iterable[Attachment], zone: Optional[tzinfo],
                width: Optional[int]) -> Iterator[str]:
    """A table of attachments."""
    headers = ("id", "transaction", "created", "type", "bytes", "name")
    # What this protocol does not tell in a list is no value here: a blank looks like a defect.
    return table(headers, ([str(one.id), cell(one.transaction_id, zone) or _NONE,
                            cell(one.created, zone) or _NONE,
                            cell(one.content_type, zone) or _NONE, _size(one),
                            cell(one.filename, zone) or _NONE]
                           for one in parts), width)


def links(ticket_id: int, held: Links, zone: Optional[tzinfo],
          width: Optional[int]) -> Iterator[str]:
    """The links of a ticket, a direction a line."""
    yield f"ticket {ticket_id}"
    yield from record([(f"  {name.replace('_', ' ')}", _several(getattr(held, name), zone))
                       for name in LINK_NAMES], width)


def receipt(one: Receipt, done: str, zone: Optional[tzinfo],
            width: Optional[int]) -> Iterator[str]:
    """What a write did, in a line, and what stands otherwise than it was wanted.

    Args:
        done: what the command was for (``ticket 12 edited``).
    """
    yield done
    rows: List[Tuple[str, str]] = [
        ("changed", ", ".join(one.changed)), ("already so", ", ".join(one.unchanged)),
        ("refused", ", ".join(one.refused)), ("not verified", ", ".join(one.unverified))]
    rows += [("stored as", f"{name}: {cell(value, zone)}") for name, value in one.altered.items()]
    if one.transaction_id is not None:
        rows.append(("transaction", str(one.transaction_id)))
    rows += [("RT said", said) for said in one.messages]
    yield from record([(f"  {label}", text) for label, text in rows if text], width)


def server(info: ServerInfo, user: str) -> List[Tuple[str, str]]:
    """Rows on a server that we are logged in to."""
    rows = [("signed in as", user), ("protocol in use", info.protocol)]
    if info.timezone is not None:
        doubt = "" if info.timezone_exact else " (one of several possible)"
        rows.append(("time zone", info.timezone + doubt))
    return rows + [(f"cannot {name}", why) for name, why in info.unsupported.items()]
