"""REST2's JSON to records, driven by `fields`. No requests.

A record comes in two shapes: an item of a collection with what ``fields=`` asked for, where NULL
is "", and a record of its own, where NULL is missing (5.0.0 to 6.0). Both are read alike.
"""
from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from rtcompat import fields
from rtcompat.describe import describe
from rtcompat.model import (NOT_LOADED, Attachment, CustomFieldFile, FrozenMap, Group, Link, Links,
                            Queue, Ticket, Transaction, User, Watcher)
from rtcompat.rest2 import values
from rtcompat.rest2.context import FieldKind

__all__ = ["ticket", "ticket_fields", "links", "transaction", "TRANSACTION_FIELDS", "attachment",
           "queue", "QUEUE_FIELDS", "group", "user", "custom_fields", "custom_files",
           "field_kinds", "role_numbers", "people_of", "with_addresses", "can", "single_roles"]

_ROLE_NUMBER = re.compile(r"RT::CustomRole-(\d+)\Z")
_DOWNLOAD = re.compile(r"/download/cf/(\d+)\Z")
_NESTED = ("id", "Name", "EmailAddress")
#: Of `fields.TRANSACTION`: the columns; the rest is made of attachments.
TRANSACTION_FIELDS = ",".join(row.rest2 for row in fields.TRANSACTION
                              if row.rest2 and row.name != "id")
QUEUE_FIELDS = ",".join(row.rest2 for row in fields.QUEUE if row.rest2 and row.kind != "people")


# -- tickets --------------------------------------------------------------------------------------

def ticket_fields(names: Optional[Iterable[str]] = None) -> Tuple[Tuple[str, str], ...]:
    """The parameters that make a collection carry these attributes of `Ticket`; None: all.

    Returns: pairs; none for no attribute besides the id.
    """
    wanted = None if names is None else set(names)
    rows = [row for row in fields.TICKET
            if row.rest2 and row.name != "id" and (wanted is None or row.name in wanted)]
    if not rows:
        return ()
    pairs = [("fields", ",".join(row.rest2 for row in rows if row.rest2))]
    for row in rows:
        if row.kind in ("people", "custom_roles"):
            pairs.append((f"fields[{row.rest2}]", ",".join(_NESTED)))
        elif row.kind == "queue":
            pairs.append((f"fields[{row.rest2}]", "id,Name"))
        elif row.kind == "custom_fields":
            pairs.append((f"fields[{row.rest2}]", "Type,MaxValues"))
    return tuple(pairs)


def ticket(raw: Mapping[str, Any], *, asked_id: int = 0, wanted: Optional[Iterable[str]] = None,
           roles: Optional[Mapping[int, str]] = None,
           kinds: Optional[Mapping[str, FieldKind]] = None) -> Ticket:
    """A ticket from an item of ``/tickets`` or from ``/ticket/N``.

    Args:
        asked_id: the id asked for, 0 for the ticket's own.
        wanted: attributes that were asked for; the others hold NOT_LOADED. None: all.
        roles: names of custom roles by number (up to 5.0.3 RT gives numbers).
        kinds: custom fields by name, where the answer itself does not tell their types.
    """
    number = values.read_number(raw.get("id"))
    names = None if wanted is None else set(wanted)
    found: Dict[str, Any] = {}
    for row in fields.TICKET:
        if row.name == "id" or row.rest2 is None or (names is not None and row.name not in names):
            continue
        if row.kind == "custom_fields":
            found[row.name] = custom_fields(raw.get(row.rest2), kinds)
            found["custom_field_files"] = custom_files(raw.get(row.rest2))
        elif row.kind == "custom_roles":
            found[row.name] = _custom_roles(raw, roles or {})
        else:
            found[row.name] = values.READ[row.kind](raw.get(row.rest2))
    return Ticket(number, asked_id=asked_id or number, **found)


def custom_fields(raw: Any, kinds: Optional[Mapping[str, FieldKind]] = None
                  ) -> Mapping[str, Tuple[str, ...]]:
    """Custom fields by name, in the order of their numbers; a field without value holds (), and
    two of one name what both hold.

    The extension before 1.09 sends an object by number without names: then the number is the key.
    """
    if isinstance(raw, Mapping):
        return FrozenMap({name: values.read_values(given, False) for name, given in raw.items()})
    found: Dict[str, Tuple[str, ...]] = {}
    for one in _by_number(raw or []):
        name = values.read_text(one.get("name"))
        kind = one.get("Type") or (kinds[name].type if kinds and name in kinds else None)
        held = values.read_values(one.get("values"), kind == "DateTime")
        found[name] = found.get(name, ()) + held
    return FrozenMap(found)


