"""Links, merging and ownership over REST2."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from rtcompat import fields, limits
from rtcompat import receipt as receipts
from rtcompat.errors import NotFound, PermissionDenied, Unsupported, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.model import EMPTY, NOT_LOADED, Link, Links, Receipt
from rtcompat.rest2 import read, values, write
from rtcompat.rest2.context import Context
from rtcompat.rest2.outcomes import carried_out, refusal, unless_denied, written
from rtcompat.rest2.tickets import find_ticket, record_of
from rtcompat.rest2.values import NOBODY, read_number

__all__ = ["get", "edit", "change_links", "merge", "own"]

Ends = Mapping[str, Tuple[Link, ...]]


def get(ticket_id: int) -> Operation[Links]:
    """See `Tracker.get_links`. Requests: 1."""
    limits.positive_id(ticket_id, "ticket_id")
    return read.links((yield from record_of(ticket_id, f"read the links of ticket {ticket_id}")))


def _wanted(before: Ends, add: Ends, remove: Ends, put: Ends) -> Dict[str, Tuple[Link, ...]]:
    """Each direction as it shall be."""
    found: Dict[str, Tuple[Link, ...]] = dict(put)
    for name in {**add, **remove}:
        if name in put:
            raise UsageError(f"{name} stands in replace and is changed besides",
                             argument="replace")
        gone = set(remove.get(name, ()))
        held = {one for one in before.get(name, ()) if one not in gone}
        found[name] = tuple(sorted(held | set(add.get(name, ()))))
    return {name: found[name] for name in fields.LINKS if name in found}


def edit(context: Context, ticket_id: int, add: Any, remove: Any, put: Any,
         read_back: bool) -> Operation[Receipt]:
    """See `Tracker.edit_links`. Requests: 1, and 2 to decide the receipt."""
    limits.positive_id(ticket_id, "ticket_id")
    about = f"edit the links of ticket {ticket_id}"
    decided, failed, request = yield from change_links(
        context, f"ticket/{ticket_id}", lambda: record_of(ticket_id, about), about, add, remove,
        put, read_back)
    if failed:
        raise (yield from refusal(context, request, decided, failed, ticket_id, what="edit"))
    return decided


def change_links(context: Context, path: str, record: Callable[[], Operation[Mapping[str, Any]]],
                 about: str, add: Any, remove: Any, put: Any,
                 read_back: bool) -> Operation[Tuple[Receipt, Tuple[str, ...], Request]]:
    """Change the links of the record at a path, which ``record`` reads.

    Returns: the receipt, of which nothing is raised yet, the directions that failed, and the edit.
    """
    adding = limits.checked_links(add, "add")
    removing = limits.checked_links(remove, "remove")
    replacing = limits.checked_links(put, "replace")
    if not (adding or removing or replacing):
        raise UsageError("nothing to change: name at least one direction")
    if context.before(5, 0, 1):
        raise Unsupported("RT changes links over REST2 since 5.0.1", operation="edit_links",
                          protocol="rest2")

    def ends() -> Operation[Dict[str, Tuple[Link, ...]]]:
        found = read.links((yield from record()))
        return {name: getattr(found, name) for name in fields.LINKS}

    before: Dict[str, Tuple[Link, ...]] = {}
    if read_back or replacing:
        before = yield from ends()
    wanted = _wanted(before, adding, removing, replacing)
    body = write.link_changes(before, wanted)
    if not before:
        body = _blind_changes(adding, removing)
    request = Request("PUT", path, json=body, effect="write", about=about)
    number = int(path.rpartition("/")[2])
    if not read_back:
        answer = yield from written(request)
        if answer.lost:
            raise answer.lost
        decided = receipts.unverified(wanted, messages=answer.messages, via="rest2", id=number)
        yield from unless_denied(context, request, wanted, decided, "edit the links of")
        return decided, (), request
    decided, _ = yield from carried_out(request, wanted, before, ends, number)
    return decided, receipts.failed(decided, wanted, before), request


def _blind_changes(adding: Ends, removing: Ends) -> Dict[str, Any]:
    body = {f"Add{fields.LINKS[name][1]}": [values.write_link(one) for one in ends]
            for name, ends in adding.items()}
    body.update({f"Delete{fields.LINKS[name][1]}": [values.write_link(one) for one in ends]
                 for name, ends in removing.items()})
    return body


# -- merge ----------------------------------------------------------------------------------------

def merge(context: Context, ticket_id: int, into_id: int) -> Operation[Receipt]:
    """See `Tracker.merge_ticket`: merged is what answers with the other ticket.

    Requests: 1, and 2 to decide the receipt; refused ones ask both tickets.
    """
    limits.positive_id(ticket_id, "ticket_id")
    limits.positive_id(into_id, "into_id")
    if context.before(5, 0, 1):
        raise Unsupported("RT merges over REST2 since 5.0.1", operation="merge_ticket",
                          protocol="rest2")
    about = f"merge ticket {ticket_id} into {into_id}"

    def survivor() -> Operation[Dict[str, int]]:
        record = yield from record_of(ticket_id, about)
        return {"merge": read_number(record.get("id"))}

    before = yield from survivor()
    wanted = {"merge": into_id}
    request = Request("PUT", f"ticket/{ticket_id}", json={"MergeInto": into_id}, effect="write",
                      about=about)
    decided, _ = yield from carried_out(request, wanted, before, survivor, ticket_id)
    if into_id == ticket_id:
        decided = replace(decided, changed=(), unchanged=(), refused=("merge",))
    if decided.altered:
        decided = yield from _followed(decided, into_id, about)
    if decided.refused:
        raise (yield from _not_merged(context, request, decided, ticket_id, into_id, about))
    return replace(decided, id=decided.id if decided.id != ticket_id else into_id)


def _followed(decided: Receipt, into_id: int, about: str) -> Operation[Receipt]:
    """The other ticket may be merged itself: then its survivor answers for both."""
    stored = decided.altered["merge"]
    record = yield from record_of(into_id, about)
    if read_number(record.get("id")) == stored:
        return replace(decided, altered=EMPTY, changed=("merge",), id=stored)
    return decided


def _not_merged(context: Context, request: Request, decided: Receipt, ticket_id: int,
                into_id: int, about: str) -> Operation[Exception]:
    try:
        yield from record_of(into_id, about)
    except (NotFound, PermissionDenied) as error:
        error.receipt = decided
        error.messages = decided.messages
        return error
    return (yield from refusal(context, request, decided, decided.refused, ticket_id,
                               what="merge"))


# -- ownership ------------------------------------------------------------------------------------

def own(context: Context, operation: str, ticket_id: int) -> Operation[Receipt]:
    """Take, untake or steal; see `Tracker.take_ticket`. ``operation`` is one of these words.

    Requests: 1, and 2 to decide the receipt.
    """
    if context.before(5, 0, 1):
        raise Unsupported(f"RT lets one {operation} tickets over REST2 since 5.0.1",
                          operation=f"{operation}_ticket", protocol="rest2",
                          advice="edit_ticket(owner=…)")
    names = ("owner", "last_updated_by")
    about = f"{operation} ticket {ticket_id}"
    before = (yield from find_ticket(context, ticket_id, names, about)).ticket
    held = {"owner": before.owner}
    last: Dict[str, str] = {}

    def owner() -> Operation[Dict[str, str]]:
        found = (yield from find_ticket(context, ticket_id, names, about)).ticket
        last.update(owner=found.owner, by=found.last_updated_by)
        return {"owner": found.owner}

    wanted: Dict[str, Any] = {"owner": NOBODY if operation == "untake" else context.user}
    request = Request("PUT", f"ticket/{ticket_id}/{operation}", json={}, effect="write",
                      about=about)
    if wanted["owner"] is None:
        # Who we are is not known (a cookie): then the new owner is who changed the ticket last.
        wanted["owner"] = NOT_LOADED
    decided, _ = yield from carried_out(request, _ours(wanted, before.owner), held, owner,
                                        ticket_id)
    if wanted["owner"] is NOT_LOADED:
        decided = _by_last_update(decided, held["owner"], last)
    elif last and last["owner"].lower() == str(wanted["owner"]).lower():
        same = before.owner.lower() == last["owner"].lower()
        decided = replace(decided, refused=(), altered=EMPTY,
                          changed=() if same else ("owner",), unchanged=("owner",) if same else ())
    if decided.altered:
        decided = replace(decided, altered=EMPTY, refused=("owner",))
    if decided.refused and last.get("owner") == before.owner \
            and _free(operation, before.owner, context.user):
        # Then RT has only rights to refuse it for: the one to take or steal, or the one to own.
        raise PermissionDenied(f"we may not {operation} ticket {ticket_id}", code=200,
                               receipt=decided, request=f"PUT REST/2.0/{request.path}",
                               messages=decided.messages)
    if decided.refused:
        raise (yield from refusal(context, request, decided, decided.refused, ticket_id,
                                  what=operation))
    return decided


def _free(operation: str, owner: str, user: Optional[str]) -> bool:
    """Whether the ticket's owner lets it be taken or stolen."""
    if operation == "take":
        return owner == NOBODY
    return operation == "steal" and user is not None and owner.lower() not in (
        NOBODY.lower(), user.lower())


def _ours(wanted: Mapping[str, Any], before: str) -> Dict[str, Any]:
    """The wanted owner for a decision: unknown is anything but the one before."""
    return {"owner": wanted["owner"]} if wanted["owner"] is not NOT_LOADED else {"owner": object()}


def _by_last_update(decided: Receipt, before: str, last: Mapping[str, str]) -> Receipt:
    if not last:
        return decided
    if last["owner"] != before and last["owner"] == last["by"]:
        return replace(decided, altered=EMPTY, changed=("owner",), refused=())
    return decided
