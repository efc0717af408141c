"""Custom fields, their values and custom roles over REST2.

A list of a queue's fields that is asked with a condition holds every field there is where there is
no such queue (5.0.0 to 5.0.10), and a list of values tells nothing but their names; a value is
shown under any field's number. So the queue is looked at first, and whose value it is.
"""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from rtcompat import fields, limits
from rtcompat.conditions import Condition
from rtcompat.errors import NotFound, Refused, ServerFailure, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import (KEEP, LOOKUP_TYPES, NOT_LOADED, CustomField, CustomFieldValue,
                            CustomRole, Page, Receipt)
from rtcompat.rest2 import records, searching
from rtcompat.rest2.answers import read_json, refuse
from rtcompat.rest2.context import Context
from rtcompat.rest2.paging import PER_PAGE, all_items, collection, read_answer
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.records import Name
from rtcompat.rest2.values import READ, read_id, read_number, read_text

__all__ = ["get_field", "search_fields", "create_field", "edit_field", "disable_field",
           "applied_fields", "get_values", "get_value", "add_value", "edit_value", "remove_value",
           "get_role", "search_roles"]

_PLURALS: Mapping[str, str] = {"queue": "queues", "catalog": "catalogs", "class": "classes"}


# -- RT's JSON to records -------------------------------------------------------------------------

def _plain(rows: Tuple[fields.FieldRow, ...], raw: Mapping[str, Any]) -> Dict[str, Any]:
    return {row.name: READ[row.kind](raw.get(row.rest2)) for row in rows
            if row.rest2 and row.kind in READ}


def _field(raw: Mapping[str, Any]) -> CustomField:
    """A custom field of its own or from a collection (which tells no values)."""
    found = _plain(fields.CUSTOM_FIELD, raw)
    listed: Any = NOT_LOADED
    if found["type"] == "Select":
        listed = tuple(read_text(one) for one in raw.get("Values") or ())
    return CustomField(single=found["max_values"] == 1, values=listed, **found)


def _value(field_id: int, raw: Mapping[str, Any]) -> CustomFieldValue:
    """A value of a field. Raises: NotFound for another field's, which RT shows as well."""
    found = CustomFieldValue(**_plain(fields.CUSTOM_FIELD_VALUE, raw))
    if read_id(raw.get("CustomField")) != field_id:
        raise NotFound(f"custom field {field_id} has no value {found.id}")
    return found


def _role(raw: Mapping[str, Any]) -> CustomRole:
    found = _plain(fields.CUSTOM_ROLE, raw)
    return CustomRole(single=found["max_values"] == 1, **found)


_FIELD = RecordKind("customfield", "customfields", fields.CUSTOM_FIELD, _field, named=False,
                    unlisted=("values",))
_ROLE = RecordKind("customrole", "customroles", fields.CUSTOM_ROLE, _role, named=False)


def _value_kind(field_id: int) -> RecordKind:
    return RecordKind(f"customfield/{field_id}/value", f"customfield/{field_id}/values",
                      fields.CUSTOM_FIELD_VALUE, partial(_value, field_id), named=False)


# -- names ----------------------------------------------------------------------------------------

def _number(kind: RecordKind, who: Name, argument: str) -> Operation[int]:
    """The number of a field or role. Requests: by name 1.

    A name may be given several times; RT matches it in any case. What is spelled exactly so and
    enabled comes first.
    Raises: NotFound; UsageError naming the numbers of several.
    """
    if isinstance(who, int):
        return limits.positive_id(who, argument)
    if not isinstance(who, str) or not who.strip():
        raise UsageError(f"{argument} is a name or a number", argument=argument)
    ask = collection(kind.plural, (("Name", "=", who),),
                     (("fields", "Name,Disabled"), ("find_disabled_rows", "1")),
                     f"look up {kind.name} {who}")
    found = read_answer((yield ask(1, False))).items
    some = [one for one in found if read_text(one.get("Name")) == who] or list(found)
    some = [one for one in some if not read_number(one.get("Disabled"))] or some
    return _only(some, who, kind.name, argument)


def _only(some: List[Mapping[str, Any]], name: str, what: str, argument: str) -> int:
    if not some:
        raise NotFound(f"there is no {what} {name!r} that we may see")
    if len(some) > 1:
        numbers = ", ".join(str(read_number(one.get("id"))) for one in some)
        raise UsageError(f"{len(some)} of them are called {name!r}: give one of the numbers "
                         f"{numbers}", argument=argument)
    return read_number(some[0].get("id"))


