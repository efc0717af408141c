"""Groups and their members over REST2.

A principal is told to RT by its number alone: names and addresses are looked up first. What a
list of members tells are numbers, a group's own record tells logins; it is open to all who may see
the group, the list to its administrators only (5.0.3, 5.0.10).
"""
from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Set, Tuple, Union

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import InvalidValue, OutcomeUnknown, PermissionDenied, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import NOT_LOADED, Group, Member, Page, Receipt, User
from rtcompat.rest2 import read, records
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.outcomes import carried_out, unreadable, written
from rtcompat.rest2.paging import PER_PAGE, all_items, collection, read_answer
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.records import Name
from rtcompat.rest2.values import read_number, read_optional, read_text

__all__ = ["GROUP", "create", "edit", "members", "add", "remove", "remove_all", "numbers_listed",
           "sent_each", "added"]

GROUP = RecordKind(
    "group", "groups", fields.GROUP, read.group, named=False, tells_disabled=False, tagged=True,
    unlisted=("instance", "disabled"), fields_from=records.fields_of_type("RT::Group"),
    always=({"field": "Domain", "operator": "=", "value": "UserDefined",
             "entry_aggregator": "AND"},))

_DISABLED_TOO = ("find_disabled_rows", "1")
#: Which member is meant -> its number.
Numbers = Mapping[str, int]


