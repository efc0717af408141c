"""The custom fields of records other than tickets, over REST2: which there are, what is sent."""
from __future__ import annotations

from typing import Any, Dict, Mapping

from rtcompat.exchange import Operation
from rtcompat.rest2 import read, write
from rtcompat.rest2.context import Context, FieldKind
from rtcompat.rest2.editing import known_zone
from rtcompat.rest2.paging import all_items, collection
from rtcompat.rest2.recordkinds import FieldsFrom, RecordKind
from rtcompat.rest2.values import read_number

__all__ = ["fields_of_type", "kinds_held", "custom_body"]

Values = Mapping[str, Any]


def fields_of_type(lookup_type: str) -> FieldsFrom:
    """For `RecordKind.fields_from`: the custom fields of all records of a type (``RT::User``).
    Requests: 1 once a login."""
    def ask(context: Context, _: Values, about: str) -> Operation[Dict[str, FieldKind]]:
        return (yield from _field_kinds(context, lookup_type, ("LookupType", "=", lookup_type),
                                        about))
    return ask


def _field_kinds(context: Context, key: str, condition: Any,
                 about: str) -> Operation[Dict[str, FieldKind]]:
    known = context.queue_fields(key)
    if known is None:
        items = yield from all_items(collection(
            "customfields", (condition,), (("fields", "Name,Type,MaxValues"),), about))
        known = read.field_kinds(list(items))
        context.learn_queue_fields(key, known)
    return known


def kinds_held(context: Context, kind: RecordKind, raw: Values,
               about: str) -> Operation[Dict[str, FieldKind]]:
    """The custom fields that a record shows, by name. Requests: 1 once a login and set of them."""
    numbers = sorted(read_number(one.get("id")) for one in raw.get("CustomFields") or ()
                     if isinstance(one, Mapping))
    if not numbers:
        return {}
    if all("Type" in one and "MaxValues" in one for one in raw["CustomFields"]):
        return read.field_kinds(raw["CustomFields"])
    texts = [str(number) for number in numbers]
    return (yield from _field_kinds(context, f"{kind.name} {','.join(texts)}",
                                    ("id", "IN", texts), about))


def custom_body(context: Context, kinds: Mapping[str, FieldKind], wanted: Values,
                held: Values) -> Operation[Dict[str, Any]]:
    """The body's ``CustomFields``: of those that are to change, by number."""
    changing = {name: given for name, given in wanted.items()
                if tuple(given) != tuple(held.get(name, ()))}
    if any(kinds[name].type == "DateTime" for name in changing):
        yield from known_zone(context)
    return {str(kinds[name].id): write.custom_value(context, kinds[name], given, name,
                                                    held.get(name, ()))
            for name, given in changing.items()}
