"""Records other than tickets over REST2: read, made, changed, disabled, their history.

One way for all of them; what differs between kinds is a row, `recordkinds.RecordKind`. RT answers
a PUT with 200 and sentences whatever became of it (1.05 to 6.0), so the record read before and
after decides each field.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Type, Union
from urllib.parse import quote

from rtcompat import limits
from rtcompat import receipt as receipts
from rtcompat.errors import (InvalidValue, NotFound, PermissionDenied, Refused, UsageError)
from rtcompat.exchange import Operation, Request, Response
from rtcompat.model import EMPTY, NOT_LOADED, Page, Receipt, Transaction, Watcher
from rtcompat.rest2 import read, write
from rtcompat.rest2.answers import etag, message_of, number_at_end, read_json
from rtcompat.rest2.context import Context, FieldKind
from rtcompat.rest2.editing import by_name, set_right
from rtcompat.rest2.outcomes import (carried_out, once, says_denied, unless_denied, unreadable,
                                     written)
from rtcompat.rest2.paging import all_items, collection, one_page, read_answer
from rtcompat.rest2.recordfields import custom_body, fields_of_type, kinds_held
from rtcompat.rest2.recordkinds import RecordKind, Told
from rtcompat.rest2.values import ISO_DATETIME, people_in_order, read_id, read_number

__all__ = ["Name", "Unread", "path_of", "looked_up", "number_of", "raw_of", "told", "tagged",
           "get", "create", "edit", "disable", "history", "of_kind", "fields_of_type"]

Name = Union[str, int]
Values = Mapping[str, Any]
#: What is sent and never read back: our name -> (RT's key, value).
Unread = Mapping[str, Any]
#: What RT looks up, or writes, without regard to case.
_CASELESS = frozenset(("owner", "status", "catalog", "class_name"))


class Held(NamedTuple):
    """A record, and what is known of its custom fields."""

    ticket: Any
    kinds: Dict[str, FieldKind]


# -- one record -----------------------------------------------------------------------------------

def path_of(kind: RecordKind, who: Name) -> Operation[str]:
    """The path of a record. RT takes digits for a number, and cannot be asked for a name with a
    slash, or for any name of some kinds: these are looked up. Requests: 0, for such a name 1.

    Raises: NotFound, PermissionDenied for an unprivileged user.
    """
    if isinstance(who, int):
        return f"{kind.name}/{limits.positive_id(who, kind.name)}"
    if not isinstance(who, str) or not who:
        raise UsageError(f"a {kind.name} is a name or a number", argument=kind.name)
    if kind.named and not who.isdigit() and "/" not in who and who not in (".", ".."):
        return f"{kind.name}/{quote(who, safe='')}"
    return f"{kind.name}/{yield from looked_up(kind, 'Name', who)}"


def looked_up(kind: RecordKind, column: str, value: str) -> Operation[int]:
    """The number of the record that has this value, disabled or not. Requests: 1.

    Raises: NotFound; UsageError where several have it.
    """
    conditions = ((column, "=", value), *((str(one["field"]), str(one["operator"]), one["value"])
                                          for one in kind.always))
    ask = collection(kind.plural, conditions, (("fields", "id"), ("find_disabled_rows", "1")),
                     f"look up {kind.name} {value}")
    answer = read_answer((yield ask(1, False)))
    if not answer.items:
        raise NotFound(f"there is no {kind.name} {value!r}")
    if len(answer.items) > 1:
        numbers = ", ".join(str(one.get("id")) for one in answer.items[:5])
        raise UsageError(f"several have the name {value!r}: {numbers}", argument=kind.name,
                         advice="give the number")
    return read_number(answer.items[0].get("id"))


def number_of(kind: RecordKind, who: Name) -> Operation[int]:
    """A record's number. Requests: 0; for a name 1, or 2 where it has to be looked up."""
    if isinstance(who, int):
        return limits.positive_id(who, kind.name)
    path = yield from path_of(kind, who)
    number = path.rpartition("/")[2]
    if number.isdigit():
        return int(number)
    return _number(kind, (yield from raw_of(kind, who)))


def _number(kind: RecordKind, raw: Values) -> int:
    """Also of a summary, which tells its number in the ``self`` link only (users)."""
    return int(kind.read(raw).id)


