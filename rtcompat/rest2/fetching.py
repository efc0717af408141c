"""Reading one record of those whose own path tells less than a collection does.

``GET /asset/N`` names people by their logins and tells neither addresses nor the types of custom
fields; an item of ``/assets`` does (5.0.3 to 5.0.10). A collection leaves out deleted assets, and
the people of catalogs: these are read by their path and completed.
"""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple

from rtcompat.errors import PermissionDenied
from rtcompat.exchange import Operation, Request
from rtcompat.fields import FieldRow
from rtcompat.model import NOT_LOADED
from rtcompat.rest2 import read
from rtcompat.rest2.answers import etag, read_json
from rtcompat.rest2.paging import all_items, collection, read_answer
from rtcompat.rest2.recordkinds import Fetch, RecordKind, Told
from rtcompat.rest2.values import READ, read_people, read_text

__all__ = ["PEOPLE", "by_collection", "with_addresses", "values_of_rows"]

Raw = Mapping[str, Any]
#: What tells of a person who it is.
PEOPLE = "id,Name,EmailAddress"


def values_of_rows(rows: Tuple[FieldRow, ...], raw: Raw) -> Dict[str, Any]:
    """The attributes of a record from either shape of its JSON.

    A role that a collection does not carry comes as "": NOT_LOADED.
    """
    found: Dict[str, Any] = {}
    for row in rows:
        value = raw.get(row.rest2 or "")
        if row.kind == "custom_fields":
            found[row.name] = read.custom_fields(value)
        elif row.kind == "people" and not isinstance(value, (list, Mapping)):
            found[row.name] = NOT_LOADED
        else:
            found[row.name] = READ[row.kind](value)
    return found


def by_collection(kind: RecordKind) -> Fetch:
    """Reads a record by number: from the collection, else as `with_addresses`.
    Requests: 1; what the collection leaves out as `with_addresses` besides."""
    names = ",".join(row.rest2 for row in kind.rows if row.rest2)
    otherwise = with_addresses(kind)

    def fetch(path: str, about: str) -> Operation[Told]:
        number = path.rpartition("/")[2]
        answer = read_answer((yield Request(
            "POST", kind.plural, json=[{"field": "id", "operator": "=", "value": number}],
            query=(("fields", names), *kind.nested, ("find_disabled_rows", "1")), about=about)))
        if answer.items and not any(answer.items[0].get(row.rest2 or "") == ""
                                    for row in kind.rows if row.kind == "people"):
            return Told(answer.items[0], None)
        return (yield from otherwise(path, about))
    return fetch


def with_addresses(kind: RecordKind) -> Fetch:
    """Reads a record by its path, and the addresses of its people.
    Requests: 1; where there are people 2.
    Raises: NotFound, PermissionDenied.
    """
    roles = [row.rest2 for row in kind.rows if row.kind == "people" and row.rest2]

    def fetch(path: str, about: str) -> Operation[Told]:
        response = yield Request("GET", path, query=kind.nested, about=about)
        raw: Raw = read_json(response)
        known = yield from _addresses([raw.get(role) for role in roles], about)
        people = {role: [known.get(_login(one), one) for one in raw.get(role) or ()]
                  for role in roles}
        return Told({**raw, **people}, etag(response))
    return fetch


def _login(member: Any) -> str:
    """The login of a user in a role, "" for a group."""
    return read_text(member.get("id")) if member.get("type") == "user" else ""


def _addresses(roles: List[Any], about: str) -> Operation[Dict[str, Raw]]:
    """What a list of users tells of the members, by login; nothing to unprivileged users, who
    see no such list. Requests: 1, none for nobody."""
    logins = sorted({one.name for members in roles for one in read_people(members)
                     if one.kind == "user" and one.name})
    if not logins:
        return {}
    try:
        users = yield from all_items(collection(
            "users", (("Name", "IN", logins),),
            (("fields", PEOPLE), ("find_disabled_rows", "1")), about))
    except PermissionDenied:
        return {}
    return {read_text(user.get("Name")): user for user in users}
