"""What REST2 is sent: our values to JSON bodies and multipart parts. No requests.

Only keys of `fields` leave here: REST2 passes over unknown keys without a word, and some that it
knows are dangerous: a ``Cc`` in a message replaces watchers.
"""
from __future__ import annotations

import json
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple

from rtcompat import fields, limits
from rtcompat.errors import InvalidValue, Unsupported, UsageError
from rtcompat.exchange import NO_JSON, Part
from rtcompat.limits import is_empty
from rtcompat.model import Link, NewAttachment, Watcher
from rtcompat.rest2 import values
from rtcompat.rest2.context import Context, FieldKind
from rtcompat.rest2.filevalues import NewFile

__all__ = ["columns", "people", "custom_names", "custom_value", "message", "carrying",
           "link_changes", "settled", "KEPT_APART"]

#: Kinds that `columns` leaves to the functions below.
KEPT_APART = frozenset(("people", "custom_fields", "custom_roles"))


def columns(rows: Tuple[fields.FieldRow, ...], wanted: Mapping[str, Any]) -> Dict[str, Any]:
    """The plain fields of a body: by RT's key, RT's value."""
    return {row.rest2: values.WRITE[row.kind](wanted[row.name]) for row in rows
            if row.rest2 and row.name in wanted and row.kind not in KEPT_APART}


# -- people ---------------------------------------------------------------------------------------

def settled(given: Iterable[Watcher], known: Iterable[Watcher]) -> Tuple[Watcher, ...]:
    """The people given, each replaced by the known one that is the same person.

    The same: by address, else by login, without regard to case, as RT looks them up; groups, and
    who has neither, by number. Two addresses are two people, whatever they are called.
    """
    by_key: Dict[Any, Watcher] = {}
    for one in known:
        for key in _keys(one):
            by_key.setdefault(key, one)
    found: List[Watcher] = []
    for one in given:
        match = next((by_key[key] for key in _keys(one) if key in by_key
                      and _one_address(one, by_key[key])), one)
        if match not in found or match.email is None:
            found.append(match)
    return values.people_in_order(found)


def _keys(one: Watcher) -> List[Tuple[str, Any]]:
    keys: List[Tuple[str, Any]] = []
    if one.email:
        keys.append(("email", one.email.lower()))
    if one.name:
        keys.append(("name", one.name.lower()))
    if one.id is not None:
        keys.append(("id", one.id))
    return keys


def _one_address(one: Watcher, other: Watcher) -> bool:
    """Whether nothing is known of two addresses."""
    return not (one.email and other.email) or one.email.lower() == other.email.lower()


def people(given: Iterable[Watcher]) -> List[str]:
    """The complete list of a role."""
    return [values.write_person(one) for one in given]


# -- custom fields --------------------------------------------------------------------------------

def custom_names(given: Mapping[str, Any], kinds: Mapping[str, FieldKind],
                 where: str) -> Dict[str, Any]:
    """The values by the names that RT shows: it matches names in any case, exact ones first.

    Args:
        kinds: all custom fields there are. where: ``the ticket`` or ``the queue``, for the error.
    Raises: InvalidValue for a name that no field has, UsageError for a field named twice.
    """
    spelled = {name.casefold(): name for name in kinds}
    found: Dict[str, Any] = {}
    for name, several in given.items():
        shown = name if name in kinds else spelled.get(name.casefold())
        if shown is None:
            names = ", ".join(map(repr, kinds))
            raise InvalidValue(f"{where} shows no custom field {name!r}",
                               advice=f"those it shows: {names}" if names else
                               "it shows none at all, perhaps for want of the right to see them")
        if shown in found:
            raise UsageError(f"the custom field {shown!r} is given twice",
                             argument="custom_fields")
        found[shown] = several
    return found


