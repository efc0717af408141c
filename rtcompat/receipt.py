"""What a write did, decided field by field from what was wanted, before and after.

RT's sentences, ETags and histories each lie in some case (RT 3.4 to 6.0, both protocols), in any
language; what is stored does not.
"""
from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple

from rtcompat import fields
from rtcompat.model import EMPTY, NOT_LOADED, FrozenMap, Receipt, Watcher

__all__ = ["EDIT_IT", "created_without", "decide", "failed", "unverified", "same"]

#: Characters of a value in an error.
_SHOWN = 60


def same(one: Any, other: Any) -> bool:
    """Whether two stored values are the same to RT: watchers regardless of order and case.

    Watchers without an address, which are equal as records, are told apart by number or name.
    """
    if _people(one) and _people(other):
        return sorted(map(_who, one)) == sorted(map(_who, other))
    return bool(one == other)


def _people(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(one, Watcher) for one in value)


def _who(one: Watcher) -> str:
    if one.email:
        return one.email.lower()
    return f"{one.kind} {one.name if one.id is None else one.id}"


def decide(wanted: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any], *,
           messages: Tuple[str, ...] = (), via: str = "", id: Optional[int] = None) -> Receipt:
    """The receipt of an edit.

    Args:
        wanted: by field, the value as a record would hold it when the edit is done.
        before, after: what the record held; a field that could not be read is absent or
            NOT_LOADED.
        messages, via, id: handed into the receipt.
    Returns:
        Receipt with each wanted field in exactly one of changed, unchanged, refused, altered,
        unverified. ``after = wanted`` is never an error, whatever RT said.
    """
    changed: List[str] = []
    unchanged: List[str] = []
    refused: List[str] = []
    unread: List[str] = []
    altered: Dict[str, Any] = {}
    for name, value in wanted.items():
        was, now = before.get(name, NOT_LOADED), after.get(name, NOT_LOADED)
        if now is NOT_LOADED:
            unread.append(name)
        elif same(now, value):
            (unchanged if same(was, value) else changed).append(name)
        elif same(now, was):
            refused.append(name)
        else:
            altered[name] = now
    return Receipt(messages=messages, changed=tuple(changed), unchanged=tuple(unchanged),
                   refused=tuple(refused), unverified=tuple(unread), altered=FrozenMap(altered),
                   via=via, id=id)


def failed(decided: Receipt, wanted: Mapping[str, Any],
           before: Mapping[str, Any] = EMPTY) -> Tuple[str, ...]:
    """The fields for which a write raises: those that are refused, custom fields that hold fewer
    values than were wanted, and links of which all were wanted or there before.

    RT stores the other values of a list of which it refuses some, and says so in the user's
    language, or not at all (of a new ticket; over REST 1.0 of all but the last); a value that it
    spells otherwise is not missing (4.4.4 to 5.0.10).
    """
    return decided.refused + tuple(
        name for name, stored in decided.altered.items()
        if "custom_fields[" in name and len(stored) < len({one.casefold() for one in wanted[name]})
        or name in fields.LINKS and {*stored} <= {*wanted[name], *before.get(name, ())})


#: Advice for a ticket that was created in part, by its number.
EDIT_IT = "do not create it again: edit ticket {}"


def created_without(number: int, decided: Receipt, wanted: Mapping[str, Any]) -> str:
    """What a new ticket lacks, with the values that RT dropped."""
    lacks = ", ".join(f"{name} ({_shown(_missing(wanted[name], decided.altered.get(name, ())))})"
                      if name in wanted else name for name in failed(decided, wanted))
    return f"ticket {number} was created without {lacks}"


def _missing(wanted: Any, stored: Tuple[Any, ...]) -> Any:
    return tuple(one for one in wanted if one not in stored) if stored else wanted


def _shown(value: Any) -> str:
    several = value if isinstance(value, tuple) else (value,)
    return ", ".join(map(_word, several)) or "none"


def _word(one: Any) -> str:
    if isinstance(one, Watcher):
        return one.email or one.name or f"number {one.id}"
    if isinstance(one, str):
        return repr(one if len(one) <= _SHOWN else one[:_SHOWN] + "…")
    return str(getattr(one, "filename", one))


def unverified(wanted: Mapping[str, Any], *, messages: Tuple[str, ...] = (), via: str = "",
               id: Optional[int] = None) -> Receipt:
    """The receipt of an edit that was not read back."""
    return Receipt(messages=messages, unverified=tuple(wanted), via=via, id=id)
