"""Custom fields, their values and custom roles over REST2."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.exchange import Operation
from rtcompat.model import KEEP, CustomField, CustomFieldValue, CustomRole, Page, Receipt
from rtcompat.rest2 import customfields, downloads
from rtcompat.rest2.operations.bound import Bound

__all__ = ["CustomFields"]


class CustomFields(Bound):
    """Custom fields, their values and custom roles over REST2: see `Tracker`."""

    #: The extension of RT 4.4 has them from 1.09 on, and does not say which version it is.
    SINCE: Mapping[str, Tuple[int, ...]] = {
        name: (5, 0) for name in (
            "create_custom_field", "edit_custom_field", "disable_custom_field",
            "get_applied_custom_fields", "get_custom_field_values", "get_custom_field_value",
            "add_custom_field_value", "edit_custom_field_value", "remove_custom_field_value",
            "read_custom_field_content", "save_custom_field_content")}

    def get_custom_field(self, field: Union[str, int]) -> Operation[CustomField]:
        return customfields.get_field(field)

    def search_custom_fields(self, conditions: Iterable[Condition] = (), *,
                             order: Optional[str] = None, include_disabled: bool = False,
                             cursor: Any = None) -> Operation[Page[CustomField]]:
        return customfields.search_fields(conditions, order, include_disabled, cursor)

    def create_custom_field(self, name: str, *, type: str, lookup_type: str = KEEP,
                            single: bool = KEEP, max_values: int = KEEP, description: str = KEEP,
                            pattern: str = KEEP, entry_hint: str = KEEP, sort_order: int = KEEP,
                            unique_values: bool = KEEP, disabled: bool = KEEP,
                            read_back: bool = True) -> Operation[Receipt]:
        return customfields.create_field(self._context, name, locals(), read_back)

    def edit_custom_field(self, field: Union[str, int], *, name: str = KEEP, type: str = KEEP,
                          lookup_type: str = KEEP, single: bool = KEEP, max_values: int = KEEP,
                          description: str = KEEP, pattern: str = KEEP, entry_hint: str = KEEP,
                          sort_order: int = KEEP, unique_values: bool = KEEP,
                          disabled: bool = KEEP, read_back: bool = True) -> Operation[Receipt]:
        return customfields.edit_field(self._context, field, locals(), read_back)

    def disable_custom_field(self, field: Union[str, int]) -> Operation[Receipt]:
        return customfields.disable_field(self._context, field)

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None
                                  ) -> Operation[Tuple[CustomField, ...]]:
        return customfields.applied_fields(kind, record, lookup_type)

    def get_custom_field_values(self, field: Union[str, int]
                                ) -> Operation[Tuple[CustomFieldValue, ...]]:
        return customfields.get_values(field)

    def get_custom_field_value(self, field: Union[str, int],
                               value: Union[str, int]) -> Operation[CustomFieldValue]:
        return customfields.get_value(field, value)

    def add_custom_field_value(self, field: Union[str, int], name: str, *,
                               description: str = KEEP, sort_order: int = KEEP,
                               category: str = KEEP,
                               read_back: bool = True) -> Operation[Receipt]:
        return customfields.add_value(self._context, field, name, locals(), read_back)

    def edit_custom_field_value(self, field: Union[str, int], value: Union[str, int], *,
                                name: str = KEEP, description: str = KEEP, sort_order: int = KEEP,
                                category: str = KEEP,
                                read_back: bool = True) -> Operation[Receipt]:
        return customfields.edit_value(self._context, field, value, locals(), read_back)

    def remove_custom_field_value(self, field: Union[str, int],
                                  value: Union[str, int]) -> Operation[Receipt]:
        return customfields.remove_value(self._context, field, value)

    def read_custom_field_content(self, value_id: int) -> Operation[bytes]:
        return downloads.read_content(value_id)

    def save_custom_field_content(self, value_id: int,
                                  path: Union[str, Path]) -> Operation[int]:
        return downloads.save_content(value_id, path)

    def get_custom_role(self, role: Union[str, int]) -> Operation[CustomRole]:
        return customfields.get_role(role)

    def search_custom_roles(self, conditions: Iterable[Condition] = (), *,
                            order: Optional[str] = None, include_disabled: bool = False,
                            cursor: Any = None) -> Operation[Page[CustomRole]]:
        return customfields.search_roles(conditions, order, include_disabled, cursor)