def raw_of(kind: RecordKind, who: Name) -> Operation[Values]:
    """A record's JSON. As `told`."""
    return (yield from told(kind, who)).raw


def told(kind: RecordKind, who: Name) -> Operation[Told]:
    """What RT tells of a record. What is not shown is PermissionDenied by number and, of kinds of
    which RT says 403 whether it exists or not, NotFound by name.
    Requests: 1; a name that is looked up 2.
    """
    try:
        path = yield from path_of(kind, who)
        return (yield from _asked(kind, path, f"read {kind.name} {who}"))
    except PermissionDenied as error:
        if isinstance(who, int) or not kind.denied_as_missing:
            raise
        raise NotFound(f"there is no {kind.name} {who!r} that we may see", code=error.code,
                       server=error.server, request=error.request, messages=error.messages
                       ) from error


def _asked(kind: RecordKind, path: str, about: str) -> Operation[Told]:
    """What RT tells of a record, with the types of its custom fields where a value may be a
    datetime.
    Requests: 1; for such a value 2."""
    if kind.fetch is not None:
        one = yield from kind.fetch(path, about)
    else:
        response = yield Request("GET", path, query=kind.nested, about=about)
        one = Told(read_json(response), etag(response))
    listed = one.raw.get("CustomFields")
    if not isinstance(listed, list) or not any(map(_may_be_moment, listed)):
        return one
    numbers = [str(read_number(each.get("id"))) for each in listed]
    types = {read_number(each.get("id")): each.get("Type") for each in (yield from all_items(
        collection("customfields", (("id", "IN", numbers),),
                   (("fields", "Type"), ("find_disabled_rows", "1")), about)))}
    return one._replace(raw={**one.raw, "CustomFields": [
        {"Type": types.get(read_number(each.get("id"))), **each} for each in listed]})


def _may_be_moment(custom_field: Values) -> bool:
    return "Type" not in custom_field and any(
        isinstance(one, str) and (found := ISO_DATETIME.match(one)) and found.group(2)
        for one in custom_field.get("values") or ())


def get(kind: RecordKind, who: Name) -> Operation[Any]:
    """A record. As `told`."""
    one = yield from told(kind, who)
    return tagged(kind, kind.read(one.raw), one)


def tagged(kind: RecordKind, record: Any, one: Told) -> Any:
    """The record with its ETag, where it carries one."""
    if not kind.tagged or one.etag is None:
        return record
    return replace(record, etag=str(one.etag))


# -- a new one ------------------------------------------------------------------------------------

def create(context: Context, kind: RecordKind, label: Name, wanted: Values, read_back: bool, *,
           unread: Unread = EMPTY, body: Values = EMPTY) -> Operation[Receipt]:
    """A new record, once.

    Args:
        label: what it is called, for errors.
        wanted: as `limits.checked` gives them.
        unread: sent, too, and unverified in the receipt.
        body: sent besides, of no field.
    Raises: InvalidValue or PermissionDenied for a refused creation.
    Requests: 1, and 1 to read back; custom fields 1 once a login.
    """
    wanted, about = dict(wanted), f"create {kind.name} {label}"
    sent = {**write.columns(kind.rows, wanted), **_people_body(kind, wanted), **body,
            **{key: value for key, value in unread.values()}}
    kinds: Dict[str, FieldKind] = {}
    custom: Dict[str, Any] = {}
    if wanted.get("custom_fields") and kind.fields_from is not None:
        kinds = yield from kind.fields_from(context, wanted, about)
        wanted["custom_fields"] = write.custom_names(wanted["custom_fields"], kinds,
                                                     f"a new {kind.name}")
        custom = yield from custom_body(context, kinds, wanted["custom_fields"], {})
    if custom:
        sent["CustomFields"] = custom
    request = Request("POST", kind.name, json=sent, effect="write-once", about=about)
    response = yield from once(request, "")
    if response.status == 400:
        raise (yield from _not_created(kind, response, label))
    raw = read_json(response)
    number = number_at_end(response) or (None if kind.named else read_id(raw))
    flat = {**by_name(wanted), **{name: None for name in unread}}
    if not read_back or number is None:
        return receipts.unverified(flat, via="rest2", id=number)
    return (yield from _decided_new(context, kind, number, flat, request, Held(None, kinds)))


