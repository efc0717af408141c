"""Our own English sentence for an entry of a ticket's history, made of its raw columns.

Both protocols transmit the columns and neither sends RT's sentence in a language of our choice, so
the sentence is made here, once. It names what the columns name: the number of a user, a queue or
a custom field stays a number, as looking it up would cost a request for each entry. No I/O.
"""
from __future__ import annotations

import re
from typing import Callable, FrozenSet, Mapping, Optional, Tuple

__all__ = ["TYPES", "describe"]

_Columns = Tuple[Optional[str], Optional[str], Optional[str], Optional[str]]

#: A local object's URI: ``fsck.com-rt://example.com/ticket/7`` (articles and assets alike).
_LOCAL = re.compile(r"fsck\.com-(?:rt|article|asset):/{2,3}[^/]*/(ticket|article|asset)/(\d+)\Z")

_PLAIN: Mapping[str, str] = {
    "Create": "Ticket created",
    "Comment": "Comment added",
    "Correspond": "Reply added",
    "EmailRecord": "Outgoing mail recorded",
    "CommentEmailRecord": "Outgoing mail about a comment recorded",
    "AttachmentTruncate": "Attachment truncated",
    "AttachmentDrop": "Attachment dropped",
    "AttachmentError": "Attachment could not be stored",
    "SystemError": "System error",
}
_LINKS: Mapping[str, str] = {
    "DependsOn": "Dependency on", "DependedOnBy": "Dependency by", "RefersTo": "Reference to",
    "ReferredToBy": "Reference by", "MemberOf": "Membership in", "HasMember": "Member",
    "MergedInto": "Merge into", "Members": "Member",
}
_OWNERS: Mapping[str, str] = {
    "Give": "Owner changed", "Take": "Taken", "Untake": "Untaken", "Steal": "Stolen",
    "Force": "Owner changed by force",
}


def _end(uri: Optional[str]) -> str:
    found = _LOCAL.match(uri or "")
    if found:
        return f"{found.group(1)} {found.group(2)}"
    return uri or "(nothing)"


def _quoted(value: Optional[str]) -> str:
    return "(no value)" if value in (None, "") else f"'{value}'"


def _change(what: str, old: Optional[str], new: Optional[str]) -> str:
    return f"{what} changed from {_quoted(old)} to {_quoted(new)}"


def _set(columns: _Columns) -> str:
    field, old, new, _ = columns
    if field == "TimeWorked" and (old or "0").isdigit() and (new or "").isdigit():
        return f"Time worked changed from {int(old or 0)} to {int(new or 0)} minutes"
    if field in ("Owner", "Queue"):
        return f"{field} changed from number {old} to number {new}"
    return _change(field or "A field", old, new)


def _custom_field(columns: _Columns) -> str:
    field, old, new, _ = columns
    what = f"Custom field {field}" if field else "A custom field"
    if old in (None, ""):
        return f"{what}: {_quoted(new)} added"
    if new in (None, ""):
        return f"{what}: {_quoted(old)} deleted"
    return _change(what, old, new)


def _watcher(sentence: str, which: int) -> Callable[[_Columns], str]:
    def said(columns: _Columns) -> str:
        return sentence.format(columns[0] or "Watcher", columns[which] or "(nobody)")
    return said


def _link(action: str, which: int) -> Callable[[_Columns], str]:
    def said(columns: _Columns) -> str:
        field = columns[0] or "Link"
        return f"{_LINKS.get(field, field)} {_end(columns[which])} {action}"
    return said


def _owner(verb: str) -> Callable[[_Columns], str]:
    def said(columns: _Columns) -> str:
        return f"{verb}, from user {columns[1] or '(nobody)'} to user {columns[2] or '(nobody)'}"
    return said


_COMPOSED: Mapping[str, Callable[[_Columns], str]] = {
    "Set": _set,
    "Status": lambda columns: _change("Status", columns[1], columns[2]),
    "Subject": lambda columns: f"Subject changed to {_quoted(columns[3])}",
    "Told": lambda columns: _change("Told", columns[1], columns[2]),
    "CustomField": _custom_field,
    "AddWatcher": _watcher("{0}: principal {1} added", 2),
    "DelWatcher": _watcher("{0}: principal {1} deleted", 1),
    "SetWatcher": _watcher("{0} set to principal {1}", 2),
    "AddLink": _link("added", 2),
    "DeleteLink": _link("deleted", 1),
    "AddReminder": lambda columns: f"Reminder {columns[2]} added",
    "OpenReminder": lambda columns: f"Reminder {columns[2]} reopened",
    "ResolveReminder": lambda columns: f"Reminder {columns[2]} completed",
    # Of users and groups: the column holds the number of the other one.
    "AddMember": lambda columns: f"Member {columns[0]} added",
    "DeleteMember": lambda columns: f"Member {columns[0]} deleted",
    "AddMembership": lambda columns: f"Membership in group {columns[0]} added",
    "DeleteMembership": lambda columns: f"Membership in group {columns[0]} deleted",
    **{name: _owner(verb) for name, verb in _OWNERS.items()},
}
#: RT's own types of transactions (3.4 to 5.0); plugins may add others.
TYPES: FrozenSet[str] = frozenset((
    *_PLAIN, *_COMPOSED, "DeleteConfig", "Disabled", "Enabled", "Forward Ticket",
    "Forward Transaction", "GrantRight", "Munge", "PurgeTransaction", "RevokeRight",
    "Set-TimeWorked", "SetConfig"))


def describe(type: str, field: Optional[str] = None, old_value: Optional[str] = None,
             new_value: Optional[str] = None, data: Optional[str] = None,
             creator: Optional[str] = None) -> str:
    """One line of English on a transaction, from its columns as RT stores them.

    Args:
        type: RT's word (``Set``, ``Comment``, …), unknown ones too.
        field, old_value, new_value, data: the columns; None and "" are the same here.
        creator: login of who did it, named at the end; None leaves it out.
    Returns: the sentence, on one line, without a full stop. Values are as stored: numbers of users,
        queues and fields, dates in UTC.
    Source: the columns of Transactions, RT 3.4 to 6.0.
    """
    columns = (field, old_value, new_value, data)
    if type in _PLAIN:
        said = _PLAIN[type]
    elif type in _COMPOSED:
        said = _COMPOSED[type](columns)
    elif any((field, old_value, new_value)):
        said = _change(" ".join(part for part in (type, field) if part), old_value, new_value)
    else:
        said = type
    sentence = said if creator is None else f"{said} by {creator}"
    return " ".join(sentence.split("\n"))
