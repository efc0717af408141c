"""Users and queues over REST2."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, Optional, Union
from urllib.parse import quote

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, Refused,
                             Unsupported, UsageError)
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import KEEP, Page, Queue, Receipt, User
from rtcompat.rest2 import read, write
from rtcompat.rest2.answers import message_of, number_at_end, read_json
from rtcompat.rest2.context import Context
from rtcompat.rest2.outcomes import carried_out, once, says_denied, unreadable, written
from rtcompat.rest2.paging import collection, one_page, read_answer
from rtcompat.rest2.values import read_number, read_text

__all__ = ["get_user", "whoami", "create_user", "edit_user", "get_queue", "get_queues",
           "create_queue", "edit_queue"]

Name = Union[str, int]


def _path(kind: str, who: Name) -> Operation[str]:
    """The path of a user or queue. RT takes digits for a number, and cannot be asked for a name
    with a slash: these are looked up. Requests: 0, for such a name 1.

    Raises: NotFound, PermissionDenied for an unprivileged user.
    """
    if isinstance(who, int):
        return f"{kind}/{limits.positive_id(who, kind)}"
    if not isinstance(who, str) or not who:
        raise UsageError(f"a {kind} is a name or a number", argument=kind)
    if not who.isdigit() and "/" not in who and who not in (".", ".."):
        return f"{kind}/{quote(who, safe='')}"
    ask = collection(f"{kind}s", (("Name", "=", who),),
                     (("fields", "id"), ("find_disabled_rows", "1")), f"look up {kind} {who}")
    answer = read_answer((yield ask(1, False)))
    if not answer.items:
        raise NotFound(f"there is no {kind} {who!r}")
    return f"{kind}/{read_number(answer.items[0].get('id'))}"


# -- users ----------------------------------------------------------------------------------------

def get_user(user: Name) -> Operation[User]:
    """See `Tracker.get_user`. Requests: 1; a name of digits or with a slash 2."""
    return read.user((yield from _user(user)), asked=user)


def _user(user: Name) -> Operation[Mapping[str, Any]]:
    path = yield from _path("user", user)
    raw: Mapping[str, Any] = read_json((yield Request("GET", path, about=f"read user {user}")))
    return raw


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


def _user_body(wanted: Mapping[str, Any]) -> Dict[str, Any]:
    return write.columns(fields.USER, wanted)


def create_user(name: str, given: Mapping[str, Any],
                read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_user`. Requests: 1, and 1 to read back."""
    wanted = limits.checked(fields.USER, {**given, "name": name})
    body = _user_body(wanted)
    password = given.get("password", KEEP)
    if password is not KEEP:
        body["Password"] = _secret(password)
    request = Request("POST", "user", json=body, effect="write-once", about=f"create user {name}")
    response = yield from once(request, "")
    if response.status == 400:
        raise (yield from _not_created(response, f"user {name!r}"))
    read_json(response)
    number = number_at_end(response)
    return (yield from _new(request, number, wanted, read_back, password is not KEEP,
                            "user", name))


def _secret(password: Any) -> str:
    if not isinstance(password, str) or not password:
        raise UsageError("a password is text", argument="password")
    return password


def _not_created(response: Response, what: str) -> Operation[Refused]:
    said = message_of(response)
    denied = not (yield from _administers())
    make = PermissionDenied if denied else InvalidValue
    return make(f"RT did not create {what}", code=response.status,
                server=response.server or None, request=response.request.line, messages=(said,))


def _administers() -> Operation[bool]:
    """Whether we may change users: those who may see more than a summary of somebody else, here
    of RT's own user number 1."""
    response = yield Request("GET", "user/1", about="see what is allowed")
    return response.status == 200 and "id" in read_json(response)


def _new(request: Request, number: Optional[int], wanted: Mapping[str, Any], read_back: bool,
         with_secret: bool, kind: str, name: str) -> Operation[Receipt]:
    """The receipt of a new user or queue."""
    secret: Dict[str, Any] = {"password": None} if with_secret else {}
    if not read_back or number is None:
        return receipts.unverified({**wanted, **secret}, via="rest2", id=number)

    def again() -> Operation[Mapping[str, Any]]:
        raw = read_json((yield Request("GET", f"{kind}/{number}",
                                       about=f"read back {kind} {name}")))
        return _values(kind, raw, wanted)

    after = yield from unreadable(again())
    before = {one: _empty(value) for one, value in wanted.items() if _empty(value) != value}
    decided = receipts.decide({**wanted, **secret}, before, after, via="rest2", id=number)
    if decided.refused:
        raise InvalidValue(f"{kind} {name!r} was created without {', '.join(decided.refused)}",
                           code=201, receipt=decided, request=request.line)
    return decided


def _empty(value: Any) -> Any:
    return False if isinstance(value, bool) else 0 if isinstance(value, int) else ""


def _values(kind: str, raw: Mapping[str, Any], wanted: Mapping[str, Any]) -> Dict[str, Any]:
    record: Union[User, Queue] = read.user(raw) if kind == "user" else read.queue(raw)
    return {name: getattr(record, name) for name in wanted}


