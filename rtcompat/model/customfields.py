"""Custom fields, their values and custom roles."""
from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Mapping, Optional, Tuple

from rtcompat.model.marks import EMPTY, NOT_LOADED

__all__ = ["CustomField", "CustomFieldFile", "CustomFieldValue", "CustomRole", "LOOKUP_TYPES"]

#: What custom fields of RT's own apply to, in RT's words.
LOOKUP_TYPES: Tuple[str, ...] = (
    "RT::Queue-RT::Ticket", "RT::Queue-RT::Ticket-RT::Transaction", "RT::Queue", "RT::User",
    "RT::Group", "RT::Catalog-RT::Asset", "RT::Catalog", "RT::Class-RT::Article", "RT::Class")


@dataclass(frozen=True)
class CustomField:
    """A custom field. Over REST 1.0 only name, type, single, description and lookup_type are told.

    Attributes:
        id: NOT_LOADED over REST 1.0.
        single: True for one value, False for several, None where the server does not tell.
        type: RT's type word (``Freeform``, ``Select``, ``Text``, ``DateTime``, …) or None.
        lookup_type: what it applies to, one of `LOOKUP_TYPES` or an extension's.
        max_values: 1 for one value, 0 for any number.
        pattern: Perl's regular expression that values have to match, "" for none.
        entry_hint: what RT says beside the field's box.
        values: names of the values to choose from, in the site's order; only of a ``Select``
            field that was read by itself.
    """

    id: int
    name: str
    type: Optional[str] = None
    single: Optional[bool] = None
    description: str = NOT_LOADED
    lookup_type: str = NOT_LOADED
    max_values: int = NOT_LOADED
    pattern: str = NOT_LOADED
    entry_hint: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    unique_values: bool = NOT_LOADED
    disabled: bool = NOT_LOADED
    values: Tuple[str, ...] = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class CustomFieldValue:
    """A value to choose from. In a list of values only id and name are told.

    Attributes:
        category: the value of another field under which this one is offered, "" for none.
    """

    id: int
    name: str
    description: str = NOT_LOADED
    sort_order: int = NOT_LOADED
    category: str = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)


@dataclass(frozen=True)
class CustomFieldFile:
    """A value of an Image or Binary custom field of a record.

    Attributes:
        id: what `Tracker.read_custom_field_content` takes; a new content has a new one.
        content_type: "" where RT keeps none.
    """

    id: int
    filename: str
    content_type: str = ""


@dataclass(frozen=True)
class CustomRole:
    """A custom role.

    Attributes:
        max_values: 1 for one member, 0 for any number. single: whether it has one member.
    """

    id: int
    name: str
    description: str = NOT_LOADED
    max_values: int = NOT_LOADED
    single: bool = NOT_LOADED
    entry_hint: str = NOT_LOADED
    disabled: bool = NOT_LOADED
    other_fields: Mapping[str, str] = attribute(default=EMPTY, compare=False)
