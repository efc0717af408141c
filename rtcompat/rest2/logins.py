"""People who are named by a login, which RT reads in ways of its own.

Digits are a principal's number to RT, a group's as well, so that a user whose login is ``5`` would
be the group number 5 (seen on 5.0.3); a login that does not exist crashes RT before 5.0.5.
So a bare login is looked up, and the user's number is sent.
"""
from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Mapping

from rtcompat.errors import InvalidValue, PermissionDenied
from rtcompat.exchange import Operation
from rtcompat.model import Watcher
from rtcompat.rest2 import values, write
from rtcompat.rest2.context import Context
from rtcompat.rest2.paging import all_items, collection

__all__ = ["looked_up", "with_numbers", "owner_sent"]

#: What RT takes for a number: any digits of Unicode.
_DIGITS = re.compile(r"\d+\Z")


def looked_up(context: Context, people: Iterable[Watcher]) -> Operation[List[Watcher]]:
    """The users behind bare logins.

    Returns: those found, with number and address; none for users who may not list users, where
        RT reads these logins as what they are.
    Raises: InvalidValue for an unknown one; PermissionDenied.
    Requests: 1 where a bare login is among them.
    """
    names = sorted({one.name for one in people
                    if one.id is None and one.email is None and one.name})
    if not names:
        return []
    try:
        items = yield from all_items(collection(
            "users", (("Name", "IN", names),),
            (("fields", "id,Name,EmailAddress"), ("find_disabled_rows", "1")), "look up users"))
    except PermissionDenied as error:
        # Unprivileged users see no list of users.
        if context.before(5, 0, 5) or any(_DIGITS.match(name) for name in names):
            error.advice = "name people by their e-mail addresses"
            raise
        return []
    known = [one for one in map(values.read_person, items) if one is not None]
    missing = [name for name in names
               if name.lower() not in {(one.name or "").lower() for one in known}]
    if missing:
        raise InvalidValue("there is no user " + ", ".join(map(repr, missing)))
    return known


def with_numbers(context: Context, wanted: Mapping[str, Any],
                 roles: Iterable[str]) -> Operation[Dict[str, Any]]:
    """The wanted values of a new ticket, with the users behind bare logins. As `looked_up`."""
    found = dict(wanted)
    custom: Mapping[str, Any] = found.get("custom_roles") or {}
    lists = [found.get(role) or () for role in roles] + list(custom.values())
    known = yield from looked_up(context, [one for people in lists for one in people])
    for role in roles:
        if role in found:
            found[role] = write.settled(found[role], known)
    if custom:
        found["custom_roles"] = {name: write.settled(people, known)
                                 for name, people in custom.items()}
    return found


def owner_sent(context: Context, login: str) -> Operation[str]:
    """What RT reads as this owner: the login, for one of digits the user's number.

    Raises: as `looked_up`. Requests: 1 for digits.
    """
    if not _DIGITS.match(login):
        return login
    known = yield from looked_up(context, [Watcher(None, name=login)])
    return values.write_person(known[0])
