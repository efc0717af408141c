"""RT's words on the left side of a condition, what kind each is, and how it may be compared.

Source: RT::Tickets, 4.4.6 to 5.0.10. Words that no record of a client or an archive can answer
stand in `UNTOLD` with the reason.
"""
from __future__ import annotations

import difflib
from typing import Dict, FrozenSet, Iterable, Mapping

__all__ = ["KINDS", "UNTOLD", "OPERATORS", "OPPOSITES", "COLUMNS", "PERSON_COLUMNS", "HISTORY",
           "LINK_WORDS", "spelled_word", "nearest"]

_EQUAL = frozenset(("=", "!=", "IN", "NOT IN"))
_ORDER = frozenset(("<", ">", "<=", ">="))
_NULL = frozenset(("IS", "IS NOT"))
_PARTS = frozenset(("LIKE", "NOT LIKE", "STARTSWITH", "NOT STARTSWITH", "ENDSWITH",
                    "NOT ENDSWITH"))
#: By kind: the operators that RT takes. A date has no ``!=``, and who did something only equality.
OPERATORS: Mapping[str, FrozenSet[str]] = {
    "number": _EQUAL | _ORDER | _PARTS | _NULL,
    "text": _EQUAL | _ORDER | _PARTS | _NULL,
    "queue": _EQUAL | frozenset(("LIKE", "NOT LIKE")),
    "login": _EQUAL,
    "owner": _EQUAL | _PARTS | _NULL,
    "people": _EQUAL | _PARTS | _NULL,
    "date": frozenset(("=",)) | _ORDER | _NULL,
    "link": _EQUAL | _NULL,
    "cf": _EQUAL | _ORDER | _PARTS | _NULL,
    "role": _EQUAL | _PARTS | _NULL,
    "body": frozenset(("LIKE", "NOT LIKE")),
    "file": _EQUAL | _PARTS | _NULL,
    "when": frozenset(("=", "!=")) | _ORDER,
    "by": _EQUAL,
    "type": _EQUAL,
}
#: By operator that says no: the one that says yes.
OPPOSITES: Mapping[str, str] = {
    "!=": "=", "NOT LIKE": "LIKE", "NOT STARTSWITH": "STARTSWITH", "NOT ENDSWITH": "ENDSWITH",
    "NOT IN": "IN", "IS NOT": "IS"}
#: By RT's word: its kind.
KINDS: Mapping[str, str] = {
    "id": "number", "EffectiveId": "number", "Priority": "number", "InitialPriority": "number",
    "FinalPriority": "number", "TimeWorked": "number", "TimeLeft": "number",
    "TimeEstimated": "number", "Status": "text", "Subject": "text", "SLA": "text",
    "Queue": "queue", "Type": "type", "Creator": "login", "LastUpdatedBy": "login",
    "Owner": "owner", "Requestor": "people", "Requestors": "people", "Cc": "people",
    "AdminCc": "people", "Watcher": "people", "CustomRole": "role",
    "Told": "date", "Starts": "date", "Started": "date", "Due": "date", "Resolved": "date",
    "LastUpdated": "date", "Created": "date",
    "Linked": "link", "LinkedTo": "link", "LinkedFrom": "link", "MemberOf": "link",
    "DependsOn": "link", "RefersTo": "link", "HasMember": "link", "DependentOn": "link",
    "DependedOnBy": "link", "ReferredToBy": "link",
    "CF": "cf", "CustomField": "cf", "CustomFieldValue": "cf",
    "Content": "body", "Filename": "file", "ContentType": "file",
    "Updated": "when", "TransactionDate": "when", "UpdatedBy": "by"}
#: What hangs on one and the same entry of the history in a query.
HISTORY: FrozenSet[str] = frozenset(("body", "file", "when", "by"))
_NOT_SHOWN = "RT shows it to no client"
#: By RT's word: why records cannot tell.
UNTOLD: Mapping[str, str] = {
    "QueueCc": "a ticket does not carry its queue's people",
    "QueueAdminCc": "a ticket does not carry its queue's people",
    "QueueWatcher": "a ticket does not carry its queue's people",
    "TxnCF": "histories are read without the transactions' custom fields",
    "TransactionCF": "histories are read without the transactions' custom fields",
    "QueueCF": "a ticket does not carry its queue's custom fields",
    "Lifecycle": "a ticket does not carry its queue's lifecycle",
    "OwnerGroup": "who is in which group is not in a ticket",
    "RequestorGroup": "who is in which group is not in a ticket",
    "CCGroup": "who is in which group is not in a ticket",
    "AdminCCGroup": "who is in which group is not in a ticket",
    "WatcherGroup": "who is in which group is not in a ticket",
    "HasAttribute": _NOT_SHOWN, "HasNoAttribute": _NOT_SHOWN,
    "HasUnreadMessages": _NOT_SHOWN, "HasNoUnreadMessages": _NOT_SHOWN}
#: By RT's word: the directions of `Links` that it looks at.
LINK_WORDS: Mapping[str, FrozenSet[str]] = {
    "MemberOf": frozenset(("member_of",)), "HasMember": frozenset(("members",)),
    "DependsOn": frozenset(("depends_on",)), "DependedOnBy": frozenset(("depended_on_by",)),
    "DependentOn": frozenset(("depended_on_by",)), "RefersTo": frozenset(("refers_to",)),
    "ReferredToBy": frozenset(("referred_to_by",)),
    "LinkedTo": frozenset(("member_of", "depends_on", "refers_to")),
    "LinkedFrom": frozenset(("members", "depended_on_by", "referred_to_by")),
    "Linked": frozenset(("member_of", "depends_on", "refers_to", "members", "depended_on_by",
                         "referred_to_by"))}
#: Columns of the ticket itself that may stand on the right side, too: their attribute.
COLUMNS: Mapping[str, str] = {
    "id": "id", "EffectiveId": "id", "Subject": "subject", "Status": "status", "SLA": "sla",
    "Priority": "priority", "InitialPriority": "initial_priority",
    "FinalPriority": "final_priority", "TimeWorked": "time_worked", "TimeLeft": "time_left",
    "TimeEstimated": "time_estimated", "Told": "told", "Starts": "starts", "Started": "started",
    "Due": "due", "Resolved": "resolved", "LastUpdated": "last_updated", "Created": "created"}
#: Columns of people that RT searches tickets by: the attribute of `User`.
PERSON_COLUMNS: Mapping[str, str] = {
    "EmailAddress": "email", "Name": "name", "RealName": "real_name", "Nickname": "nick_name",
    "Organization": "organization", "Address1": "address1", "Address2": "address2",
    "City": "city", "State": "state", "Zip": "zip", "Country": "country",
    "WorkPhone": "work_phone", "HomePhone": "home_phone", "MobilePhone": "mobile_phone",
    "PagerPhone": "pager_phone", "id": "id"}
_SPELLED: Dict[str, str] = {one.lower(): one for one in (*KINDS, *UNTOLD)}


def spelled_word(word: str) -> str:
    """RT's spelling of a word, "" for one that it does not know: it passes over their case."""
    return _SPELLED.get(word.lower(), "")


def nearest(word: str, known: Iterable[str]) -> str:
    """A sentence that names what was probably meant, or ""."""
    spelled = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower()[:100], list(spelled), 1, 0.6)
    return f"Did you mean {spelled[found[0]]!r}?" if found else ""
