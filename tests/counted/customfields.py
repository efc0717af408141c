"""Requests of operations on custom fields and custom roles."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Tuple

from tests.request_cases import ADMINISTRATOR, Case, Place, case, few

__all__ = ["CASES"]


def _name(at: Place) -> str:
    return at.unique()


def _field(at: Place) -> int:
    """A field of our own. It applies to nothing and is disabled: nobody meets it in a list."""
    if at.protocol == "rest1":
        return 1  # refused before anything is looked at
    made = at.rt.create_custom_field(at.unique(), type="Select", disabled=True, read_back=False)
    assert made.id
    return made.id


def _value(at: Place) -> int:
    """A value of `Severity`, which REST 1.0 refuses to look at."""
    if at.protocol == "rest1":
        return 1
    return at.rt.get_custom_field_values("Severity")[0].id


def _spare(at: Place) -> Tuple[int, int]:
    """A field of our own and a value of it."""
    field = _field(at)
    if at.protocol == "rest1":
        return field, 1
    made = at.rt.add_custom_field_value(field, "counted", read_back=False)
    assert made.id
    return field, made.id


def _nowhere(at: Place) -> bool:
    """The seed's fields hold no files and belong to no messages: these are counted on a server
    that has such, in ``tests/contract/test_custom_fields.py``."""
    return False


def _of_value(operation: str, name: str, **named: Any) -> Case:
    """A case for a value of our own, made before it is counted."""
    class Both:
        """The two numbers, made together."""

        def __init__(self) -> None:
            self.value = 0

        def first(self, at: Place) -> int:
            field, self.value = _spare(at)
            return field

        def second(self, _: Place) -> int:
            return self.value

    both = Both()
    return case(operation, name, both.first, both.second, **named)


_ADMINISTRATION: Tuple[Case, ...] = (
    case("create_custom_field", "", _name, type="Freeform", disabled=True),
    case("create_custom_field", "read_back=False", _name, type="Freeform", disabled=True,
         read_back=False),
    case("edit_custom_field", "by number", _field, description="counted"),
    case("edit_custom_field", "read_back=False", _field, description="counted", read_back=False),
    case("disable_custom_field", "by number", _field),
    case("add_custom_field_value", "by number", _field, "counted"),
    case("add_custom_field_value", "read_back=False", _field, "counted", read_back=False),
    _of_value("edit_custom_field_value", "by numbers", description="counted"),
    _of_value("edit_custom_field_value", "read_back=False", description="counted",
              read_back=False),
    _of_value("remove_custom_field_value", "by numbers"),
)
_READING: Tuple[Case, ...] = (
    case("get_custom_field", "by number", 2), case("get_custom_field", "by name", "Severity"),
    case("search_custom_fields", "a first page"),
    case("get_applied_custom_fields", "", "queue", "General"),
    case("get_custom_field_values", "by number", 2),
    case("get_custom_field_values", "by name", "Severity"),
    case("get_custom_field_value", "by numbers", 2, _value),
    case("get_custom_field_value", "by names", "Severity", "Low"),
    case("get_custom_role", "by number", 1), case("get_custom_role", "by name", "Engineer"),
    case("search_custom_roles", "a first page"),
)
_FILES: Tuple[Case, ...] = (
    case("read_custom_field_content", "", 1),
    case("save_custom_field_content", "", 1, lambda at: at.file),
)
_OWN = {"transaction_custom_fields": {"Channel": "phone"}}
_MESSAGES: Tuple[Case, ...] = tuple(
    case(operation, f"with custom fields{words}", Place.ticket, "Said.", **_OWN, **status)
    for operation in ("reply", "comment")
    for words, status in (("", {}), (" and a status", {"status": "open"})))

CASES: Tuple[Case, ...] = (
    *(replace(one, users=ADMINISTRATOR, where=few) for one in _ADMINISTRATION),
    *(replace(one, where=few) for one in _READING),
    *(replace(one, where=_nowhere) for one in (*_FILES, *_MESSAGES)),
)