def custom_value(context: Context, kind: Optional[FieldKind], given: Sequence[str],
                 name: str, held: Sequence[str] = ()) -> Any:
    """The JSON of a custom field's new values.

    Args:
        held: what it holds now. Of several datetimes RT keeps those whose stored text is listed:
            the same moment in the user's zone would delete it (seen on 5.0.3).

    A DateTime is given in UTC and read by RT in the user's zone. A single value is text and goes
    by null, a list replaces several and clears by []: each crossed form writes junk rows
    (5.0.3 to 5.0.10).

    Raises: UsageError for several values of a single one, and for what is no date or datetime.
    """
    several: List[Any] = list(given)
    if any(isinstance(one, NewAttachment) for one in several):
        raise Unsupported(f"custom_fields[{name}]: files are taken as values of tickets' custom "
                          "fields only", argument="custom_fields", protocol="rest2")
    if any(isinstance(one, NewFile) for one in several):
        several = [one.in_json() if isinstance(one, NewFile) else one for one in several]
    elif kind is not None and kind.type == "DateTime":
        several = [one if one in held and not kind.single else _wall(context, one, name)
                   for one in several]
    elif kind is not None and kind.type == "Date":
        for one in several:
            if one not in held:
                limits.check_day(one, name)
    if kind is not None and kind.single:
        if len(several) > 1:
            raise UsageError(f"the custom field {name!r} holds one value, not {len(several)}",
                             argument="custom_fields")
        return several[0] if several else None
    return several


def _wall(context: Context, text: str, name: str) -> str:
    """What RT reads as this moment."""
    local = context.local(limits.checked_moment(text, name))
    if local is None:
        raise Unsupported(f"custom_fields[{name}]: nothing that can be sent makes RT store {text}, "
                          f"so near to a change of the clocks in {context.timezone}",
                          argument="custom_fields", protocol="rest2", advice="use another moment")
    return f"{local:%Y-%m-%d %H:%M:%S}"


# -- messages and files ---------------------------------------------------------------------------

def message(content: str, content_type: str) -> Dict[str, Any]:
    """The text of a message; nothing for an empty one."""
    return {"Content": content, "ContentType": content_type} if content else {}


def carrying(body: Mapping[str, Any], files: Sequence[NewAttachment],
             operation: str) -> Dict[str, Any]:
    """`exchange.Request`'s arguments for a body with files: JSON, or multipart around it.

    Raises: Unsupported for a file that `limits.carried_by` gives to REST 1.0.
    """
    if not files:
        return {"json": dict(body), "parts": ()}
    for one in files:
        lost = ""
        if is_empty(one):
            lost = "REST2 takes no empty file"
        elif operation == "create_ticket" and limits.recoded(one):
            lost = f"REST2 forgets the charset of {one.filename} with a new ticket"
        elif operation != "create_ticket" and limits.misnamed(one):
            lost = f"REST2 reads the name {one.filename!r} in the file's charset"
        if lost:
            raise Unsupported(lost, operation=operation, argument="attachments", protocol="rest2",
                              advice="REST 1.0 could carry it")
    text = json.dumps(dict(body), ensure_ascii=False).encode("utf-8")
    parts = [Part("JSON", text, content_type="application/json")]
    parts += [Part("Attachments", one.content, filename=one.filename,
                   content_type=one.content_type or "application/octet-stream") for one in files]
    return {"json": NO_JSON, "parts": tuple(parts)}


# -- links ----------------------------------------------------------------------------------------

def link_changes(before: Mapping[str, Tuple[Link, ...]],
                 after: Mapping[str, Tuple[Link, ...]]) -> Dict[str, List[str]]:
    """``Add…`` and ``Delete…`` that lead from one state of some directions to another.

    RT's own replacing compares numbers only and would not know an asset or article again.
    """
    body: Dict[str, List[str]] = {}
    for name, ends in after.items():
        key = fields.LINKS[name][1]
        had = set(before.get(name, ()))
        added = [values.write_link(one) for one in ends if one not in had]
        removed = [values.write_link(one) for one in sorted(had) if one not in ends]
        if added:
            body[f"Add{key}"] = added
        if removed:
            body[f"Delete{key}"] = removed
    return body
