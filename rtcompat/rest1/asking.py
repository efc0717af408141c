"""What every group of operations shares: asking, and judging what came."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, List, Optional, Sequence, Tuple
from urllib.parse import quote

from rtcompat.errors import NotFound, PermissionDenied, Refused
from rtcompat.exchange import Operation, Request, Response
from rtcompat.rest1.answers import messages_of, read_answer, refusal
from rtcompat.rest1.context import Context
from rtcompat.rest1.forms import Envelope, Form

__all__ = ["Answer", "Asking", "show", "segment", "denied"]

_Pairs = Sequence[Tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """A whole answer: what came over HTTP and the envelopes in it."""

    response: Response
    envelopes: Tuple[Envelope, ...]

    @property
    def forms(self) -> Tuple[Form, ...]:
        """The forms of all envelopes in order."""
        return tuple(form for envelope in self.envelopes for form in envelope.forms)

    @property
    def messages(self) -> Tuple[str, ...]:
        """RT's sentences."""
        return tuple(line for envelope in self.envelopes for line in messages_of(envelope))

    @property
    def code(self) -> int:
        """RT's code; 200 for an empty body, by which RT has nothing to say."""
        return self.envelopes[0].code if self.envelopes else 200

    def refusal(self) -> Optional[Refused]:
        """The first refusal of the whole answer, or of its only form; None if there is none."""
        for envelope in self.envelopes:
            error = refusal(envelope, self.response)
            if error is not None:
                return error
        return None

    def form_refusal(self, form: Form) -> Optional[Refused]:
        """The refusal that stands in the place of one object, or None."""
        return refusal(form, self.response) if form.comment and not form.fields else None

    def checked(self) -> Answer:
        """This answer, or its refusal raised."""
        error = self.refusal()
        if error is not None:
            raise error
        return self

    def form(self) -> Form:
        """The only form, a refusal raised.

        Raises: NotFound where RT said nothing at all about the object.
        """
        self.checked()
        for form in self.forms:
            if form.fields:
                return form
        raise NotFound("RT has nothing to say about it", server=self.response.server,
                       request=self.response.request.line)


def segment(text: str) -> str:
    """Text as one segment of a path."""
    return quote(text, safe="")


def show(ids: Iterable[str], *, fields: Iterable[str] = (), long: bool = False,
         about: str = "") -> Request:
    """``show``: several objects in one answer, sent by POST as lists grow long.

    Args:
        ids: ``ticket/1,2,5-7``, ``ticket/7/links`` …; histories come first in the answer.
        fields: RT's names; none asks for all.
        long: ``format=l``.
    """
    pairs: List[Tuple[str, str]] = [("id", one) for one in ids]
    names = ",".join(fields)
    if names:
        pairs.append(("fields", names))
    if long:
        pairs.append(("format", "l"))
    return Request("POST", "show", form=tuple(pairs), about=about)


def denied(answer: Answer, what: str) -> PermissionDenied:
    """The refusal that RT does not speak: a form of empty values under 200."""
    return PermissionDenied(f"we may not see {what}", code=answer.code,
                            server=answer.response.server, request=answer.response.request.line)


class Asking:
    """The base of the operations. Holds the context and nothing else.

    Args:
        context: what the connection knows; shared by all operations of one login.
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    def _ask(self, request: Request, *, plain: Optional[bool] = None) -> Operation[Answer]:
        """Send, read the envelopes, and remember the server's version. Judges no sentence."""
        response = yield request
        envelopes = read_answer(response, plain=plain)
        if envelopes:
            self._context.saw_version(envelopes[0].version)
        return Answer(response, envelopes)

    def _get(self, path: str, query: _Pairs = (), *, about: str = "") -> Operation[Answer]:
        """A read by GET; a refusal is raised."""
        answer = yield from self._ask(Request("GET", path, query=tuple(query), about=about))
        return answer.checked()

    def _must_exist(self, ticket_id: int) -> Operation[None]:
        """Ask for the ticket: RT's lists are empty for who may not see it, or crash.

        Raises: NotFound, PermissionDenied.
        """
        yield from self._get(f"ticket/{ticket_id}/show", (("fields", "Status"),),
                             about=f"look whether ticket {ticket_id} is there")

    @property
    def _old(self) -> bool:
        """Whether the server is RT 3.4 or 3.6."""
        release = self._context.release
        return release is not None and release < (3, 8)

    def _at_least(self, *release: int) -> bool:
        """Whether the server is at least this release; an unknown one is taken for new."""
        known = self._context.release
        return known is None or known >= release


def by_id(forms: Iterable[Form]) -> Dict[str, Form]:
    """Forms by their ``id`` field."""
    return {form.get("id") or "": form for form in forms if form.fields}