def _by_number(listed: Iterable[Mapping[str, Any]]) -> List[Mapping[str, Any]]:
    """Custom fields, which come in an order of chance."""
    return sorted(listed, key=lambda one: values.read_number(one.get("id")))


def custom_files(raw: Any) -> Mapping[str, Tuple[CustomFieldFile, ...]]:
    """The files among the values of custom fields, by the field's name. RT tells a value's number
    in the address of its content only."""
    found: Dict[str, Tuple[CustomFieldFile, ...]] = {}
    for one in _by_number(raw if isinstance(raw, list) else []):
        files = []
        for value in one.get("values") or ():
            number = _DOWNLOAD.search(str(value.get("_url"))) if isinstance(value, dict) else None
            if number is not None:
                files.append(CustomFieldFile(int(number.group(1)),
                                             values.read_text(value.get("filename")),
                                             values.read_text(value.get("content_type"))))
        if files:
            name = values.read_text(one.get("name"))
            found[name] = (*found.get(name, ()), *files)
    return FrozenMap(found)


def field_kinds(raw: Any) -> Dict[str, FieldKind]:
    """What an answer tells of custom fields: of ``fields[CustomFields]=Type,MaxValues`` or of a
    collection of custom fields."""
    found = {}
    for one in raw if isinstance(raw, list) else []:
        name = values.read_text(one.get("name") or one.get("Name"))
        most = values.read_text(one.get("MaxValues"))
        found[name] = FieldKind(values.read_number(one.get("id")), one.get("Type") or None,
                                values.read_number(most) == 1 if most else None)
    return found


