"""The error tree: whose fault comes first.

RTError
├─ UsageError (ValueError)   the call is wrong; nothing was sent
├─ Unsupported               this protocol, server or source cannot do it; nothing was sent
├─ TransportError            no whole answer to a read, or a write none of whose bytes left
│   ├─ ConnectFailed  ├─ TimedOut  ├─ TLSFailed  └─ Truncated
├─ OutcomeUnknown            a write whose answer was lost: it may have been carried out
├─ ProtocolError             an answer, but not RT speaking this protocol
│   └─ FormSyntaxError       bytes that are not REST 1.0's text format
└─ Refused                   RT understood and said no
    ├─ NotAuthenticated  ├─ PermissionDenied  ├─ NotFound      ├─ InvalidQuery
    │                                         │   └─ NotSaved
    └─ InvalidValue      ├─ Conflict          └─ ServerFailure

Errors hold values; the sentence is made in ``__str__``. None of them ever holds a password, a
token or a cookie, and every one of them pickles.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Tuple

if TYPE_CHECKING:
    from rtcompat.model import Receipt, Transaction

__all__ = [
    "RTError", "UsageError", "Unsupported", "TransportError", "ConnectFailed", "TimedOut",
    "TLSFailed", "Truncated", "OutcomeUnknown", "ProtocolError", "FormSyntaxError", "Refused",
    "NotAuthenticated", "PermissionDenied", "NotFound", "NotSaved", "InvalidQuery",
    "InvalidValue", "Conflict", "ServerFailure",
]


class RTError(Exception):
    """Base of every error this package raises on purpose.

    Attributes:
        what: our sentence on what went wrong.
        server: base URL of the site asked, without credentials, or None if none was asked.
        request: the request line (``POST REST/1.0/ticket/7/edit``), without secrets, or None.
        messages: RT's own sentences, in the language in which RT said them.
        advice: what the user can do, or None.
        operation: the write that the error ended (``comment(12)``), where ``request`` is what it
            read and not what it wrote; else None.
    """

    operation: Optional[str] = None

    def __init__(self, what: str = "", *, server: Optional[str] = None,
                 request: Optional[str] = None, messages: Tuple[str, ...] = (),
                 advice: Optional[str] = None) -> None:
        super().__init__(what)
        self.what = what
        self.server = server
        self.request = request
        self.messages = tuple(messages)
        self.advice = advice

    def __str__(self) -> str:
        sentence = self.what or type(self).__name__
        said = "; ".join(self.messages)
        if said and said != self.what:
            sentence += f" (RT said: {said})"
        asked = " ".join(part for part in (self.request, self.server and f"at {self.server}")
                         if part)
        if asked:
            sentence += f" [{self.operation} asked {asked}]" if (
                self.operation and self.request) else f" [{asked}]"
        if self.advice:
            sentence += f" - {self.advice}"
        return sentence


class UsageError(RTError, ValueError):
    """The call cannot be right; nothing was sent.

    Attributes:
        argument: name of the argument that is wrong, or None.
    """

    def __init__(self, what: str = "", *, argument: Optional[str] = None,
                 server: Optional[str] = None, request: Optional[str] = None,
                 messages: Tuple[str, ...] = (), advice: Optional[str] = None) -> None:
        super().__init__(what, server=server, request=request, messages=messages, advice=advice)
        self.argument = argument


class Unsupported(RTError):
    """This protocol, server version or source cannot do the operation; nothing was sent.

    Attributes:
        operation: name of the operation (``edit_ticket``).
        argument: the argument that cannot be carried, or None if it is the whole operation.
        protocol: ``rest1``, ``rest2`` or None.
    """

    operation: str

    def __init__(self, what: str = "", *, operation: str = "", argument: Optional[str] = None,
                 protocol: Optional[str] = None, server: Optional[str] = None,
                 request: Optional[str] = None, messages: Tuple[str, ...] = (),
                 advice: Optional[str] = None) -> None:
        super().__init__(what, server=server, request=request, messages=messages, advice=advice)
        self.operation = operation
        self.argument = argument
        self.protocol = protocol


class TransportError(RTError):
    """No whole answer came to a read, or no byte of a write had left. Trying again is safe."""


class ConnectFailed(TransportError):
    """Nothing listens there, the name does not resolve, or the network is down."""


class TimedOut(TransportError):
    """The server did not answer in time."""


class TLSFailed(TransportError):
    """The server's certificate was not accepted, or no TLS connection could be made."""


class Truncated(TransportError):
    """The answer ended before it was whole, or was larger than allowed."""