def _checked_field(given: Mapping[str, Any]) -> Dict[str, Any]:
    """The wanted columns; ``single`` is another way to say ``max_values``."""
    given = dict(given)
    single = given.pop("single", KEEP)
    if single is not KEEP:
        if not isinstance(single, bool):
            raise UsageError(f"single is True or False, not {single!r}", argument="single")
        most = 1 if single else 0
        if given.get("max_values", KEEP) not in (KEEP, most):
            raise UsageError("single and max_values contradict each other", argument="single")
        given["max_values"] = most
    wanted = limits.checked(fields.CUSTOM_FIELD, given)
    if wanted.get("lookup_type", LOOKUP_TYPES[0]) not in LOOKUP_TYPES:
        # RT stores any text, and the field then never applies to anything.
        raise UsageError(f"lookup_type is one of {', '.join(LOOKUP_TYPES)}",
                         argument="lookup_type")
    if wanted.get("max_values", 0) < 0:
        raise UsageError("max_values is a number from 0", argument="max_values")
    if "name" in wanted:
        name = wanted["name"]
        if not name.strip() or name.isdigit():
            raise UsageError(f"{name!r} is no name that RT gives a custom field", argument="name")
    return wanted


# -- custom fields --------------------------------------------------------------------------------

def get_field(field: Name) -> Operation[CustomField]:
    """See `Tracker.get_custom_field`. Requests: 1; by name 2."""
    number = yield from _number(_FIELD, field, "field")
    found: CustomField = yield from records.get(_FIELD, number)
    return found


def search_fields(conditions: Iterable[Condition], order: Optional[str], include_disabled: bool,
                  cursor: Any) -> Operation[Page[CustomField]]:
    """See `Tracker.search_custom_fields`. Requests: as `searching.search`."""
    page = yield from searching.search(_FIELD, conditions, order, include_disabled, cursor)
    return _counted(page)


def _counted(page: Page[Any]) -> Page[Any]:
    """With ``single``, which is no column."""
    return Page(tuple(replace(one, single=one.max_values == 1) for one in page.items),
                page.cursor, page.total)


