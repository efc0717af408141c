"""Users and queues: read, made, changed."""
from __future__ import annotations

from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Tuple, Union

from rtcompat import fields, limits
from rtcompat.conditions import Condition
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, ServerFailure, Unsupported,
                             UsageError)
from rtcompat.exchange import Operation, Request
from rtcompat.model import KEEP, NOT_LOADED, Page, Queue, Receipt, System, User
from rtcompat.rest1 import read, write
from rtcompat.rest1.answers import created_id, withheld
from rtcompat.rest1.asking import Answer, denied, show
from rtcompat.rest1.forms import Form
from rtcompat.rest1.searching import Searching
from rtcompat.rest1.values import read_id
from rtcompat.rest1.writing import Wanted
from rtcompat.tracker.source import CustomValues
from rtcompat.tracker.source import People as Watchers

__all__ = ["People"]

_USER_NAMES = frozenset(row.name for row in fields.USER)
#: RT shows these of everybody to everybody who is privileged; the rest only to oneself and to
#: those with AdminUsers (public columns of RT::User, 4.4 and 5.0).
_SEEN_BY_ALL = frozenset(("id", "name", "email", "real_name", "nick_name", "organization", "lang",
                          "gecos", "city", "country", "disabled", "privileged", "custom_fields"))


class People(Searching):
    """Operations on users and queues."""

    def get_system(self) -> Operation[System]:
        """See `Tracker.get_system`. RT's status line holds its version. Requests: 1."""
        answer = yield from self._ask(Request("GET", "", about="ask for the version"))
        return System(answer.envelopes[0].version if answer.envelopes else "")

    # -- users --------------------------------------------------------------------------------

    def whoami(self) -> Operation[User]:
        """See `Tracker.whoami`. Where the login is not known, RT names us in a new ticket's form.

        Requests: 1; with a token or a cookie 2 the first time.
        """
        login = yield from self._login()
        return (yield from self.get_user(login))

    def get_user(self, user: Union[str, int]) -> Operation[User]:
        """See `Tracker.get_user`. ``user/X`` alone takes what holds ``@`` for an address.

        Requests: 1; 2 for a login of digits or with ``/`` or ``,``, 3 for a disabled one of these;
            by address 2; 1 more for another user, once a login, to know whether all fields are
            shown to us.
        """
        place = yield from self._user_place(user)
        try:
            form = yield from self._user_form(place)
        except NotFound:
            if not isinstance(user, str) or "@" not in user:
                raise
            form = yield from self._user_form(place, "")
        hidden = yield from self._hidden(form)
        return read.user(form, hidden=hidden)

    def _user_place(self, user: Union[str, int]) -> Operation[str]:
        """The path of a user: ``user/NAME/show`` finds disabled ones and logins with ``@`` too."""
        if isinstance(user, int):
            return f"user/{limits.positive_id(user, 'user')}"
        return f"user/{yield from self._reachable('user', user)}"

    def _user_form(self, place: str, attribute: str = "/show") -> Operation[Form]:
        answer = yield from self._get(f"{place}{attribute}", (("format", "l"),),
                                      about=f"read {place}")
        form = answer.form()
        if not (form.get("Name") or ""):
            raise denied(answer, place)
        return form

    def _hidden(self, form: Form) -> Operation[FrozenSet[str]]:
        """Names of attributes that RT prints as empty because we may not see them."""
        login = yield from self._login()
        if form.get("Name") == login:
            return frozenset()
        admin = yield from self._administers_users()
        return frozenset() if admin else _USER_NAMES - _SEEN_BY_ALL

    def _administers_users(self) -> Operation[bool]:
        """Whether we have AdminUsers: without it RT refuses to search users (4.2.2 and later)."""
        known = self._context.administers_users
        if known is None and not self._at_least(4, 2, 2):
            known = True  # no way to tell: what is printed counts
        if known is None:
            answer = yield from self._ask(Request(
                "POST", "search/user", form=(("query", "id = 1"), ("format", "i")),
                about="ask whether we administer users"))
            known = not isinstance(answer.refusal(), PermissionDenied)
        self._context.administers_users = known
        return known

    def create_user(self, name: str, *, password: str = KEEP, email: str = KEEP,
                    real_name: str = KEEP, nick_name: str = KEEP, gecos: str = KEEP,
                    organization: str = KEEP, address1: str = KEEP, address2: str = KEEP,
                    city: str = KEEP, state: str = KEEP, zip: str = KEEP, country: str = KEEP,
                    home_phone: str = KEEP, work_phone: str = KEEP, mobile_phone: str = KEEP,
                    pager_phone: str = KEEP, contact_info: str = KEEP, comments: str = KEEP,
                    signature: str = KEEP, lang: str = KEEP, timezone: str = KEEP,
                    privileged: bool = KEEP, disabled: bool = KEEP,
                    custom_fields: CustomValues = KEEP,
                    read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.create_user`.

        Requests: 1, and 1 to read back; 1 more when refused, to say why.
        """
        wanted = limits.checked(fields.USER, locals())
        self._lacking("create_user", fields.USER, wanted)
        secret = write.secret(password)
        answer = yield from self._ask(self._form_request(
            "user/new", [*write.pairs(fields.USER, wanted), *secret], effect="write-once",
            about=f"create user {name}"))
        number = created_id(answer.envelopes, "User")
        if number is None:
            yield from self._not_created(answer, "user", name)
        self._context.administers_users = True
        return (yield from self._made("user", answer, number or 0, wanted, secret, read_back))

    def _not_created(self, answer: Answer, kind: str, name: str) -> Operation[None]:
        """Raise for a user or queue that was not made: RT gives no reason, rights are asked for."""
        refused = answer.refusal()
        if isinstance(refused, (PermissionDenied, NotFound)):
            raise refused
        if kind == "user":
            allowed = yield from self._administers_users()
        else:
            allowed = yield from self._may_refuse_values(name)
        error = InvalidValue if allowed else PermissionDenied
        raise error(f"RT did not create the {kind} {name!r}", messages=answer.messages,
                    code=answer.code, server=answer.response.server,
                    request=answer.response.request.line,
                    advice=None if allowed else f"or there is a {kind} {name!r} already")

    def _made(self, kind: str, answer: Answer, number: int, wanted: Wanted,
              secret: List[Tuple[str, str]], read_back: bool) -> Operation[Receipt]:
        """The receipt of a new user or queue."""
        after: Dict[str, Any] = {}
        if read_back:
            reading = self.get_user if kind == "user" else self.get_queue
            after = yield from self._state(lambda: reading(number), wanted)
        given = dict(wanted, **({"password": NOT_LOADED} if secret else {}))
        defaults = {row.name: "" for row in (fields.USER if kind == "user" else fields.QUEUE)
                    if row.kind == "text"}
        return self._receipt(given, defaults, after, answer, number)

    def edit_user(self, user: Union[str, int], *, name: str = KEEP, password: str = KEEP,
                  email: str = KEEP, real_name: str = KEEP, nick_name: str = KEEP,
                  gecos: str = KEEP, organization: str = KEEP, address1: str = KEEP,
                  address2: str = KEEP, city: str = KEEP, state: str = KEEP, zip: str = KEEP,
                  country: str = KEEP, home_phone: str = KEEP, work_phone: str = KEEP,
                  mobile_phone: str = KEEP, pager_phone: str = KEEP, contact_info: str = KEEP,
                  comments: str = KEEP, signature: str = KEEP, lang: str = KEEP,
                  timezone: str = KEEP, privileged: bool = KEEP, disabled: bool = KEEP,
                  custom_fields: CustomValues = KEEP, read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_user`. The password is written last, and by itself is unverified.

        Requests: 1, and 2 to decide the receipt; 1 more when refused, to say why.
        """
        wanted = limits.checked(fields.USER, locals())
        self._lacking("edit_user", fields.USER, wanted)
        secret = write.secret(password)
        place = yield from self._user_place(user)
        return (yield from self._edit_record(
            "user", user, place, fields.USER, wanted, secret, read_back, self.get_user))

    def search_users(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                     include_disabled: bool = False,
                     cursor: Any = None) -> Operation[Page[User]]:
        """See `Tracker.search_users`. RT lets those search who see everything of everybody.

        Requests: 1 a condition, and 1 per 100.
        """
        return (yield from self._found("search_users", "user", fields.USER, conditions,
                                       read.user, cursor))

    def disable_user(self, user: Union[str, int]) -> Operation[Receipt]:
        """See `Tracker.disable_user`. Requests: 3."""
        return (yield from self.edit_user(user, disabled=True))

    # -- queues -------------------------------------------------------------------------------

    def get_queue(self, queue: Union[str, int]) -> Operation[Queue]:
        """See `Tracker.get_queue`.

        Requests: 1; 2 for a name of digits or with ``/`` or ``,``, 3 for a disabled one of these.
        """
        place = yield from self._queue_place(queue)
        form = yield from self._queue_form(place, isinstance(queue, int))
        return read.queue(form)

    def _queue_place(self, queue: Union[str, int]) -> Operation[str]:
        if isinstance(queue, int):
            return f"queue/{limits.positive_id(queue, 'queue')}"
        return f"queue/{yield from self._reachable('queue', queue)}"

    def _queue_form(self, place: str, by_number: bool) -> Operation[Form]:
        """A queue's form; what is not shown to us is empty by number, missing by name.

        Raises: NotFound, PermissionDenied (see `Tracker.get_queue`).
        """
        try:
            answer = yield from self._get(f"{place}/show", about=f"read {place}")
        except ServerFailure as failure:
            # by name and without rights RT crashes (4.4 to 5.0)
            raise NotFound(f"no {place} that we may see", code=failure.code,
                           server=failure.server, request=failure.request) from failure
        form = answer.form()
        if withheld(form) or not form.get("Name"):
            if by_number:
                raise denied(answer, place)
            raise NotFound(f"no {place} that we may see", server=answer.response.server,
                           request=answer.response.request.line)
        return form

    def get_queues(self, *, cursor: Any = None) -> Operation[Page[Queue]]:
        """See `Tracker.get_queues` (RT 4.2.2 and later). All come in one page.

        Requests: 2.
        """
        if not self._at_least(4, 2, 2):
            raise Unsupported("RT before 4.2.2 cannot list queues over REST 1.0",
                              operation="get_queues", protocol="rest1",
                              advice="ask for each by name or number")
        answer = yield from self._ask(Request("POST", "search/queue", about="list the queues",
                                              form=(("query", ""), ("format", "i"))))
        answer.checked()
        body = answer.envelopes[0].body if answer.envelopes else ""
        ids = [line[6:] for line in body.split("\n") if line.startswith("queue/")]
        if not ids:
            return Page((), None, 0)
        answer = yield from self._ask(show([f"queue/{','.join(ids)}"], about="read the queues"))
        queues = [read.queue(form) for form in answer.forms if form.get("Name")]
        return Page(tuple(sorted(queues, key=lambda one: one.id)), None, len(queues))

    def search_queues(self, conditions: Iterable[Condition] = (), *, order: Optional[str] = None,
                      include_disabled: bool = False,
                      cursor: Any = None) -> Operation[Page[Queue]]:
        """See `Tracker.search_queues`. Requests: 1 a condition, and 1 per 100."""
        return (yield from self._found("search_queues", "queue", fields.QUEUE, conditions,
                                       read.queue, cursor))

    def disable_queue(self, queue: Union[str, int]) -> Operation[Receipt]:
        """See `Tracker.disable_queue`. Requests: 3."""
        return (yield from self.edit_queue(queue, disabled=True))

    def _may_refuse_values(self, name: Optional[str]) -> Operation[bool]:
        """Whether refusing a queue was about its values, which RT does not say.

        Who sees disabled queues may administer queues. Where there are none, a name that cannot
        be given was refused, if we administer users: that is most often who may do everything.

        Args:
            name: the queue's name as it was to be; None where it stays.
        """
        answer = yield from self._ask(Request(
            "POST", "search/queue", form=(("query", "Disabled = 1"), ("format", "i")),
            about="ask whether we administer queues"))
        body = answer.envelopes[0].body if answer.envelopes else ""
        if answer.refusal() is None and "queue/" in body:
            return True
        if name is None or not (yield from self._administers_users()):
            return False
        if not name.strip() or name.isdigit():
            return True
        try:
            yield from self.get_queue(name)
        except (NotFound, PermissionDenied):
            return False
        return True

    def create_queue(self, name: str, *, description: str = KEEP, correspond_address: str = KEEP,
                     comment_address: str = KEEP, lifecycle: str = KEEP, sort_order: int = KEEP,
                     subject_tag: str = KEEP, custom_fields: CustomValues = KEEP,
                     read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.create_queue`.

        Requests: 1, and 1 to read back; 1 to 3 more when refused, to say why.
        """
        wanted = limits.checked(fields.QUEUE, locals())
        self._lacking("create_queue", fields.QUEUE, wanted)
        answer = yield from self._ask(self._form_request(
            "queue/new", write.pairs(fields.QUEUE, wanted), effect="write-once",
            about=f"create queue {name}"))
        number = created_id(answer.envelopes, "Queue")
        if number is None:
            yield from self._not_created(answer, "queue", name)
        return (yield from self._made("queue", answer, number or 0, wanted, [], read_back))

    def edit_queue(self, queue: Union[str, int], *, name: str = KEEP, description: str = KEEP,
                   correspond_address: str = KEEP, comment_address: str = KEEP,
                   disabled: bool = KEEP, sla_disabled: bool = KEEP, lifecycle: str = KEEP,
                   sort_order: int = KEEP, subject_tag: str = KEEP, cc: Watchers = KEEP,
                   admin_cc: Watchers = KEEP, custom_fields: CustomValues = KEEP,
                   read_back: bool = True) -> Operation[Receipt]:
        """See `Tracker.edit_queue`.

        Requests: 1, and 2 to decide the receipt; 1 to 3 more when refused, to say why.
        """
        wanted = limits.checked(fields.QUEUE, locals())
        self._lacking("edit_queue", fields.QUEUE, wanted)
        place = yield from self._queue_place(queue)
        return (yield from self._edit_record(
            "queue", queue, place, fields.QUEUE, wanted, [], read_back, self.get_queue))

    # -- both ---------------------------------------------------------------------------------

    def _edit_record(self, kind: str, who: Union[str, int], place: str,
                     rows: Tuple[fields.FieldRow, ...], wanted: Wanted,
                     secret: List[Tuple[str, str]], read_back: bool,
                     reading: Callable[[Union[str, int]], Operation[Any]]) -> Operation[Receipt]:
        """Edit a user or a queue; see `Tracker.edit_user`. Once read, it goes by its number, as
        the name may change."""
        if not wanted and not secret:
            raise UsageError(f"edit_{kind} was given nothing to change")
        state = dict(wanted)
        before: Dict[str, Any] = {}
        number: Optional[int] = who if isinstance(who, int) else None
        if read_back:
            form = yield from (self._user_form(place) if kind == "user"
                               else self._queue_form(place, place.split("/")[1].isdigit()))
            number = read_id(form.get("id") or f"{kind}/0")
            record = read.user(form) if kind == "user" else read.queue(form)
            place, before = f"{kind}/{number}", write.state_of(record, wanted)
        if secret:
            state["password"] = NOT_LOADED
        request = self._form_request(f"{place}/edit", [*write.pairs(rows, wanted), *secret],
                                     effect="write", about=f"edit {kind} {who}")
        again = wanted.get("name", who) if number is None else number
        try:
            return (yield from self._change(
                request, state, before, lambda: self._state(lambda: reading(again), wanted),
                number=number, read_back=read_back))
        except InvalidValue as refused:
            allowed = yield from (self._administers_users() if kind == "user"
                                  else self._may_refuse_values(wanted.get("name")))
            if allowed:
                raise
            raise PermissionDenied(f"we may not edit this {kind}", messages=refused.messages,
                                   code=refused.code, receipt=refused.receipt,
                                   server=refused.server, request=refused.request) from refused
