"""What every operation that writes shares: sending a form, a lost answer, the receipt.

RT's sentences are in the user's language and lie in some cases, so what was done is read back and
compared (`receipt.decide`). A lost answer to an edit is resolved by reading, and the edit is sent
again once when the reading shows that nothing was done.
"""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Optional, Sequence, Tuple, Type

from rtcompat import fields, receipt
from rtcompat.errors import (InvalidValue, NotFound, OutcomeUnknown, PermissionDenied, Refused,
                             RTError, Unsupported, UsageError)
from rtcompat.exchange import Effect, Operation, Part, Request
from rtcompat.model import NewAttachment, Receipt, Watcher
from rtcompat.rest1 import write
from rtcompat.rest1.asking import Answer
from rtcompat.rest1.forms import compose_request
from rtcompat.rest1.naming import Naming

__all__ = ["Writing", "State", "Wanted", "Witness"]

State = Dict[str, Any]
Wanted = Mapping[str, Any]
_Reading = Callable[[], Operation[State]]
#: (answer, None where it was lost; what is stored; the receipt).
Witness = Callable[[Optional[Answer], State, Receipt], Operation[None]]
_VIA = "rest1"


class Writing(Naming):
    """Shared by operations that write."""

    def _form_request(self, path: str, pairs: write.Pairs, *, effect: Effect, about: str,
                      files: Sequence[NewAttachment] = ()) -> Request:
        """A request that posts one form.

        Raises: UsageError for what RT could not read from it.
        """
        if files:
            names = write.file_names(files, release=self._context.release,
                                     creating=path == "ticket/new")
            pairs = [*pairs, ("Attachment", names)]
        content = compose_request(pairs, version=self._context.release)
        if not files:
            return Request("POST", path, form=(("content", content),), effect=effect, about=about)
        parts = [Part("content", content.encode("utf-8"))]
        # the names are in the form; those of the parts do not count
        parts += [Part(f"attachment_{number}", file.content, f"file{number}", file.content_type)
                  for number, file in enumerate(files, 1)]
        return Request("POST", path, parts=tuple(parts), effect=effect, about=about)

    def _lacking(self, operation: str, rows: Tuple[fields.FieldRow, ...], wanted: Wanted) -> None:
        """Refuse fields that REST 1.0's forms lack, here or in this version.

        Raises: Unsupported naming the argument; UsageError where nothing is to be done.
        """
        for row in rows:
            if row.name not in wanted or row.kind == "custom_fields":
                continue
            if row.rest1 is None:
                raise Unsupported(f"REST 1.0 has no field for {row.name}", operation=operation,
                                  argument=row.name, protocol=_VIA, advice="use REST2")
            if row.since is not None and not self._at_least(*row.since):
                raise Unsupported(
                    f"{row.name} came with RT {'.'.join(map(str, row.since))}",
                    operation=operation, argument=row.name, protocol=_VIA)

    # -- reading back -------------------------------------------------------------------------

    def _state(self, reading: Callable[[], Operation[Any]], wanted: Wanted) -> Operation[State]:
        """The wanted fields as they are now; none where we may not see them."""
        try:
            record = yield from reading()
        except PermissionDenied as refused:
            if refused.code == 302:
                raise  # no rights are asked: RT sends this user away from every address
            return {}
        return write.state_of(record, wanted)

    @staticmethod
    def _shown_people(wanted: Wanted) -> State:
        """The wanted lists of watchers as REST 1.0 will show them: e-mail addresses.

        Args:
            wanted: after `_known_people`.
        Returns: by role a tuple of watchers; None for a list with groups, which are shown as their
            members, or with somebody without an address.
        """
        shown: State = {}
        for role in write.WATCHERS:
            if role in wanted:
                emails = {who.email for who in wanted[role]}
                shown[role] = None if None in emails else tuple(
                    sorted((Watcher(email) for email in emails), key=lambda one: one.email or ""))
        return shown

    def _receipt(self, wanted: State, before: State, after: State, answer: Optional[Answer],
                 number: Optional[int]) -> Receipt:
        """The receipt, with values that RT takes for the same counted as the same."""
        wanted, before = dict(wanted), dict(before)
        for name, now in after.items():
            if name in wanted and write.alike(name, wanted[name], now):
                wanted[name] = now
            if name in before and write.alike(name, before[name], now):
                before[name] = now
        return receipt.decide(wanted, before, after, via=_VIA, id=number,
                              messages=answer.messages if answer else ())

    # -- changing -----------------------------------------------------------------------------

    def _change(self, request: Request, wanted: State, before: State, reading: _Reading, *,
                number: Optional[int], read_back: bool,
                witness: Optional[Witness] = None) -> Operation[Receipt]:
        """Send an edit and say what it did.

        Args:
            wanted: by field, what a record holds when the edit is done.
            before: what it holds now; {} where that was not, or could not be, read.
            reading: reads the same fields again.
            witness: is shown what came of it before any refusal is raised, and may raise.
        Raises: PermissionDenied, InvalidValue with the receipt when a field was refused;
            NotFound; OutcomeUnknown.
        """
        answer = yield from self._sent(request, wanted, before, reading)
        refused = answer.refusal() if answer is not None else None
        if isinstance(refused, NotFound) and answer is not None and answer.code == 400:
            raise refused
        after: State = {}
        if read_back:
            after = yield from reading()
        done = _secret_refused(self._receipt(wanted, before, after, answer, number))
        if witness is not None:
            yield from witness(answer, after, done)
        failed = receipt.failed(done, wanted, before)
        if failed:
            raise self._refused(done, answer, refused, failed)
        if refused is not None and done.unverified and not (done.changed or done.unchanged):
            blind = read_back and not before and not isinstance(refused, PermissionDenied)
            if blind and answer is not None and answer.code == 409:
                return done  # 409 is also said of what holds the value already
            raise self._refused(done, answer, refused, done.unverified)
        return done

    def _refused(self, done: Receipt, answer: Optional[Answer], said: Optional[Refused],
                 names: Sequence[str]) -> Refused:
        """The error for a refused edit. RT's code decides: its sentences are in any language.

        400 is said before anything was tried (``You are not allowed to …``), 409 of values; a
        merge says that sentence, which REST 1.0 does not translate, under 200.
        """
        kind: Type[Refused] = InvalidValue
        if isinstance(said, PermissionDenied) and answer is not None and (
                answer.code in (400, 403) or said.what.startswith("You are not allowed to ")):
            kind = PermissionDenied
        return kind(f"RT refused {', '.join(names)}", messages=done.messages, receipt=done,
                    code=answer.code if answer is not None else None,
                    server=answer.response.server if answer is not None else None,
                    request=answer.response.request.line if answer is not None else None)

    def _sent(self, request: Request, wanted: State, before: State, reading: _Reading
              ) -> Operation[Optional[Answer]]:
        """The answer to an edit; None where it was lost and a reading shows that all is done.

        Raises: OutcomeUnknown with a receipt where a reading shows something else.
        """
        try:
            return (yield from self._ask(request))
        except OutcomeUnknown as lost:
            done = yield from self._resolved(lost, wanted, before, reading)
        if done is None:
            return None
        # nothing was done: once more
        try:
            return (yield from self._ask(request))
        except OutcomeUnknown as lost:
            done = yield from self._resolved(lost, wanted, before, reading)
            if done is None:
                return None
            raise self._unknown(lost, done) from lost

    def _resolved(self, lost: OutcomeUnknown, wanted: State, before: State, reading: _Reading
                  ) -> Operation[Optional[Receipt]]:
        """None where everything wanted is there; the receipt where nothing was done.

        Raises: OutcomeUnknown where a part was done, or where we cannot see.
        """
        try:
            after = yield from reading()
        except RTError as error:
            lost.advice = f"it could not be read either: {error.what}"
            raise lost from error
        done = self._receipt(wanted, before, after, None, None)
        if not (done.refused or done.altered or done.unverified):
            return None
        if done.refused and not (done.changed or done.altered or done.unverified):
            return done
        raise self._unknown(lost, done) from lost

    @staticmethod
    def _unknown(lost: OutcomeUnknown, done: Receipt) -> OutcomeUnknown:
        return OutcomeUnknown(lost.what, sent=lost.sent, resolved=not done.unverified,
                              receipt=done, server=lost.server, request=lost.request,
                              messages=lost.messages)

    # -- who we are ---------------------------------------------------------------------------

    def _login(self) -> Operation[str]:
        """Our login; RT names it as the requestor in the form for a new ticket.

        Requests: 0 where it is known, else 1.
        """
        known = self._context.user
        if known is not None:
            return known
        answer = yield from self._get("ticket/new", about="ask who we are")
        login = answer.form().get("Requestor") or ""
        if not login:
            raise NotFound("RT does not say who we are", server=answer.response.server,
                           request=answer.response.request.line)
        self._context.saw_user(login)
        return login

    # -- making -------------------------------------------------------------------------------

    def _once(self, request: Request, query: Optional[str]) -> Operation[Answer]:
        """Send what must not be done twice.

        Args:
            query: TicketSQL that would find what was made, for the error.
        Raises: OutcomeUnknown holding the query, for an empty answer too: RT always says something
            to a new ticket and to a message.
        """
        try:
            answer = yield from self._ask(request)
        except OutcomeUnknown as lost:
            lost.query = query
            raise
        if not answer.envelopes:
            raise OutcomeUnknown("the answer is empty, which RT's never is here", query=query,
                                 server=answer.response.server, request=request.line)
        return answer

    @staticmethod
    def _nothing_given(wanted: Wanted, operation: str) -> None:
        if not wanted:
            raise UsageError(f"{operation} was given nothing to change")


def _secret_refused(done: Receipt) -> Receipt:
    """A password is never read back; RT begins what it says against one with the form's key."""
    if "password" not in done.unverified or not any(
            said.lower().startswith("password:") for said in done.messages):
        return done
    return replace(done, refused=(*done.refused, "password"),
                   unverified=tuple(name for name in done.unverified if name != "password"))
