"""`rtcompat.tracker.customfields`, awaited. Written by ``python -m tests.write_aio``."""
from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional, Tuple, Union

from rtcompat.aio.listing import AsyncListing
from rtcompat.aio.source import AsyncSource
from rtcompat.conditions import Condition
from rtcompat.model import CustomField, CustomFieldValue, CustomRole, KEEP, Receipt

__all__ = ["AsyncCustomFieldOperations"]


class AsyncCustomFieldOperations(AsyncSource):
    """Custom fields, their values and custom roles."""

    async def get_custom_field(self, field: Union[str, int]) -> CustomField:
        """See `Tracker.get_custom_field`."""
        result: CustomField = await self._carried("get_custom_field", locals())
        return result

    def search_custom_fields(self, conditions: Iterable[Condition] = (), *,
                             order: Optional[str] = None,
                             include_disabled: bool = False) -> AsyncListing[CustomField]:
        """See `Tracker.search_custom_fields`."""
        return self._listed("search_custom_fields", locals())

    async def create_custom_field(self, name: str, *, type: str, lookup_type: str = KEEP,
                                  single: bool = KEEP, max_values: int = KEEP,
                                  description: str = KEEP, pattern: str = KEEP,
                                  entry_hint: str = KEEP, sort_order: int = KEEP,
                                  unique_values: bool = KEEP, disabled: bool = KEEP,
                                  read_back: bool = True) -> Receipt:
        """See `Tracker.create_custom_field`."""
        result: Receipt = await self._carried("create_custom_field", locals())
        return result

    async def edit_custom_field(self, field: Union[str, int], *, name: str = KEEP,
                                type: str = KEEP, lookup_type: str = KEEP, single: bool = KEEP,
                                max_values: int = KEEP, description: str = KEEP,
                                pattern: str = KEEP, entry_hint: str = KEEP,
                                sort_order: int = KEEP, unique_values: bool = KEEP,
                                disabled: bool = KEEP, read_back: bool = True) -> Receipt:
        """Change a custom field. See `Tracker.edit_custom_field`."""
        result: Receipt = await self._carried("edit_custom_field", locals())
        return result

    async def disable_custom_field(self, field: Union[str, int]) -> Receipt:
        """See `Tracker.disable_custom_field`."""
        result: Receipt = await self._carried("disable_custom_field", locals())
        return result

    async def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                        lookup_type: Optional[str] = None
                                        ) -> Tuple[CustomField, ...]:
        """See `Tracker.get_applied_custom_fields`."""
        result: Tuple[CustomField, ...] = await self._carried(
            "get_applied_custom_fields", locals())
        return result

    async def get_custom_field_values(self,
                                      field: Union[str, int]) -> Tuple[CustomFieldValue, ...]:
        """See `Tracker.get_custom_field_values`."""
        result: Tuple[CustomFieldValue, ...] = await self._carried(
            "get_custom_field_values", locals())
        return result

    async def get_custom_field_value(self, field: Union[str, int],
                                     value: Union[str, int]) -> CustomFieldValue:
        """See `Tracker.get_custom_field_value`."""
        result: CustomFieldValue = await self._carried("get_custom_field_value", locals())
        return result

    async def add_custom_field_value(self, field: Union[str, int], name: str, *,
                                     description: str = KEEP, sort_order: int = KEEP,
                                     category: str = KEEP, read_back: bool = True) -> Receipt:
        """Add a value to choose from, once. See `Tracker.add_custom_field_value`."""
        result: Receipt = await self._carried("add_custom_field_value", locals())
        return result

    async def edit_custom_field_value(self, field: Union[str, int], value: Union[str, int], *,
                                      name: str = KEEP, description: str = KEEP,
                                      sort_order: int = KEEP, category: str = KEEP,
                                      read_back: bool = True) -> Receipt:
        """Change a value to choose from. See `Tracker.edit_custom_field_value`."""
        result: Receipt = await self._carried("edit_custom_field_value", locals())
        return result

    async def remove_custom_field_value(self, field: Union[str, int],
                                        value: Union[str, int]) -> Receipt:
        """Take a value from those to choose from. See `Tracker.remove_custom_field_value`."""
        result: Receipt = await self._carried("remove_custom_field_value", locals())
        return result

    async def read_custom_field_content(self, value_id: int) -> bytes:
        """See `Tracker.read_custom_field_content`."""
        result: bytes = await self._carried("read_custom_field_content", locals())
        return result

    async def save_custom_field_content(self, value_id: int, path: Union[str, Path]) -> int:
        """See `Tracker.save_custom_field_content`."""
        result: int = await self._carried("save_custom_field_content", locals())
        return result

    async def get_custom_role(self, role: Union[str, int]) -> CustomRole:
        """A custom role by name or number. See `Tracker.get_custom_role`."""
        result: CustomRole = await self._carried("get_custom_role", locals())
        return result

    def search_custom_roles(self, conditions: Iterable[Condition] = (), *,
                            order: Optional[str] = None,
                            include_disabled: bool = False) -> AsyncListing[CustomRole]:
        """See `Tracker.search_custom_roles`."""
        return self._listed("search_custom_roles", locals())
