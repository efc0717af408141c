"""What happened on a ticket, put together from its history, its attachments' list and their forms.

Which part of a message is its body is decided as over a live REST 1.0 (`rest1.bodies`); what that
would ask for and the dump lacks is NOT_LOADED.
"""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone
from typing import Callable, Container, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from rtcompat.archive.answers import Problem
from rtcompat.archive.index import Index, Listed
from rtcompat.archive.records import Records
from rtcompat.errors import NotFound, NotSaved, ProtocolError
from rtcompat.model import NOT_LOADED, Attachment, Transaction
from rtcompat.rest1 import bodies, read
from rtcompat.rest1.forms import Field, Form
from rtcompat.rest1.values import read_number

__all__ = ["Histories"]

#: 3.4 and 3.6 leave the first attachment of each transaction out of the history.
_ALL_LISTED = (3, 8)
#: How histories call a part without a name.
_UNTITLED = "untitled"
#: Before all others stands what does not tell when it was.
_FIRST = datetime.min.replace(tzinfo=timezone.utc)


class _Believed(Container[int]):
    """Attachments that a ticket can have of which the whole history was saved: those that it knows
    and, as the list may be newer, those that came behind them and are not another's."""

    def __init__(self, known: Container[int], newest: int, others: Container[int]) -> None:
        self._known, self._newest, self._others = known, newest, others

    def __contains__(self, number: object) -> bool:
        return number in self._known or (isinstance(number, int) and number > self._newest
                                         and number not in self._others)


