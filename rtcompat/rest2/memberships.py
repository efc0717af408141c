"""The groups of a user over REST2."""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Tuple

from rtcompat import limits
from rtcompat.errors import NotFound, UsageError
from rtcompat.exchange import Operation
from rtcompat.model import Group, Receipt
from rtcompat.rest2 import read, records
from rtcompat.rest2.groups import GROUP, added, numbers_listed, sent_each
from rtcompat.rest2.paging import all_items, collection
from rtcompat.rest2.people import USER
from rtcompat.rest2.records import Name
from rtcompat.rest2.values import read_number, read_text

__all__ = ["memberships", "join", "leave"]


def memberships(user: Name) -> Operation[Tuple[Group, ...]]:
    """See `Tracker.get_memberships`. Requests: 2; a login that the path cannot carry 1 more."""
    numbers = yield from _of(user, f"read the groups of user {user}")
    if not numbers:
        return ()
    names = ",".join(row.rest2 for row in GROUP.listed_rows() if row.rest2)
    items = yield from all_items(collection(
        "groups", (("id", "IN", [str(one) for one in numbers]),), (("fields", names),),
        f"read the groups of user {user}"))
    shown = {read_number(one.get("id")): one for one in items}
    # The list holds enabled groups only; of those that we may not see there is a number.
    return tuple(_group(shown[one]) if one in shown else Group(one) for one in sorted(numbers))


def _group(raw: Mapping[str, Any]) -> Group:
    whole = read.group({**raw, "Disabled": 0})
    return Group(whole.id, whole.name, whole.description, whole.domain, disabled=False,
                 custom_fields=whole.custom_fields)


def _of(user: Name, about: str) -> Operation[Tuple[int, ...]]:
    """The numbers of a user's groups. RT answers an empty list for a missing user, too: then the
    user is asked for."""
    path = yield from records.path_of(USER, user)
    numbers = yield from numbers_listed(f"{path}/groups", about)
    if not numbers:
        yield from records.raw_of(USER, user)
    return numbers


def _numbers(groups: Iterable[Any]) -> Operation[Dict[str, int]]:
    """The numbers of groups, by how they were named.

    Raises: UsageError; NotFound. Requests: 1 where one is given by name.
    """
    if isinstance(groups, (str, bytes)) or not hasattr(groups, "__iter__"):
        raise UsageError("groups is a list", argument="groups")
    found: Dict[str, int] = {}
    names: List[str] = []
    for one in groups:
        if isinstance(one, Group):
            found[one.name or str(one.id)] = limits.positive_id(one.id, "groups")
        elif isinstance(one, int):
            found[str(one)] = limits.positive_id(one, "groups")
        elif isinstance(one, str) and one:
            names.append(one)
        else:
            raise UsageError(f"{one!r} names no group", argument="groups")
    if names:
        items = yield from all_items(collection(
            "groups", (("Name", "IN", names), ("Domain", "=", "UserDefined")),
            (("fields", "id,Name"),), "look up groups"))
        known = {read_text(one.get("Name")).lower(): read_number(one.get("id")) for one in items}
        missing = [name for name in names if name.lower() not in known]
        if missing:
            raise NotFound("there is no group " + ", ".join(map(repr, missing)))
        found.update({name: known[name.lower()] for name in names})
    if not found:
        raise UsageError("no groups were given", argument="groups")
    return found


def join(user: Name, groups: Iterable[Any], read_back: bool) -> Operation[Receipt]:
    """See `Tracker.join_groups`. Requests: 1, and 2 to decide the receipt; names 1 more."""
    wanted = yield from _numbers(groups)
    about = f"make user {user} a member"
    number, path, before = yield from _place(user, read_back, about)
    return (yield from added(f"{path}/groups", "groups", wanted, number, read_back, about, before))


def leave(user: Name, groups: Optional[Iterable[Any]], read_back: bool) -> Operation[Receipt]:
    """See `Tracker.leave_groups`. Requests: 1 for each or for all, and 2 to decide the receipt; a
    login 1 more."""
    about = f"take user {user} out of groups"
    named = None if groups is None else (yield from _numbers(groups))
    number, path, before = yield from _place(user, read_back, about)
    if named is not None:
        paths = {name: f"{path}/group/{one}" for name, one in named.items()}
    else:
        paths = {"": f"{path}/groups"}
        named = {str(one): one for one in before or ()}
    return (yield from sent_each(f"{path}/groups", "groups", paths, named, number, read_back, about,
                                 before=before))


def _place(user: Name, read_back: bool, about: str
           ) -> Operation[Tuple[Optional[int], str, Optional[Tuple[int, ...]]]]:
    """A user's number, path, and the numbers of the groups; without a reading None for a login's
    number, and for the groups. Raises: NotFound, PermissionDenied."""
    if not read_back:
        path = yield from records.path_of(USER, user)
        return user if isinstance(user, int) else None, path, None
    if isinstance(user, int):
        return user, f"user/{user}", (yield from _of(user, about))
    number = yield from records.number_of(USER, user)
    return number, f"user/{number}", (yield from numbers_listed(f"user/{number}/groups", about))
