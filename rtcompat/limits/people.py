"""People of a role, as watchers."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional, Tuple

from rtcompat.errors import UsageError
from rtcompat.limits.values import checked_line
from rtcompat.model import Watcher

__all__ = ["checked_people"]

#: Width of Users.EmailAddress (RT's schema, 3.8 to 6.0).
ADDRESS_LENGTH = 120


def _address(text: str, name: str) -> str:
    """One address: RT takes texts with these characters apart, and keeps so many characters."""
    before, _, behind = text.rpartition("@")
    if any(c in text for c in ",;<>") or "@" in text and not (before and behind):
        raise UsageError(f"{name}: {text!r} is not one address; several are a list, one text each",
                         argument=name)
    if len(text) > ADDRESS_LENGTH:
        raise UsageError(f"{name}: an address has at most {ADDRESS_LENGTH} characters: {text!r}",
                         argument=name)
    return text


def _person(one: Any, name: str) -> Watcher:
    """A watcher. The number of a user is dropped where an address or a login is known: a record
    read from another RT, or before the user was merged, would name a stranger by it."""
    if isinstance(one, Watcher):
        for part in (one.email, one.name):
            if part is not None and not checked_line(part, name).strip():
                raise UsageError(f"{name}: an empty address", argument=name)
        if one.email is None and one.name is None and one.id is None:
            raise UsageError(f"{name}: a watcher needs an address, a name or an id", argument=name)
        if one.email is not None:
            _address(one.email, name)
        elif one.kind != "group":
            _not_nobody(one.name, name)
        named = one.kind != "group" and (one.email is not None or one.name is not None)
        return replace(one, id=None) if named else one
    if not isinstance(one, str):
        raise UsageError(f"an entry of {name} is a text or a Watcher, not {one!r}", argument=name)
    text = checked_line(one, name).strip()
    if not text:
        raise UsageError(f"{name}: an empty address", argument=name)
    if text.endswith(">") and "<" in text:
        return Watcher(_address(text[text.rindex("<") + 1:-1].strip(), name))
    if "@" in text or "," in text:
        return Watcher(_address(text, name))
    _not_nobody(text, name)
    return Watcher(None, name=text)


def _not_nobody(login: Optional[str], name: str) -> None:
    if login is not None and login.lower() == "nobody":
        raise UsageError(f"{name}: Nobody is no watcher; an empty list means nobody",
                         argument=name)


def checked_people(value: Any, name: str) -> Tuple[Watcher, ...]:
    """People as watchers: text with ``@`` is an address, other text a login; sorted, no doubles.

    Raises: UsageError for a single text (it would be taken apart), a newline, an empty address.
    """
    if isinstance(value, (str, bytes, Watcher)) or not hasattr(value, "__iter__"):
        raise UsageError(f"{name} is a list of addresses or watchers", argument=name)
    # Watchers compare by address alone: two logins without one are two people.
    people = {(who.email or "", who.name or "", who.id or 0): who
              for who in (_person(one, name) for one in value)}
    return tuple(people[key] for key in sorted(people))
