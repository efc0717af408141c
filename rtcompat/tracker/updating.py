"""What a caller's function may say about a ticket, for `Tracker.update_ticket`."""
from __future__ import annotations

import inspect
from typing import Any, Dict, Mapping

from rtcompat.errors import UsageError
from rtcompat.fields import choices
from rtcompat.tracker.tickets import TicketOperations

__all__ = ["check_function", "changes_of"]

#: Arguments of `edit_ticket` that the function may give.
_NAMES = tuple(name for name in inspect.signature(TicketOperations.edit_ticket).parameters
               if name not in ("self", "ticket_id", "if_unchanged"))


def check_function(function: Any) -> None:
    """Raises: UsageError for what cannot be called."""
    if not callable(function):
        raise UsageError(f"function is called with the ticket; {function!r} cannot be",
                         argument="function")


def changes_of(returned: Any) -> Dict[str, Any]:
    """The arguments that the function returned, none for None. Raises: UsageError."""
    if returned is None:
        return {}
    if inspect.iscoroutine(returned):
        returned.close()  # nobody will await it
    if not isinstance(returned, Mapping):
        raise UsageError("the function returns arguments of edit_ticket by name, or None, not "
                         f"{type(returned).__name__}", argument="function")
    if "if_unchanged" in returned:
        raise UsageError("if_unchanged is the ticket that the function was given",
                         argument="function")
    unknown = [name for name in returned if name not in _NAMES]
    if unknown:
        raise UsageError("the function returned what edit_ticket does not take: "
                         + ", ".join(map(str, unknown)), argument="function",
                         advice=choices(unknown[0], _NAMES))
    return dict(returned)