class Histories:
    """Reads transactions and lists of attachments.

    Args:
        text: the text of an attachment and its content's type, by number, where the content was
            saved and the form was not; None where neither was.
    """

    def __init__(self, index: Index, records: Records, text: Callable[[int], Optional[str]]
                 ) -> None:
        self.index = index
        self._records = records
        self._store = index.store
        self._text = text

    # -- histories ----------------------------------------------------------------------------

    def history(self, ticket_id: int, *, content: bool,
                types: Optional[FrozenSet[str]]) -> Tuple[Transaction, ...]:
        """A ticket's transactions, oldest first.

        Raises: NotFound, PermissionDenied as RT said; NotSaved.
        """
        listed = self._listed(ticket_id)
        if listed is None:
            return self._described(ticket_id)
        forms = [self._form(number) for number in listed.transactions if self._is_sound(number)]
        chosen = [form for form in forms if types is None or form.get("Type") in types]
        if not content:
            found = [_transaction(form, ticket_id) for form in chosen]
        else:
            found = self._with_bodies(ticket_id, chosen, forms)
        return tuple(sorted(found, key=lambda one: (one.created or _FIRST, one.id)))

    def _is_sound(self, transaction: int) -> bool:
        """Whether a transaction can be read; else what is wrong with it becomes a problem."""
        try:
            _transaction(self._form(transaction))
        except ProtocolError as error:
            extent = self._store.extent(self.index.transactions[transaction][-1])
            self._records.say(Problem(extent.file, extent.line, f"transaction {transaction} is "
                                      f"left out: {error.what}"))
            return False
        return True

    def _listed(self, ticket_id: int) -> Optional[Listed]:
        """The history that was saved; None for a short one.

        Raises: NotFound, PermissionDenied, NotSaved.
        """
        self._records.visible(ticket_id)
        number = self._records.survivor(ticket_id)
        for one in dict.fromkeys((ticket_id, number)):
            listed = self.index.histories.get(one)
            if listed is not None and (listed.whole or not listed.missing and listed.total):
                return listed
        if ticket_id in self.index.descriptions or number in self.index.descriptions:
            return None
        self._records.refused(f"ticket/{ticket_id}/history", f"ticket/{number}/history")
        listed = self.index.histories.get(number)
        some = f" but for {len(listed.transactions)} of its transactions" if listed else ""
        raise NotSaved(f"ticket/{ticket_id}/history was not saved{some}")

    def _form(self, transaction: int) -> Form:
        """The form of a transaction that tells the most; of equal ones the last."""
        forms = [self._store.form(place) for place in self.index.transactions[transaction]]
        most = max(len(form.fields) for form in forms)
        return [form for form in forms if len(form.fields) == most][-1]

    def _described(self, ticket_id: int) -> Tuple[Transaction, ...]:
        """What a short history tells: numbers and sentences."""
        places = self.index.descriptions.get(
            ticket_id, self.index.descriptions.get(self._records.survivor(ticket_id), ()))
        found: Dict[int, Transaction] = {}
        for place in places:
            for field in self._store.form(place).fields:
                number = int(field.key)
                found[number] = Transaction(number, ticket_id, NOT_LOADED,
                                            rt_description=field.value)
        return tuple(found[number] for number in sorted(found))

    def transaction(self, transaction_id: int, ticket_id: Optional[int]) -> Transaction:
        """One transaction with contents and attachments.

        Raises: NotFound, PermissionDenied, NotSaved.
        """
        if transaction_id not in self.index.transactions:
            self._records.refused(f"transaction/{transaction_id}",
                                  f"ticket/{ticket_id}/history/id/{transaction_id}")
            raise NotSaved(f"transaction/{transaction_id} was not saved")
        form = self._form(transaction_id)
        ticket = read_number(form.get("Ticket") or "")
        if ticket_id is not None and not self._belongs(transaction_id, ticket_id, ticket):
            raise NotFound(f"transaction {transaction_id} is not one of ticket {ticket_id}")
        return self._with_bodies(ticket, [form], [form])[0]

    def _belongs(self, transaction: int, ticket_id: int, told: int) -> bool:
        number = self._records.survivor(ticket_id)
        listed = self.index.histories.get(number, Listed())
        return told in (ticket_id, number) or transaction in listed.transactions

    # -- bodies -------------------------------------------------------------------------------

    def _with_bodies(self, ticket_id: int, forms: List[Form], every: List[Form]
                     ) -> List[Transaction]:
        """Transactions with bodies and attachments.

        Args:
            every: all transactions of the ticket that are known.
        """
        lists = self._lists(ticket_id)
        if lists is None:
            return [self._unlisted(form, ticket_id) for form in forms]
        sizes = {line.id: line.size for form in lists for line in read.parts_of(form)}
        by_transaction: Dict[int, List[Attachment]] = {}
        for part in self._parts(ticket_id, every, lists, whole=len(every) >= len(forms)):
            if part.transaction_id is not NOT_LOADED:
                by_transaction.setdefault(part.transaction_id, []).append(part)
        return [self._finished(bodies.draft(
            _transaction(form, ticket_id), form.get("Content") or "",
            tuple(by_transaction.get(_number(form, "id"), ())), sizes), form) for form in forms]

    def _finished(self, draft: bodies.Draft, form: Form) -> Transaction:
        """A transaction with its bodies, NOT_LOADED where the parts that tell were not saved."""
        if form.get("Content") is None:
            return replace(draft.transaction, content=NOT_LOADED, html=NOT_LOADED,
                           rendered=NOT_LOADED)
        texts = {number: text for number, text in (
            (number, self._part_text(number, draft.transaction)) for number in draft.open_parts)
            if text is not None}
        if len(texts) == len(draft.open_parts):
            return draft.finished(texts)
        return self._undecided(draft, texts)

    def _part_text(self, number: int, transaction: Transaction) -> Optional[Form]:
        """A part's form with its content, or what its content alone tells; None: not saved."""
        form = self.form(number)
        if form is not None and form.get("Content") is not None:
            return form
        text = self._text(number)
        part = next((one for one in transaction.attachments if one.id == number), None)
        if text is None or part is None:
            return None
        headers = () if form is None else form.fields
        return Form(fields=(*headers, Field("ContentType", part.content_type),
                            Field("Content", text)))

    @staticmethod
    def _undecided(draft: bodies.Draft, texts: Mapping[int, Form]) -> Transaction:
        """What is certain without the missing parts."""
        candidates = [one for one in draft.transaction.attachments if one.id in draft.open_parts]
        plain = [one for one in candidates if one.content_type.lower() != "text/html"]
        content = NOT_LOADED if plain else None
        return replace(draft.transaction, content=content, html=NOT_LOADED,
                       rendered=draft.printed)

    def _unlisted(self, form: Form, ticket_id: int) -> Transaction:
        """A transaction of which only the history was saved, which tells names and sizes of parts
        and no types."""
        transaction = _transaction(form, ticket_id)
        lines = read.parts_of(form)
        if form.get("Attachments") is None or self._release(_number(form, "id")) < _ALL_LISTED:
            parts = NOT_LOADED
        else:
            parts = tuple(self._part(line.id, line.name, transaction) for line in lines)
        printed = form.get("Content")
        found = replace(transaction, attachments=parts)
        if printed is None:
            return found
        unnamed = [line for line in lines if line.name == _UNTITLED]
        if parts is not NOT_LOADED and not unnamed:
            return replace(found, content=None, html=None, rendered=None)
        filled = [line.size for line in unnamed if line.size != "0b"]
        if parts is not NOT_LOADED and len(filled) == 1 and bodies.size_fits(printed, filled[0]):
            return replace(found, content=printed, html=None, rendered=None)
        return replace(found, rendered=printed)

    def _release(self, transaction: int) -> Tuple[int, ...]:
        extent = self._store.extent(self.index.transactions[transaction][-1])
        return extent.release or _ALL_LISTED

    def _part(self, number: int, name: str, transaction: Transaction) -> Attachment:
        """A part of which the history tells number and name."""
        form = self.form(number)
        if form is not None:
            told, kind = form.get("Filename"), form.get("ContentType")
            return Attachment(number, ticket_id=transaction.ticket_id,
                              transaction_id=transaction.id,
                              filename=NOT_LOADED if told is None else told or None,
                              content_type=NOT_LOADED if kind is None else kind)
        return Attachment(number, ticket_id=transaction.ticket_id, transaction_id=transaction.id,
                          filename=None if name == _UNTITLED else name)

    # -- attachments --------------------------------------------------------------------------

    def form(self, attachment: int) -> Optional[Form]:
        """The form of an attachment that tells the most; None where none was saved."""
        places = self.index.attachments.get(attachment)
        if not places:
            return None
        forms = [self._store.form(place) for place in places]
        most = max(len(form.fields) for form in forms)
        return [form for form in forms if len(form.fields) == most][-1]

    def _lists(self, ticket_id: int) -> Optional[List[Form]]:
        """The saved list of a ticket's attachments; None where there is none."""
        number = self._records.survivor(ticket_id)
        for one in dict.fromkeys((ticket_id, number)):
            places = self.index.lists.get(one)
            if places:
                return [self._store.form(places[-1])]
        for one in (ticket_id, number):
            if f"ticket/{one}/attachments" in self.index.empty:
                return []
        return None

    def attachments(self, ticket_id: int) -> Tuple[Attachment, ...]:
        """All parts of a ticket's messages, by id.

        Raises: NotFound, PermissionDenied as RT said; NotSaved.
        """
        self._records.visible(ticket_id)
        number = self._records.survivor(ticket_id)
        lists = self._lists(ticket_id)
        listed = self.index.histories.get(number)
        if lists is None and (listed is None or not listed.whole):
            self._records.refused(f"ticket/{ticket_id}/attachments")
            raise NotSaved(f"ticket/{ticket_id}/attachments was not saved")
        forms = [self._form(one) for one in listed.transactions
                 if self._is_sound(one)] if listed else []
        if lists is None:
            return tuple(sorted((part for form in forms for part in self._of_history(form)),
                                key=lambda one: one.id))
        whole = listed is not None and listed.whole and not listed.missing
        return self._parts(ticket_id, forms, lists, whole=whole)

    def _of_history(self, form: Form) -> List[Attachment]:
        transaction = _transaction(form)
        return [self._part(line.id, line.name, transaction) for line in read.parts_of(form)]

    def _parts(self, ticket_id: int, forms: List[Form], lists: List[Form], *, whole: bool
               ) -> Tuple[Attachment, ...]:
        """The attachments in a ticket's list, as far as the history bears them out."""
        owners = {line.id: _number(form, "id") for form in forms for line in read.parts_of(form)}
        names = {line.id: line.name for form in forms for line in read.parts_of(form)}
        newest = max(owners, default=0)
        ours = {_number(form, "id") for form in forms}
        untold, others = False, set()
        for number in {line.id for form in lists for line in read.parts_of(form)} - set(owners):
            form = self.form(number)
            told = None if form is None else read_number(form.get("Transaction") or "")
            if told and (told in ours or not whole or told > max(ours, default=0)):
                owners[number] = told
            elif told:
                others.add(number)
            untold = untold or form is None
        believed = None
        if whole and not (untold and self._old(forms)):
            believed = _Believed(owners, newest, others)
        return tuple(part for form in lists for part in read.attachment_list(
            form, ticket_id=ticket_id, transactions=owners, names=names, whole=False,
            ids=believed))

    def _old(self, forms: Iterable[Form]) -> bool:
        return any(self._release(_number(form, "id")) < _ALL_LISTED for form in forms)

    def attachment(self, attachment_id: int, ticket_id: Optional[int]) -> Attachment:
        """One part with its headers; without them where only lists tell of it.

        Raises: NotFound, PermissionDenied, NotSaved.
        """
        form = self.form(attachment_id)
        if ticket_id is not None:
            self._records.visible(ticket_id)
        if form is None:
            self._records.refused(f"attachment/{attachment_id}")
            return self._mentioned(attachment_id, ticket_id)
        if ticket_id is None:
            return read.attachment(form)
        self.must_belong(attachment_id, ticket_id)
        return read.attachment(form, ticket_id=ticket_id)

    def must_belong(self, attachment: int, ticket_id: int) -> None:
        """Raises: NotFound for another ticket's attachment; NotSaved where nothing tells."""
        self._records.visible(ticket_id)
        form = self.form(attachment)
        number = self._records.survivor(ticket_id)
        listed = self.index.histories.get(number)
        told = None if form is None else form.get("Transaction")
        if listed is not None and told is not None and read_number(told) in listed.transactions:
            return
        for transaction in listed.transactions if listed is not None else ():
            if any(line.id == attachment for line in read.parts_of(self._form(transaction))):
                return
        if self._lists(ticket_id) and any(one.id == attachment
                                          for one in self.attachments(ticket_id)):
            return
        if listed is not None and listed.whole and not listed.missing:
            raise NotFound(f"ticket {ticket_id} has no attachment {attachment}")
        raise NotSaved(f"ticket/{ticket_id}/history was not saved, which would tell whether "
                       f"attachment {attachment} is the ticket's")

    def _mentioned(self, attachment: int, ticket_id: Optional[int]) -> Attachment:
        """An attachment that only a list tells of."""
        ticket = self.index.mentioned.get(attachment) if ticket_id is None else ticket_id
        for part in self.attachments(ticket) if ticket is not None else ():
            if part.id == attachment:
                return replace(part, size=NOT_LOADED)
        if ticket_id is not None and self._lists(ticket_id) is not None:
            raise NotFound(f"ticket {ticket_id} has no attachment {attachment}")
        raise NotSaved(f"attachment/{attachment} was not saved")


def _transaction(form: Form, ticket_id: int = 0) -> Transaction:
    """A transaction from a form that may have some fields only (``fields=``).

    Args:
        ticket_id: whose history it is in; 0 where nothing tells.
    """
    added = [Field(key, value) for key, value in (("Ticket", str(ticket_id)), ("Type", ""))
             if form.get(key) is None]
    if not added:
        return read.transaction(form)
    found = read.transaction(Form(form.comment, (*form.fields, *added)))
    if form.get("Type") is None:
        found = replace(found, type=NOT_LOADED, description=NOT_LOADED)
    return found if found.ticket_id else replace(found, ticket_id=NOT_LOADED)


def _number(form: Form, key: str) -> int:
    return read_number(form.get(key) or "")