def _not_created(kind: RecordKind, response: Response, label: Name) -> Operation[Refused]:
    make: Type[Refused] = InvalidValue
    if kind.may_create is not None and not (yield from kind.may_create()):
        make = PermissionDenied
    said = message_of(response)
    return make(f"RT did not create {kind.name} {label!r}", code=response.status,
                server=response.server or None, request=response.request.line, messages=(said,))


def _decided_new(context: Context, kind: RecordKind, number: int, flat: Dict[str, Any],
                 request: Request, known: Held) -> Operation[Receipt]:
    about = request.about.replace("create", "read back", 1)
    held: List[Any] = []

    def again() -> Operation[Values]:
        raw = (yield from _asked(kind, f"{kind.name}/{number}", about)).raw
        held[:] = [known._replace(ticket=kind.read(raw))]
        return _values(held[0].ticket, flat)

    after = yield from unreadable(again())
    wanted = _spelt_alike(flat, after)
    before = {name: _empty(value) for name, value in wanted.items() if _empty(value) != value}
    decided = receipts.decide(wanted, before, after, via="rest2", id=number)
    decided = yield from set_right(context, request.json.get("CustomFields") or {}, decided,
                                   wanted, before, held, again, number, about, kind.name)
    failed = receipts.failed(decided, wanted)
    if failed:
        raise InvalidValue(f"{about.partition(' back ')[2]} was created without "
                           f"{', '.join(failed)}", code=201, receipt=decided, request=request.line)
    return decided


def _empty(value: Any) -> Any:
    if isinstance(value, tuple):
        return ()
    return False if isinstance(value, bool) else 0 if isinstance(value, int) else ""


# -- what is wanted, before and after, by the names of a receipt ----------------------------------

def _values(record: Any, names: Iterable[str]) -> Dict[str, Any]:
    """A record's values by receipt name; what it does not show is left out."""
    found: Dict[str, Any] = {}
    for name in names:
        base, bracket, key = name.partition("[")
        value = getattr(record, base, NOT_LOADED)
        if bracket:
            value = value.get(key[:-1], NOT_LOADED) if isinstance(value, Mapping) else NOT_LOADED
        if value is not NOT_LOADED:
            found[name] = value
    return found


def _spelt_alike(wanted: Values, stored: Values) -> Dict[str, Any]:
    """The wanted values spelt as stored: custom values in any order, people however named."""
    spelt = dict(wanted)
    for name, value in stored.items():
        given = wanted.get(name)
        if name.startswith("custom_fields[") and isinstance(given, tuple):
            if sorted(given) == sorted(value):
                spelt[name] = value
        elif isinstance(given, tuple) and any(isinstance(one, Watcher) for one in given):
            spelt[name] = write.settled(given, value)
        elif name in _CASELESS and str(given).lower() == str(value).lower():
            spelt[name] = value
    return spelt


def _people_body(kind: RecordKind, wanted: Values) -> Dict[str, Any]:
    """Complete roles; whoever calls has looked up bare logins."""
    return {row.rest2: write.people(people_in_order(list(wanted[row.name]))) for row in kind.rows
            if row.kind == "people" and row.rest2 and row.name in wanted}


# -- a change -------------------------------------------------------------------------------------

