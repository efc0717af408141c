"""Requests of operations on groups, memberships, and of what is searched, disabled and remembered
of users and queues."""
from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Tuple

from rtcompat import where
from tests.request_cases import ADMINISTRATOR, Case, Place, case, few

__all__ = ["CASES"]

STAFF, WATCHERS = 43, 44


def _group(at: Place) -> int:
    """A group of our own, made once."""
    name = f"counted by {at.protocol}"
    found = at.rt.search_groups([where("name", "=", name)])
    number = next((one.id for one in found), None) or at.rt.create_group(name).id
    assert number
    return number


def _named(at: Place) -> str:
    _group(at)
    return f"counted by {at.protocol}"


def _with(*members: Any) -> Any:
    """A group of our own with just these members."""
    def made(at: Place) -> int:
        number = _group(at)
        if at.protocol == "rest2":
            at.rt.remove_all_group_members(number)
            if members:
                at.rt.add_group_members(number, members, read_back=False)
        return number
    return made


def _user(at: Place) -> str:
    return str(at.made("user"))


def _leaving(at: Place) -> str:
    """A user of our own who is in a group of our own."""
    login, number = _user(at), _group(at)
    if at.protocol == "rest2":
        at.rt.join_groups(login, [number], read_back=False)
    return login


def _staying(at: Place) -> str:
    """The same, with another group to join."""
    login = _leaving(at)
    if at.protocol == "rest2":
        at.rt.leave_groups(login, read_back=False)
        at.rt.join_groups(login, [WATCHERS], read_back=False)
    return login


def _alone(at: Place) -> str:
    login = _user(at)
    if at.protocol == "rest2":
        at.rt.leave_groups(login, read_back=False)
    return login


def _of_ours(at: Place) -> Any:
    return [_group(at)]


def _gerda(at: Place) -> Any:
    """A condition; what a login asks once has been asked."""
    asked = [where("name", "=", "gerda")]
    at.rt.search_users(asked)
    return asked


def _address(at: Place) -> str:
    """An address; REST 1.0 has asked whether all of it is shown to us."""
    at.rt.get_user("gerda")
    return "alice@example.org"


def _watched(at: Place) -> str:
    name = str(at.made("queue", "."))
    if at.protocol == "rest2":
        at.rt.edit_queue(name, cc=["gerda@example.org"], read_back=False)
    return name


def _unwatched(at: Place) -> str:
    name = str(at.made("queue", "~"))
    if at.protocol == "rest2":
        at.rt.edit_queue(name, cc=[], read_back=False)
    return name


_READING: Tuple[Case, ...] = (
    case("get_system"),
    case("get_group", "by number", STAFF), case("get_group", "by name", "staff"),
    case("search_groups", "", [where("name", "=", "staff")]),
    case("search_groups", "include_disabled", [where("name", "=", "staff")],
         include_disabled=True),
    case("search_queues", "", [where("name", "=", "General")]),
    case("get_group_history", "by number", STAFF), case("get_queue_history", "", "General"),
    case("get_group_members", "users alone", STAFF),
)
_ADMINISTRATION: Tuple[Case, ...] = (
    case("get_user", "by address", _address),
    case("search_users", "", _gerda),
    case("search_users", "include_disabled", _gerda, include_disabled=True),
    case("get_user_history", "", "gerda"),
    case("disable_user", "", partial(Place.made, kind="user", separator="-")),
    case("disable_queue", "", partial(Place.made, kind="queue", separator="-")),
    case("create_group", "", Place.unique),
    case("create_group", "read_back=False", Place.unique, read_back=False),
    case("edit_group", "by number", _group, description="counted"),
    case("edit_group", "by number, read_back=False", _group, description="again",
         read_back=False),
    case("edit_group", "by name", _named, description="counted"),
    case("edit_group", "by name, read_back=False", _named, description="again",
         read_back=False),
    case("disable_group", "by number", lambda at: at.rt.create_group(at.unique()).id),
    case("get_group_members", "users and groups", _with("alice", WATCHERS)),
    case("get_group_members", "none", _with()),
    case("add_group_members", "numbers", _with(WATCHERS), [27]),
    case("add_group_members", "logins", _with(WATCHERS), ["alice"]),
    case("add_group_members", "the first numbers", _with(), [27]),
    case("add_group_members", "numbers, read_back=False", _with(), [27], read_back=False),
    case("remove_group_members", "one number", _with(27), [27]),
    case("remove_group_members", "one number, read_back=False", _with(27), [27],
         read_back=False),
    case("remove_all_group_members", "by number", _with(27)),
    case("remove_all_group_members", "by number, read_back=False", _with(27), read_back=False),
    case("get_memberships", "some", "alice"), case("get_memberships", "none", _alone),
    case("join_groups", "groups by number", _staying, _of_ours),
    case("join_groups", "groups by name", _staying, ["watchers-group"]),
    case("join_groups", "the first groups", _alone, _of_ours),
    case("join_groups", "groups by number, read_back=False", _alone, _of_ours, read_back=False),
    case("leave_groups", "one group by number", _leaving, _of_ours),
    case("leave_groups", "all", _leaving),
    case("leave_groups", "all, read_back=False", _leaving, read_back=False),
    case("get_queue", "with watchers", _watched),
    case("edit_queue", "a first watcher", _unwatched, cc=["gerda@example.org"]),
    case("edit_queue", "a first watcher, read_back=False", _unwatched, cc=["gerda@example.org"],
         read_back=False),
)

CASES: Tuple[Case, ...] = (
    *(replace(one, where=few) for one in _READING),
    *(replace(one, where=few, users=ADMINISTRATOR) for one in _ADMINISTRATION),
)
