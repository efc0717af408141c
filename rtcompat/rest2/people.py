"""Users and queues over REST2."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional

from rtcompat import fields, limits
from rtcompat.conditions import Condition, listed
from rtcompat.errors import NotFound, PermissionDenied, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, Page, Queue, Receipt, Transaction, User
from rtcompat.rest2 import read, records, write
from rtcompat.rest2.answers import read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.fetching import with_addresses
from rtcompat.rest2.logins import looked_up
from rtcompat.rest2.paging import collection, one_page, read_answer
from rtcompat.rest2.recordkinds import RecordKind
from rtcompat.rest2.records import Name
from rtcompat.rest2.searching import search
from rtcompat.rest2.values import read_text

__all__ = ["USER", "QUEUE", "get_user", "search_users", "user_history", "whoami", "create_user",
           "edit_user", "get_queue", "get_queues", "search_queues", "create_queue", "edit_queue"]

_WATCHERS = ("cc", "admin_cc")


#: What RT shows of others to those alone who may change them.
_PRIVATE = ("address1", "address2", "state", "zip", "home_phone", "work_phone", "mobile_phone",
            "pager_phone", "contact_info", "comments", "signature", "timezone")


def _administers() -> Operation[bool]:
    """Whether we may change users: those who may see more than a summary of somebody else, here
    of RT's own user number 1."""
    response = yield Request("GET", "user/1", about="see what is allowed")
    return response.status == 200 and "id" in read_json(response)


USER = RecordKind("user", "users", fields.USER, read.user, tells_disabled=False, tagged=True,
                  unlisted=("privileged", "disabled"), everything=(), may_create=_administers,
                  fields_from=records.fields_of_type("RT::User"))
#: RT's own two, which REST 1.0 never finds (4.4 to 6.0): they are left out here, too.
_SYSTEM = ("RT_System", "Nobody")
#: As others see users in a list: what is hidden from them comes as "".
_OTHERS = replace(USER, unlisted=(*USER.unlisted, *_PRIVATE))
_QUEUE = RecordKind("queue", "queues", fields.QUEUE, read.queue, denied_as_missing=True,
                    unlisted=("cc", "admin_cc"), tagged=True,
                    fields_from=records.fields_of_type("RT::Queue"))
QUEUE = replace(_QUEUE, fetch=with_addresses(_QUEUE))


# -- users ----------------------------------------------------------------------------------------

def get_user(user: Name) -> Operation[User]:
    """See `Tracker.get_user`. Requests: 1; a name of digits or with a slash 2; by address 3."""
    asked = user
    try:
        one = yield from records.told(USER, user)
    except NotFound:
        if not isinstance(user, str) or "@" not in user:
            raise
        asked = yield from records.looked_up(USER, "EmailAddress", user)
        one = yield from records.told(USER, asked)
    found: User = records.tagged(USER, read.user(one.raw, asked=asked), one)
    return found


def search_users(context: Context, conditions: Iterable[Condition], order: Optional[str],
                 include_disabled: bool, cursor: Any) -> Operation[Page[User]]:
    """See `Tracker.search_users`. Of several pages in an order the total is not known, as RT counts
    its own two.

    Requests: 1 per 100, with include_disabled 2; once a login 1 to know what is hidden from us.
    """
    if context.administers is None:
        context.administers = yield from _administers()
    kind = USER if context.administers else _OTHERS
    page = yield from search(kind, conditions, order, include_disabled, cursor)
    people = tuple(one for one in page.items if one.name not in _SYSTEM)
    left = len(page.items) - len(people)
    # By number they come first.
    counted = order is None or page.cursor is None or left == len(_SYSTEM)
    total = page.total - left if counted and page.total is not None else None
    return Page(people, page.cursor, total)


def user_history(user: Name, cursor: Any) -> Operation[Page[Transaction]]:
    """See `Tracker.get_user_history`.

    Raises: PermissionDenied where RT shows a summary of the user: then it shows no history.
    """
    page = yield from records.history(USER, user, cursor)
    if cursor is None and not page.items and "id" not in (yield from records.raw_of(USER, user)):
        raise PermissionDenied(f"we may not see the history of user {user}")
    return page


