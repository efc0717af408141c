"""Which protocols keep a value that one of them loses."""
from __future__ import annotations

from typing import Any, FrozenSet, List, Mapping, Tuple

from rtcompat.limits.files import misnamed, recoded
from rtcompat.model import NewAttachment

__all__ = ["BOTH", "REST1_ONLY", "REST2_ONLY", "carried_by"]

BOTH: FrozenSet[str] = frozenset(("rest1", "rest2"))
REST1_ONLY: FrozenSet[str] = frozenset(("rest1",))
REST2_ONLY: FrozenSet[str] = frozenset(("rest2",))


def carried_by(operation: str, given: Mapping[str, Any]) -> FrozenSet[str]:
    """The protocols that keep these values.

    Args:
        operation: ``create_ticket``, ``reply``, ….
        given: its arguments by name.
    Returns: names of protocols; empty when none can.
    """
    carriers: FrozenSet[str] = BOTH
    for _, protocols, operations, applies in _LOSSES:
        if (not operations or operation in operations) and applies(given):
            carriers &= protocols
    return carriers


def _starts_blank(given: Mapping[str, Any]) -> bool:
    return str(given.get("content") or "").startswith(("\n", "\r"))


def _files(given: Mapping[str, Any]) -> List[NewAttachment]:
    files = given.get("attachments")
    return [one for one in (files if isinstance(files, (list, tuple)) else ())
            if isinstance(one, NewAttachment)]


def _file_values(given: Mapping[str, Any]) -> bool:
    several = given.get("custom_fields")
    return isinstance(several, Mapping) and any(
        isinstance(one, NewAttachment) for value in several.values()
        for one in (value if isinstance(value, (list, tuple)) else (value,)))


#: (what, the protocols that keep it, the operations, () for all, when it applies). REST 1.0's form
#: drops leading empty lines of a value (form_parse of RT 3.4 to 6.0); REST2 answers an empty file
#: with 400 (5.0.1 to 6.0). With a new ticket REST2 turns a text into UTF-8 and does not say what
#: it was (5.0.3 to 5.0.10), which REST 1.0 does; with a message it reads a file's name in the
#: file's own charset (5.0.3 to 5.0.7).
_LOSSES: Tuple[Tuple[str, FrozenSet[str], Tuple[str, ...], Any], ...] = (
    ("leading empty lines of a text", REST2_ONLY, (), _starts_blank),
    ("a file as a custom field's value", REST2_ONLY, (), _file_values),
    ("an empty file", REST1_ONLY, (), lambda given: any(
        one.content == b"" for one in _files(given))),
    ("a text in another charset", REST1_ONLY, ("create_ticket",), lambda given: any(
        map(recoded, _files(given)))),
    ("a name in another charset", REST1_ONLY, ("reply", "comment"), lambda given: any(
        map(misnamed, _files(given)))),
)
