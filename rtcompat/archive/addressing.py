"""The address that an answer answers, from what it holds."""
from __future__ import annotations

import re
from typing import Callable, Dict, Tuple

from rtcompat.rest1.forms import Form
from rtcompat.rest1.kinds import Kind

__all__ = ["address_in", "ticket_of"]

_TICKETS = re.compile(r"ticket/(\d+)(?:/(?:show|edit))?\Z")
_LONG = re.compile(r"# \d+/\d+ \(id/(\d+)/total\)")


def _shown(form: Form) -> str:
    return f"{form.get('id') or ''}/show"


def _itself(form: Form) -> str:
    return form.get("id") or ""


def _history(form: Form) -> str:
    ticket = form.get("Ticket") or ""
    return f"ticket/{ticket}/history" if ticket.isdigit() else ""


def _entry(form: Form) -> str:
    history, entry = _history(form), form.get("id") or ""
    return f"{history}/id/{entry}" if history and entry.isdigit() else ""


def _attachment(form: Form) -> str:
    named = form.get("id") or ""
    return named if named.startswith("attachment/") else f"attachment/{named}"


_TOLD: Dict[Kind, Callable[[Form], str]] = {
    Kind.TICKET: _shown, Kind.USER: _itself, Kind.QUEUE: _itself, Kind.GROUP: _itself,
    Kind.ATTACHMENT_LIST: _itself, Kind.LINKS: _itself, Kind.ATTACHMENT: _attachment,
    Kind.HISTORY_LONG: _history, Kind.HISTORY_ONE: _entry,
    Kind.TRANSACTION: lambda form: f"transaction/{form.get('id') or ''}",
}

#: Kinds that hold nothing of their address, and how it ends.
_NAMED: Dict[Kind, Tuple[str, ...]] = {
    Kind.HISTORY_SHORT: ("/history",), Kind.ATTACHMENT_CONTENT: ("/content",),
    Kind.CUSTOM_FIELDS: ("customfields",),
}
_SEARCHES = frozenset([Kind.SEARCH_FORMS, Kind.SEARCH_IDS, Kind.SEARCH_LINES, Kind.SEARCH_NONE,
                       Kind.SEARCH_TABLE, Kind.SEVERAL])
_OBJECTS = frozenset(_TOLD)


_TICKET = re.compile(r"ticket/\d+")


def ticket_of(kind: Kind, forms: Tuple[Form, ...]) -> str:
    """``ticket/12`` where an answer itself says of which ticket it is; else the empty text."""
    tell = _TOLD.get(kind)
    match = _TICKET.match(tell(forms[0])) if tell is not None and forms else None
    return "" if match is None else match.group()


def address_in(kind: Kind, forms: Tuple[Form, ...], named: str) -> str:
    """The address below ``REST/1.0/``; the empty text where nothing tells.

    Args:
        kind, forms: of the answer.
        named: what the file's name hints at. It counts where the answer could be one to it: a
            ticket that was merged answers under its old number with the other's id.
    """
    tell = _TOLD.get(kind)
    if tell is not None:
        said = tell(forms[0]) if forms else ""
        if not named or named == said:
            return said
        same = re.sub(r"\d+", "0", named) == re.sub(r"\d+", "0", said)
        if kind is Kind.HISTORY_ONE and said:  # or a whole history of one
            same = same or re.fullmatch(r"ticket/\d+/history", named) is not None
        return named if same or not said else said
    if kind in _NAMED:
        return named if named.endswith(_NAMED[kind]) else ""
    if kind in _SEARCHES:
        return named if named.startswith("search/") else ""
    return named  # refusals and empty answers