def create(context: Context, name: str, given: Mapping[str, Any],
           read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_group`. Requests: 1, and 1 to read back."""
    wanted = limits.checked(fields.GROUP, {**given, "name": name})
    return (yield from records.create(context, GROUP, name, wanted, read_back))


def edit(context: Context, group: Name, given: Mapping[str, Any],
         read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_group`. Requests: 1, and 2 to decide the receipt; 1 more by name."""
    return (yield from records.edit(context, GROUP, group, limits.checked(fields.GROUP, given),
                                    read_back))


# -- who is in it ---------------------------------------------------------------------------------

def members(group: Name, recursive: bool, kind: Optional[str]) -> Operation[Page[Member]]:
    """See `Tracker.get_group_members`. All come in one page.

    Requests: 1, and 1 for the users and 1 for the groups among them; by name 1 more; recursive 1
    more for each group below.
    """
    if kind not in (None, "user", "group"):
        raise UsageError(f"kind is user, group or None, not {kind!r}", argument="kind")
    logins, groups = yield from _below(group, recursive)
    found: List[Member] = []
    if kind != "group" and logins:
        found += yield from _users(sorted(logins))
    if kind != "user" and groups:
        found += yield from _groups(sorted(groups))
    return Page(tuple(found), None, len(found))


def _below(group: Name, recursive: bool) -> Operation[Tuple[Set[str], Set[int]]]:
    """Logins of the users and numbers of the groups in it."""
    logins: Set[str] = set()
    groups: Set[int] = set()
    raw = yield from records.raw_of(GROUP, group)
    top, left = read_number(raw.get("id")), [raw]
    while left:
        inner: List[int] = []
        for one in left.pop().get("Members") or ():
            if one.get("type") == "user":
                logins.add(read_text(one.get("id")))
            elif one.get("type") == "group" and read_number(one.get("id")) not in {top, *groups}:
                inner.append(read_number(one.get("id")))
                groups.add(inner[-1])
        for number in inner if recursive else ():
            left.append((yield from records.raw_of(GROUP, number)))
    return logins, groups


def _users(logins: List[str]) -> Operation[List[Member]]:
    """The users of these logins, by number. Requests: 1 per 100."""
    items = yield from all_items(collection(
        "users", (("Name", "IN", logins),), (("fields", "id,Name,EmailAddress"), _DISABLED_TOO),
        "read the members"))
    return [Member("user", read_number(one.get("id")), read_text(one.get("Name")),
                   read_optional(one.get("EmailAddress"))) for one in items]


def _groups(numbers: List[int]) -> Operation[List[Member]]:
    """The groups of these numbers; those that we may not see have no name. Requests: 1 per 100."""
    items = yield from all_items(collection(
        "groups", (("id", "IN", [str(number) for number in numbers]),),
        (("fields", "id,Name"), _DISABLED_TOO), "read the groups among the members"))
    names = {read_number(one.get("id")): read_text(one.get("Name")) for one in items}
    return [Member("group", number, names.get(number, NOT_LOADED), None) for number in numbers]


def numbers_listed(path: str, about: str) -> Operation[Tuple[int, ...]]:
    """The numbers in a list that has no order and no address of its next page, and repeats its
    last page beyond the end (5.0.6). Requests: 1 per 100."""
    found: List[int] = []
    asked = 1
    while True:
        answer = read_answer((yield Request(
            "GET", path, query=(("per_page", str(PER_PAGE)), ("page", str(asked))), about=about)))
        fresh = [read_number(one.get("id")) for one in answer.items]
        fresh = [number for number in fresh if number not in found]
        found += fresh
        if not fresh or len(found) >= (answer.total or 0):
            return tuple(found)
        asked += 1


# -- who is meant ---------------------------------------------------------------------------------

def principals(given: Iterable[Union[str, int, User, Group, Member]]) -> Operation[Dict[str, int]]:
    """The numbers of those who are named, by how they were named.

    Raises: UsageError; InvalidValue for who does not exist. Requests: 1 for logins, 1 for
    addresses that are no logins.
    """
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        raise UsageError("members is a list", argument="members")
    found: Dict[str, int] = {}
    texts: List[str] = []
    for one in given:
        if isinstance(one, (User, Group, Member)) and isinstance(one.id, int):
            found[one.name or str(one.id)] = limits.positive_id(one.id, "members")
        elif isinstance(one, int):
            found[str(one)] = limits.positive_id(one, "members")
        elif isinstance(one, str) and one.strip():
            texts.append(one.strip())
        else:
            raise UsageError(f"{one!r} names no member", argument="members")
    if not found and not texts:
        raise UsageError("nobody to add or to remove", argument="members")
    for column in ("Name", "EmailAddress"):
        sought = [text for text in texts if text not in found
                  and (column == "Name" or "@" in text)]
        if sought:
            known = yield from _numbers_by(column, sought)
            found.update({text: known[text.lower()] for text in sought if text.lower() in known})
    missing = [text for text in texts if text not in found]
    if missing:
        raise InvalidValue("there is no user " + ", ".join(map(repr, missing)),
                           advice="a group is given by its number or record")
    return found


def _numbers_by(column: str, sought: List[str]) -> Operation[Dict[str, int]]:
    items = yield from all_items(collection(
        "users", ((column, "IN", sought),), (("fields", f"id,{column}"), _DISABLED_TOO),
        "look up users"))
    return {read_text(one.get(column)).lower(): read_number(one.get("id")) for one in items}


# -- changing who is in it ------------------------------------------------------------------------

def add(group: Name, given: Iterable[Any], read_back: bool) -> Operation[Receipt]:
    """See `Tracker.add_group_members`. Requests: 2, and 1 to decide the receipt; names 1 more."""
    wanted = yield from principals(given)
    about = f"add members to group {group}"
    number, listed = yield from _found(group, read_back, about)
    return (yield from added(f"group/{number}/members", "members", wanted, number, read_back,
                             about, listed))


def remove(group: Name, given: Iterable[Any], read_back: bool) -> Operation[Receipt]:
    """See `Tracker.remove_group_members`. Requests: 1 for each, and 2 to decide the receipt."""
    wanted = yield from principals(given)
    about = f"remove members of group {group}"
    number, before = yield from _found(group, read_back, about)
    paths = {name: f"group/{number}/member/{one}" for name, one in wanted.items()}
    return (yield from sent_each(f"group/{number}/members", "members", paths, wanted, number,
                                 read_back, about, before=before))


def remove_all(group: Name, read_back: bool) -> Operation[Receipt]:
    """See `Tracker.remove_all_group_members`. Requests: 1, and 2 to decide the receipt."""
    about = f"remove all members of group {group}"
    number, before = yield from _found(group, read_back, about)
    path = f"group/{number}/members"
    if before is None:
        return (yield from sent_each(path, "members", {"": path}, {}, number, False, about))
    wanted = {str(one): one for one in before}
    return (yield from sent_each(path, "members", {"": path}, wanted, number, True, about,
                                 before=before))


def _found(group: Name, read_back: bool,
           about: str) -> Operation[Tuple[int, Optional[Tuple[int, ...]]]]:
    """A group's number, and the numbers of its members where they are to be read.

    RT answers for a group that does not exist as for one without members, and deletes nobody of it
    with success (5.0.3): where no member shows that it is there, it is asked for.

    Raises: NotFound. Requests: 1, for an empty group 1 more; a name 1 more.
    """
    number = yield from records.number_of(GROUP, group)
    listed = (yield from numbers_listed(f"group/{number}/members", about)) if read_back else None
    if not listed and isinstance(group, int):
        try:
            read_json((yield Request("GET", f"group/{number}", about=about)))
        except PermissionDenied:
            pass  # it is there
    return number, listed


def _inside(what: str, wanted: Numbers, listed: Iterable[int]) -> Dict[str, bool]:
    there = set(listed)
    return {f"{what}[{name}]": number in there for name, number in wanted.items()}


def added(path: str, what: str, wanted: Numbers, number: Optional[int], read_back: bool,
          about: str, listed: Optional[Tuple[int, ...]] = None) -> Operation[Receipt]:
    """Put numbers into a list that RT adds to, and decide each by reading the list.

    Args:
        listed: what is in it, where it is known.
    Raises: PermissionDenied; InvalidValue with the receipt.
    """
    flat = {f"{what}[{name}]": True for name in wanted}
    request = Request("PUT", path, json=[str(one) for one in wanted.values()], effect="write",
                      about=about)
    if not read_back:
        answer = yield from written(request)
        if answer.lost:
            raise answer.lost
        return receipts.unverified(flat, messages=answer.messages, via="rest2", id=number)
    if listed is None:
        listed = yield from numbers_listed(path, about)
    before = _inside(what, wanted, listed)

    def again() -> Operation[Mapping[str, Any]]:
        return _inside(what, wanted, (yield from numbers_listed(path, about)))

    decided, _ = yield from carried_out(request, flat, before, again, number or 0)
    return _accepted(decided, request)


def sent_each(path: str, what: str, paths: Mapping[str, str], wanted: Numbers,
              number: Optional[int], read_back: bool, about: str,
              before: Optional[Tuple[int, ...]] = None) -> Operation[Receipt]:
    """Delete at each of the paths, and decide by reading the list who is gone.

    Args:
        before: the list, where it is known.
    Raises: PermissionDenied; InvalidValue with the receipt; OutcomeUnknown where an answer was
        lost and somebody is still there.
    """
    flat = {f"{what}[{name}]": False for name in wanted}
    was: Dict[str, bool] = {}
    if read_back:
        if before is None:
            before = yield from numbers_listed(path, about)
        was = _inside(what, wanted, before)
    messages: Tuple[str, ...] = ()
    lost: Optional[OutcomeUnknown] = None
    request = Request("DELETE", path, effect="write", about=about)
    for one in paths.values():
        request = Request("DELETE", one, effect="write", about=about)
        answer = yield from written(request)
        messages, lost = messages + answer.messages, answer.lost or lost
    if not read_back:
        if lost is not None:
            raise lost
        return receipts.unverified(flat, messages=messages, via="rest2", id=number)
    after = yield from unreadable(_read_again(path, what, wanted, about))
    decided = receipts.decide(flat, was, after, messages=messages, via="rest2", id=number)
    if lost is not None and (decided.refused or decided.unverified):
        lost.receipt = decided
        raise lost
    return _accepted(decided, request)


def _read_again(path: str, what: str, wanted: Numbers,
                about: str) -> Operation[Mapping[str, Any]]:
    return _inside(what, wanted, (yield from numbers_listed(path, about)))


def _accepted(decided: Receipt, request: Request) -> Receipt:
    if decided.refused:
        raise InvalidValue(f"RT did not change {', '.join(decided.refused)}", code=200,
                           receipt=decided, request=f"{request.method} REST/2.0/{request.path}",
                           messages=decided.messages)
    return decided