def edit_user(context: Context, user: Name, given: Mapping[str, Any],
              read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_user`. Requests: 1, and 2 to decide the receipt."""
    if given.get("password", KEEP) is not KEEP:
        raise Unsupported("REST2 crashes on a new password", operation="edit_user",
                          argument="password", protocol="rest2",
                          advice="REST 1.0 could carry it")
    return (yield from _edited(context, "user", user, limits.checked(fields.USER, given),
                               read_back))


def _edited(context: Context, kind: str, who: Name, wanted: Dict[str, Any],
            read_back: bool) -> Operation[Receipt]:
    """Change a user or queue. After the first read it goes by number: the name may change."""
    if not wanted:
        raise UsageError("nothing to change: name at least one field")
    rows = fields.USER if kind == "user" else fields.QUEUE
    about = f"edit {kind} {who}"
    before: Dict[str, Any] = {}
    summary = False
    number: Optional[int] = who if isinstance(who, int) else None
    if not read_back:
        path = yield from _path(kind, who)
    else:
        raw = (yield from _queue(who)) if kind == "queue" else (yield from _user(who))
        summary = "id" not in raw
        number = (read.user(raw) if kind == "user" else read.queue(raw)).id
        path, before = f"{kind}/{number}", _values(kind, raw, wanted)
    request = Request("PUT", path, json=write.columns(rows, wanted), effect="write", about=about)
    if not read_back:
        answer = yield from written(request)
        if answer.lost:
            raise answer.lost
        return receipts.unverified(wanted, messages=answer.messages, via="rest2", id=number)

    def again() -> Operation[Mapping[str, Any]]:
        raw = read_json((yield Request("GET", path, about=about)))
        return _values(kind, raw, wanted)

    decided, _ = yield from carried_out(request, wanted, before, again, number or 0)
    denied = summary and not decided.changed
    if summary and not decided.changed:
        # Of others one sees a summary without the right to change them: all was refused.
        decided = replace(decided, refused=decided.refused + decided.unverified, unverified=())
    elif decided.refused:
        denied = yield from says_denied(context, decided.messages)
    if decided.refused:
        make = PermissionDenied if denied else InvalidValue
        raise make(f"RT did not change {', '.join(decided.refused)}", code=200, receipt=decided,
                   request=f"PUT REST/2.0/{path}", messages=decided.messages)
    return decided


# -- queues ---------------------------------------------------------------------------------------

def _queue(who: Name) -> Operation[Mapping[str, Any]]:
    """A queue's JSON. What is not shown is NotFound by name and PermissionDenied by number: RT
    says 403 for a queue that does not exist, too (5.0.5, Debian's 5.0.3)."""
    try:
        path = yield from _path("queue", who)
        raw: Mapping[str, Any] = read_json((yield Request("GET", path,
                                                          about=f"read queue {who}")))
    except PermissionDenied as error:
        if isinstance(who, int):
            raise
        raise NotFound(f"there is no queue {who!r} that we may see", code=error.code,
                       server=error.server, request=error.request, messages=error.messages
                       ) from error
    return raw


def get_queue(queue: Name) -> Operation[Queue]:
    """See `Tracker.get_queue`. Requests: 1; a name of digits or with a slash 2."""
    return read.queue((yield from _queue(queue)))


def get_queues(cursor: Any) -> Operation[Page[Queue]]:
    """See `Tracker.get_queues`. Requests: 1 per 100; 1 more where RT hides the end."""
    def ask(page: int, from_behind: bool) -> Request:
        request = collection("queues/all", (), (("fields", read.QUEUE_FIELDS),),
                             "list the queues")(page, from_behind)
        return Request("GET", request.path, query=request.query, about=request.about)
    page = yield from one_page(ask, cursor)
    return Page(tuple(read.queue(raw) for raw in page.items), page.cursor, page.total)


def create_queue(name: str, given: Mapping[str, Any],
                 read_back: bool) -> Operation[Receipt]:
    """See `Tracker.create_queue`. Requests: 1, and 1 to read back."""
    wanted = limits.checked(fields.QUEUE, {**given, "name": name})
    request = Request("POST", "queue", json=write.columns(fields.QUEUE, wanted),
                      effect="write-once", about=f"create queue {name}")
    response = yield from once(request, "")
    if response.status == 400:
        raise InvalidValue(f"RT did not create queue {name!r}", code=400,
                           server=response.server or None, request=response.request.line,
                           messages=(message_of(response),))
    number = read_number(read_json(response).get("id"))
    return (yield from _new(request, number or number_at_end(response), wanted, read_back, False,
                            "queue", name))


def edit_queue(context: Context, queue: Name, given: Mapping[str, Any],
               read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_queue`. Requests: 1, and 2 to decide the receipt."""
    return (yield from _edited(context, "queue", queue, limits.checked(fields.QUEUE, given),
                               read_back))
