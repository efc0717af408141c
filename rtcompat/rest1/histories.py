"""Reading what happened on a ticket: transactions with their bodies and attachments."""
from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Set, Tuple

from rtcompat.errors import NotFound, ServerFailure, UsageError
from rtcompat.exchange import Operation, Request
from rtcompat.limits import positive_id
from rtcompat.model import NOT_LOADED, Attachment, Page, Transaction
from rtcompat.rest1 import bodies, read
from rtcompat.rest1.answers import withheld
from rtcompat.rest1.asking import Answer, Asking, denied, show
from rtcompat.rest1.forms import Form
from rtcompat.rest1.values import read_number

__all__ = ["COLUMNS", "Histories"]

#: Everything but the attachments; Creator is printed only where Content is asked for, too (all
#: versions).
COLUMNS = ("Ticket", "TimeTaken", "Type", "Field", "OldValue", "NewValue", "Data", "Description",
           "Content", "Creator", "Created")


def _types(types: Optional[Iterable[str]]) -> Optional[FrozenSet[str]]:
    if isinstance(types, str):
        raise UsageError("types is a list of RT's words", argument="types")
    return None if types is None else frozenset(types)


def _transactions(forms: Iterable[Form]) -> List[Form]:
    """The forms that are transactions: they alone have a Type."""
    return [form for form in forms if form.get("Type") is not None]


def _lists(forms: Iterable[Form]) -> List[Form]:
    """The forms of ``ticket/N/attachments``."""
    return [form for form in forms if (form.get("id") or "").endswith("/attachments")]


def _number(form: Form, key: str) -> int:
    return read_number(form.get(key) or "")


