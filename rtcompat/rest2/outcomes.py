"""What became of a write: the answer, the record read again, and the receipt or the error.

REST2 answers edits with 200 and sentences in the user's language, failures too (5.0.0 to 6.0), so
the record decides. Whether a refusal is a question of rights is told by what the ticket's
``_hyperlinks`` offer, which RT makes of the user's rights, and if these offer nothing by RT's
sentence, compared with the sentence that it says in the same language when it denies.
"""
from __future__ import annotations

from typing import Any, Callable, FrozenSet, Mapping, NamedTuple, Optional, Sequence, Tuple
from urllib.parse import unquote

from rtcompat import receipt as receipts
from rtcompat.errors import (InvalidValue, NotFound, OutcomeUnknown, PermissionDenied, Refused,
                             RTError)
from rtcompat.exchange import Operation, Request
from rtcompat.model import NOT_LOADED, Receipt
from rtcompat.rest2 import read
from rtcompat.rest2.answers import is_rt, message_of, read_json, read_messages
from rtcompat.rest2.context import Context

__all__ = ["Written", "written", "carried_out", "refusal", "may_not", "says_denied", "unreadable",
           "once", "untouched", "unless_denied"]

Values = Mapping[str, Any]
_DENIED = frozenset(("permission denied",))


class Written(NamedTuple):
    """A write's answer.

    Attributes:
        lost: why it is not known what was done, None when RT answered.
        repeatable: RT may never have seen it: no answer came, or a proxy's.
    """

    messages: Tuple[str, ...]
    lost: Optional[OutcomeUnknown] = None
    repeatable: bool = False


def written(request: Request) -> Operation[Written]:
    """Send a write that may be repeated, and keep a lost answer for `carried_out`."""
    try:
        response = yield request
    except OutcomeUnknown as error:
        return Written((), error, repeatable=True)
    try:
        return Written(read_messages(response))
    except OutcomeUnknown as error:
        return Written(error.messages, error, repeatable=not is_rt(response))


def unreadable(read: Operation[Values]) -> Operation[Values]:
    """What a read gives, and nothing where the record may not be seen (any more)."""
    try:
        return (yield from read)
    except (PermissionDenied, NotFound):
        return {}


def untouched(wanted: Values, before: Values, after: Values) -> bool:
    """Whether nothing of what was to change did."""
    read = [name for name in wanted if after.get(name, NOT_LOADED) is not NOT_LOADED]
    return bool(read) and all(after[name] == before.get(name, NOT_LOADED) for name in read) \
        and any(after[name] != wanted[name] for name in read)


def _done(decided: Receipt) -> bool:
    return not (decided.refused or decided.altered or decided.unverified)


def carried_out(request: Request, wanted: Values, before: Values,
                again: Callable[[], Operation[Values]], number: int
                ) -> Operation[Tuple[Receipt, Written]]:
    """Send an edit, read the record again, decide each field.

    Args:
        request: its effect is ``write``.
        again: makes the operation that reads the fields.
    Returns: the receipt, not yet raised, and the answer. A lost answer is resolved by the read,
        and the edit sent once more when nothing of it was done.
    Raises: OutcomeUnknown, with the receipt, when it was lost and is not wholly done. RT's own
        500 is no lost answer once the read has shown what it did: a bad address and an unknown
        login end so before 5.0.5.
    Requests: 1, and 1 to read.
    """
    answer = yield from written(request)
    after = yield from _after(answer, again)
    if answer.lost and answer.repeatable and untouched(wanted, before, after):
        answer = yield from written(request)
        after = yield from _after(answer, again)
    decided = receipts.decide(wanted, before, after, messages=answer.messages, via="rest2",
                              id=number)
    if answer.lost and (decided.unverified or answer.repeatable and not _done(decided)):
        error = answer.lost
        raise OutcomeUnknown(error.what, sent=error.sent, resolved=not decided.unverified,
                             receipt=decided, server=error.server, request=error.request,
                             messages=error.messages, advice="the receipt says what is stored now"
                             ) from error
    return decided, answer


def _after(answer: Written, again: Callable[[], Operation[Values]]) -> Operation[Values]:
    try:
        return (yield from unreadable(again()))
    except RTError as error:
        if answer.lost is not None:
            raise answer.lost from error
        raise