class OutcomeUnknown(RTError):
    """A write left and its answer was lost, cut, an exception's text or a proxy's page.

    Attributes:
        sent: True when at least a part of the request had left.
        resolved: True when a read has told what became of it (then see receipt).
        receipt: what that read showed, or None.
        query: TicketSQL that would find what may have been created, or None.
    """

    def __init__(self, what: str = "", *, sent: bool = True, resolved: bool = False,
                 receipt: Optional[Receipt] = None, query: Optional[str] = None,
                 server: Optional[str] = None, request: Optional[str] = None,
                 messages: Tuple[str, ...] = (), advice: Optional[str] = None) -> None:
        super().__init__(what, server=server, request=request, messages=messages, advice=advice)
        self.sent = sent
        self.resolved = resolved
        self.receipt = receipt
        self.query = query


class ProtocolError(RTError):
    """An answer came, but it is not RT speaking this protocol (a login page, a proxy's page).

    Attributes:
        status: the HTTP status, or None where there was none.
        body: the beginning of what came, at most 2,000 characters.
    """

    def __init__(self, what: str = "", *, status: Optional[int] = None, body: str = "",
                 server: Optional[str] = None, request: Optional[str] = None,
                 messages: Tuple[str, ...] = (), advice: Optional[str] = None) -> None:
        super().__init__(what, server=server, request=request, messages=messages, advice=advice)
        self.status = status
        self.body = body[:2000]


class FormSyntaxError(ProtocolError):
    """Bytes that REST 1.0's text format does not allow.

    Attributes:
        lineno: number of the line, from 1.
        line: the line, decoded as far as it can be.
        source: name of the file or request it came from, or None.
    """

    def __init__(self, what: str = "", *, lineno: int = 0, line: str = "",
                 source: Optional[str] = None, status: Optional[int] = None, body: str = "",
                 server: Optional[str] = None, request: Optional[str] = None,
                 messages: Tuple[str, ...] = (), advice: Optional[str] = None) -> None:
        super().__init__(what, status=status, body=body, server=server, request=request,
                         messages=messages, advice=advice)
        self.lineno = lineno
        self.line = line
        self.source = source

    def __str__(self) -> str:
        place = f"{self.source or 'answer'}, line {self.lineno}: "
        return place + super().__str__()


class Refused(RTError):
    """RT understood the request and said no.

    Attributes:
        code: RT's own code (REST 1.0's status line, REST2's HTTP status), or None.
        receipt: for edits, what was and was not done; else None.
    """

    def __init__(self, what: str = "", *, code: Optional[int] = None,
                 receipt: Optional[Receipt] = None, server: Optional[str] = None,
                 request: Optional[str] = None, messages: Tuple[str, ...] = (),
                 advice: Optional[str] = None) -> None:
        super().__init__(what, server=server, request=request, messages=messages, advice=advice)
        self.code = code
        self.receipt = receipt


class NotAuthenticated(Refused):
    """RT does not know who asks: no, wrong or expired credentials."""


class PermissionDenied(Refused):
    """RT knows who asks and does not let them."""


class NotFound(Refused):
    """There is no such ticket, user, queue, transaction or attachment."""


class NotSaved(NotFound):
    """An archive does not hold the answer that would tell: it was never saved. What RT has is not
    known."""


class InvalidQuery(Refused):
    """RT could not read the TicketSQL."""


class InvalidValue(Refused):
    """RT would not store a value (a status outside the lifecycle, an unknown owner, …)."""


class Conflict(Refused):
    """Somebody else changed the record meanwhile.

    Attributes:
        applied: True when our change was written before the other one was noticed.
        found: what is stored now, by field name: theirs.
        wanted: what was to be stored, by field name: ours.
        transactions: what happened meanwhile, as far as known; after an applied change those that
            ours undid, or that undid ours.
    """

    def __init__(self, what: str = "", *, applied: bool = False, found: Any = None,
                 wanted: Any = None, transactions: Tuple[Transaction, ...] = (),
                 code: Optional[int] = None, receipt: Optional[Receipt] = None,
                 server: Optional[str] = None, request: Optional[str] = None,
                 messages: Tuple[str, ...] = (), advice: Optional[str] = None) -> None:
        super().__init__(what, code=code, receipt=receipt, server=server, request=request,
                         messages=messages, advice=advice)
        self.applied = applied
        self.found = found
        self.wanted = wanted
        self.transactions = tuple(transactions)


class ServerFailure(Refused):
    """RT itself failed (an exception, a database that is down) while answering a read."""