def whoami(context: Context) -> Operation[User]:
    """See `Tracker.whoami`. Where no login is known (a cookie), a ticket that we created, own or
    changed last tells it. Requests: 1, then 2.

    Raises: NotFound where no such ticket exists.
    """
    if context.user is None:
        context.user = yield from _own_login()
    return (yield from get_user(context.user))


def _own_login() -> Operation[str]:
    for column in ("LastUpdatedBy", "Creator", "Owner"):
        answer = read_answer((yield Request(
            "GET", "tickets", query=(("query", f"{column} = '__CurrentUser__'"), ("per_page", "1"),
                                     ("fields", column)), about="find out who we are")))
        if answer.items:
            found = answer.items[0].get(column)
            return read_text(found.get("id") if isinstance(found, Mapping) else found)
    raise NotFound("REST2 tells a session's user only by a ticket, and there is none of ours",
                   advice="give user= when connecting")


def create_user(context: Context, name: str, given: Mapping[str, Any],
                read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_user`. Requests: 1, and 1 to read back."""
    wanted = limits.checked(fields.USER, {**given, "name": name})
    password = given.get("password", KEEP)
    unread: Dict[str, Any] = {}
    if password is not KEEP:
        unread["password"] = ("Password", _secret(password))
    return (yield from records.create(context, USER, name, wanted, read_back, unread=unread))


def _secret(password: Any) -> str:
    if not isinstance(password, str) or not password:
        raise UsageError("a password is text", argument="password")
    return password


def edit_user(context: Context, user: Name, given: Mapping[str, Any],
              read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_user`. Requests: 1, and 2 to decide the receipt."""
    if given.get("password", KEEP) is not KEEP:
        raise Unsupported("REST2 crashes on a new password", operation="edit_user",
                          argument="password", protocol="rest2",
                          advice="REST 1.0 could carry it")
    return (yield from records.edit(context, USER, user, limits.checked(fields.USER, given),
                                    read_back))


# -- queues ---------------------------------------------------------------------------------------

def get_queue(queue: Name) -> Operation[Queue]:
    """See `Tracker.get_queue`. Requests: 1; a name of digits or with a slash 2."""
    found: Queue = yield from records.get(QUEUE, queue)
    return found


def get_queues(cursor: Any) -> Operation[Page[Queue]]:
    """See `Tracker.get_queues`. Requests: 1 per 100; 1 more where RT hides the end."""
    def ask(page: int, from_behind: bool) -> Request:
        request = collection("queues/all", (), (("fields", read.QUEUE_FIELDS),),
                             "list the queues")(page, from_behind)
        return Request("GET", request.path, query=request.query, about=request.about)
    page = yield from one_page(ask, cursor)
    return Page(tuple(read.queue(raw) for raw in page.items), page.cursor, page.total)


def create_queue(context: Context, name: str, given: Mapping[str, Any],
                 read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_queue`. Requests: 1, and 1 to read back."""
    wanted = limits.checked(fields.QUEUE, {**given, "name": name})
    return (yield from records.create(context, QUEUE, name, wanted, read_back))


def edit_queue(context: Context, queue: Name, given: Mapping[str, Any],
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_queue`. Requests: 1, and 2 to decide the receipt."""
    wanted = limits.checked(fields.QUEUE, given)
    people = [one for role in _WATCHERS for one in wanted.get(role) or ()]
    known = yield from looked_up(context, people)
    wanted.update({role: write.settled(wanted[role], known) for role in _WATCHERS
                   if role in wanted})
    return (yield from records.edit(context, QUEUE, queue, wanted, read_back))


def search_queues(conditions: Iterable[Condition], order: Optional[str], include_disabled: bool,
                  cursor: Any) -> Operation[Page[Queue]]:
    """See `Tracker.search_queues`. Requests: 1 per 100; 1 more where RT hides the end."""
    given = listed(conditions)
    disabled = include_disabled or any(getattr(one, "field", "") == "disabled" for one in given)
    return (yield from search(QUEUE, given, order, disabled, cursor))