class Histories(Asking):
    """Operations that read transactions and lists of attachments."""

    def get_history(self, ticket_id: int, *, content: bool = True,
                    types: Optional[Iterable[str]] = None,
                    custom_fields: bool = False,
                    cursor: Any = None) -> Operation[Page[Transaction]]:
        """See `Tracker.get_history`. All transactions come in one page.

        Requests: 1, and 1 where messages are HTML or leave open which part is the body; RT 3.6
            and before 1 more for the attachments that its history leaves out.
        """
        number = positive_id(ticket_id, "ticket_id")
        wanted = _types(types)  # RT's own filter falls back to everything when nothing matches
        if content:
            answer = yield from self._listed(
                show((f"ticket/{number}/history", f"ticket/{number}/attachments"), long=True,
                     about=f"read the history of ticket {number}"), number)
        else:
            answer = yield from self._listed(
                show((f"ticket/{number}/history",), fields=COLUMNS, long=True,
                     about=f"read the history of ticket {number}"), number)
        every = _transactions(answer.forms)
        forms = [form for form in every if wanted is None or form.get("Type") in wanted]
        found = [read.transaction(form) for form in forms]
        if content:
            listed = yield from self._parts(number, every, _lists(answer.forms), whole=True)
            found = yield from self._with_bodies(number, forms, listed, _lists(answer.forms))
        items = sorted(found, key=lambda one: (one.created, one.id))
        return Page(tuple(items), None, len(items))

    def _listed(self, request: Request, ticket_id: int) -> Operation[Answer]:
        """The answer to a list, or the refusal that an empty or crashed one stands for.

        Raises: NotFound, PermissionDenied.
        """
        try:
            answer = yield from self._ask(request)
        except ServerFailure:
            # what RT does for a history of which we may see nothing (3.4 to 6.0)
            yield from self._must_exist(ticket_id)
            raise
        if not any(form.fields for form in answer.forms):
            for form in answer.forms:
                error = answer.form_refusal(form)
                if error is not None:
                    raise error
            yield from self._must_exist(ticket_id)
        if answer.code >= 400:
            answer.checked()
        return answer

    def _with_bodies(self, ticket_id: int, forms: List[Form], listed: Iterable[Attachment],
                     lists: List[Form]) -> Operation[List[Transaction]]:
        """Transactions with bodies and attachments."""
        sizes = {line.id: line.size for form in lists for line in read.parts_of(form)}
        by_transaction: Dict[int, List[Attachment]] = {}
        for part in listed:
            if part.transaction_id is not NOT_LOADED:
                by_transaction.setdefault(part.transaction_id, []).append(part)
        drafts = [bodies.draft(read.transaction(form), form.get("Content") or "",
                               tuple(by_transaction.get(_number(form, "id"), ())), sizes)
                  for form in forms]
        ids = [number for one in drafts for number in one.open_parts]
        texts: Mapping[int, Form] = {}
        if ids:
            texts = yield from self._texts(ticket_id, ids)
        return [one.finished(texts) for one in drafts]

    def _parts(self, ticket_id: int, forms: List[Form], lists: List[Form], *, whole: bool
               ) -> Operation[Tuple[Attachment, ...]]:
        """The attachments in a ticket's list, as far as the history bears them out.

        Args:
            forms: transactions; all of the ticket's where ``whole``.
        """
        owners = yield from self._owners(ticket_id, forms, lists, whole)
        names = {line.id: line.name for form in forms for line in read.parts_of(form)
                 if line.name != "untitled"}
        return tuple(part for form in lists for part in read.attachment_list(
            form, ticket_id=ticket_id, transactions=owners, names=names, whole=whole))

    def _owners(self, ticket_id: int, forms: List[Form], lists: List[Form], whole: bool
                ) -> Operation[Dict[int, int]]:
        """By attachment the transaction it belongs to. What only the list names, which a file's
        name can forge, is asked for its transaction."""
        owners = {line.id: _number(form, "id") for form in forms
                  for line in read.parts_of(form)}
        left_out: Set[int] = {line.id for form in lists for line in read.parts_of(form)}
        left_out -= set(owners)
        if not left_out or not (whole or self._old):
            return owners
        # 3.4 and 3.6 leave the first attachment of each transaction out of the history
        answer = yield from self._ask(show(
            [f"ticket/{ticket_id}/attachments/{number}" for number in sorted(left_out)],
            fields=("Transaction",), about="ask which transaction attachments belong to"))
        ours = {form.get("id") for form in forms}
        for form in answer.forms:
            if (form.get("id") or "").isdigit() and form.get("Transaction") in ours:
                owners[_number(form, "id")] = _number(form, "Transaction")
        return owners

    def _texts(self, ticket_id: int, ids: Iterable[int]) -> Operation[Dict[int, Form]]:
        """Contents and headers of text parts, in one answer."""
        answer = yield from self._ask(show(
            [f"ticket/{ticket_id}/attachments/{number}" for number in ids],
            fields=("Headers", "ContentType", "Filename", "Content"),
            about=f"read bodies of ticket {ticket_id}"))
        return {_number(form, "id"): form for form in answer.forms
                if (form.get("id") or "").isdigit()}

    # -- one transaction ----------------------------------------------------------------------

    def get_transaction(self, transaction_id: int, *,
                        ticket_id: Optional[int] = None,
                        custom_fields: bool = False) -> Operation[Transaction]:
        """See `Tracker.get_transaction`.

        Requests: 2; with ticket_id 1; 1 more where its message is HTML.
        """
        number = positive_id(transaction_id, "transaction_id")
        if ticket_id is None:
            ticket = yield from self._ticket_of_transaction(number)
        else:
            ticket = positive_id(ticket_id, "ticket_id")
        answer = yield from self._ask(show(
            (f"ticket/{ticket}/history/id/{number}", f"ticket/{ticket}/attachments"), long=True,
            about=f"read transaction {number}"))
        forms = _transactions(answer.forms)
        if not forms:
            yield from self._why_nothing(answer, ticket)
        if withheld(forms[0]) or not forms[0].get("Type"):
            raise denied(answer, f"transaction {number}")
        listed = yield from self._parts(ticket, forms, _lists(answer.forms), whole=False)
        found = yield from self._with_bodies(ticket, forms, listed, _lists(answer.forms))
        return found[0]

    def _why_nothing(self, answer: Answer, ticket_id: int) -> Operation[None]:
        """Raise for an answer without the transaction that was asked for."""
        for form in answer.forms:
            error = answer.form_refusal(form)
            if isinstance(error, NotFound):
                # up to 4.4.4 this is also said of what we may not see
                yield from self._must_exist(ticket_id)
            if error is not None:
                raise error
        answer.checked()
        raise NotFound("RT has nothing to say about it", server=answer.response.server,
                       request=answer.response.request.line)

    def _ticket_of_transaction(self, number: int) -> Operation[int]:
        """The ticket that a transaction belongs to.

        Raises: NotFound, PermissionDenied.
        """
        try:
            answer = yield from self._ask(Request(
                "GET", f"transaction/{number}",
                query=(("format", "l"), ("fields", "Ticket,Type")),
                about=f"ask which ticket transaction {number} belongs to"))
        except ServerFailure as failure:
            # a missing id crashes RT (``transaction/T``, 4.4 on)
            raise NotFound(f"transaction {number} does not exist", messages=failure.messages,
                           server=failure.server, request=failure.request) from failure
        form = answer.form()
        ticket = _number(form, "Ticket")
        if ticket < 1:
            raise denied(answer, f"transaction {number}")
        return ticket

    # -- lists of attachments -----------------------------------------------------------------

    def get_attachments(self, ticket_id: int) -> Operation[Tuple[Attachment, ...]]:
        """See `Tracker.get_attachments`. The history in the same answer tells their transactions.

        Requests: 1; RT 3.6 and before 2.
        """
        number = positive_id(ticket_id, "ticket_id")
        answer = yield from self._listed(show(
            (f"ticket/{number}/history", f"ticket/{number}/attachments"),
            fields=("Attachments", "Type"), long=True,
            about=f"list the attachments of ticket {number}"), number)
        forms, lists = _transactions(answer.forms), _lists(answer.forms)
        return (yield from self._parts(number, forms, lists, whole=True))

    def _belonging(self, attachment_id: int, ticket_id: int, path: str,
                   keys: Tuple[str, ...]) -> Operation[Form]:
        """An attachment's form, once the transaction it names is one of the ticket's, in the same
        answer: RT does not look, and the list of the ticket's attachments a name can forge.

        Args:
            path: the attachment's address.
            keys: fields of it.
        Raises: NotFound, PermissionDenied.
        """
        columns = dict.fromkeys(("Type", "Transaction", *keys, "Creator", "Created"))
        answer = yield from self._listed(show(
            (f"ticket/{ticket_id}/history", path), fields=columns, long=True,
            about=f"read attachment {attachment_id} of ticket {ticket_id}"), ticket_id)
        ours = {form.get("id") for form in _transactions(answer.forms)}
        if not ours:
            yield from self._must_exist(ticket_id)
        for form in answer.forms:
            if form.get("Type") is None and form.get("Transaction") in ours \
                    and form.get("id") in (str(attachment_id), f"attachment/{attachment_id}"):
                if withheld(form):
                    raise denied(answer, f"attachment {attachment_id}")
                return form
        raise NotFound(f"ticket {ticket_id} has no attachment {attachment_id}",
                       server=answer.response.server, request=answer.response.request.line)