def once(request: Request, query: str) -> Operation[Any]:
    """Send what must not be done twice; a lost answer says how to find what it may have made."""
    try:
        response = yield request
    except OutcomeUnknown as error:
        error.query = query
        raise
    return response


# -- why it was refused ---------------------------------------------------------------------------

def refusal(context: Context, request: Request, decided: Receipt, names: Sequence[str],
            ticket_id: int, *, what: str) -> Operation[Refused]:
    """The error for fields that failed: PermissionDenied when the user may not modify the ticket.

    REST 1.0 asks the same right first and says the rest in the user's language, so that both
    protocols come to the same class.

    Args:
        names: of the fields.
        what: ``edit``, or the verb for what was to be done to the ticket (``merge``).
    Requests: 1, and once a login 2 where the ticket's lifecycle offers nothing.
    """
    deleting = decided.refused == ("status",) and what == "delete"
    denied = yield from may_not(context, ticket_id, decided.messages, deleting=deleting)
    done = f"change {', '.join(names)}" if what == "edit" else f"{what} ticket {ticket_id}"
    make = PermissionDenied if denied else InvalidValue
    return make(f"RT did not {done}", code=200, receipt=decided,
                request=f"{request.method} REST/2.0/{request.path}", messages=decided.messages)


def may_not(context: Context, ticket_id: int, messages: Tuple[str, ...], *,
            deleting: bool = False) -> Operation[bool]:
    """Whether the user may not modify (or delete) the ticket at all.

    RT offers the steps of a lifecycle to those who may take them. A state may also have no next
    step; then RT's sentence decides, and where it cannot be known, the missing offer.
    """
    try:
        raw = read_json((yield Request("GET", f"ticket/{ticket_id}", about="see what is allowed")))
    except (PermissionDenied, NotFound):
        return True
    offered = {str(one.get("to")) for one in raw.get("_hyperlinks") or ()
               if one.get("ref") == "lifecycle"}
    if ("deleted" in offered) if deleting else (offered - {"deleted"}):
        return False
    if (yield from says_denied(context, messages)):
        return True
    return read.can(raw, "comment") and read.can(raw, "correspond")


def says_denied(context: Context, messages: Tuple[str, ...], *,
                learn: bool = True) -> Operation[bool]:
    """Whether one of RT's sentences is its "Permission Denied" in the user's language.

    That sentence is learnt by writing to ticket 0, which does not exist: RT asks for the right
    first and records nothing (seen on 5.0.3, 5.0.7 and 5.0.10). Who has the right everywhere gets
    another sentence, which no edit is answered with. RT spells the English one in two ways, and
    leaves it English in some languages.
    """
    if _ends_so(messages, _DENIED):
        return True
    if context.denied is None and learn:
        learnt = set()
        for action in ("comment", "correspond"):
            response = yield Request("POST", f"ticket/0/{action}", json={},
                                     about="learn how this RT says no")
            if response.status in (400, 403) and message_of(response):
                learnt.add(message_of(response))
        context.learn_denied(frozenset(learnt))
    return _ends_so(messages, context.denied or frozenset())


def unless_denied(context: Context, request: Request, wanted: Values, decided: Receipt,
                  what: str) -> Operation[None]:
    """Raise PermissionDenied where RT says so of an edit of which nothing could be read.

    Args:
        what: the verb for the error (``edit``).
    Requests: once a login 2 to know that sentence, where none repeats a text we sent.
    """
    repeated = any(isinstance(text, str) and text and text in said
                   for text in wanted.values() for said in decided.messages)
    if decided.messages and (yield from says_denied(context, decided.messages,
                                                    learn=not repeated)):
        kind = request.path.partition("/")[0]
        which = decided.id or unquote(request.path.rpartition("/")[2])
        raise PermissionDenied(f"RT does not allow to {what} {kind} {which}", code=200,
                               receipt=decided, request=f"PUT REST/2.0/{request.path}",
                               messages=decided.messages)


def _ends_so(messages: Tuple[str, ...], sentences: FrozenSet[str]) -> bool:
    return any(said.casefold().endswith(sentence.casefold())
               for said in messages for sentence in sentences)
