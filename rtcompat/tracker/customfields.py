"""Custom fields, their values and custom roles. The contract of each operation."""
from __future__ import annotations

from pathlib import Path
from typing import Iterable, Optional, Tuple, Union

from rtcompat.conditions import Condition
from rtcompat.model import KEEP, CustomField, CustomFieldValue, CustomRole, Receipt
from rtcompat.tracker.source import Listing, Source

__all__ = ["CustomFieldOperations"]


class CustomFieldOperations(Source):
    """Custom fields, their values and custom roles.

    No endpoint applies a custom field to a queue: that is done in the web interface. A field is
    named by its number or its name; a name that several fields have is a UsageError that gives
    their numbers, unless one of them alone is enabled.
    """

    # -- custom fields ----------------------------------------------------------------------------

    def get_custom_field(self, field: Union[str, int]) -> CustomField:
        """A custom field, a ``Select`` field with the names of its values.

        Raises: NotFound; PermissionDenied; UsageError for a name that several have.
        Requests: by number -/1; by name -/2.
        Source: REST2 ``GET /customfield/N``, ``POST /customfields`` (5.0).
        """
        result: CustomField = self._carried("get_custom_field", locals())
        return result

    def search_custom_fields(self, conditions: Iterable[Condition] = (), *,
                             order: Optional[str] = None,
                             include_disabled: bool = False) -> Listing[CustomField]:
        """The custom fields that all conditions hold for, by id; without ``values``.

        Args:
            order: a field to order by (``name``, ``-sort_order``).
        Requests: a first page -/1+.
        Source: REST2 ``POST /customfields`` (5.0).
        """
        return self._listed("search_custom_fields", locals())

    def create_custom_field(self, name: str, *, type: str, lookup_type: str = KEEP,
                            single: bool = KEEP, max_values: int = KEEP, description: str = KEEP,
                            pattern: str = KEEP, entry_hint: str = KEEP, sort_order: int = KEEP,
                            unique_values: bool = KEEP, disabled: bool = KEEP,
                            read_back: bool = True) -> Receipt:
        """Create a custom field, once; it applies to nothing yet.

        Args:
            type: RT's word: ``Freeform``, ``Select``, ``Text``, ``Wikitext``, ``Image``,
                ``Binary``, ``Combobox``, ``Autocomplete``, ``Date``, ``DateTime``, ``IPAddress``,
                ``IPAddressRange``; newer versions have more.
            lookup_type: one of `LOOKUP_TYPES` (RT stores any text); tickets by default.
            single: one value or any number: another way to say max_values 1 or 0. One value by
                default.
        Returns: Receipt with the number in ``id``.
        Raises: InvalidValue (an unknown type, a pattern that is none); PermissionDenied.
        Requests: -/2; read_back=False -/1.
        Source: REST2 ``POST /customfield`` (5.0).
        """
        result: Receipt = self._carried("create_custom_field", locals())
        return result

    def edit_custom_field(self, field: Union[str, int], *, name: str = KEEP, type: str = KEEP,
                          lookup_type: str = KEEP, single: bool = KEEP, max_values: int = KEEP,
                          description: str = KEEP, pattern: str = KEEP, entry_hint: str = KEEP,
                          sort_order: int = KEEP, unique_values: bool = KEEP,
                          disabled: bool = KEEP, read_back: bool = True) -> Receipt:
        """Change a custom field. RT does not look at the values that records hold already.

        Returns, Raises: as `edit_user`.
        Requests: by number -/3; read_back=False -/1. By name 1 more.
        Source: REST2 ``PUT /customfield/N`` (5.0).
        """
        result: Receipt = self._carried("edit_custom_field", locals())
        return result

    def disable_custom_field(self, field: Union[str, int]) -> Receipt:
        """Disable a custom field; ``edit_custom_field(field, disabled=False)`` enables it again.

        Requests: by number -/3. By name 1 more.
        Source: REST2 ``PUT /customfield/N``; RT's ``DELETE`` does the same with fewer words (5.0).
        """
        result: Receipt = self._carried("disable_custom_field", locals())
        return result

    def get_applied_custom_fields(self, kind: str, record: Union[str, int], *,
                                  lookup_type: Optional[str] = None) -> Tuple[CustomField, ...]:
        """The enabled custom fields that apply to a queue, a catalog or a class, by name.

        Args:
            kind: ``queue``, ``catalog`` or ``class`` (over REST 1.0 ``queue`` only).
            record: its name or number.
            lookup_type: None for the fields of its tickets, assets or articles; else one of
                `LOOKUP_TYPES` that begins with the kind: ``RT::Queue`` for the queue's own,
                ``RT::Queue-RT::Ticket-RT::Transaction`` for messages' (REST2 only).
        Returns: over REST 1.0 without what it does not tell: see `CustomField`.
        Raises: NotFound, PermissionDenied, as `get_queue`.
        Requests: 2/2+. A name that the path cannot carry, and over REST 1.0 a parenthesis in a
            name or a description 1 more.
        Source: REST 1.0 ``queue/X/ticketcustomfields``, ``queue/X/customfields`` (RT 3.8.2);
            REST2 ``GET /queue/X/customfields``,
            ``GET /catalog/X/customfields``, ``GET /class/X/customfields`` (5.0).
        """
        result: Tuple[CustomField, ...] = self._carried("get_applied_custom_fields", locals())
        return result

    # -- values to choose from --------------------------------------------------------------------

    def get_custom_field_values(self, field: Union[str, int]) -> Tuple[CustomFieldValue, ...]:
        """The values of a field to choose from, in the site's order: ids and names.

        Requests: by number -/1; by name -/2. 1 per 100; 1 more where there is none.
        Source: REST2 ``GET /customfield/N/values`` (5.0).
        """
        result: Tuple[CustomFieldValue, ...] = self._carried("get_custom_field_values", locals())
        return result

    def get_custom_field_value(self, field: Union[str, int],
                               value: Union[str, int]) -> CustomFieldValue:
        """One value, by number or name, with its description, order and category.

        Raises: NotFound; UsageError for a name that several values have.
        Requests: by numbers -/1; by names -/3.
        Source: REST2 ``GET /customfield/N/value/M`` (5.0).
        """
        result: CustomFieldValue = self._carried("get_custom_field_value", locals())
        return result

    def add_custom_field_value(self, field: Union[str, int], name: str, *,
                               description: str = KEEP, sort_order: int = KEEP,
                               category: str = KEEP, read_back: bool = True) -> Receipt:
        """Add a value to choose from, once. RT takes a second one of the same name.

        Returns: Receipt with the value's number in ``id``.
        Raises: NotFound; PermissionDenied.
        Requests: by number -/2; read_back=False -/1. By name 1 more.
        Source: REST2 ``POST /customfield/N/value`` (5.0).
        """
        result: Receipt = self._carried("add_custom_field_value", locals())
        return result

    def edit_custom_field_value(self, field: Union[str, int], value: Union[str, int], *,
                                name: str = KEEP, description: str = KEEP, sort_order: int = KEEP,
                                category: str = KEEP, read_back: bool = True) -> Receipt:
        """Change a value to choose from. Records that hold it keep the name they hold.

        Requests: by numbers -/3; read_back=False -/2. Each name 1 more.
        Source: REST2 ``PUT /customfield/N/value/M`` (5.0).
        """
        result: Receipt = self._carried("edit_custom_field_value", locals())
        return result

    def remove_custom_field_value(self, field: Union[str, int],
                                  value: Union[str, int]) -> Receipt:
        """Take a value from those to choose from. Records that hold it keep it.

        Returns: Receipt with ``value`` in changed.
        Requests: by numbers -/3. Each name 1 more.
        Source: REST2 ``DELETE /customfield/N/value/M`` (5.0).
        """
        result: Receipt = self._carried("remove_custom_field_value", locals())
        return result

    # -- contents of Image and Binary fields ------------------------------------------------------

    def read_custom_field_content(self, value_id: int) -> bytes:
        """The content of a value of an Image or Binary field.

        Args:
            value_id: from `Ticket.custom_field_files`.
        Raises: InvalidValue for a value of another type; PermissionDenied, which RT from 5.0.5 on
            (and Debian's 5.0.3) also says of a number that no value has; NotFound before.
        Requests: -/1.
        Source: REST2 ``GET /download/cf/N`` (5.0).
        """
        result: bytes = self._carried("read_custom_field_content", locals())
        return result

    def save_custom_field_content(self, value_id: int, path: Union[str, Path]) -> int:
        """The content of a value into a file, streamed; the file is replaced when all is there.

        Returns: number of bytes. Raises: as `read_custom_field_content`.
        Requests: -/1.
        Source: REST2 ``GET /download/cf/N`` (5.0).
        """
        result: int = self._carried("save_custom_field_content", locals())
        return result

    # -- custom roles -----------------------------------------------------------------------------

    def get_custom_role(self, role: Union[str, int]) -> CustomRole:
        """A custom role by name or number. Roles are made in the web interface.

        Requests: by number -/1; by name -/2.
        Source: REST2 ``GET /customrole/N``, ``POST /customroles`` (5.0).
        """
        result: CustomRole = self._carried("get_custom_role", locals())
        return result

    def search_custom_roles(self, conditions: Iterable[Condition] = (), *,
                            order: Optional[str] = None,
                            include_disabled: bool = False) -> Listing[CustomRole]:
        """The custom roles that all conditions hold for, by id.

        Requests: a first page -/1+.
        Source: REST2 ``POST /customroles`` (5.0).
        """
        return self._listed("search_custom_roles", locals())