def edit(context: Context, kind: RecordKind, who: Name, wanted: Values, read_back: bool, *,
         body: Values = EMPTY) -> Operation[Receipt]:
    """Change a record. After the first read it goes by number: the name may change.

    Args:
        wanted: as `limits.checked` gives them.
        body: sent in place of what stands for a wanted value.
    Raises: UsageError for nothing; PermissionDenied or InvalidValue with the receipt.
    Requests: 1, and 2 to decide the receipt; custom fields 1 more once a login and set of them,
        and these are read before in any case.
    """
    wanted = dict(wanted)
    if not wanted:
        raise UsageError("nothing to change: name at least one field")
    about = f"edit {kind.name} {who}"
    held = Held(None, {})
    number: Optional[int] = who if isinstance(who, int) else None
    summary = False
    if not read_back and "custom_fields" not in wanted:
        path = yield from path_of(kind, who)
    else:
        raw = yield from raw_of(kind, who)
        summary, number = "id" not in raw, _number(kind, raw)
        path, held = f"{kind.name}/{number}", Held(kind.read(raw), {})
        if "custom_fields" in wanted:
            held = held._replace(kinds=(yield from kinds_held(context, kind, raw, about)))
            wanted["custom_fields"] = write.custom_names(wanted["custom_fields"], held.kinds,
                                                         f"the {kind.name}")
    sent = {**write.columns(kind.rows, wanted), **_people_body(kind, wanted), **body}
    if "custom_fields" in wanted:
        sent["CustomFields"] = yield from custom_body(
            context, held.kinds, wanted["custom_fields"], held.ticket.custom_fields or {})
    request = Request("PUT", path, json=sent, effect="write", about=about)
    flat = by_name(wanted)
    if not read_back:
        answer = yield from written(request)
        if answer.lost:
            raise answer.lost
        done = receipts.unverified(flat, messages=answer.messages, via="rest2", id=number)
        yield from unless_denied(context, request, flat, done, "edit")
        return done
    return (yield from _decided(context, kind, request, flat, held, summary, number or 0))


def _decided(context: Context, kind: RecordKind, request: Request, flat: Dict[str, Any],
             before: Held, summary: bool, number: int) -> Operation[Receipt]:
    """
    Args:
        summary: we see a summary only, as of users whom we may not change: all was refused.
    """
    was = _values(before.ticket, flat)
    wanted = _spelt_alike(flat, was)
    held: List[Any] = []

    def again() -> Operation[Values]:
        raw = (yield from _asked(kind, request.path, request.about)).raw
        held[:] = [before._replace(ticket=kind.read(raw))]
        after = _values(held[0].ticket, flat)
        wanted.update(_spelt_alike(wanted, after))
        return after

    decided, _ = yield from carried_out(request, wanted, was, again, number)
    decided = yield from set_right(context, request.json.get("CustomFields") or {}, decided,
                                   wanted, was, held, again, number, request.about, kind.name)
    denied = summary and not decided.changed
    if denied:
        decided = replace(decided, refused=decided.refused + decided.unverified, unverified=())
    failed = receipts.failed(decided, wanted)
    if failed:
        denied = denied or (yield from says_denied(context, decided.messages))
        make = PermissionDenied if denied else InvalidValue
        raise make(f"RT did not change {', '.join(failed)}", code=200, receipt=decided,
                   request=f"PUT REST/2.0/{request.path}", messages=decided.messages)
    return decided


def disable(context: Context, kind: RecordKind, who: Name) -> Operation[Receipt]:
    """Disable a record by its column: RT's DELETE does the same, but answers a refusal by a 500
    without a reason (1.00 to 6.0). Requests: 3."""
    return (yield from edit(context, kind, who, {"disabled": True}, True))


# -- history --------------------------------------------------------------------------------------

def history(kind: RecordKind, who: Name, cursor: Any) -> Operation[Page[Transaction]]:
    """One page of a record's history, by id.

    Requests: 1 per 100; a name that is looked up 1 more; 1 where RT hides the end, and 1 where
        nothing is shown, to tell why.
    """
    path = (yield from path_of(kind, who)) if cursor is None else str(cursor["path"])
    about = f"read the history of {kind.name} {who}"

    def visible() -> Operation[None]:
        yield from raw_of(kind, who)

    ask = collection(f"{path}/history", (), (("fields", read.TRANSACTION_FIELDS),), about)
    page = yield from one_page(ask, None if cursor is None else cursor["walk"], visible)
    items = tuple(of_kind(kind, read.transaction(raw)) for raw in page.items)
    state = None if page.cursor is None else {"walk": page.cursor, "path": path}
    return Page(items, state, page.total)


def of_kind(kind: RecordKind, one: Transaction) -> Transaction:
    """A transaction that is no ticket's."""
    said = one.description
    if one.type == "Create":
        said = said.replace("Ticket", kind.name.capitalize(), 1)
    return replace(one, ticket_id=NOT_LOADED, description=said)