def _roles_of(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The custom roles as RT spells them: under ``CustomRoles`` (5.0.4, and ``fields=``), or
    top-level keys ``RT::CustomRole-N`` (a record of its own up to 5.0.3).

    5.0.4 to 5.0.10 show the ticket's own field there for a role named like one (``Subject``); its
    members stand beside it under ``CustomRole.{Subject}``.
    """
    gathered = raw.get("CustomRoles")
    if isinstance(gathered, Mapping):
        return {name: raw.get(f"CustomRole.{{{name}}}", value)
                for name, value in gathered.items()}
    return {key: value for key, value in raw.items() if _ROLE_NUMBER.match(key)}


def role_numbers(raw: Mapping[str, Any]) -> Tuple[int, ...]:
    """Numbers of custom roles that an answer gives without a name."""
    found = (_ROLE_NUMBER.match(key) for key in _roles_of(raw))
    return tuple(int(one.group(1)) for one in found if one)


def _role_name(key: str, roles: Mapping[int, str]) -> str:
    number = _ROLE_NUMBER.match(key)
    return roles.get(int(number.group(1)), key) if number else key


def _custom_roles(raw: Mapping[str, Any], roles: Mapping[int, str]
                  ) -> Mapping[str, Tuple[Watcher, ...]]:
    return FrozenMap({_role_name(key, roles): values.read_people(value)
                      for key, value in _roles_of(raw).items()})


def single_roles(raw: Mapping[str, Any], roles: Mapping[int, str]) -> Dict[str, bool]:
    """By name of a custom role, whether it has one member: then RT sends an object."""
    return {_role_name(key, roles): not isinstance(value, list)
            for key, value in _roles_of(raw).items()}


def people_of(raw: Mapping[str, Any]) -> Tuple[str, ...]:
    """Logins of the users in all roles of a record of its own, which tells no addresses."""
    found: List[str] = []
    for value in [raw.get("Requestor"), raw.get("Cc"), raw.get("AdminCc"),
                  *_roles_of(raw).values()]:
        found += [one.name for one in values.read_people(value)
                  if one.kind == "user" and one.name and one.email is None]
    return tuple(dict.fromkeys(found))


def with_addresses(raw: Mapping[str, Any], users: Iterable[Mapping[str, Any]]) -> Dict[str, Any]:
    """The record with each user in a role replaced by what a list of users tells of them."""
    known = {values.read_text(user.get("Name")): user for user in users}

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return [told(one) for one in value]
        if isinstance(value, Mapping) and value.get("type") == "user":
            return known.get(values.read_text(value.get("id")), value)
        return value

    roles = {key: told(value) for key, value in _roles_of(raw).items()}
    people = {key: told(raw.get(key)) for key in ("Requestor", "Cc", "AdminCc")}
    return {**raw, **people, "CustomRoles": roles}


def can(raw: Mapping[str, Any], ref: str) -> bool:
    """Whether a record's ``_hyperlinks`` offer an action; RT lists only what is allowed."""
    return any(one.get("ref") == ref for one in raw.get("_hyperlinks") or [])


def links(raw: Mapping[str, Any]) -> Links:
    """A ticket's links from its ``_hyperlinks``."""
    directions = {ref: name for name, (_, _, ref) in fields.LINKS.items()}
    found: Dict[str, List[Link]] = {name: [] for name in fields.LINKS}
    for one in raw.get("_hyperlinks") or []:
        if one.get("ref") in directions:
            found[directions[one["ref"]]].append(values.read_link(one))
    return Links(**{name: tuple(sorted(set(ends))) for name, ends in found.items()})


# -- history --------------------------------------------------------------------------------------

def attachment(raw: Mapping[str, Any], names: Iterable[str], *, ticket_id: int = NOT_LOADED,
               parent_id: Any = NOT_LOADED) -> Attachment:
    """An attachment from an item of a collection.

    Args:
        names: the attributes that were asked for.
        parent_id: known apart: ``fields=Parent`` crashes RT for a part without one.
    """
    wanted = set(names)
    found = {row.name: values.READ[row.kind](raw.get(row.rest2 or ""))
             for row in fields.ATTACHMENT if row.name in wanted and row.rest2}
    if parent_id is not NOT_LOADED:
        found["parent_id"] = parent_id
    return Attachment(values.read_number(raw.get("id")), ticket_id=ticket_id, **found)


def transaction(raw: Mapping[str, Any], *, ticket_id: int = 0) -> Transaction:
    """A transaction without its contents, from an item of a collection (raw columns).

    Args:
        ticket_id: the ticket whose history it is, 0 to take the column.
    """
    found = {row.name: values.READ[row.kind](raw.get(row.rest2)) for row in fields.TRANSACTION
             if row.rest2 and row.name not in ("id", "ticket_id")}
    if "CustomFields" in raw:
        found["custom_fields"] = custom_fields(raw["CustomFields"])
    said = describe(found["type"], found["field"], found["old_value"], found["new_value"],
                    found["data"], found["creator"])
    return Transaction(values.read_number(raw.get("id")),
                       ticket_id or values.read_number(raw.get("ObjectId")),
                       description=said, **found)


# -- users and queues -----------------------------------------------------------------------------

def queue(raw: Mapping[str, Any]) -> Queue:
    """A queue from a record of its own or from an item of ``/queues/all``."""
    found: Dict[str, Any] = {}
    for row in fields.QUEUE:
        if row.rest2 is None:
            continue
        value = raw.get(row.rest2)
        if row.kind == "people" and not isinstance(value, list):
            found[row.name] = NOT_LOADED  # a list of queues tells no people
        else:
            found[row.name] = (custom_fields(value) if row.kind == "custom_fields"
                               else values.READ[row.kind](value))
    return Queue(**found)


def group(raw: Mapping[str, Any]) -> Group:
    """A group from a record of its own or from an item of a collection."""
    found: Dict[str, Any] = {row.name: (
        custom_fields(raw.get(row.rest2)) if row.kind == "custom_fields"
        else values.READ[row.kind](raw.get(row.rest2)))
        for row in fields.GROUP if row.rest2}
    return Group(**found)


def user(raw: Mapping[str, Any], asked: Any = None) -> User:
    """A user. Others than oneself are a summary to those without AdminUsers: what it lacks is
    NOT_LOADED, and the number stands in the ``self`` link only (5.0.3 to 5.0.10)."""
    whole = "id" in raw
    number = values.read_id(raw)
    for one in raw.get("_hyperlinks") or []:
        if one.get("ref") == "self" and not whole:
            number = values.read_id(one)
    found: Dict[str, Any] = {}
    for row in fields.USER:
        if row.rest2 is None or row.name == "id":
            continue
        value = raw.get(row.rest2)
        if not whole and row.rest2 not in raw:
            found[row.name] = asked if row.name == "name" and isinstance(asked, str) else NOT_LOADED
        elif row.kind == "custom_fields":
            found[row.name] = custom_fields(value)
        else:
            found[row.name] = values.READ[row.kind](value)
    return User(number or 0, **found)