def create_field(context: Context, name: str, given: Mapping[str, Any],
                 read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_custom_field`. Requests: 1, and 1 to read back."""
    wanted = {"lookup_type": LOOKUP_TYPES[0],
              **_checked_field({**given, "name": name, "max_values": _most(given)})}
    return records.create(context, _FIELD, name, wanted, read_back)


def _most(given: Mapping[str, Any]) -> Any:
    most = given.get("max_values", KEEP)
    return 1 if most is KEEP and given.get("single", KEEP) is KEEP else most


def edit_field(context: Context, field: Name, given: Mapping[str, Any],
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_custom_field`. Requests: 1, and 2 to decide the receipt; by name 1 more.
    """
    wanted = _checked_field(given)
    if not wanted:
        raise UsageError("nothing to change: name at least one field")
    number = yield from _number(_FIELD, field, "field")
    return (yield from records.edit(context, _FIELD, number, wanted, read_back))


def disable_field(context: Context, field: Name) -> Operation[Receipt]:
    """See `Tracker.disable_custom_field`. Requests: 3; by name 4."""
    number = yield from _number(_FIELD, field, "field")
    return (yield from records.disable(context, _FIELD, number))


def applied_fields(kind: str, record: Name,
                   lookup_type: Optional[str]) -> Operation[Tuple[CustomField, ...]]:
    """See `Tracker.get_applied_custom_fields`. Requests: 2; a name that is looked up 3; 1 per 100
    more, and 1 where RT hides the end."""
    wanted = limits.checked_lookup_type(kind, lookup_type)
    place = RecordKind(kind, _PLURALS[kind], (), lambda raw: raw, named=kind == "queue",
                       denied_as_missing=True)
    raw = yield from records.raw_of(place, record)
    number = read_number(raw.get("id"))
    names = ",".join(row.rest2 for row in _FIELD.listed_rows() if row.rest2)
    found = yield from all_items(collection(
        f"{kind}/{number}/customfields", (("LookupType", "=", wanted),), (("fields", names),),
        f"list the custom fields of {kind} {record}"))
    # A collection tells no values: not even that there are none.
    listed = (replace(_field(one), values=NOT_LOADED) for one in found)
    return tuple(sorted(listed, key=lambda one: (one.name, one.id)))


# -- values to choose from ------------------------------------------------------------------------

def _names(field_id: int) -> Operation[Tuple[CustomFieldValue, ...]]:
    """In the site's order. RT gives every value there is, and no other column.

    Requests: 1 per 100; 1 more where there is none. Raises: NotFound, PermissionDenied.
    """
    found: Dict[int, CustomFieldValue] = {}
    page = 1
    while True:
        answer = read_answer((yield Request(
            "GET", f"customfield/{field_id}/values", about=f"list the values of field {field_id}",
            query=(("per_page", str(PER_PAGE)), ("page", str(page))))))
        for one in answer.items:
            number = read_number(one.get("id"))
            found.setdefault(number, CustomFieldValue(number, read_text(one.get("name"))))
        if not answer.items or page * answer.per_page >= (answer.total or 0):
            break
        page += 1
    if not found:
        yield from records.get(_FIELD, field_id)  # RT lists nothing of a field that is not there
    return tuple(found.values())


def get_values(field: Name) -> Operation[Tuple[CustomFieldValue, ...]]:
    """See `Tracker.get_custom_field_values`. Requests: 1 per 100; by name 1 more."""
    number = yield from _number(_FIELD, field, "field")
    return (yield from _names(number))


def _place(field: Name, value: Name) -> Operation[Tuple[int, int]]:
    """The numbers of a field and of one of its values. Requests: each name 1."""
    number = yield from _number(_FIELD, field, "field")
    if isinstance(value, int):
        return number, limits.positive_id(value, "value")
    if not isinstance(value, str) or not value:
        raise UsageError("value is a name or a number", argument="value")
    listed = yield from _names(number)
    some: List[Mapping[str, Any]] = [{"id": one.id} for one in listed if one.name == value]
    return number, _only(some, value, f"value of custom field {number}", "value")


def _value_of(field_id: int, value_id: int) -> Operation[CustomFieldValue]:
    """One value. Requests: 1; where there is no such field 2."""
    try:
        found: CustomFieldValue = yield from records.get(_value_kind(field_id), value_id)
    except ServerFailure:
        yield from records.get(_FIELD, field_id)  # RT crashes where there is no such field
        raise
    return found


def get_value(field: Name, value: Name) -> Operation[CustomFieldValue]:
    """See `Tracker.get_custom_field_value`. Requests: 1; each name 1 more."""
    numbers = yield from _place(field, value)
    return (yield from _value_of(*numbers))


def add_value(context: Context, field: Name, name: str, given: Mapping[str, Any],
              read_back: bool) -> Operation[Receipt]:
    """See `Tracker.add_custom_field_value`. Requests: 1, and 1 to read back; by name 1 more."""
    wanted = _checked_value({**given, "name": name})
    number = yield from _number(_FIELD, field, "field")
    try:
        return (yield from records.create(context, _value_kind(number), name, wanted, read_back))
    except Refused as refused:
        if refused.receipt is None:
            yield from records.get(_FIELD, number)  # RT says 400 where there is no such field
        raise


def _checked_value(given: Mapping[str, Any]) -> Dict[str, Any]:
    wanted = limits.checked(fields.CUSTOM_FIELD_VALUE, given)
    if not wanted.get("name", "a name").strip():
        raise UsageError("a value needs a name", argument="name")
    return wanted


def edit_value(context: Context, field: Name, value: Name, given: Mapping[str, Any],
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_custom_field_value`. Requests: 2, and 1 to decide the receipt; each name
    1 more."""
    wanted = _checked_value(given)
    if not wanted:
        raise UsageError("nothing to change: name at least one field")
    number, value_id = yield from _place(field, value)
    if not read_back:
        yield from _value_of(number, value_id)  # RT would write to another field's value
    return (yield from records.edit(context, _value_kind(number), value_id, wanted, read_back))


def remove_value(context: Context, field: Name, value: Name) -> Operation[Receipt]:
    """See `Tracker.remove_custom_field_value`. Requests: 3; each name 1 more."""
    number, value_id = yield from _place(field, value)
    yield from _value_of(number, value_id)
    about = f"remove value {value_id} of custom field {number}"
    response = yield Request("DELETE", f"customfield/{number}/value/{value_id}", effect="write",
                             about=about)
    if response.status != 404:  # sent again after a lost answer
        read_json(response)
    gone = yield Request("GET", f"customfield/{number}/value/{value_id}", about=about)
    if gone.status == 404:
        return Receipt(changed=("value",), via="rest2", id=value_id)
    if gone.status != 200:
        refuse(gone)
    raise Refused("RT did not remove the value", code=response.status,
                  request=response.request.line,
                  receipt=Receipt(refused=("value",), via="rest2", id=value_id))


# -- custom roles ---------------------------------------------------------------------------------

def get_role(role: Name) -> Operation[CustomRole]:
    """See `Tracker.get_custom_role`. Requests: 1; by name 2."""
    number = yield from _number(_ROLE, role, "role")
    found: CustomRole = yield from records.get(_ROLE, number)
    return found


def search_roles(conditions: Iterable[Condition], order: Optional[str], include_disabled: bool,
                 cursor: Any) -> Operation[Page[CustomRole]]:
    """See `Tracker.search_custom_roles`. Requests: as `searching.search`."""
    page = yield from searching.search(_ROLE, conditions, order, include_disabled, cursor)
    return _counted(page)
